"""A narrative in memory: its head, its documents, and where each stands in the encoder's space."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.alerting import AlertSettings, closed
from models.comparing.records import DocumentRecord, Head
from models.divergence import Agreements, Divergence, Position, SideDocument, of_positions, position
from models.evidence import MOST_HISTORY, Pair, restarted

Array = npt.NDArray[np.float64]


@dataclass(slots=True)
class Held:
    """A document with, per voice, its passages and position."""

    key: str
    record: DocumentRecord
    sides: dict[str, tuple[SideDocument, Position]]


@dataclass(slots=True)
class Narrative:
    """The working state of one narrative.

    A function of its records: nothing here is not in them or computed from them.
    """

    head: Head
    held: dict[str, Held] = field(default_factory=dict)
    _agreed: Agreements = field(default_factory=dict)

    def add(self, key: str, record: DocumentRecord, pair: tuple[str, str]) -> None:
        """Hold a document."""
        found = {voice: record.side(voice) for voice in pair}
        sides = {voice: (side, position(side)) for voice, side in found.items() if side is not None}
        self.held[record.item] = Held(key=key, record=record, sides=sides)

    def side(self, voice: str) -> list[tuple[SideDocument, Position]]:
        """The voice's documents with positions, in the order they came."""
        return [one.sides[voice] for one in self.held.values() if voice in one.sides]

    def divergence(self, pair: tuple[str, str], *, resample: bool = True) -> Divergence | None:
        """How far apart the pair's voices are, None where one of them says nothing; see `of_positions`."""
        a, b = ([at for _, at in self.side(voice)] for voice in pair)
        if not a or not b:
            return None
        if len(self._agreed) > 2 * len(self.held):  # most are of documents that have left
            here = {one.digest for one in (*a, *b)}
            self._agreed = {
                digest: {other: found for other, found in held.items() if other in here}
                for digest, held in self._agreed.items()
                if digest in here
            }
        return of_positions(a, b, resample=resample, agreed=self._agreed)

    def spoken(self) -> list[tuple[frozenset[str], datetime]]:
        """Which of the pair's voices each document lets speak, and when it was published; in the order they came."""
        return [(frozenset(one.sides), one.record.at) for one in self.held.values()]

    def holds(self, a: str, b: str, pair: tuple[str, str]) -> bool:
        """Whether document a is held for the first voice and document b for the second."""
        first, second = self.held.get(a), self.held.get(b)
        return first is not None and second is not None and pair[0] in first.sides and pair[1] in second.sides

    def difference(self, a: str, b: str, pair: tuple[str, str]) -> Array:
        """(dim,) float64: direction of document a as the first voice minus that of document b as the second."""
        return self.held[a].sides[pair[0]][1].direction - self.held[b].sides[pair[1]][1].direction

    def pairs(self, pair: tuple[str, str]) -> Iterator[Pair]:
        """Every listed pair of the ledger whose documents are held, in order."""
        return (one for one in self.head.ledger.pairs if self.holds(one.a, one.b, pair))


def silent_at(head: Head, settings: AlertSettings) -> datetime:
    """When the narrative's alert resolves by silence, if nothing more comes."""
    return head.clock + settings.silent_after


def forgotten_at(head: Head, settings: AlertSettings) -> datetime:
    """When the narrative's records are deleted, if nothing more comes."""
    return head.clock + settings.forget_after


def awake(head: Head, now: datetime, settings: AlertSettings) -> Head:
    """The head as it is at `now`.

    After silence no alert is open and the evidence starts afresh (one alert, one test).
    """
    if now < silent_at(head, settings):
        return head
    alert = head.alert
    if alert.open:
        alert = replace(closed(alert, silent_at(head, settings), settings), cool_down=0)
    return replace(head, alert=replace(alert, smoothed=None, above=0, below=0), ledger=restarted(head.ledger))


def history(
    narratives: Mapping[str, Narrative], of: Narrative, pair: tuple[str, str], *, before: int | None = None
) -> list[Array]:
    """Differences of the latest pairs of the narratives other than `of`, oldest first.

    Args:
        before: seq of a pair; only what was paid off before it.
    """
    found = [
        (one.seq, name, number, one)
        for name, other in narratives.items()
        if other is not of
        for number, one in enumerate(other.pairs(pair))
        if before is None or one.seq < before
    ]
    latest = sorted(found, key=lambda one: one[:3])[-MOST_HISTORY:]
    return [narratives[name].difference(one.a, one.b, pair) for _, name, _, one in latest]
