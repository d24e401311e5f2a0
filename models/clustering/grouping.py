"""Which documents of a neighbourhood belong together: the best groups of a small graph, if better than what there is.

The measure is the constant Potts model (Traag, Van Dooren and Nesterov 2011): the bonds inside groups, minus APART for
each pair in a group; it has no resolution limit, so that groups far away change nothing here. The best groups are
looked for by the Leiden algorithm (Traag, Waltman and Van Eck 2019) of igraph.
"""

import random
from collections.abc import Mapping, Sequence

APART = 0.01
"""What each pair of documents in a group costs (`benchmarks/stories.py --grid`)."""
BETTER = 0.02
"""By how much other groups must be better than those that are there. Less moves more documents for nothing, more keeps
early mistakes (`benchmarks/stories.py --grid`)."""
ROUNDS = 3
"""Iterations of Leiden; a neighbourhood is small."""

Bonds = Mapping[tuple[int, int], float]
"""By two places of a sequence, the smaller first."""


def regrouped(sizes: Sequence[float], bonds: Bonds, groups: Sequence[int]) -> list[int]:
    """Better groups for some nodes, or the ones they have; a group is named by a number.

    Args:
        sizes: documents that each node counts for, above 0.
        bonds: between nodes, above 0.
        groups: of each node now.
    """
    import igraph  # here, because it takes long, and most commands never group

    edges, weights = list(bonds), list(bonds.values())
    igraph.set_random_number_generator(random.Random(0))  # noqa: S311 - one that begins alike for each graph
    graph = igraph.Graph(n=len(sizes), edges=edges)
    found = graph.community_leiden(
        "CPM", weights=weights, resolution=APART, node_weights=list(sizes), n_iterations=ROUNDS
    ).membership
    return list(found) if quality(sizes, bonds, found) > quality(sizes, bonds, groups) + BETTER else list(groups)


def quality(sizes: Sequence[float], bonds: Bonds, groups: Sequence[int]) -> float:
    """Bonds inside groups minus APART for each pair of documents of different nodes in a group; higher is better."""
    inside = sum(bond for (a, b), bond in bonds.items() if groups[a] == groups[b])
    counts: dict[int, float] = {}
    pairs = 0.0
    for size, group in zip(sizes, groups, strict=True):
        before = counts.get(group, 0.0)
        pairs += size * before
        counts[group] = before + size
    return inside - APART * pairs
