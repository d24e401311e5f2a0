"""What a divergence score may depend on, and what it may not."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calibration import Calibration, Camps, Scale
from models.divergence import (
    MOST_DISPUTED,
    SAID_BY_BOTH,
    Position,
    SideDocument,
    agreements,
    divergence,
    of_positions,
    position,
)
from models.news import EncodedPassage

DIM = 384
AT = datetime(2022, 1, 1, tzinfo=UTC)


def document(item: str, centre: np.ndarray, *, passages: int = 6, noise: float = 1.0, seed: int = 0) -> SideDocument:
    """A document whose passages scatter about `centre`."""
    draw = np.random.default_rng([seed, *item.encode()])
    made = []
    for number in range(passages):
        vector = centre + noise * draw.normal(size=DIM) / np.sqrt(DIM)
        made.append(
            EncodedPassage(
                start=10 * number,
                end=10 * number + 9,
                text="words about the matter at hand " * 2,
                voice="a",
                confidence=0.9,
                vector=(vector / np.linalg.norm(vector)).astype(np.float16),
            )
        )
    return SideDocument(item=item, url="", lang="en", at=AT, passages=tuple(made))


def direction(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=DIM)
    return vector / np.linalg.norm(vector)


def sides(seed: int, few: int, many: int, apart: float) -> tuple[list[SideDocument], list[SideDocument]]:
    common, shift = 0.5 * direction(seed), apart * direction(seed + 1000)
    a = [document(f"a{seed}-{n}", common + shift, seed=seed) for n in range(few)]
    b = [document(f"b{seed}-{n}", common - shift, seed=seed, passages=1 + n % 5) for n in range(many)]
    return a, b


def disputing(one: SideDocument, passages: int) -> SideDocument:
    """The document with so many of its first passages in dispute."""
    marked = tuple(replace(it, disputes=n < passages) for n, it in enumerate(one.passages))
    return replace(one, passages=marked)


def test_it_takes_two_to_dispute_and_more_of_it_is_further_apart():
    a, b = sides(3, 2, 2, 0.2)
    calm, one_sided = divergence(a, b), divergence([disputing(one, 1) for one in a], b)
    little, more = (divergence(*([disputing(one, n) for one in side] for side in (a, b))) for n in (1, 5))
    assert calm.parts["dispute"] == one_sided.parts["dispute"] == 0
    assert one_sided.score == calm.score < little.score < more.score
    assert 0 < little.parts["dispute"] < more.parts["dispute"] <= MOST_DISPUTED


@given(st.integers(0, 10_000), st.lists(st.integers(0, 6), min_size=3, max_size=3))
@settings(max_examples=40, deadline=None)
def test_dispute_is_the_same_whichever_side_comes_first_and_in_whatever_order(seed, counts):
    a, b = sides(seed, 2, 1, 0.3)
    marked = [disputing(one, n) for one, n in zip((*a, *b), counts, strict=True)]
    assert divergence(marked[:2], marked[2:]) == divergence(marked[2:], marked[1::-1])


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_swapping_the_sides_changes_no_bit_and_every_number_is_in_its_bounds(seed, few, many, apart):
    a, b = sides(seed, few, many, apart)

    there, back = divergence(a, b), divergence(b, a)

    assert there == back
    low, high = there.interval
    assert 0 <= low <= there.score <= high <= 1
    assert there.p_value is None or 0 < there.p_value <= 1


def test_the_order_of_documents_changes_no_bit():
    a, b = sides(7, 3, 3, 0.3)

    found = [
        divergence(list(order), list(reversed(order_b))) for order in permutations(a) for order_b in permutations(b)
    ]

    assert all(one == found[0] for one in found)


def test_sides_further_apart_score_higher():
    near, far = (divergence(*sides(3, 3, 3, apart)) for apart in (0.0, 0.8))

    assert far.score > near.score
    assert far.parts["gap"] > near.parts["gap"] + 0.1


def turned(document: SideDocument, share: int, of: SideDocument) -> SideDocument:
    """The document with the vectors of `share` of its passages taken from another's."""
    said = tuple(
        replace(one, vector=other.vector) if n < share else one
        for n, (one, other) in enumerate(zip(document.passages, of.passages, strict=True))
    )
    return replace(document, passages=said)


def test_the_more_both_sides_say_the_lower_the_score():
    a, b = document("a", 1.5 * direction(8)), document("b", -1.5 * direction(8))
    found = [divergence([a], [turned(b, share, a)]) for share in range(7)]

    agreed = [one.parts["agreement"] for one in found]
    assert agreed[0] == 0.0
    assert agreed[-1] == 1.0
    assert agreed == sorted(agreed)
    assert found[0].score > found[-1].score
    assert found[-1].score < 0.05


