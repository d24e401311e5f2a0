"""Whatever comes in, reading, attribution and masking come through: in bounds, and with work linear in its length."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from work import MANY, grows_with_length, soon

from models.attribution import attribute
from models.errors import InvalidItem
from models.masking import mask
from models.news import NewsItem
from models.reading import read
from models.voices import voices_from_toml

VOICES = voices_from_toml(
    (Path(__file__).resolve().parents[2] / "models" / "voices.toml").read_text(encoding="utf-8"), "voices.toml"
)
AT = datetime(2025, 4, 2, tzinfo=UTC)
SOURCES = ("", "kremlin.ru", "whitehouse.gov")


def whole(text: str = "", html: str = "", sources: tuple[str, ...] = SOURCES) -> None:
    """Read, attribute and mask, and hold the result to its contract."""
    try:
        made = read(NewsItem(id="f", published_at=AT, text=text, html=html))
    except InvalidItem:
        return
    end = 0
    for block in made.blocks:
        assert end <= block.start < block.end <= len(made.text)
        inside, end = block.start, block.end
        for one in block.sentences:
            assert inside <= one.start < one.end <= block.end
            inside = one.end
    for source in sources:
        passages = attribute(made, VOICES, source_voice=VOICES.voice_of_source(source, ""), at=AT)
        end = 0
        for passage in passages:
            assert end <= passage.start < passage.end <= len(made.text)
            assert passage.text == made.text[passage.start : passage.end]
            assert 0 <= passage.confidence <= 1
            end = passage.end
            mask(passage.text, VOICES, made.lang)


_PIECES = (
    "Putin|Trump|В.Путин:|THE PRESIDENT:|Q   |Вопрос: |said|заявил|that|что|, |. |… |? |\n|\n\n|“|”|«|»|\"|''"
    "|— |- |(|)|:|;"
    "|while|according to |по словам |the Kremlin|Белый дом|в Кремле |he |они |’s account|\u200f|\u202e|\ud800"
    "|\x00|\ufeff"
    "|😀|* * *|###|MOSCOW, Jan 3 (Agency) — |МОСКВА, 3 янв — |<br>|<p|</b>|&amp;|1. |\t|Read more: |\u2028|\xa0|A.|г. "
)
PIECES = st.sampled_from(_PIECES.split("|"))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("MOSCOW, Jan 3 (Agency) — :")
def test_texts_of_the_pieces_that_rules_look_for(text: str) -> None:
    whole(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    whole(text)


_TAGS = (
    "<p>|</p>|<div class='share'>|</div>|<b>|</b>|<li>|<ul>|<a href='x'>|</a>|<h2>|<br>|<script>|</script>"
    "|<!--|-->|<table>"
    "|<td>|text |Putin said |\ud800|&nbsp;|&#0;|<|>|<main>|<article>|</article>|<form>"
)
TAGS = st.sampled_from(_TAGS.split("|"))


@settings(max_examples=200, deadline=None)
@given(st.lists(TAGS, max_size=40).map("".join))
def test_any_html(html: str) -> None:
    whole(html=html)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "latin-1", "utf-16-le", "surrogates"])
def test_two_megabytes_of_random_bytes_in_each_of_five_encodings(encoding: str) -> None:
    noise = random.Random(encoding).randbytes(2_000_000)
    if encoding == "surrogates":
        text = noise.decode("utf-8", "surrogateescape")
    else:
        text = noise.decode(encoding, "surrogatepass" if encoding == "utf-16-le" else "replace")
    whole(text, sources=("kremlin.ru",))
    whole(html=text[:200_000], sources=("",))


_UNITS = (
    'word |a. |A. |?|.... |U.S. |“|"|«|»|(|[|*|_|—|— |- |: |Putin: |Putin said that |Trump said, |заявил Путин, |while '
    "|, and |according to |Anna Fields |MR. |THE PRESIDENT |Q | |\xa0|\t|<|<p |\u200f|\ud800|’|''"
    "|Putin’s account of the "
    "|1. |x|X|А.|of the |that |both leaders |he said. |… |President of |statement by |в Кремле |«a», — заявил Путин. "
    "|“a,” said Trump. |Aa, |Q\n|a\n|- a\n|Putin:\n|* * * |Q: a\n|\n|one two three four five six seven eight nine\n"
)
UNITS = _UNITS.split("|")
_MARKUP = "<div>|<b><i>|<ul><li>|<p|<a b='|<p>x</p>|<table><tr><td>|<div class=share>x|<!--|&|<a>x</a>"


@pytest.mark.parametrize("unit", [*UNITS, "|"])
@soon
def test_work_is_linear_in_the_length_of_a_text(unit: str) -> None:
    def work(length: int) -> None:
        whole(("x " + unit * (length // len(unit) + 1))[:length], sources=("kremlin.ru",))

    grows_with_length(work, 3_000)
    work(MANY)


@pytest.mark.parametrize("unit", _MARKUP.split("|"))
@soon
def test_work_is_linear_in_the_length_of_a_page(unit: str) -> None:
    def work(length: int) -> None:
        whole(html="<p>word</p>" + unit * (length // len(unit)), sources=("",))

    grows_with_length(work, 10_000)
    work(MANY)


@pytest.mark.parametrize("unit", ["<div>", "<b>", "<ul><li>", "<span class='x'>", "<font>", "<blockquote>"])
def test_ten_thousand_tags_within_each_other(unit: str) -> None:
    made = read(NewsItem(id="f", published_at=AT, html=unit * 10_000 + "The word is here."))
    assert made.text.endswith("The word is here.")
