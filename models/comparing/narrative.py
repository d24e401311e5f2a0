"""A narrative in memory: its head, its documents, and where each stands in the encoder's space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.alerting import AlertSettings, closed
from models.comparing.records import DocumentRecord, Head
from models.divergence import Agreements, Divergence, Position, SideDocument, of_positions, position
from models.evidence import MOST_HISTORY, Odds, Pair, odds, restarted

Array = npt.NDArray[np.float64]

USUAL_NORM = 0.23
"""Of a document's mean vector (benchmarks/guarantee_streams.py): the experts' strengths are of vectors of norm 1."""


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
        """(dim,) float64: mean of document a as the first voice less that of document b as the second, over USUAL_NORM.

        Not of unit vectors: a document of one passage has a mean of more scatter, at unit norm less of it would lie
        where its topic lies, and length would pass for framing (benchmarks/guarantee.py, length).
        """
        first, second = self.held[a].sides[pair[0]][1], self.held[b].sides[pair[1]][1]
        return (first.mean - second.mean) / USUAL_NORM

    def languages(self, a: str, b: str, pair: tuple[str, str]) -> tuple[str, str]:
        """Of document a and of document b."""
        return self.held[a].sides[pair[0]][1].lang, self.held[b].sides[pair[1]][1].lang


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


def odds_of(
    narratives: Mapping[str, Narrative],
    of: Narrative,
    a: str,
    b: str,
    pair: tuple[str, str],
    *,
    listed: Sequence[Pair],
    before: int | None = None,
) -> Odds | None:
    """The odds of a pair of documents, from what pairs in the same two languages have told so far.

    Two languages differ in more than framing: what is usual between them is learnt between them (benchmarks/
    guarantee.py, language).

    Args:
        of: the narrative that holds the pair. listed: its earlier pairs. before: only other narratives' pairs of a
            lower seq.
    """
    like = of.languages(a, b, pair)

    def told(narrative: Narrative, one: Pair) -> bool:
        return narrative.holds(one.a, one.b, pair) and narrative.languages(one.a, one.b, pair) == like

    past = [of.difference(one.a, one.b, pair) for one in listed if told(of, one)]
    others = [
        (one.seq, name, number, one)
        for name, narrative in narratives.items()
        if narrative is not of and past  # without a past there is no bet
        for number, one in enumerate(narrative.head.ledger.pairs)
        if (before is None or one.seq < before) and told(narrative, one)
    ]
    latest = sorted(others, key=lambda one: one[:3])[-MOST_HISTORY:]
    history = [narratives[name].difference(one.a, one.b, pair) for _, name, _, one in latest]
    return odds(of.difference(a, b, pair), past, history)
