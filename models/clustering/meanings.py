"""Documents by what they mean: the nearest of many by their vectors, all of them looked at or the nearest cells only.

An inverted file (Jégou, Douze and Schmid 2011, without their codes): vectors lie in the cell of the pivot nearest to
them, and the cells of the pivots nearest to a question are looked through. Unlike a navigable graph (HNSW), what is
found depends on the pivots and on the vectors that are there alone, not on the order in which they came and went: a
stage that is restored finds what the one that crashed would have found. Products are of whole numbers, and exact.
"""

import math
from collections.abc import Iterable, Sequence

import numkong
import numpy as np
import numpy.typing as npt

from models.clustering.features import FILLED

LENGTH = 400.0
"""Of a vector, in steps: components of unit vectors of some hundred dimensions stay far below 127."""
FINE = 1e6
"""Of the two halves whose sum it is."""
EXACT = 32_768
"""Vectors up to which all are looked at: about a millisecond (`benchmarks/clustering.py --search`)."""
PROBED = 64
"""Cells looked through (`benchmarks/clustering.py --search`)."""
GROWN = 4
"""By how much the number must have grown for new pivots. A judgement: cells stay below twice their best size."""
SAMPLE, ROUNDS = 16, 3
"""Vectors for each pivot that pivots are the means of, and rounds of finding them (Lloyd 1982)."""

Ints = npt.NDArray[np.int64]
Row = npt.NDArray[np.int8]
"""A direction: (dim,), whole numbers."""


def row(vector: npt.NDArray[np.int16]) -> Row:
    """The direction of a vector (2 * dim,) of two halves in whole numbers: that of the sum of their directions."""
    only: Row = rows(vector[None])[0]
    return only


def rows(vectors: npt.NDArray[np.int16]) -> npt.NDArray[np.int8]:
    """The same of many vectors, (n, 2 * dim) to (n, dim)."""
    halves = vectors.astype(np.int64).reshape(len(vectors), 2, -1)
    return _in_steps(_scaled(halves[:, 0], FINE) + _scaled(halves[:, 1], FINE)).astype(np.int8)


def _in_steps(totals: Ints) -> Ints:
    return np.asarray(np.clip(_scaled(totals, LENGTH), -127, 127), np.int64)


def _scaled(totals: Ints, length: float) -> Ints:
    """Each of this length, in whole numbers; sums of squares of whole numbers are exact in any order."""
    squares = np.einsum("ij,ij->i", totals, totals)
    return np.asarray(np.rint(totals * (length / np.maximum(1.0, np.sqrt(squares)))[:, None]), np.int64)


class _Cell:
    """Vectors with their numbers, in no order."""

    def __init__(self, dim: int) -> None:
        self.count = 0
        self.numbers = np.zeros(16, np.int64)
        self.rows = np.zeros((16, dim), np.int8)

    def add(self, number: int, vector: Row) -> int:
        place, self.count = self.count, self.count + 1
        if place == len(self.numbers):
            self.numbers = np.concatenate([self.numbers, np.zeros_like(self.numbers)])
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self.numbers[place], self.rows[place] = number, vector
        return place

    def extend(self, numbers: Ints, vectors: npt.NDArray[np.int8]) -> None:
        """Add many."""
        self.numbers = np.concatenate([self.numbers[: self.count], numbers])
        self.rows = np.concatenate([self.rows[: self.count], vectors])
        self.count = len(self.numbers)

    def remove(self, place: int) -> int:
        """Take one out; the number that is at its place now."""
        self.count -= 1
        self.numbers[place], self.rows[place] = self.numbers[self.count], self.rows[self.count]
        return int(self.numbers[place])


