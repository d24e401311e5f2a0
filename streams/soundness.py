"""Which dead letters may go back as they are: those that, taken late, change nothing that has been said since.

- a news item: the embed stage keeps nothing, and the cluster stage ignores what it has or what a revision overtook;
- a statement: the cluster stage takes it as a document that comes late; only one of another encoder would empty its
  memory of vectors, and is refused;
- a placement that puts a document into a narrative: the compare stage believes whatever it is told, so it is refused
  if a later placement spoke of the document (it was corrected, withdrawn or moved) or of its narrative's end. Other
  placements (merged, moved, split, left) are about what was there at their time, and are always refused;
- an alert event that a sink could not deliver: only that sink acts on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from models.errors import InvalidItem
from models.news import How
from streams.connecting import Where
from streams.dead_letters import Mark
from streams.letters import REDRIVEN, Failure, Letter
from streams.present import present
from streams.topics import Topics, administration
from streams.wire import decode

SINK = "sink:"
"""What the stage of a sink's letters begins with."""
LOOKED_AT = 64
"""Statements at the end of their topic that are asked for their encoder: one that is no withdrawal is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What matters here of a statement."""

    encoder: str
    withdrawn: bool

    @property
    def space(self) -> str:
        """What the vectors can be compared with; empty where there are none."""
        return "" if self.withdrawn else self.encoder.partition("/")[0]

    def against(self, space: str) -> str | None:
        """Why this statement cannot be taken among those of `space`; None if it can."""
        if not space or self.space in ("", space):
            return None
        return (
            f"it was encoded by {self.space}, and now {space} encodes: publish the item again, with a higher revision"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What matters here of a placement."""

    item: str
    narrative: str
    how: How
    absorbed: str | None = None
    items: tuple[str, ...] = ()
    statement: Encoded | None = None


@dataclass(slots=True)
class Since:
    """What placements from the offset `begins` on said last of each document, and of each narrative that ended."""

    begins: int
    space: str = ""
    _documents: dict[str, int] = field(default_factory=dict)
    _ended: dict[str, int] = field(default_factory=dict)

    def saw(self, offset: int, placed: Placed) -> None:
        """Take the next placement."""
        if placed.how == "merged":
            self._ended[placed.absorbed or ""] = offset
            return
        for item in placed.items or (placed.item,):
            self._documents[item] = offset
        if placed.statement is not None:
            self.space = placed.statement.space or self.space

    def against(self, offset: int, placed: Placed) -> str | None:
        """Why a placement that first came at `offset` cannot be taken now; None if it can."""
        if offset < self.begins:
            return "what was placed since is no longer kept, so that nobody can say whether it still holds"
        if placed.statement is None:
            return f"what it says ({placed.how}) held only at its time"
        if self._documents.get(placed.item, -1) > offset:
            return f"a later placement says otherwise of the item {placed.item}"
        if self._ended.get(placed.narrative, -1) > offset:
            return f"its narrative {placed.narrative} has become part of another since"
        return placed.statement.against(self.space)


class Judge:
    """Says of letters why they cannot go back; looks into the topics only as far as it must."""

    def __init__(self, bootstrap: Where, topics: Topics) -> None:
        """Judge the letters of one installation."""
        self._bootstrap, self._topics = bootstrap, topics
        self._since: Since | None = None
        self._looked_from = 0

    def refuses(self, letter: Letter, mark: Mark | None) -> str | None:
        """Why this letter cannot be sent back; None if it can.

        Raises:
            InfrastructureError: the broker is not there.
        """
        failure = letter.failure
        if failure is None:
            return "it is none that Parallax wrote: its headers do not say where it comes from"
        if mark is not None:
            return f"it was {mark.mark} already, {mark.at:%Y-%m-%d %H:%M}Z: --again sends it all the same"
        sources = (*self._topics.of_stages, self._topics.alerts.name)
        if failure.topic not in sources:
            return f"its topic {failure.topic} is none that is read here: {', '.join(sources)} are"
        if failure.topic not in self._there:
            return f"its topic {failure.topic} is no longer there: `parallax topics create`"
        return self._unsound(letter, failure)

    @cached_property
    def _there(self) -> frozenset[str]:
        with administration(self._bootstrap) as admin:
            return frozenset(admin.list_topics())

    def _unsound(self, letter: Letter, failure: Failure) -> str | None:
        topics = self._topics
        try:
            if failure.topic == topics.statements.name:
                return decode(letter.value or b"", Encoded).against(self._space)
            if failure.topic == topics.placements.name:
                offset = letter.first_offset or 0
                placed = decode(letter.value or b"", Placed)
                return self._placements_since(offset).against(offset, placed)
        except InvalidItem as error:
            return f"it is no message between the stages, and only a stage may send one: {error.detail}"
        if failure.topic == topics.alerts.name and not failure.stage.startswith(SINK):
            return f"it is an alert event, and {failure.stage} is no sink"
        return None

    @cached_property
    def _space(self) -> str:
        found = (
            _told(record, Encoded)
            for record in present(self._bootstrap, self._topics.statements.name, offset=-LOOKED_AT)
        )
        return next((one.space for one in reversed([one for one in found if one is not None]) if one.space), "")

    def _placements_since(self, offset: int) -> Since:
        if self._since is None or offset < self._looked_from:
            self._looked_from = offset
            self._since = since(present(self._bootstrap, self._topics.placements.name, partition=0, offset=offset))
        return self._since


def since(records: Iterable[Any]) -> Since:
    """What these records of the placements topic say; those that were sent back say nothing new."""
    found: Since | None = None
    for record in records:
        found = found or Since(begins=record.offset)
        placed = _told(record, Placed)
        if placed is not None and not any(name == REDRIVEN for name, _ in record.headers):
            found.saw(record.offset, placed)
    return found or Since(begins=NOTHING_KEPT)


NOTHING_KEPT = 1 << 63
"""Beyond every offset: of an empty topic nothing can be said."""


def _told(record: Any, kind: type[Any]) -> Any:
    try:
        return decode(record.value or b"", kind)
    except InvalidItem:
        return None
