"""Near copies: the signature says how much two texts share, and the index finds what it should."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.copies import HASHES, NEAR_COPY, CopyIndex, likeness, signature

WORDS = [f"word{number}" for number in range(400)]


def text(seed: int, length: int = 120) -> list[str]:
    return [WORDS[place] for place in np.random.default_rng(seed).integers(0, len(WORDS), length)]


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), changed=st.integers(0, 100))
def test_likeness_estimates_the_share_of_common_shingles(seed: int, changed: int) -> None:
    a = text(seed)
    b = a[: len(a) - changed] + text(seed + 1)[:changed]
    true = len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))
    assert abs(likeness(signature(" ".join(a), ""), signature(" ".join(b), "")) - true) < 5 * 0.5 / HASHES**0.5


def test_layout_case_and_title_are_no_part_of_a_copied_text() -> None:
    words = " ".join(text(1))
    assert signature(words, "One title") == signature(words.upper().replace(" ", "\n"), "Another title")


def test_titles_alone_are_copies_only_when_they_are_the_same() -> None:
    one = signature("", "Telephone conversation with the President of Turkey")
    assert likeness(one, signature("", "Telephone conversation with the President of Turkey")) == 1.0
    assert likeness(one, signature("", "Telephone conversation with the President of Serbia")) < 0.5


def test_a_text_without_words_is_no_copy_of_another() -> None:
    assert signature("", "") == signature("—", "…") == ()
    assert likeness((), ()) == 0.0


def test_the_index_finds_nine_in_ten_copies_of_two_thirds_and_no_stranger() -> None:
    index = CopyIndex()
    for seed in range(200):
        index.add(str(seed), signature(" ".join(text(seed)), ""))
    found = 0
    for seed in range(200):
        words = text(seed)
        near = index.nearest(signature(" ".join(words[:100] + text(1000 + seed)[:20]), ""))
        found += near is not None and near[0] == str(seed)
        assert index.nearest(signature(" ".join(text(5000 + seed)), "")) is None
    assert found >= 180


def test_texts_that_share_a_third_are_met_and_are_no_copies() -> None:
    index = CopyIndex()
    for seed in range(60):
        index.add(str(seed), signature(" ".join(text(seed)), ""))
    for seed in range(60):
        asked = signature(" ".join(text(seed)[:60] + text(1000 + seed)[:60]), "")
        near = index.nearest(asked)
        assert near is None or near[1] >= NEAR_COPY


def test_what_is_removed_is_not_found() -> None:
    index, one = CopyIndex(), signature(" ".join(text(3)), "")
    index.add("first", one)
    index.add("second", one)
    assert index.nearest(one) == ("first", 1.0)
    index.remove("first")
    assert index.nearest(one) == ("second", 1.0)
    index.remove("second")
    assert index.nearest(one) is None
