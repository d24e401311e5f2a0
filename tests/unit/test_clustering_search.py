"""What is found among many documents: the same as by looking at all, whatever came and went before."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import meanings, rare
from models.clustering.features import Sparse
from models.clustering.meanings import Meanings, row
from models.clustering.rare import RareTerms

DIM = 8


def rows(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-60, 60, size=(count, DIM)).astype(np.int8)


def by_looking_at_all(held: dict[int, np.ndarray], asked: np.ndarray, most: int) -> list[int]:
    products = {number: int(vector.astype(int) @ asked.astype(int)) for number, vector in held.items()}
    return sorted(products, key=lambda number: (-products[number], number))[:most]


def filled(index: Meanings, held: dict[int, np.ndarray]) -> Meanings:
    for number, vector in held.items():
        index.add(number, vector)
    return index


@settings(deadline=None)
@given(seed=st.integers(0, 1000), gone=st.sets(st.integers(0, 39)), most=st.integers(1, 50))
def test_the_nearest_are_those_there_whatever_came_and_went(seed: int, gone: set[int], most: int) -> None:
    held = dict(enumerate(rows(40, seed)))
    index = filled(Meanings(), held)
    for number in sorted(gone, key=lambda one: one * 7 % 40):
        index.remove(number)
        del held[number]
    (asked,) = rows(1, seed + 1)
    assert index.nearest(asked, most) == by_looking_at_all(held, asked, most)


def test_of_equals_the_first_are_found() -> None:
    (vector,) = rows(1, 1)
    assert filled(Meanings(), dict.fromkeys((5, 2, 9, 4), vector)).nearest(vector, 2) == [2, 4]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000))
def test_pivots_change_nothing_but_where_is_looked(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanings, "EXACT", 30)
        patch.setattr(meanings, "PROBED", 2)
        held = dict(enumerate(rows(60, seed)))
        exact = filled(Meanings(), held)
        settled = exact.settled()
        assert settled is not None
        assert settled.settled() is None
        gone = list(held)[::2]
        for number in gone:
            settled.remove(number)
        again = filled(Meanings(settled.pivots), {number: held[number] for number in reversed(held) if number % 2})
        asked = rows(5, seed + 1)
        assert [settled.nearest(one, 9) for one in asked] == [again.nearest(one, 9) for one in asked]
        patch.setattr(meanings, "PROBED", 60)
        for number in gone:
            settled.add(number, held[number])
        assert [settled.nearest(one, 9) for one in asked] == [exact.nearest(one, 9) for one in asked]


def test_few_cells_hold_most_of_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings, "EXACT", 1_000)
    monkeypatch.setattr(meanings, "PROBED", 8)
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(200, 32))
    vectors = np.clip(20 * (np.repeat(centres, 10, axis=0) + 0.3 * rng.normal(size=(2_000, 32))), -127, 127)
    exact = filled(Meanings(), dict(enumerate(vectors.astype(np.int8))))
    settled = exact.settled()
    assert settled is not None
    assert len(settled.pivots) == 32
    found = [set(exact.nearest(one, 10)) & set(settled.nearest(one, 10)) for one in vectors[::50].astype(np.int8)]
    assert sum(map(len, found)) > 0.95 * 10 * len(found)


def test_a_direction_counts_lead_and_headline_alike_however_long_they_are() -> None:
    first, second = np.array([100, 0, 0, 0], np.int16), np.array([0, 2000, 0, 0], np.int16)
    assert row(np.concatenate([first, second]))[:2].tolist() == row(np.concatenate([second, first]))[:2].tolist()
    assert not row(np.zeros(8, np.int16)).any()
    assert Meanings().nearest(row(np.zeros(8, np.int16)), 3) == []


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000), first=st.integers(0, 60))
def test_many_added_at_once_are_found_as_if_they_had_come_one_by_one(seed: int, first: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("EXACT", 30), ("PROBED", 2), ("FILLED", 7)):
            patch.setattr(meanings, name, value)
        patch.setattr(rare, "FILLED", 5)
        held = dict(enumerate(rows(60, seed)))
        held[11] = np.zeros(DIM, np.int8)
        settled = filled(Meanings(), held).settled()
        assert settled is not None
        for pivots in (None, settled.pivots):
            one_by_one, at_once = filled(Meanings(pivots), held), Meanings(pivots)
            for some in (list(held)[:first], list(held)[first:]):
                at_once.fill(np.array(some, np.int64), np.array([held[one] for one in some], np.int8).reshape(-1, DIM))
            at_once.remove(3)
            one_by_one.remove(3)
            asked = rows(5, seed + 1)
            assert [at_once.nearest(one, 9) for one in asked] == [one_by_one.nearest(one, 9) for one in asked]
        terms = [sparse({int(abs(x)): 1 + int(abs(y)) for x, y in vector.reshape(-1, 2)}) for vector in held.values()]
        postings, at_once_too = RareTerms(), RareTerms()
        for number, one in enumerate(terms):
            postings.add(number, one)
        for span in (range(first), range(first, 60)):
            at_once_too.fill(span, [terms[number] for number in span])
        assert [at_once_too.nearest(one, 9) for one in terms] == [postings.nearest(one, 9) for one in terms]


def sparse(weights: dict[int, int]) -> Sparse:
    return Sparse(np.array(list(weights), np.uint32), np.array(list(weights.values()), np.uint16))


Weights = dict[int, int]


@settings(deadline=None)
@given(
    documents=st.lists(st.dictionaries(st.integers(0, 30), st.integers(1, 9_999), max_size=12), max_size=12),
    gone=st.sets(st.integers(0, 11)),
    asked=st.dictionaries(st.integers(0, 30), st.integers(1, 9_999), max_size=12),
)
def test_documents_are_found_by_the_heaviest_terms_they_share(
    documents: Sequence[Weights], gone: set[int], asked: Weights
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rare, "TERMS", 4)
        index = RareTerms()
        for number, weights in enumerate(documents):
            index.add(number, sparse(weights))
        for number in gone & set(range(len(documents))):
            index.remove(number, sparse(documents[number]))
        scores = {
            number: sum(weight * weight for term, weight in _heaviest(asked).items() if term in _heaviest(weights))
            for number, weights in enumerate(documents)
            if number not in gone
        }
        met = [number for number, score in scores.items() if score]
        assert index.nearest(sparse(asked), 5) == sorted(met, key=lambda one: (-scores[one], -one))[:5]


def _heaviest(weights: Weights) -> Weights:
    return dict(sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:4])


def test_of_a_common_term_the_latest_documents_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare, "POSTINGS", 3)
    index = RareTerms()
    for number in (1, 2, 3, 5, 6, 4):
        index.add(number, sparse({7: 100}))
    assert index.nearest(sparse({7: 1}), 9) == [6, 5, 4]
