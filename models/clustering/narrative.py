"""A live narrative: its active members, and the sum by which it is found."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.clustering.features import Sparse, on_grid

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
    """Members in the order in which they came, and their sum; a member that leaves leaves no trace."""

    def __init__(self, name: str, size: int) -> None:
        """Of no member."""
        self.name = name
        self.members: dict[str, Active] = {}
        self._dense = np.zeros(size, np.int64)

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

    def sort(self) -> None:
        """Put members in the order of their numbers, after some that are not the latest have come."""
        self.members = {one.item: one for one in sorted(self.members.values(), key=lambda one: one.seq)}

    def absorb(self, other: "Live") -> None:
        """Take the members of another narrative; members stay in the order of their numbers."""
        for one in other.members.values():
            self.add(one)
        self.sort()

    def centroid(self) -> npt.NDArray[np.float32]:
        """Direction of the dense sum on the grid, (2 * dim,), unit norm in all."""
        return on_grid(self._dense.astype(np.float64))

    def recent(self) -> list[Active]:
        """The members to compare with, at most LARGEST_COMPARED."""
        return list(self.members.values())[-LARGEST_COMPARED:]
