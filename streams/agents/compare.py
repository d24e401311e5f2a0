"""Compare: what a placement changes between the two sides of its narrative, and the alert events that follow."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from models.alerts import AlertEvent, event_type
from models.comparing import Comparer, Record
from models.errors import InvalidItem
from models.news import Placement
from streams.messages import Incoming, Outcome, Outgoing
from streams.wire import HEADER_ITEM, decode, encode

NAME = "compare"
SOURCE = "parallax"
ENDS = {event_type("resolved"), event_type("retracted")}
"""Events after which an alert is no longer open."""


class CompareStage:
    """Placements in, alert events out, to the history topic and to the compacted state topic."""

    def __init__(
        self, new_comparer: Callable[[], Comparer], *, history: str, state: str, seen: Callable[[AlertEvent], None]
    ) -> None:
        """Start with an empty comparer, made when it is first needed; `seen` is told of each event, for the metrics."""
        self._new, self._history, self._state, self._seen = new_comparer, history, state, seen
        self._open: set[str] = set()

    @cached_property
    def _comparer(self) -> Comparer:
        return self._new()

    @property
    def open_alerts(self) -> int:
        """How many alerts are open now."""
        return len(self._open)

    def restore(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Begin again from what the journal holds."""
        self._comparer = self._new()
        held = {key.decode(): decode(value, Record) for key, value in records}
        self._open = {one.head.alert.alert for one in held.values() if one.head is not None and one.head.alert.open}
        self._comparer.restore(held)

    def handle(self, messages: Sequence[Incoming]) -> list[Outcome]:
        """One outcome a message, in order."""
        return [self._outcome(message) for message in messages]

    def _outcome(self, message: Incoming) -> Outcome:
        try:
            placement = decode(message.value or b"", Placement)
        except InvalidItem as error:
            return Outcome(rejected=error)
        taken = self._comparer.take(placement)
        sends: list[Outgoing] = []
        for event in taken.events:
            self._seen(event)
            (self._open.discard if event.type in ENDS else self._open.add)(event.alert)
            value, headers, key = encode(event), cloud_event_headers(event), event.alert.encode()
            sends += [
                Outgoing(topic=topic, key=key, value=value, headers=headers) for topic in (self._history, self._state)
            ]
        changes = tuple((one.key.encode(), None if one.record is None else encode(one.record)) for one in taken.changes)
        return Outcome(sends=tuple(sends), changes=changes)


def cloud_event_headers(event: AlertEvent) -> dict[str, bytes]:
    """CloudEvents 1.0, Kafka binding, binary mode: attributes as headers, the value is the data."""
    attributes = {
        "specversion": "1.0",
        "id": event.id,
        "source": SOURCE,
        "type": event.type,
        "time": event.time.isoformat(),
        "partitionkey": event.alert,
        "sequence": f"{event.sequence:010d}",
        "severitytext": event.severity,
        "correlationid": event.narrative,
        "causationid": event.cause,
    }
    return {
        "content-type": b"application/json",
        **{f"ce_{name}": value.encode() for name, value in attributes.items()},
        HEADER_ITEM: event.cause.encode(),
    }
