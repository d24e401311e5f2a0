"""News items to text, lines and sentences."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidItem
from models.news import Document, NewsItem
from models.reading import read


def document(text: str = "", **fields: str) -> Document:
    return read(NewsItem(id="r", published_at=datetime(2025, 1, 1, tzinfo=UTC), text=text, **fields))


def sentences(text: str) -> list[str]:
    made = document(text)
    return [made.text[one.start : one.end] for block in made.blocks for one in block.sentences]


def kinds(text: str) -> list[str]:
    return [block.kind for block in document(text).blocks]


def test_a_text_is_kept_as_it_stands() -> None:
    text = "  One.\r\n\r\n\tTwo.  "
    assert document(text).text == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
        ("Talks began in the U.S. While one left, one came.", ["Talks began in the U.S.", "While one left, one came."]),
        ("Mr. Smith met Gen. Jones at 5 p.m. on Monday.", ["Mr. Smith met Gen. Jones at 5 p.m. on Monday."]),
        ("Growth was 3.5 percent. Good.", ["Growth was 3.5 percent.", "Good."]),
        ("“Is it done?” he asked.", ["“Is it done?” he asked."]),
        ("“It is done.” He left.", ["“It is done.”", "He left."]),
        ("New sectors.This follows.", ["New sectors.", "This follows."]),
        ("В 2022 г. Россия ответила. Так было.", ["В 2022 г. Россия ответила.", "Так было."]),
        ("А. С. Пушкин писал. Мы читали.", ["А. С. Пушкин писал.", "Мы читали."]),
        ("Что делать? Ждать!", ["Что делать?", "Ждать!"]),
    ],
)
def test_sentences_end_where_they_end_and_not_at_abbreviations(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_lines_have_kinds() -> None:
    text = "A Title Without a Stop\nA sentence ends.\n- A bullet\n1. Another bullet\nA | B | C\n---"
    assert kinds(text) == ["heading", "paragraph", "bullet", "bullet", "table"]


@pytest.mark.parametrize(
    ("fields", "lang"),
    [
        ({"text": "The talks were held in the old town hall on Monday."}, "en"),
        ({"text": "Переговоры прошли в понедельник в старой ратуше."}, "ru"),
        ({"text": "Переговори відбулися в понеділок у старій ратуші."}, "uk"),
        ({"text": "The talks were held.", "lang": "en-US"}, "en"),
        ({"text": "The talks were held.", "lang": "RU"}, "ru"),
    ],
)
def test_the_language_is_as_declared_else_as_it_reads(fields: dict[str, str], lang: str) -> None:
    assert document(**fields).lang == lang


def test_html_gives_its_readable_text_a_line_a_block() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><nav>Menu here</nav><h1>Head</h1>"
        "<p>One <b>bold</b> word.</p><script>var x</script><ul><li>First point</li><li><i>Second</i> point</li></ul>"
        "<div>Tail &amp; end.</div></body></html>"
    )
    assert document(html=html).text.split("\n") == [
        "Head",
        "One bold word.",
        "- First point",
        "- Second point",
        "Tail & end.",
    ]


def test_text_wins_over_html() -> None:
    assert document("The text.", html="<p>The page.</p>").text == "The text."


@pytest.mark.parametrize("fields", [{}, {"text": " .,;\n"}, {"html": "<p></p>"}, {"html": "<script>x</script>"}])
def test_an_item_without_words_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidItem) as refused:
        document(**fields)
    assert refused.value.reason == "no_words"


def test_a_title_alone_is_enough() -> None:
    made = document(title=" A  title ")
    assert (made.title, made.text, made.blocks) == ("A title", "", ())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("aZя .!?\n\t-|“”\"'1U\ud800\u200f…"), max_size=200))
def test_blocks_and_sentences_lie_in_order_apart_and_hold_all_words(text: str) -> None:
    made = read(NewsItem(id="r", published_at=datetime(2025, 1, 1, tzinfo=UTC), text=text, title="t", lang="en"))
    covered, end = set(), 0
    for block in made.blocks:
        assert end <= block.start < block.end <= len(text)
        inside = block.start
        for one in block.sentences:
            assert inside <= one.start < one.end <= block.end
            covered |= set(range(one.start, one.end))
            inside = one.end
        end = block.end
    assert all(at in covered for at, letter in enumerate(text) if letter.isalnum())
