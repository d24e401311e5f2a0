"""Compare: what a placement or a word of feedback changes between the two sides, and the alert events that follow."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property

from models.alerts import ENDS, AlertEvent
from models.comparing import Comparer, Record, Taken
from models.errors import InvalidItem
from models.feedback import Feedback
from models.news import Placement
from streams.envelope import cloud_event_headers
from streams.messages import Incoming, Outcome, Outgoing, following
from streams.registry import Frame, plain
from streams.topics import Topics
from streams.wire import HEADER_REPLAY, decode, decode_own, encode

NAME = "compare"


class CompareStage:
    """Placements and feedback in, alert events out.

    An event goes to the history topic and to the compacted state topic, where a null value follows once its alert has
    been over for a while.
    """

    def __init__(
        self,
        new_comparer: Callable[[], Comparer],
        topics: Topics,
        *,
        seen: Callable[[AlertEvent], None],
        now: Callable[[], datetime],
        frame: Frame = plain,
    ) -> None:
        """Start with an empty comparer, made when it is first needed.

        Args:
            seen: told of each event, for the metrics. now: the clock on the wall, for the envelope alone.
            frame: makes the value that travels of an event's type and JSON.
        """
        self._new, self._topics, self._seen, self._now, self._frame = new_comparer, topics, seen, now, frame
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
            taken = self._taken(message)
        except InvalidItem as error:
            return Outcome(rejected=error)
        sends: list[Outgoing] = []
        replay = message.headers.get(HEADER_REPLAY, b"").decode(errors="replace")
        for event in taken.events:
            self._seen(event)
            (self._open.discard if event.type in ENDS else self._open.add)(event.alert)
            value, key = self._frame(event.type, encode(event)), event.alert.encode()
            headers = cloud_event_headers(event, recorded_at=self._now(), replay=replay)
            sends += [
                Outgoing(topic=topic.name, key=key, value=value, headers=headers)
                for topic in (self._topics.alerts, self._topics.alerts_state)
            ]
        sends += [
            Outgoing(topic=self._topics.alerts_state.name, key=alert.encode(), value=None, headers=following(message))
            for alert in taken.buried
        ]
        changes = tuple((one.key.encode(), None if one.record is None else encode(one.record)) for one in taken.changes)
        return Outcome(sends=tuple(sends), changes=changes)

    def _taken(self, message: Incoming) -> Taken:
        if message.topic == self._topics.feedback.name:
            return self._comparer.hear(decode(message.value or b"", Feedback))
        return self._comparer.take(decode_own(message.value, message.headers, Placement))