class Meanings:
    """Vectors by number. pivots: (n, dim), or None where all are looked at."""

    def __init__(self, pivots: npt.NDArray[np.int8] | None = None) -> None:
        """Of none."""
        self.pivots = pivots
        self._cells: dict[int, _Cell] = {}
        self._where: dict[int, tuple[int, int]] = {}
        self._next = EXACT if pivots is None else GROWN * max(EXACT, len(pivots) ** 2)

    def add(self, number: int, vector: Row) -> None:
        """Add a vector whose number is not here; nothing is found by one of zeros, which is left out."""
        if vector.any():
            name = self._nearest_pivots(vector, 1)[0]
            cell = self._cells.setdefault(name, _Cell(len(vector)))
            self._where[number] = (name, cell.add(number, vector))

    def fill(self, numbers: Ints, vectors: npt.NDArray[np.int8]) -> None:
        """Add many, as one after the other; (n,) and (n, dim)."""
        here = vectors.any(axis=1)
        numbers, vectors = numbers[here], vectors[here]
        if self.pivots is None:
            nearest = np.zeros(len(numbers), np.int64)
        else:
            parts = (_products(vectors[at : at + FILLED], self.pivots) for at in range(0, len(vectors), FILLED))
            nearest = np.concatenate([np.zeros(0, np.int64), *(part.argmax(axis=1) for part in parts)])
        for name in np.unique(nearest).tolist():
            chosen = np.flatnonzero(nearest == name)
            cell = self._cells.setdefault(name, _Cell(vectors.shape[1]))
            places = range(cell.count, cell.count + len(chosen))
            cell.extend(numbers[chosen], vectors[chosen])
            self._where |= zip(numbers[chosen].tolist(), ((name, place) for place in places), strict=True)

    def remove(self, number: int) -> None:
        """Take a vector out, if it is here."""
        if number in self._where:
            name, place = self._where.pop(number)
            cell = self._cells[name]
            moved = cell.remove(place)
            if not cell.count:
                del self._cells[name]
            elif moved in self._where:
                self._where[moved] = (name, place)

    def nearest(self, vector: Row, most: int) -> list[int]:
        """Numbers of the vectors nearest to one, at most `most`; of equals the first."""
        names = [name for name in self._nearest_pivots(vector, PROBED) if name in self._cells]
        if not names or not vector.any():
            return []
        cells = [self._cells[name] for name in names]
        asked = vector[None]
        scores = np.concatenate([_products(asked, cell.rows[: cell.count])[0] for cell in cells])
        numbers = np.concatenate([cell.numbers[: cell.count] for cell in cells])
        if len(scores) > most:
            chosen = np.flatnonzero(scores >= np.partition(scores, -most)[-most])
            scores, numbers = scores[chosen], numbers[chosen]
        ranked: list[int] = numbers[np.lexsort((numbers, -scores))][:most].tolist()
        return ranked

    def settled(self) -> "Meanings | None":
        """The same vectors with new pivots, where there are so many that these are wanted."""
        if len(self._where) < self._next:
            return None
        numbers = np.concatenate([cell.numbers[: cell.count] for cell in self._cells.values()])
        order = np.argsort(numbers)
        vectors = np.concatenate([cell.rows[: cell.count] for cell in self._cells.values()])[order]
        other = Meanings(_pivots(vectors))
        other.fill(numbers[order], vectors)
        return other

    def _nearest_pivots(self, vector: Row, most: int) -> Sequence[int]:
        if self.pivots is None:
            return (0,)
        scores = _products(vector[None], self.pivots)[0]
        if most == 1:
            return (int(scores.argmax()),)
        found: list[int] = np.argsort(-scores, kind="stable")[:most].tolist()
        return found


def _pivots(vectors: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Means of groups of some rows, about as many as the root of their number; of the same rows the same."""
    number = 1 << round(math.log2(len(vectors)) / 2)
    some = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), SAMPLE * number)).astype(np.int64)]
    pivots = some[np.linspace(0, len(some) - 1, number).astype(np.int64)]
    for _ in range(ROUNDS):
        nearest = _products(some, pivots).argmax(axis=1)
        groups: Iterable[npt.NDArray[np.int8]] = (some[nearest == place] for place in range(number))
        pivots = np.stack(
            [_in_steps(group.sum(axis=0, dtype=np.int64)[None])[0].astype(np.int8) if len(group) else pivots[place]
             for place, group in enumerate(groups)]
        )  # fmt: skip
    return pivots


def _products(a: npt.NDArray[np.int8], b: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    return np.asarray(numkong.cdist(a, b, "dot"))
