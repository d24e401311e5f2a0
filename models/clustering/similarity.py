"""How near a document is to a narrative, and when that is near enough."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.clustering.narrative import DENSE, SPARSE, Active, Live
from models.clustering.search import DENSE_UNIT, SPARSE_UNIT, Search

JOIN = 0.20
"""Least certainty for joining; a lower one founds a narrative. On the three development corpora .22 gives macro
B-cubed F1 .855, .20 .860; methods.md, 3, has .22 with other term weights."""
MERGE = 0.50
"""Least cosine of two sums, after decay, for merging (methods.md, 3)."""
CROSS = 0.9
"""Share of the dense similarity across languages. On 16 events told in English and Russian .7 puts 80 % together,
.9 and 1 all of them, none with another event (`benchmarks/clustering.py --pairs`)."""
NEAREST = 3
"""A narrative is as near as its nearest members on average: so many of them (methods.md, 3)."""
DECAY_SECONDS = 72 * 3600.0
RUNNER_UP, RUNNER_UP_FROM = 0.5, 0.12
"""What a second narrative as near takes off the certainty: RUNNER_UP x (its similarity - RUNNER_UP_FROM)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A narrative and a document's similarity to it."""

    live: Live
    score: float


def score(one: Active, candidates: Sequence[Live], search: Search) -> list[Scored]:
    """Similarity to each narrative: the mean of the nearest members', decayed over the silence between; about -1..1."""
    members = [(live, member) for live in candidates for member in live.recent()]
    if not members:
        return []
    dense, sparse = search.similarities(one.dense, one.sparse, [member for _, member in members])
    by_live: dict[str, list[float]] = {live.name: [] for live in candidates}
    for (live, member), d, s in zip(members, dense.tolist(), sparse.tolist(), strict=True):
        by_live[live.name].append(
            pair_similarity(d / DENSE_UNIT, s / SPARSE_UNIT, same_language=one.lang == member.lang)
        )
    return [Scored(live, _nearest(by_live[live.name]) * _silence(one, live)) for live in candidates]


def pair_similarity(dense: float, sparse: float, *, same_language: bool) -> float:
    """Of two documents. Those of different languages share hardly a word: the dense part stands for both."""
    return DENSE * dense + SPARSE * sparse if same_language else max(DENSE * dense + SPARSE * sparse, CROSS * dense)


def certainty(ranked: Sequence[Scored]) -> float:
    """Of joining the nearest: less where another narrative is as near."""
    second = ranked[1].score if len(ranked) > 1 else 0.0
    return ranked[0].score - RUNNER_UP * max(0.0, second - RUNNER_UP_FROM)


def decay(a: Live, b: Live) -> float:
    """What is left of the likeness of two narratives over the time between them: 0..1."""
    (first_a, last_a), (first_b, last_b) = a.span(), b.span()
    gap = max((first_b - last_a).total_seconds(), (first_a - last_b).total_seconds(), 0.0)
    return math.exp(-gap / DECAY_SECONDS)


def _silence(one: Active, live: Live) -> float:
    first, last = live.span()
    gap = max((one.at - last).total_seconds(), (first - one.at).total_seconds(), 0.0)
    return math.exp(-gap / DECAY_SECONDS)


def _nearest(similarities: list[float]) -> float:
    best = sorted(similarities, reverse=True)[:NEAREST]
    return sum(best) / len(best)
