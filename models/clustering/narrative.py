"""A live narrative: its active members, and the sums by which it is found and merged."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.clustering.features import GRID, SPARSE_GRID, Ints, Sparse, on_grid

DENSE, SPARSE = 0.5, 0.5
"""Shares of the two similarities (methods.md, 3)."""
LARGEST_COMPARED = 64
"""Most recent members with which a document is compared: bounds the work, and follows a narrative's drift."""


@dataclass(frozen=True, slots=True)
class Active:
    """A member as it is compared: dense (2 * dim,) float32 whole numbers; seq orders members."""

    item: str
    seq: int
    at: datetime
    lang: str
    dense: npt.NDArray[np.float32]
    sparse: Sparse


class Live:
    """Members in the order in which they came, and their sums; a member that leaves leaves no trace."""

    def __init__(self, name: str, size: int) -> None:
        """Of no member."""
        self.name = name
        self.members: dict[str, Active] = {}
        self._dense = np.zeros(size, np.int64)
        self._sparse: dict[int, int] = {}
        self._cached: Sparse | None = None
        self._span: tuple[datetime, datetime] | None = None

    @property
    def founded(self) -> int:
        """Number of the oldest active member, by which narratives are ordered."""
        return next(iter(self.members.values())).seq

    def add(self, one: Active, sign: int = 1) -> None:
        """Add a member, or take it away with sign -1."""
        if sign > 0:
            self.members[one.item] = one
        else:
            del self.members[one.item]
        self._dense += sign * one.dense.astype(np.int64)
        self._cached = self._span = None
        for term, weight in zip(one.sparse.ids.tolist(), one.sparse.weights.tolist(), strict=True):
            total = self._sparse.get(term, 0) + sign * weight
            if total:
                self._sparse[term] = total
            else:
                del self._sparse[term]

    def absorb(self, other: "Live") -> None:
        """Take the members of another narrative; members stay in the order of their numbers."""
        for one in other.members.values():
            self.add(one)
        self.members = {one.item: one for one in sorted(self.members.values(), key=lambda one: one.seq)}

    def centroid(self) -> npt.NDArray[np.float32]:
        """Direction of the dense sum on the grid, (2 * dim,), unit norm in all."""
        return on_grid(self._dense.astype(np.float64))

    def recent(self) -> list[Active]:
        """The members to compare with, at most LARGEST_COMPARED."""
        return list(self.members.values())[-LARGEST_COMPARED:]

    def span(self) -> tuple[datetime, datetime]:
        """Event times of the first and last member."""
        if self._span is None:
            times = [one.at for one in self.members.values()]
            self._span = min(times), max(times)
        return self._span

    def sums(self) -> tuple[Ints, Sparse]:
        """Dense and sparse sum."""
        if self._cached is None:
            ordered = sorted(self._sparse.items())
            self._cached = Sparse(
                np.array([term for term, _ in ordered], np.int64), np.array([weight for _, weight in ordered], np.int64)
            )
        return self._dense, self._cached


def sum_cosine(a: Live, b: Live) -> float:
    """Cosine of two narratives' sum vectors, dense and sparse part weighed as in a similarity: -1..1."""
    (dense_a, sparse_a), (dense_b, sparse_b) = a.sums(), b.sums()
    cross = _joint(dense_a, dense_b, sparse_a, sparse_b)
    own_a, own_b = _joint(dense_a, dense_a, sparse_a, sparse_a), _joint(dense_b, dense_b, sparse_b, sparse_b)
    return cross / math.sqrt(own_a * own_b) if own_a > 0 and own_b > 0 else 0.0


def _joint(dense_a: Ints, dense_b: Ints, sparse_a: Sparse, sparse_b: Sparse) -> float:
    dense = int((dense_a * dense_b).sum()) / (2 * GRID * GRID) if len(dense_a) == len(dense_b) else 0.0
    places = np.searchsorted(sparse_a.ids, sparse_b.ids)
    places[places == len(sparse_a.ids)] = 0
    if not len(sparse_a.ids):
        return DENSE * dense
    same = sparse_a.ids[places] == sparse_b.ids
    sparse = int((sparse_a.weights[places[same]] * sparse_b.weights[same]).sum()) / (SPARSE_GRID * SPARSE_GRID)
    return DENSE * dense + SPARSE * sparse
