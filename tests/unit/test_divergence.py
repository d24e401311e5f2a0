"""What a divergence score may depend on, and what it may not."""

from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.divergence import SideDocument, divergence
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
                text="words " * 8,
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
    common, shift = 2 * direction(seed), apart * direction(seed + 1000)
    a = [document(f"a{seed}-{n}", common + shift, seed=seed) for n in range(few)]
    b = [document(f"b{seed}-{n}", common - shift, seed=seed, passages=1 + n % 5) for n in range(many)]
    return a, b


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

    found = [divergence(list(order), list(reversed(order_b))) for order in permutations(a) for order_b in permutations(b)]

    assert all(one == found[0] for one in found)


def test_sides_further_apart_score_higher():
    near, far = (divergence(*sides(3, 3, 3, apart)) for apart in (0.0, 0.8))

    assert far.score > near.score
    assert far.parts["gap"] > near.parts["gap"] + 0.1


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
