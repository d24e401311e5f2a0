"""Which documents a document could be like, without comparing it with all: by meaning, and by rare terms."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.clustering.features import BUCKETS, FILLED, GRID, SPARSE_GRID, Ints
from models.clustering.meanings import Meanings, row, rows
from models.clustering.narrative import Active
from models.clustering.rare import RareTerms

BY_MEANING, BY_TERMS = 32, 32
"""Documents looked at for either: each twice as many as are kept as neighbours (`benchmarks/stories.py --grid`)."""
DENSE_UNIT = float(2 * GRID * GRID)
SPARSE_UNIT = float(SPARSE_GRID * SPARSE_GRID)


class Search:
    """An index of active documents. Same contents and pivots: same answers."""

    def __init__(self, pivots: npt.NDArray[np.int8] | None = None) -> None:
        """Empty. pivots: of `Meanings`."""
        self._meanings, self._rare = Meanings(pivots), RareTerms()
        self._actives: dict[int, Active] = {}
        self._scratch = np.zeros(BUCKETS, np.int64)

    def settled(self) -> npt.NDArray[np.int8] | None:
        """New pivots, if they are wanted now."""
        settled = self._meanings.settled()
        if settled is None:
            return None
        self._meanings = settled
        return settled.pivots

    def add(self, one: Active) -> None:
        """Let a document be found."""
        self._actives[one.seq] = one
        self._meanings.add(one.seq, row(one.dense))
        self._rare.add(one.seq, one.sparse)

    def fill(self, some: Sequence[Active]) -> None:
        """Let documents be found, in the order of their numbers, that came after all that are here."""
        self._actives |= {one.seq: one for one in some}
        for at in range(0, len(some), FILLED):
            part = some[at : at + FILLED]
            self._meanings.fill(np.array([one.seq for one in part]), rows(np.stack([one.dense for one in part])))
        self._rare.fill([one.seq for one in some], [one.sparse for one in some])

    def remove(self, one: Active) -> None:
        """Let it no longer be found."""
        del self._actives[one.seq]
        self._meanings.remove(one.seq)
        self._rare.remove(one.seq, one.sparse)

    def candidates(self, one: Active) -> list[Active]:
        """Documents that may be near, at most BY_MEANING + BY_TERMS, in the order of their numbers."""
        found = {
            *self._meanings.nearest(row(one.dense), BY_MEANING),
            *self._rare.nearest(one.sparse, BY_TERMS),
        }
        return [self._actives[number] for number in sorted(found)]

    def similarities(self, one: Active, others: Sequence[Active]) -> tuple[Ints, Ints]:
        """Dense and sparse products with each of some others, whole numbers."""
        dense = np.stack([other.dense for other in others]).astype(np.float32)
        products = (dense @ one.dense.astype(np.float32)).astype(np.int64)
        self._scratch[one.sparse.ids] = one.sparse.weights
        lengths = np.array([0, *(len(other.sparse.ids) for other in others)])
        ids = np.concatenate([other.sparse.ids for other in others])
        weights = np.concatenate([other.sparse.weights for other in others])
        running = np.concatenate([[0], np.cumsum(self._scratch[ids] * weights)])
        ends = np.cumsum(lengths)
        self._scratch[one.sparse.ids] = 0
        return products, running[ends[1:]] - running[ends[:-1]]
