"""Pages in the shapes that governments and newspapers give theirs: the text, and who is heard in it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.attribution import attribute
from models.news import NewsItem
from models.reading import read, text_of_html
from models.voices import voices_from_toml

VOICES = voices_from_toml(
    (Path(__file__).resolve().parents[2] / "models" / "voices.toml").read_text(encoding="utf-8"), "voices.toml"
)
AT = datetime(2025, 4, 2, tzinfo=UTC)

KREMLIN_PAGE = """<!DOCTYPE html><html lang="en"><head><title>Meeting •
Example</title><style>p{color:red}</style></head><body>
<div class="header-menu"><a href="/">Events</a> <a href="/s">Structure</a> <a href="/v">Videos and Photos</a></div>
<main><article class="h-entry">
<h1 class="entry-title p-name">Meeting with the Prime Minister of Norland</h1>
<div class="read__meta">April 2, 2025<br>17:40<br>The Kremlin, Moscow</div>
<div class="read__internal_content"><p>Vladimir Putin met with Prime Minister of Norland Erik Arland.</p>
<p><b><a href="/p/1">President of Russia Vladimir Putin</a>:</b> Good afternoon, Mr Arland. We have a bridge to
open.</p>
<p>It was built in record time.</p>
<p><b>Prime Minister of Norland Erik Arland</b> (<i>retranslated</i>)<b>:</b> Thank you. The bridge serves both of
our countries.</p>
<p><b>Question:</b> Will there be a second bridge?</p>
<p><b>Vladimir Putin:</b> We will see how the first one does.</p><p>&lt;…&gt;</p></div>
<div class="read__tags tags"><a href="/t/1">Foreign policy</a></div>
<p class="published">Published in section: <a href="/n">News</a></p><p>Publication date: April 2, 2025, 17:40</p>
<p>Direct link: example.org/d/1</p></article></main>
<footer>All content on this site is licensed.</footer></body></html>"""

HOUSE_PAGE = """<html><body class="post"><nav><ul><li><a href="/n">News</a></li><li><a
href="/g">Gallery</a></li></ul></nav>
<header class="site-header"><a href="/">The House</a></header><main>
<h1>Press Briefing by Press Secretary Karoline Leavitt</h1><div class="share-buttons"><a href="#">Share this</a></div>
<p>James S. Brady Press Briefing Room</p><p>1:10 P.M. EDT</p>
<p>MS. LEAVITT:&nbsp; Good afternoon, everybody.&nbsp; The bridge will be opened in May.</p>
<p>Q&nbsp; &nbsp; Will Moscow pay for it?</p><p>MS. LEAVITT:&nbsp; No.&nbsp; We will not ask them to.</p>
<p>Q&nbsp; &nbsp; Has the Kremlin said that it would?</p><p>I have seen reports.</p>
<p>SENIOR ADMINISTRATION OFFICIAL:&nbsp; Not that we know of.&nbsp; (Laughter.)</p>
<p>END&nbsp; 1:40 P.M. EDT</p></main><aside class="related"><h3>Related</h3><p>The other road is open too.</p></aside>
<script>track("page")</script></body></html>"""

MINISTRY_PAGE = """<html><body><form id="form1"><div id="menu"><ul><li><a href="/a">О министерстве</a></li>
<li><a href="/b">Внешняя политика</a></li><li><a href="/c">Пресс-служба</a></li></ul></div>
<div class="article-content"><h1>Выступление и ответы на вопросы Министра иностранных дел С.В.Лаврова</h1>
<p>Уважаемые дамы и господа,</p><p>Мы провели переговоры о мосте. Его откроют в мае.</p>
<p><strong>Вопрос:</strong> Заплатит ли за мост Вашингтон?</p><p><strong>С.В.Лавров:</strong> Мы об этом не просили.</p>
<p><strong>Вопрос</strong> <em>(перевод с английского)</em><strong>:</strong> А если он предложит?</p>
<p><strong>С.В.Лавров:</strong> Тогда и поговорим.</p></div>
<div class="social"><a href="#">Поделиться</a></div><p>Распечатать</p></form></body></html>"""

NEWSPAPER_PAGE = """<html><body><div class="cookie-banner"><p>We use cookies to know you better.</p></div>
<article itemprop="articleBody"><h1>Bridge to open in May, both capitals say</h1><p class="byline">By Anna Field</p>
<figure><img src="b.jpg"><figcaption>The White House said nothing of this picture.</figcaption></figure>
<p>MOSCOW, April 2 (Example) — The Kremlin said on Wednesday that the bridge would be opened in May.</p>
<p>“It is ready,” Peskov said. “We checked it twice.”</p>
<div class="ad-slot ads"><p>The White House said: buy this car.</p></div>
<p>The White House said the road to it was not ready.</p>
<h2>What they agree on</h2><ul><li>The bridge will carry trains.</li><li>Nobody will pay a toll.</li></ul>
<p>Read more: <a href="/x">The Kremlin said what of the road?</a></p><p>Photo: A. Field</p></article>
<section class="more"><ul><li><a href="/1">The Kremlin said this</a></li><li><a href="/2">The White House said
that</a></li>
<li><a href="/3">Moscow said more</a></li></ul></section></body></html>"""


def heard(html: str, source: str) -> list[tuple[str | None, str]]:
    made = read(NewsItem(id="p", published_at=AT, html=html))
    found = attribute(made, VOICES, source_voice=VOICES.voice_of_source(source, ""), at=AT)
    assert all(made.text[one.start : one.end] == one.text for one in found)
    return [(one.voice, one.text) for one in found if one.confidence >= 0.6]


def test_a_kremlin_page_keeps_guest_and_reporter_apart() -> None:
    assert heard(KREMLIN_PAGE, "en.kremlin.ru") == [
        ("kremlin", "Vladimir Putin met with Prime Minister of Norland Erik Arland."),
        ("kremlin", "Good afternoon, Mr Arland."),
        ("kremlin", "We have a bridge to open."),
        ("kremlin", "It was built in record time."),
        ("other", "Thank you."),
        ("other", "The bridge serves both of our countries."),
        ("other", "Will there be a second bridge?"),
        ("kremlin", "We will see how the first one does."),
    ]


def test_a_white_house_page_keeps_reporters_apart() -> None:
    assert heard(HOUSE_PAGE, "whitehouse.gov") == [
        ("white_house", "Good afternoon, everybody."),
        ("white_house", "The bridge will be opened in May."),
        ("other", "Will Moscow pay for it?"),
        ("white_house", "No."),
        ("white_house", "We will not ask them to."),
        ("other", "Has the Kremlin said that it would?"),
        ("other", "I have seen reports."),
        ("white_house", "Not that we know of."),
        ("white_house", "(Laughter.)"),
    ]


def test_a_ministry_page_in_russian_keeps_reporters_apart() -> None:
    assert heard(MINISTRY_PAGE, "mid.ru")[-6:] == [
        ("kremlin", "Мы провели переговоры о мосте."),
        ("kremlin", "Его откроют в мае."),
        ("other", "Заплатит ли за мост Вашингтон?"),
        ("kremlin", "Мы об этом не просили."),
        ("other", "А если он предложит?"),
        ("kremlin", "Тогда и поговорим."),
    ]


def test_a_newspaper_page_gives_its_article_alone() -> None:
    text = text_of_html(NEWSPAPER_PAGE)
    assert "cookies" not in text
    assert "picture" not in text
    assert "buy this car" not in text
    assert "Moscow said more" not in text
    assert heard(NEWSPAPER_PAGE, "") == [
        ("kremlin", "The Kremlin said on Wednesday that the bridge would be opened in May."),
        ("kremlin", "“It is ready,” Peskov said."),
        ("kremlin", "“We checked it twice.”"),
        ("white_house", "The White House said the road to it was not ready."),
    ]


def test_inline_elements_leave_no_spaces_and_blocks_part_lines() -> None:
    assert text_of_html("<p>One <b>bold</b>, <i>word</i>.</p>Tail<br>end<div>more</div>").split("\n") == [
        "One bold, word.", "Tail", "end", "more",
    ]  # fmt: skip


def test_a_heading_of_the_page_is_one_whatever_it_ends_with() -> None:
    made = read(NewsItem(id="p", published_at=AT, html="<h2>What does Moscow say?</h2><p>The bridge is open.</p>"))
    assert [block.kind for block in made.blocks] == ["heading", "paragraph"]


@pytest.mark.parametrize(
    "html",
    [
        "<div class='share'><p>The whole text of the page stands in a part with a telling name.</p></div>",
        "<form><p>The whole text of the page stands in a form, as some servers have it.</p></form>",
        "<ul><li><a href='1'>The first story of a list</a></li><li><a href='2'>The second</a></li><li><a "
        "href='3'>The third"
        "</a></li></ul>",
    ],
)
def test_a_page_is_not_emptied(html: str) -> None:
    assert "The" in text_of_html(html)
