"""Over a whole document: transcripts, office-holders and namesakes, any text at all, with work linear in its length."""

import re
from datetime import UTC, datetime

import pytest
from hearing import OTHERS, SPRING_2025, VOICES, WINTER_2021, J, K, W, Y, evidence, heard, last
from hypothesis import given, settings
from hypothesis import strategies as st
from work import MANY, grows_with_length, soon

from models.attribution import attribute
from models.news import NewsItem
from models.reading import read

TURNS = [
    ("whitehouse.gov", ["MS. PSAKI:  We will see.", "Q    Did Putin say why?", "MS. PSAKI:  No."], [W, OTHERS, W]),
    ("whitehouse.gov", ["Q    Does the White House agree?", "MS. PSAKI: It does.", "That is all."], [OTHERS, W, W]),
    ("whitehouse.gov", ["SENIOR ADMINISTRATION OFFICIAL: We are ready.", "Q    When?"], [W, OTHERS]),
    (
        "whitehouse.gov",
        ["THE PRESIDENT: Thanks.", "PRIME MINISTER DRAGHI: Thank you.", "We came far."],
        [W, OTHERS, OTHERS],
    ),
    ("whitehouse.gov", ["PRESIDENT BIDEN: Welcome to you.", "PRESIDENT ZELENSKYY: Thank you, Mr. President."], [W, Y]),
    (
        "whitehouse.gov",
        ["MODERATOR: Let us begin the call.", "MR. SULLIVAN: We called on Russia to leave."],
        [OTHERS, W],
    ),
    (
        "kremlin.ru",
        ["Vladimir Putin: Hello.", "Question: What of the White House?", "Vladimir Putin: Ask."],
        [K, OTHERS, K],
    ),
    ("kremlin.ru", ["Владимир Путин: День.", "Вопрос: Что в Белом доме?", "Владимир Путин: Спросите."], [K, OTHERS, K]),
    ("kremlin.ru", ["Vladimir Putin: Welcome.", "Emmanuel Macron: Thanks.", "We came to talk."], [K, OTHERS, OTHERS]),
    ("kremlin.ru", ["Владимир Путин: День.", "Эмманюэль Макрон: Спасибо.", "Дмитрий Песков: Всё."], [K, OTHERS, K]),
    ("", ["Vladimir Putin: Good afternoon.", "Question: Why now?", "Vladimir Putin: Why not."], [K, OTHERS, K]),
    ("", ["Donald Trump: A good deal.", "Volodymyr Zelensky: It is not signed.", "Question: Why?"], [W, Y, OTHERS]),
]


@pytest.mark.parametrize(("source", "text", "voices"), TURNS)
def test_in_a_transcript_the_label_says_whose_turn_it_is(source: str, text: list[str], voices: list[str]) -> None:
    at = WINTER_2021 if re.search("PSAKI|BIDEN|SULLIVAN", str(text)) else SPRING_2025
    assert evidence("\n".join(text), source, at) == voices


def test_a_label_is_no_part_of_what_is_said() -> None:
    first = heard("MS. PSAKI:  We will see.\nQ    When?", "whitehouse.gov", WINTER_2021)[0]
    assert first.text == "We will see."


def test_a_label_like_line_makes_no_transcript() -> None:
    assert evidence("Background: The talks began in May.\nThe Kremlin said they went well.") == [None, K]


def test_a_table_of_names_and_figures_makes_no_transcript() -> None:
    """Seen in counts of delegates: the rest of the page was in the voice of the last row."""
    rows = "Donald Trump: 547.\nVladimir Putin: 2,316\nDonald Trump: 46.\n"
    assert set(evidence(rows + "The tally is not final.")) == {None}
    assert W in evidence("Donald Trump: It is final.\nVladimir Putin: It is not.\nDonald Trump: It is.")


