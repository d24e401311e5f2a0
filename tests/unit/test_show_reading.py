"""What `parallax read` shows a person: all of the text, each voice named, with or without colours, wide or narrow."""

import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from models.news import Document, NewsItem, Passage
from models.statements import voiced
from streams.cli.show_reading import reading, runs
from streams.settings import SHIPPED_VOICES, load_voices

BOOK = load_voices(SHIPPED_VOICES)
TEXT = (
    "It rained.\nThe Kremlin said that the talks were useful. “We want guarantees,” Peskov said. They may go on.\n\n"
    "The White House said that it had warned of measures.\n* * *\nBoth leaders noted that contacts go on.\n"
)


def shown(width: int, *, colour: bool = False, text: str = TEXT) -> str:
    item = NewsItem(id="a", published_at=datetime(2021, 12, 8, tzinfo=UTC), title="A headline", text=text)
    document, passages = voiced(item, BOOK)
    file = io.StringIO()
    to = Console(file=file, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    reading(document, passages, BOOK, to)
    return file.getvalue()


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", [24, 44, 80, 200])
def test_without_colours_each_voice_stands_by_its_name(width):
    out = shown(width)
    assert "\x1b" not in out
    for name in ("Kremlin", "White House", "both", "A headline"):
        assert name in out
    assert max(map(len, out.splitlines())) <= width


def test_with_colours_the_two_sides_have_different_ones():
    out = shown(100, colour=True)
    styles = {name: re.search(rf"\x1b\[([\d;]+)m{name}", out)[1] for name in ("Kremlin", "White House")}
    assert styles["Kremlin"] != styles["White House"]


def test_what_is_below_evidence_is_marked_in_words_and_explained():
    document = Document(id="a", lang="en", title="", text="It may be so.", blocks=())
    passages = (Passage(start=0, end=13, text="It may be so.", voice="kremlin", confidence=0.5, rule="continuation"),)
    file = io.StringIO()
    reading(document, passages, BOOK, Console(file=file, width=80, no_color=True, highlight=False))
    assert "Kremlin ?" in file.getvalue()
    assert "below 0.6" in file.getvalue()


def test_a_text_without_voices_says_so():
    assert "No voice but the writer" in shown(80, text="It rained in the hills. The roads were wet.")


def test_markup_in_a_text_is_text():
    assert "[bold]in[/bold]" in shown(80, text="The Kremlin said that [bold]in[/bold] brackets all is well.")


@given(st.data())
def test_every_letter_of_a_text_is_shown_once_and_in_order(data):
    text = data.draw(st.text(alphabet="ab. \n", min_size=1, max_size=60))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    voices = st.sampled_from(["kremlin", "white_house", "joint", None])
    passages = tuple(
        Passage(start=a, end=b, text=text[a:b], voice=data.draw(voices), confidence=0.7, rule="none")
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
        if text[a:b].strip()
    )
    document = Document(id="a", lang="en", title="", text=text, blocks=())
    assert "".join(plain(one.text) for one in runs(document, passages)) == plain(text)
