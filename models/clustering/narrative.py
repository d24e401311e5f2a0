"""A live narrative: its active members."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.clustering.features import Sparse

MOST_RECENT = 64
"""Members that say what a narrative is called: bounds the work, and follows its drift. A judgement."""


@dataclass(frozen=True, slots=True)
class Active:
    """A member as it is compared: dense (2 * dim,) in steps of the grid; seq orders members; days as in a statement."""

    item: str
    seq: int
    at: datetime
    lang: str
    dense: npt.NDArray[np.int16]
    sparse: Sparse
    days: int = 0


class Live:
    """Members in the order in which they came; a member that leaves leaves no trace."""

    def __init__(self, name: str) -> None:
        """Of no member."""
        self.name = name
        self.members: dict[str, Active] = {}

    @property
    def founded(self) -> int:
        """Number of the oldest active member, by which narratives are ordered."""
        return next(iter(self.members.values())).seq

    def add(self, one: Active) -> None:
        """Add a member."""
        self.members[one.item] = one

    def remove(self, one: Active) -> None:
        """Take a member away."""
        del self.members[one.item]

    def sort(self) -> None:
        """Put members in the order of their numbers, after some that are not the latest have come."""
        self.members = {one.item: one for one in sorted(self.members.values(), key=lambda one: one.seq)}

    def absorb(self, other: "Live") -> None:
        """Take the members of another narrative; members stay in the order of their numbers."""
        self.members |= other.members
        self.sort()

    def recent(self) -> list[Active]:
        """The latest members, at most MOST_RECENT."""
        return list(self.members.values())[-MOST_RECENT:]
