"""Which sentences dispute: the same words of either side, not what only a third is told, not what is said for both."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.disputing import disputes
from models.encoding import Encoder
from models.news import NewsItem, Statement
from models.statements import make_statements
from streams.settings import load_settings, load_voices

AT = datetime(2025, 6, 1, tzinfo=UTC)
VOICES = load_voices(load_settings().voices)
TURNED = {"kremlin": "white_house", "white_house": "kremlin"}


@pytest.mark.parametrize(
    "text",
    [
        "He rejected the claim that a date had been named.",
        "“That is an outright lie,” the spokesman said.",
        "There was no agreement to lift the measures, she said.",
        "The accusations are groundless.",
        "Such a condition was not discussed.",
        "Никаких договорённостей о прекращении поставок не достигнуто.",
        "Он отверг эти утверждения как голословные.",
        "Эти сведения не соответствуют действительности.",
    ],
)
@pytest.mark.parametrize("voice", VOICES.pair)
def test_denials_and_accusations_are_disputes_whoever_says_them(text: str, voice: str) -> None:
    assert disputes(text, voice, VOICES, AT)


@pytest.mark.parametrize(
    "text",
    [
        "The ministers will meet again in May.",
        "The answer lies in patient work.",
        "Both governments consider the launch a provocation.",
        "The leaders said that the attack was unacceptable.",
        "Обе стороны считают такие шаги неприемлемыми.",
        "The talks were useful and went on for two hours.",
    ],
)
@pytest.mark.parametrize("voice", VOICES.pair)
def test_what_is_said_for_both_or_of_other_things_is_none(text: str, voice: str) -> None:
    assert not disputes(text, voice, VOICES, AT)


@pytest.mark.parametrize(
    ("voice", "other"), [("kremlin", "Washington"), ("white_house", "Moscow")], ids=["of one", "of the other"]
)
def test_a_dispute_with_a_third_voice_alone_is_none_between_the_two(voice: str, other: str) -> None:
    assert not disputes("He called what Kyiv had said a fabrication, a false pretext.", voice, VOICES, AT)
    assert disputes(f"He called what Kyiv and {other} had said a fabrication.", voice, VOICES, AT)
    pair = VOICES.with_pair(voice, "kyiv")
    assert disputes("He called what Kyiv had said a fabrication, a false pretext.", voice, pair, AT)


@given(st.text(max_size=120), st.sampled_from(VOICES.pair))
def test_without_a_name_it_is_the_same_for_either_side(text: str, voice: str) -> None:
    plain = "".join(letter for letter in text if letter.islower() or letter == " ")
    assert disputes(plain, voice, VOICES, AT) == disputes(plain, TURNED[voice], VOICES, AT)


def test_the_embed_stage_tells_which_passages_dispute(hashing_encoder: Encoder) -> None:
    said = "The Kremlin welcomed the meeting in Geneva. The Kremlin rejected the claim that troops had been moved."
    item = NewsItem(id="a", published_at=AT, title="Talks", text=said, lang="en")
    (made,) = make_statements([item], VOICES, hashing_encoder, most_passages=12)
    assert isinstance(made, Statement)
    assert [(one.voice, one.disputes) for one in made.passages] == [("kremlin", False), ("kremlin", True)]
