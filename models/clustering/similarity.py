"""How like two documents are: by meaning, by words, by the days that they name, and by time between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.clustering.narrative import Active
from models.clustering.neighbours import decay
from models.clustering.search import DENSE_UNIT, SPARSE_UNIT, Search

DENSE, SPARSE = 0.5, 0.5
"""Shares of the two similarities (methods.md, 3)."""

CROSS = 0.9
"""Share of the dense similarity across languages. On 16 events told in English and Russian .7 puts 80 % together,
.9 and 1 all of them, none with another event (`benchmarks/clustering.py --pairs`)."""
OTHER_DAY, SAME_DAY = 0.7, 1.1
"""What is left of a likeness where both documents open with days of the week and share none, and where they share one
(`benchmarks/stories.py --grid`)."""
NEAREST_MEMBERS = 3
"""A narrative is as near as its nearest members on average: so many of them (methods.md, 3)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of a document to one before it: about -1..1, whatever the time between them, and after decay."""

    other: Active
    timeless: float
    value: float


def likenesses(one: Active, search: Search) -> list[Likeness]:
    """To the documents that may be near, the likest first."""
    others = search.candidates(one)
    if not others:
        return []
    dense, sparse = search.similarities(one, others)
    found = []
    for other, d, s in zip(others, dense.tolist(), sparse.tolist(), strict=True):
        like = pair_similarity(d / DENSE_UNIT, s / SPARSE_UNIT, same_language=one.lang == other.lang)
        like *= by_days(one.days, other.days)
        found.append(Likeness(other, like, like * decay(one.at, other.at)))
    return sorted(found, key=lambda it: (-it.value, it.other.seq))


def nearness(found: Sequence[Likeness], narrative_of: Callable[[int], str]) -> dict[str, float]:
    """Of a document to each narrative: the mean of its likeness to the nearest members."""
    by_name: dict[str, list[float]] = {}
    for one in found:
        by_name.setdefault(narrative_of(one.other.seq), []).append(one.value)
    return {name: sum(best := values[:NEAREST_MEMBERS]) / len(best) for name, values in by_name.items()}


def by_days(one: int, other: int) -> float:
    """What the days that two documents name make of their likeness: a factor, 1 where either names none."""
    if not one or not other:
        return 1.0
    return SAME_DAY if one & other else OTHER_DAY


def pair_similarity(dense: float, sparse: float, *, same_language: bool) -> float:
    """Of two documents. Those of different languages share hardly a word: the dense part stands for both."""
    return DENSE * dense + SPARSE * sparse if same_language else max(DENSE * dense + SPARSE * sparse, CROSS * dense)
