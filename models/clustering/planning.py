"""Where a new document belongs, and what it shows of those that are there: narratives that are one, and that are two.

The neighbourhood of the document, all members of the narratives that it is bound to, is grouped anew; groups keep the
names of the narratives that most of their members are in.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.clustering.grouping import APART, regrouped
from models.clustering.narrative import Live
from models.clustering.neighbours import Neighbours

MOST_REGROUPED = 400
"""Documents of a neighbourhood that may be grouped anew; a narrative that would exceed it takes part as a whole, which
bounds the work. On the corpora of `benchmarks/stories.py` most neighbourhoods have 3 to 30."""


CROWD = 40
"""Documents that a narrative counts for at most. A document has so many neighbours however large its story is, while
it would be told apart from every member: without a bound, large stories fall into pieces (`benchmarks/stories.py
--grid`)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in this order; documents by number.

    narrative: that the new document joins; None: it founds one. merges: (absorbed, into). moves: (documents, from,
    into), where a number instead of a name stands for the narrative that this document founds: the new document, or one
    of those that move, which makes it a split.
    """

    narrative: str | None
    merges: tuple[tuple[str, str], ...] = ()
    moves: tuple[tuple[tuple[int, ...], str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Node:
    """Documents that stay together, the narrative they are in (None: the new document), what they count for."""

    numbers: tuple[int, ...]
    narrative: str | None
    weight: float = 1.0


def planned(number: int, graph: Neighbours, narrative_of: Callable[[int], str], live: Mapping[str, Live]) -> Plan:
    """The plan for a new document that is in the graph and in no narrative."""
    bonds = graph.bonds(number)
    nearest = sorted(bonds, key=lambda other: (-bonds[other], other))
    names = list(dict.fromkeys(narrative_of(other) for other in nearest))
    if not names:
        return Plan(None)
    nodes = _nodes(number, [live[name] for name in names])
    between = _between(nodes, graph)
    now = [0 if node.narrative is None else 1 + names.index(node.narrative) for node in nodes]
    found = regrouped([node.weight for node in nodes], between, [_best(nodes, between, now), *now[1:]])
    groups: dict[int, list[_Node]] = {}
    for node, group in zip(nodes, found, strict=True):
        groups.setdefault(group, []).append(node)
    return _plan(list(groups.values()), {name: live[name].founded for name in names})


def _nodes(number: int, narratives: Sequence[Live]) -> list[_Node]:
    nodes = [_Node((number,), None)]
    room = MOST_REGROUPED
    for one in narratives:
        members = tuple(member.seq for member in one.members.values())
        if len(members) <= room:
            room -= len(members)
            share = min(1.0, CROWD / len(members))
            nodes += [_Node((member,), one.name, share) for member in members]
        else:
            nodes.append(_Node(members, one.name, float(min(len(members), CROWD))))
    return nodes


def _between(nodes: Sequence[_Node], graph: Neighbours) -> dict[tuple[int, int], float]:
    """Bonds between nodes, each pair once; two narratives that take part as a whole have none."""
    place = {number: i for i, node in enumerate(nodes) for number in node.numbers}
    found: dict[tuple[int, int], float] = {}
    for i, node in enumerate(nodes):
        if len(node.numbers) > 1:
            continue
        for other, bond in graph.bonds(node.numbers[0]).items():
            j = place.get(other)
            if j is not None and (i < j or len(nodes[j].numbers) > 1):
                pair = (min(i, j), max(i, j))
                found[pair] = found.get(pair, 0.0) + bond
    return found


def _best(nodes: Sequence[_Node], between: Mapping[tuple[int, int], float], now: Sequence[int]) -> int:
    """The group that the new document, node 0, is best put in while all others stay; its own is 0."""
    gains: dict[int, float] = {}
    for (i, j), bond in between.items():
        if i == 0:
            gains[now[j]] = gains.get(now[j], 0.0) + bond
    for node, group in zip(nodes[1:], now[1:], strict=True):
        if group in gains:
            gains[group] -= APART * node.weight
    best = max(gains, key=lambda group: (gains[group], -group), default=0)
    return best if gains and gains[best] > 0 else 0


def _plan(groups: Sequence[Sequence[_Node]], founded: Mapping[str, int]) -> Plan:
    """What makes the narratives there are into these groups."""
    shares: Counter[tuple[int, str]] = Counter()
    for place, group in enumerate(groups):
        for node in group:
            if node.narrative is not None:
                shares[place, node.narrative] += len(node.numbers)
    names: dict[int, str] = {}
    homes: dict[str, int] = {}
    ranked = sorted(shares, key=lambda one: (-shares[one], founded[one[1]], one[0]))
    for place, name in ranked:
        if place not in names and name not in homes:
            names[place], homes[name] = name, place
    merges = {}
    for place, name in ranked:
        if name not in homes:
            homes[name], merges[name] = place, names[place]
    own: str | None = None
    moves: list[tuple[tuple[int, ...], str, str | int]] = []
    for place, group in enumerate(groups):
        into = names.get(place)
        founder = next((n.numbers[0] for n in group if n.narrative is None), min(n.numbers[0] for n in group))
        if any(node.narrative is None for node in group):
            own = into
        for name in dict.fromkeys(node.narrative for node in group if node.narrative is not None):
            if homes[name] != place:
                numbers = tuple(sorted(n for node in group if node.narrative == name for n in node.numbers))
                moves.append((numbers, merges.get(name, name), founder if into is None else into))
    return Plan(own, tuple(merges.items()), tuple(moves))
