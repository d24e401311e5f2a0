"""Cluster: a statement is placed in a narrative. Narratives live in memory, what they are made of in the journal."""

from collections.abc import Callable, Iterable, Sequence

from models.clustering import Narratives, kind_of
from models.errors import InvalidItem
from models.news import Placement, Statement
from streams.messages import Incoming, Outcome, Outgoing, following
from streams.wire import decode, decode_own, encode

NAME = "cluster"


class ClusterStage:
    """Statements in, placements out; the current state of every narrative touched goes to the compacted topic."""

    def __init__(self, make: Callable[[], Narratives], *, placements: str, narratives: str) -> None:
        """Send to these two topics. make: an empty stage."""
        self._make, self._placements, self._narratives_topic = make, placements, narratives
        self._narratives = make()

    @property
    def live_narratives(self) -> int:
        """How many narratives may still grow."""
        return self._narratives.live

    def restore(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Begin again from what the journal holds."""
        self._narratives = self._make()
        held = ((key.decode(), value) for key, value in records)
        self._narratives.restore((key, decode(value, kind_of(key))) for key, value in held)

    def handle(self, messages: Sequence[Incoming]) -> list[Outcome]:
        """One outcome a message, in order."""
        return [self._outcome(message) for message in messages]

    def _outcome(self, message: Incoming) -> Outcome:
        try:
            statement = decode_own(message.value, message.headers, Statement)
        except InvalidItem as error:
            return Outcome(rejected=error)
        taken = self._narratives.take(statement)
        headers = following(message, statement.item)
        sends = [
            Outgoing(topic=self._placements, key=one.narrative.encode(), value=encode(one), headers=headers)
            for one in taken.placements
        ]
        sends += [
            Outgoing(topic=self._narratives_topic, key=name.encode(), value=self._state(name), headers=headers)
            for name in dict.fromkeys((*(name for one in taken.placements for name in _touched(one)), *taken.expired))
        ]
        changes = tuple((one.key.encode(), None if one.record is None else encode(one.record)) for one in taken.changes)
        return Outcome(sends=tuple(sends), changes=changes)

    def _state(self, narrative: str) -> bytes | None:
        summary = self._narratives.summary(narrative)
        return None if summary is None else encode(summary)


def _touched(placement: Placement) -> tuple[str, ...]:
    return (placement.narrative, *([placement.absorbed] if placement.absorbed else []))
