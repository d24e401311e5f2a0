"""How like two documents are: by meaning, by words, and by how far apart in time they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.clustering.narrative import DENSE, SPARSE, Active, Live
from models.clustering.neighbours import decay
from models.clustering.search import DENSE_UNIT, SPARSE_UNIT, Search

CROSS = 0.9
"""Share of the dense similarity across languages. On 16 events told in English and Russian .7 puts 80 % together,
.9 and 1 all of them, none with another event (`benchmarks/clustering.py --pairs`)."""
NEAREST_MEMBERS = 3
"""A narrative is as near as its nearest members on average: so many of them (methods.md, 3)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of a document to a member of a narrative: about -1..1, whatever the time between them, and after decay."""

    live: Live
    member: Active
    timeless: float
    value: float


def likenesses(one: Active, candidates: Sequence[Live], search: Search) -> list[Likeness]:
    """To the recent members of narratives, the likest first."""
    members = [(live, member) for live in candidates for member in live.recent()]
    if not members:
        return []
    dense, sparse = search.similarities(one.dense, one.sparse, [member for _, member in members])
    found = []
    for (live, member), d, s in zip(members, dense.tolist(), sparse.tolist(), strict=True):
        like = pair_similarity(d / DENSE_UNIT, s / SPARSE_UNIT, same_language=one.lang == member.lang)
        found.append(Likeness(live, member, like, like * decay(one.at, member.at)))
    return sorted(found, key=lambda it: (-it.value, it.member.seq))


def nearness(found: Sequence[Likeness]) -> dict[str, float]:
    """Of a document to each narrative: the mean of its likeness to the nearest members."""
    by_name: dict[str, list[float]] = {}
    for one in found:
        by_name.setdefault(one.live.name, []).append(one.value)
    return {name: sum(best := values[:NEAREST_MEMBERS]) / len(best) for name, values in by_name.items()}


def pair_similarity(dense: float, sparse: float, *, same_language: bool) -> float:
    """Of two documents. Those of different languages share hardly a word: the dense part stands for both."""
    return DENSE * dense + SPARSE * sparse if same_language else max(DENSE * dense + SPARSE * sparse, CROSS * dense)
