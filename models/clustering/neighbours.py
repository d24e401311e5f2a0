"""The graph of nearest neighbours: which active documents are like which, each likeness seen against its surroundings.

Two documents as like as .3 tell of one event where nothing else comes near, and of two similar events where each has
neighbours at .6. So a likeness counts as far as it exceeds the usual likeness of the two to their nearest neighbours
(local scaling: Zelnik-Manor and Perona 2004, "Self-tuning spectral clustering"; the form is that of CSLS, Conneau et
al. 2018). Where a document is dated, those that time tells apart from it say best what is usual, its genre: readouts of
two calls are as like as two accounts of one. Its nearest may all be of its own event, and count for less. Likenesses
are whole numbers of 1 / UNIT, and so are their sums: no order of adding changes one.
"""

import math
from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from heapq import nlargest

import numpy as np

UNIT = 1 << 15
DECAY_SECONDS = 72 * 3600.0
"""Time in which likeness falls to 1 / e (methods.md, 3)."""
NEAREST = 16
"""Neighbours that a document looks for when it comes: 12 and 24 are no better."""
SURROUNDING = 5
"""The nearest neighbours by which a document's surroundings are told."""
RELATIVE = 0.85
"""How much of the mean of two documents' surroundings is taken off their likeness."""
RELATIVE_DATED, GENRE = 0.65, 0.9
"""The same where they are dated, and of what is usual in their genre: the larger is taken."""
ANOTHER_TIME = timedelta(hours=60)
"""From when on time tells two documents apart: those beyond are of the genre."""
USUAL, USUAL_WORDS = 0.15, 10
"""What surroundings a text is thought to have until it is known, and the words at which its own count for half: titles
of one event are as like as paraphrases, so that their surroundings tell nothing."""
LEAST, LEAST_DATED = 0.22, 0.15
"""Likeness, before decay, below which two documents are not bound however empty their surroundings are: in a quiet
stream nothing else tells strangers apart, unless both are dated. All of these were chosen by `benchmarks/stories.py
--grid`, those of dated documents by its `--dated --grid`."""

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
Edges = Mapping[int, int]
"""Likeness by the number of the other document, whatever the time between them."""


class Neighbours:
    """Documents by number. Same contents, however they came: same answers."""

    def __init__(self) -> None:
        """No document."""
        self._edges: dict[int, dict[int, int]] = {}
        """Likeness after decay."""
        self._kin: dict[int, set[int]] = {}
        """Which of them are like enough to be bound."""
        self._at: dict[int, int] = {}
        """When it was told, in microseconds."""
        self._trust: dict[int, float] = {}
        self._genre: dict[int, int | None] = {}
        self._nearest: dict[int, list[int]] = {}
        """The SURROUNDING largest of its likenesses, the smallest first."""

    def __contains__(self, number: int) -> bool:
        """Whether the document is here."""
        return number in self._edges

    def add(self, number: int, at: datetime, words: int, edges: Edges, genre: int | None = None) -> None:
        """A document of so many words comes, with its likeness to some that may be here.

        Args:
            genre: see `genre_of`; None for a document that is not dated.
        """
        own: dict[int, int] = {}
        kin: set[int] = set()
        when = (at - _EPOCH) // _MICROSECOND
        for other, likeness in edges.items():
            theirs = self._edges.get(other)
            if theirs is None:
                continue
            left = round(likeness * _decayed(abs(when - self._at[other])))
            own[other] = theirs[number] = left
            _insert(self._nearest[other], left)
            dated = genre is not None and self._genre[other] is not None
            if likeness >= (LEAST_DATED if dated else LEAST) * UNIT:
                kin.add(other)
                self._kin[other].add(number)
        self._at[number], self._trust[number] = when, words / (words + USUAL_WORDS)
        self._edges[number], self._kin[number], self._genre[number] = own, kin, genre
        self._nearest[number] = _largest(own)

    def remove(self, number: int) -> None:
        """A document leaves, as if it had not been here."""
        del self._at[number], self._kin[number], self._trust[number], self._nearest[number], self._genre[number]
        for other, likeness in self._edges.pop(number).items():
            theirs = self._edges[other]
            del theirs[number]
            self._kin[other].discard(number)
            if likeness >= self._nearest[other][0]:
                self._nearest[other] = _largest(theirs)

    def bonds(self, number: int) -> dict[int, float]:
        """What is left of the likeness to each neighbour, where something is: above 0, below 1."""
        own, edges = self._surroundings(number), self._edges[number]
        left = {other: edges[other] / UNIT - (own + self._surroundings(other)) / 2 for other in self._kin[number]}
        return {other: left[other] for other in edges if left.get(other, 0) > 0}

    def _surroundings(self, number: int) -> float:
        """What is usual about a document, as much of it as is taken off."""
        trust, genre = self._trust[number], self._genre[number]
        found = sum(self._nearest[number]) / (SURROUNDING * UNIT)
        taken = RELATIVE * found if genre is None else max(RELATIVE_DATED * found, GENRE * genre / UNIT)
        return trust * taken + (1 - trust) * RELATIVE * USUAL


def genre_of(likenesses: Iterable[tuple[float, timedelta]]) -> int:
    """What its genre alone makes a document like: the mean of its nearest of another time, in UNIT.

    Args:
        likenesses: to documents that are here when it comes, whatever the time between them, and that time.
    """
    nearest = nlargest(SURROUNDING, (like for like, gap in likenesses if gap > ANOTHER_TIME))
    return max(0, round(sum(nearest) / SURROUNDING * UNIT))


def _largest(edges: Edges) -> list[int]:
    return sorted(edges.values())[-SURROUNDING:]


def _insert(nearest: list[int], likeness: int) -> None:
    if len(nearest) < SURROUNDING:
        insort(nearest, likeness)
    elif likeness > nearest[0]:
        insort(nearest, likeness)
        del nearest[0]


def decay(a: datetime, b: datetime) -> float:
    """What is left of the likeness of two documents over the time between them: 0..1."""
    return _decayed(abs(a - b) // _MICROSECOND)


def _decayed(microseconds: int) -> float:
    return math.exp(-(microseconds / 1e6) / DECAY_SECONDS)


def packed(edges: Edges) -> tuple[bytes, bytes]:
    """Edges as two arrays of bytes: numbers and likenesses."""
    return np.array(list(edges), "<u8").tobytes(), np.array(list(edges.values()), "<u2").tobytes()


def unpacked(near: bytes, likeness: bytes) -> dict[int, int]:
    """What `packed` made them of."""
    return dict(zip(np.frombuffer(near, "<u8").tolist(), np.frombuffer(likeness, "<u2").tolist(), strict=True))
