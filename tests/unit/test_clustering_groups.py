"""Likeness in its surroundings, groups of a neighbourhood, and what a new document shows of the narratives there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clustering.features import Sparse
from models.clustering.grouping import quality, regrouped
from models.clustering.narrative import Active, Live
from models.clustering.neighbours import (
    ANOTHER_TIME,
    LEAST,
    LEAST_DATED,
    UNIT,
    Neighbours,
    genre_of,
    packed,
    unpacked,
)
from models.clustering.planning import planned

START = datetime(2025, 3, 1, tzinfo=UTC)
WORDS = 200
NO_TERMS = Sparse(np.zeros(0, np.int64), np.zeros(0, np.int64))


def graph_of(
    likeness: Mapping[tuple[int, int], float],
    days: Mapping[int, float] | None = None,
    genre: Mapping[int, float | None] | None = None,
) -> Neighbours:
    """Documents in the order of their numbers, each with its likeness to those before it; undated but for `genre`."""
    graph = Neighbours()
    of = {number: value if value is None else round(UNIT * value) for number, value in (genre or {}).items()}
    for number in sorted({one for pair in likeness for one in pair}):
        edges = {a: round(UNIT * value) for (a, b), value in likeness.items() if b == number}
        graph.add(number, START + timedelta(days=(days or {}).get(number, 0.0)), WORDS, edges, of.get(number))
    return graph


def all_alike(numbers: Sequence[int], value: float) -> dict[tuple[int, int], float]:
    return dict.fromkeys(combinations(sorted(numbers), 2), value)


EDGES = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), st.floats(0, 1), min_size=1
)


@given(EDGES)
def test_a_bond_is_mutual_above_nothing_and_below_the_likeness(likeness: dict[tuple[int, int], float]) -> None:
    graph = graph_of(likeness)
    for number in {one for pair in likeness for one in pair}:
        for other, bond in graph.bonds(number).items():
            assert graph.bonds(other)[number] == bond
            assert 0 < bond <= likeness[min(number, other), max(number, other)] + 1 / UNIT


@given(EDGES, st.integers(0, 7))
def test_a_document_that_leaves_leaves_no_trace(likeness: dict[tuple[int, int], float], gone: int) -> None:
    graph = graph_of(likeness)
    without = graph_of({pair: value for pair, value in likeness.items() if gone not in pair} or {(8, 9): 0.5})
    if gone in graph:
        graph.remove(gone)
    for number in range(8):
        if number in without:
            assert graph.bonds(number) == without.bonds(number)


def test_an_event_of_many_accounts_holds_together_where_they_are_dated_and_their_genre_is_rare() -> None:
    accounts = {**all_alike(range(1, 8), 0.6), **all_alike(range(11, 18), 0.6), (7, 17): 0.45}
    every = range(1, 18)
    assert 17 not in graph_of(accounts).bonds(7), "undated, two matters that are as like as that stay two"
    assert 17 in graph_of(accounts, genre=dict.fromkeys(every, 0.1)).bonds(7)
    assert 17 not in graph_of(accounts, genre=dict.fromkeys(every, 0.6)).bonds(7), "last week's calls are as like"
    assert 17 not in graph_of(accounts, genre={**dict.fromkeys(every, 0.1), 7: None, 17: None}).bonds(7)


def test_dates_on_both_sides_bind_what_is_less_like() -> None:
    pair, little = {(1, 2): (LEAST + LEAST_DATED) / 2}, {1: 0.0, 2: 0.0}
    assert 2 in graph_of(pair, genre=little).bonds(1)
    for undated in ((1,), (2,), (1, 2)):
        assert not graph_of(pair, genre={**little, **dict.fromkeys(undated)}).bonds(1)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 9)), max_size=12))
def test_a_genre_is_told_by_what_time_tells_apart_and_by_nothing_else(found: list[tuple[float, float]]) -> None:
    told = [(like, timedelta(days=days)) for like, days in found]
    far = [(like, gap) for like, gap in told if gap > ANOTHER_TIME]
    assert genre_of(told) == genre_of(far) == genre_of(told[::-1])
    assert 0 <= genre_of(told) <= UNIT * max((like for like, _ in far), default=0.0) + 1 or genre_of(told) == 0
    assert genre_of([*told, (1.0, timedelta(days=8))]) >= genre_of(told)


def test_the_same_likeness_binds_in_empty_surroundings_and_not_in_dense_ones() -> None:
    alone = graph_of({(1, 2): 0.4})
    between = graph_of({**all_alike(range(1, 8), 0.8), **all_alike(range(11, 18), 0.8), (7, 17): 0.4})
    assert 2 in alone.bonds(1)
    assert 17 not in between.bonds(7)
    assert 6 in between.bonds(7)


def test_strangers_are_not_bound_however_empty_their_surroundings() -> None:
    assert graph_of({(1, 2): LEAST - 0.01}).bonds(1) == {}
    assert graph_of({(1, 2): LEAST + 0.01}).bonds(1) != {}


def test_time_between_two_documents_loosens_their_bond() -> None:
    bonds = [graph_of({(1, 2): 0.5}, {2: days}).bonds(1).get(2, 0.0) for days in (0, 2, 4, 30)]
    assert bonds == sorted(bonds, reverse=True)
    assert bonds[0] > bonds[1] > bonds[3]


@given(st.dictionaries(st.integers(0, 1 << 40), st.integers(0, UNIT), max_size=20))
def test_edges_are_read_back_as_they_were_written(edges: dict[int, int]) -> None:
    assert unpacked(*packed(edges)) == edges


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), st.floats(0.001, 0.6)
    ),
    st.lists(st.integers(0, 3), min_size=10, max_size=10),
)
def test_groups_are_left_alone_or_become_better(bonds: dict[tuple[int, int], float], groups: list[int]) -> None:
    sizes = [1] * 10
    found = regrouped(sizes, bonds, groups)
    assert found == groups or quality(sizes, bonds, found) > quality(sizes, bonds, groups)
    assert regrouped(sizes, bonds, groups) == found


class World:
    """Narratives by name, each of some documents, and a graph that a new document is in, too."""

    def __init__(self, likeness: Mapping[tuple[int, int], float], narratives: Mapping[str, Sequence[int]]) -> None:
        self.graph = graph_of(likeness)
        self.where = {number: name for name, numbers in narratives.items() for number in numbers}
        self.live = {name: Live(name) for name in narratives}
        for name, numbers in narratives.items():
            for number in numbers:
                self.live[name].add(Active(f"item {number}", number, START, "en", np.zeros(2, np.float32), NO_TERMS))

    def plan(self, number: int):  # type: ignore[no-untyped-def]
        return planned(number, self.graph, self.where.__getitem__, self.live)


def test_a_document_like_none_founds_a_narrative() -> None:
    plan = World({(1, 2): 0.0, (1, 3): 0.5}, {"a": [1, 3]}).plan(2)
    assert (plan.narrative, plan.merges, plan.moves) == (None, (), ())


def test_a_document_like_two_narratives_of_one_event_makes_them_one() -> None:
    plan = World(all_alike(range(1, 8), 0.5), {"a": [1, 2], "b": [3, 4, 5, 6]}).plan(7)
    assert (plan.narrative, plan.merges, plan.moves) == ("b", (("a", "b"),), ())


def test_of_equally_large_narratives_the_older_name_is_kept() -> None:
    plan = World(all_alike(range(1, 6), 0.5), {"b": [3, 4], "a": [1, 2]}).plan(5)
    assert (plan.narrative, plan.merges) == ("a", (("b", "a"),))


def test_a_narrative_of_two_events_is_split_when_a_document_shows_it() -> None:
    first, second = range(1, 6), range(11, 15)
    likeness = {**all_alike(first, 0.7), **all_alike([*second, 15], 0.7), (1, 11): 0.3}
    plan = World(likeness, {"a": [*first, *second]}).plan(15)
    assert plan.narrative is None
    assert plan.moves == ((tuple(second), "a", 15),)


def test_a_part_without_the_new_document_is_founded_by_its_oldest() -> None:
    first, second = range(1, 5), range(11, 16)
    likeness = {**all_alike(first, 0.7), **all_alike([*second, 16], 0.7)}
    plan = World(likeness, {"a": [*first, *second]}).plan(16)
    assert plan.narrative == "a"
    assert plan.moves == ((tuple(first), "a", 1),)


@pytest.mark.parametrize("size", [100, 390, 600])
def test_a_story_grows_however_large_it_is(size: int) -> None:
    """Each document is like the sixteen before it, as by a graph of nearest neighbours."""
    likeness = {(a, b): 0.5 for b in range(1, size + 2) for a in range(max(1, b - 16), b)}
    plan = World(likeness, {"a": range(1, size + 1)}).plan(size + 1)
    assert (plan.narrative, plan.merges, plan.moves) == ("a", (), ())