@given(st.integers(0, 1000), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_agreement_is_the_share_of_sentences_with_a_match(seed, few, many):
    first, second = ([position(one) for one in side] for side in sides(seed, few, many, 0.2))
    known: dict[bytes, dict[bytes, float]] = {}
    agreements(first[:1], second, known)
    found = agreements(first, second, known)
    assert np.array_equal(found, agreements(second, first, {}).T)
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            alike = one.sentences @ other.sentences.T >= SAID_BY_BOTH
            assert found[i, j] == pytest.approx((alike.any(axis=1).mean() + alike.any(axis=0).mean()) / 2)


def test_a_longer_document_of_the_same_content_is_no_further_away():
    """Length is not framing: estimates are unbiased, so that more passages only make them steadier."""
    gaps = {}
    for length in (2, 24):
        drawn = []
        for seed in range(40):
            a = document(f"x{seed}", 2 * direction(1), passages=6, seed=seed)
            b = document(f"y{seed}", 2 * direction(1), passages=length, seed=seed)
            drawn.append(divergence([a], [b]).parts["gap"])
        gaps[length] = float(np.mean(drawn))

    assert abs(gaps[2] - gaps[24]) < 0.01


def test_a_side_without_documents_is_an_error():
    a, _ = sides(1, 1, 1, 0.1)
    with pytest.raises(ValueError, match="without documents"):
        divergence(a, [])


def with_text(document: SideDocument, *texts: str) -> SideDocument:
    """The document with one more passage a text, each far from everything."""
    more = tuple(
        replace(
            document.passages[0], start=900 + n, end=901 + n, text=text, vector=direction(n + 77).astype(np.float16)
        )
        for n, text in enumerate(texts)
    )
    return replace(document, passages=document.passages + more)


def test_appended_courtesies_and_logistics_change_no_bit():
    a, b = sides(11, 2, 2, 0.4)
    padded = [
        with_text(one, "Warm greetings to all who are here today", "The leaders spoke with one another") for one in a
    ]

    there, here = divergence(a, b), divergence(padded, b)

    assert (there.score, there.parts, there.p_value) == (here.score, here.parts, here.p_value)
    assert (
        divergence([with_text(one, "Troops were moved to the border last night") for one in a], b).score != there.score
    )


def test_a_document_of_nothing_but_courtesies_is_still_compared():
    a, b = sides(12, 1, 1, 0.4)
    courteous = replace(a[0], passages=tuple(replace(one, text="Warm greetings to you all") for one in a[0].passages))

    assert divergence([courteous], b).parts["gap"] == pytest.approx(divergence(a, b).parts["gap"])


def camps(weights: np.ndarray, *, bound: float = 4.0) -> Camps:
    return Camps(weights=weights, bias=np.zeros(len(weights)), camps=(0, 1, 1)[: len(weights)], bound=bound)


def of_camps(known: Camps, weight: float = 1.0) -> Calibration:
    return Calibration(
        centres={},
        camps=known,
        usual_within=0.5,
        usual_agreement=0.0,
        scales=(Scale(fewest=1, bias=0.0, weights={"stance": weight}, reference=()),),
        half_width=1.0,
    )


def test_documents_like_two_camps_of_the_past_are_apart_and_which_camp_is_first_does_not_matter():
    turn, houses = direction(5), 4 * np.stack([direction(5), -direction(5), -direction(5) + direction(6)])
    known = of_camps(camps(houses))
    mirrored = of_camps(replace(camps(houses), camps=(1, 0, 0)))

    def score(shift: np.ndarray, calibration: Calibration) -> float:
        a = [position(document("a", 2 * direction(1) + shift), calibration)]
        b = [position(document("b", 2 * direction(1) - shift), calibration)]
        return of_positions(a, b, known=calibration).score

    along, across = score(0.6 * turn, known), score(0.6 * direction(7), known)

    assert along > across + 0.2
    assert along == score(0.6 * turn, mirrored)


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), st.floats(0.5, 10))
def test_a_stance_is_the_bounded_log_odds_of_the_camps(logits, bound):
    known = camps(np.array(logits)[:, None], bound=bound)
    mean = np.ones(1)
    first, second = logits[0], np.logaddexp(logits[1], logits[2])

    assert known.stance(mean) == pytest.approx(max(-bound, min(bound, first - second)), abs=1e-6)
    assert replace(known, camps=(1, 0, 0)).stance(mean) == pytest.approx(-known.stance(mean), abs=1e-6)


def test_of_several_documents_the_mean_stances_are_compared():
    known = of_camps(camps(np.stack([direction(5), -direction(5)]) * 4), weight=1.0)
    centres = (0.3, 0.1, -0.2)
    a = [position(document(f"a{n}", direction(1) + at * direction(5)), known) for n, at in enumerate(centres)]
    b = [position(document(f"b{n}", direction(1) - at * direction(5)), known) for n, at in enumerate(centres[:2])]
    mean = float(np.mean([one.stance for one in a]) - np.mean([one.stance for one in b]))

    assert of_positions(a, b, known=known).parts["stance"] == pytest.approx(mean * mean, abs=1e-5)


def test_what_others_quote_moves_no_stance_where_a_side_speaks_itself():
    known = of_camps(camps(np.stack([direction(5), -direction(5)]) * 4))

    def placed(item: str, at: float, *, own: bool) -> Position:
        return position(replace(document(item, direction(1) + at * direction(5)), own=own), known)

    a, b = placed("a", 0.3, own=True), placed("b", -0.3, own=True)
    quoted = [placed(f"q{n}", 0.0, own=False) for n in range(3)]

    def stance(*sides: list[Position]) -> float:
        return of_positions(*sides, known=known).parts["stance"]

    alone = stance([a], [b])
    assert stance([a, *quoted], [b, *quoted]) == pytest.approx(alone)
    assert 0 < stance([*quoted, placed("c", 0.2, own=False)], [b]) < alone


def test_sides_are_compared_inside_a_language_that_both_have():
    """Language is not framing: what only one side says in another language moves no score until the other answers."""
    a, b = sides(14, 2, 2, 0.3)
    turned = [replace(document(f"r{n}", direction(40) + 0.5 * direction(41 + n)), lang="ru") for n in range(3)]

    assert divergence([*a, *turned], b).parts == divergence(a, b).parts
    assert divergence([*a, *turned], [*b, replace(turned[0], item="other")]).parts != divergence(a, b).parts
