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
    first, second = vector.astype(np.int64).reshape(2, -1)
    return _in_steps(_scaled(first, FINE) + _scaled(second, FINE)).astype(np.int8)


def _in_steps(total: Ints) -> Ints:
    return np.asarray(np.clip(_scaled(total, LENGTH), -127, 127), np.int64)


def _scaled(total: Ints, length: float) -> Ints:
    """Of this length, in whole numbers; sums of squares of whole numbers are exact in any order."""
    return np.asarray(np.rint(total * (length / max(1.0, math.sqrt(int(total @ total))))), np.int64)


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
        rows = np.concatenate([cell.rows[: cell.count] for cell in self._cells.values()])[order]
        other = Meanings(_pivots(rows))
        for number, vector in zip(numbers[order].tolist(), rows, strict=True):
            other.add(number, vector)
        return other

    def _nearest_pivots(self, vector: Row, most: int) -> Sequence[int]:
        if self.pivots is None:
            return (0,)
        scores = _products(vector[None], self.pivots)[0]
        if most == 1:
            return (int(scores.argmax()),)
        found: list[int] = np.argsort(-scores, kind="stable")[:most].tolist()
        return found


def _pivots(rows: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Means of groups of some rows, about as many as the root of their number; of the same rows the same."""
    number = 1 << round(math.log2(len(rows)) / 2)
    some = rows[np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE * number)).astype(np.int64)]
    pivots = some[np.linspace(0, len(some) - 1, number).astype(np.int64)]
    for _ in range(ROUNDS):
        nearest = _products(some, pivots).argmax(axis=1)
        groups: Iterable[npt.NDArray[np.int8]] = (some[nearest == place] for place in range(number))
        pivots = np.stack(
            [_in_steps(group.sum(axis=0, dtype=np.int64)).astype(np.int8) if len(group) else pivots[place]
             for place, group in enumerate(groups)]
        )  # fmt: skip
    return pivots


def _products(a: npt.NDArray[np.int8], b: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    return np.asarray(numkong.cdist(a, b, "dot"))