def test_an_office_holder_speaks_only_while_in_office() -> None:
    text = "Joe Biden said that the alliance was strong."
    assert last(text, at=datetime(2022, 5, 1, tzinfo=UTC)) == W
    assert last(text, at=datetime(2025, 5, 1, tzinfo=UTC)) != W
    administration = "The Biden administration said that the alliance was strong."
    assert last(administration, at=datetime(2022, 5, 1, tzinfo=UTC)) == W
    assert last(administration, at=datetime(2025, 5, 1, tzinfo=UTC)) != W


def test_a_surname_alone_is_the_person_of_that_surname_named_last() -> None:
    assert last("Hunter Biden arrived. Biden said that he was tired.", at=datetime(2022, 5, 1, tzinfo=UTC)) != W
    assert (
        last("Hunter Biden arrived with Joe Biden. Biden said that he was tired.", at=datetime(2022, 5, 1, tzinfo=UTC))
        == W
    )


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Donald Trump spoke to Melania Trump. Trump said that he was tired.", OTHERS),
        ("Donald Trump spoke to Melania Trump.\nTrump said that he was tired.", W),
        ("Donald Trump spoke to Melania Trump. Mr. Trump said that he was tired.", W),
        ("Donald Trump spoke to Melania Trump.\nMrs. Trump said that she was tired.", OTHERS),
        ("Donald Trump came. Mr. Trump sat down with Eric Trump.\nMr. Trump said that he was tired.", W),
        (
            "Melania Trump came. Ivanka Trump came. Donald Trump came late. Tiffany Trump stayed.\nTrump said no.",
            OTHERS,
        ),
        ("Melania Trump came. Donald Trump did not.\nMs. Trump said that she was tired.", OTHERS),
    ],
)
def test_after_a_relative_a_title_tells_whose_a_surname_is_or_a_paragraph_gives_it_back(text: str, voice: str) -> None:
    """Seen in PolNeAR: once a husband was named, all that the candidate said on the page was nobody's."""
    said = last(text)
    assert said == W if voice == W else said != W


def test_swapping_the_sides_swaps_the_voices() -> None:
    text = "The Kremlin said that talks go on. {} argued that the White House had said nothing. Both sides agreed."
    swapped = text.replace("The Kremlin", "§").replace("the White House", "the Kremlin")
    swapped = swapped.replace("§", "The White House")
    mirror = {K: W, W: K}
    assert [mirror.get(v or "", v) for v in evidence(text.format("Rubio"))] == evidence(swapped.format("Lavrov"))


NASTY = st.lists(
    st.sampled_from(
        [
            *"aZ .,:;\"“”«»'’\n\t-|QК",
            "Kremlin said ",
            "Песков заявил",
            "Белый дом",
            "\ud800",
            "\u200f",
            "U.S. ",
            "Q  ",
            "- x",
            "MS. PSAKI: ",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(text=NASTY, source=st.sampled_from(["", "kremlin.ru", "whitehouse.gov"]))
def test_passages_lie_in_order_apart_and_are_slices_of_the_text(text: str, source: str) -> None:
    if not any(map(str.isalnum, text)):
        return
    end = 0
    for one in heard(text, source):
        assert end <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]
        assert 0 <= one.confidence <= 1
        assert one.voice in {*VOICES.ids, J, OTHERS, None}
        end = one.end


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "The Kremlin said ",
        "“a ",
        "said, ",
        "Песков заявил, ",
        "a, b; ",
        "U.S. ",
        "Trump, ",
        "He said: “x” ",
        "Kremlin’s ",
        "A-",
        "Name Name ",
    ],
)
@soon
def test_work_grows_with_the_length_of_a_line_and_no_faster(unit: str) -> None:
    def work(length: int) -> None:
        text = (unit * (length // len(unit) + 1))[:length]
        document = read(NewsItem(id="t", published_at=SPRING_2025, text=text))
        attribute(document, VOICES, source_voice=None, at=SPRING_2025)

    grows_with_length(work, 5_000)
    work(MANY)
