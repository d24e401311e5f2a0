"""Articles from pages: the text without what stands around it, in the right letters, whatever the bytes."""

import re
import socket
import time
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.feeds.articles import FEWEST_WORDS, MOST_CHARACTERS, MOST_ELEMENTS, extract
from streams.feeds.charsets import decoded

PAGE = "https://news.example.org/2025/03/grain"
ENGLISH = """<!doctype html><html lang="en-GB"><head><title>Grain deal extended | The Example</title>
<link rel="canonical" href="/2025/03/grain#top">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2025-03-18T21:05:00+03:00"}]}
</script><style>.x {color: red}</style></head><body>
<div class="cookie-banner"><p>We use cookies to improve your experience and to show advertising that suits you.</p>
<button>Accept all</button></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Grain deal extended</h1>
<p>Delegations of both countries agreed on Tuesday to extend the grain corridor by sixty days, officials said.</p>
<h2>What was agreed</h2>
<p>Ships will again be inspected in two ports, and insurers are to be told of each departure a day before.</p>
<blockquote>“We had hoped for more, but this will keep the ships moving,” the spokesman told reporters.</blockquote>
<p><a href="/3">Insurers ask for an escort</a></p>
<table><tr><th>Port</th><th>Ships</th></tr><tr><td>Northern</td><td>12</td></tr></table>
<div class="share">Share this article with your friends</div></article>
<aside class="related"><h3>Read more</h3><ul><li><a href="/1">A storm is coming to the northern coast</a></li>
<li><a href="/2">Ten recipes for the long weekend</a></li></ul></aside>
<section id="comments"><p>Reader: what a wonderful article, I agree with all of it!</p></section>
<footer><p>Copyright 2025 The Example. All rights reserved. Terms of use apply.</p></footer></body></html>"""
RUSSIAN = """<html lang="ru"><head>CHARSET<title>Продление сделки</title>
<meta property="article:published_time" content="2025-03-18T21:05:00"></head><body>
<div id="cookies">Мы используем файлы cookie, чтобы сайт работал лучше. <a href="/ok">Принять</a></div>
<ul class="menu"><li><a href="/">Главная</a></li><li><a href="/n">Новости</a></li><li><a href="/o">О нас</a></li></ul>
<article><h1>Продление сделки</h1>
<p>Делегации двух стран договорились во вторник продлить зерновой коридор на шестьдесят дней, сообщили чиновники.</p>
<p>Суда снова будут проверять в двух портах, а страховщиков станут предупреждать о каждом выходе за сутки.</p>
<blockquote>«Мы надеялись на большее, но суда смогут идти дальше», — сказал журналистам представитель.</blockquote>
</article>
<div class="related"><h3>Читайте также</h3><a href="/1">На северное побережье идёт сильная буря</a></div>
<footer>© 2025 Пример. Все права защищены.</footer></body></html>"""
AROUND = (
    "cookie",
    "Home",
    "Share this",
    "storm",
    "escort",
    "wonderful",
    "Copyright",
    "color: red",
    "Accept",
    "datePublished",
)
AROUND_RUSSIAN = ("cookie", "Главная", "Читайте также", "буря", "защищены")


def english(html: str = ENGLISH, **how: str):
    found = extract(html.encode(), "text/html; charset=utf-8", PAGE, **how)
    assert found is not None
    return found


@pytest.mark.parametrize("selector", ["", "article", "div.that-was-there-before-the-redesign"])
def test_the_text_is_the_article_in_its_lines_and_nothing_around_it(selector):
    lines = english(selector=selector).text.splitlines()
    assert lines[0].startswith("Delegations of both countries")  # the title is given apart
    assert lines[1] == "What was agreed"
    assert lines[2].endswith("a day before.")
    assert lines[3] == "“We had hoped for more, but this will keep the ships moving,” the spokesman told reporters."
    assert {"Northern", "12"} <= set(re.findall(r"\w+", "\n".join(lines[4:])))
    assert not [one for one in AROUND if one in "\n".join(lines)]


def test_what_the_page_says_of_itself():
    found = english()
    assert found.title == "Grain deal extended"
    assert found.published == datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
    assert found.lang == "en"
    assert found.link == PAGE


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        *product(("utf-8", "windows-1251", "koi8-r", "iso-8859-5"), ("http", "meta", "xml", "bytes")),
        ("utf-16", "http"),
        ("utf-16", "bytes"),
        ("windows-1251", "wrongly"),
    ],
)
def test_russian_comes_out_right_whatever_the_encoding_and_whoever_tells_it(encoding, told):
    meta = f'<meta charset="{encoding}">' if told == "meta" else '<meta charset="utf-8">' if told == "wrongly" else ""
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n' if told == "xml" else ""
    body = (xml + RUSSIAN.replace("CHARSET", meta)).encode(encoding, "xmlcharrefreplace")
    found = extract(body, f"text/html;charset='{encoding}'" if told == "http" else "text/html", PAGE)
    assert found is not None
    assert found.title == "Продление сделки"
    assert found.lang == "ru"
    assert len(found.text.splitlines()) == 3
    assert "«Мы надеялись на большее" in found.text
    assert not [one for one in AROUND_RUSSIAN if one in found.text]


def test_bytes_that_are_utf_8_are_read_so_whatever_is_declared():
    assert decoded("Кремль".encode(), "text/html; charset=windows-1251") == "Кремль"
    assert decoded("Кремль и Белый дом".encode()[:-1]) == "Кремль и Белый до\ufffd"  # cut within a letter
    assert decoded("café".encode("latin-1"), "text/html; charset=iso-8859-1") == "café"
    assert (
        decoded("“so”".encode("cp1252"), "text/html; charset=iso-8859-1") == "“so”"
    )  # as the Encoding standard has it


def test_encodings_that_are_no_pages_are_not_decoded_with():
    for name in ("unicode_escape", "idna", "rot13", "hex", "utf-7", "\0", "punycode"):
        assert decoded(b"\\x41 +AGE-\xd4", f"text/html; charset={name}").startswith("\\x41 +AGE-")


def test_a_date_without_a_zone_is_in_the_feeds_and_one_that_cannot_be_is_none():
    page = RUSSIAN.replace("CHARSET", "").encode()
    found = extract(page, "", PAGE, zone="Europe/Moscow")
    assert found is not None
    assert found.published == datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
    for wrong in (b"1970-01-01T00:00:00Z", b"yesterday", b"0001-01-01T00:00:00+14:00", b""):
        found = extract(page.replace(b"2025-03-18T21:05:00", wrong), "", PAGE)
        assert found is not None
        assert found.published is None


def test_the_time_that_the_article_marks_counts_if_it_is_the_only_one():
    told = ENGLISH.replace("datePublished", "x")
    one = told.replace("<h2>", '<time datetime="2025-03-18T10:00:00Z">18 March</time><h2>')
    assert english(told).published is None
    assert english(one).published == datetime(2025, 3, 18, 10, tzinfo=UTC)
    two = one.replace("<table>", '<time datetime="2025-03-20">20 March</time><table>')
    assert english(two).published is None


@pytest.mark.parametrize(
    ("canonical", "link"),
    [
        ("https://news.example.org/g?id=7#x", "https://news.example.org/g?id=7"),
        ("https://www.news.example.org/g", "https://www.news.example.org/g"),
        ("https://m.news.example.org/g", "https://m.news.example.org/g"),
        ("https://president.example.gov/g", PAGE),  # a page speaks in no other site's name
        ("https://notnews.example.org/g", PAGE),
        ("/", PAGE),
        ("javascript:alert(1)", PAGE),
        ("http://[", PAGE),
        ("", PAGE),
    ],
)
def test_a_canonical_link_is_taken_within_the_site(canonical, link):
    assert english(ENGLISH.replace("/2025/03/grain#top", canonical)).link == link


def test_a_page_without_an_article_has_none():
    short = "<html><body><article><p>" + "word " * (FEWEST_WORDS - 1) + "</p></article></body></html>"
    assert extract(short.encode(), "", PAGE) is None
    menu = "".join(f'<li><a href="/{n}">Rubric number {n}</a></li>' for n in range(60))
    for around in ("nav", "div"):
        assert extract(f"<html><body><{around}><ul>{menu}</ul></{around}></body></html>".encode(), "", PAGE) is None
    assert extract(b"", "", PAGE) is None
    assert extract(b'{"error": "not found"}', "application/json", PAGE) is None


def test_a_page_without_end_is_not_read_to_it():
    assert extract(("<html><body>" + "<p>word word</p>" * MOST_ELEMENTS).encode(), "", PAGE) is None
    late = ENGLISH.replace("<article>", f"<!--{'x' * MOST_CHARACTERS}--><article>")
    assert extract(late.encode(), "", PAGE) is None


def test_a_page_that_breaks_the_library_has_no_article(monkeypatch):
    def breaks(*_, **__):
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", breaks)
    assert extract(ENGLISH.encode(), "", PAGE) is None


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection")

    page = ENGLISH.replace(
        "<head>", '<head><!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><base href="http://127.0.0.1/">'
    )
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert english(page.replace("<article>", '<article><iframe src="http://127.0.0.1/"></iframe>'))


@pytest.mark.parametrize(
    "inside",
    [
        "<div>" * 100_000,
        "<b><i>" * 100_000,
        "<table><tr><td>" * 30_000,
        "<p>one <b>two</b> " * (MOST_ELEMENTS // 2 - 100),
        "<script>" * 300_000,
        "<" * 2_000_000,
        "&amp;&#1234;" * 100_000,
        "<!--" * 500_000,
        "word " * 400_000,
    ],
    ids=lambda inside: inside[:12],
)
def test_a_page_made_to_be_slow_takes_bounded_time(inside):
    began = time.perf_counter()
    extract(ENGLISH.replace("<h2>", inside + "<h2>").encode(), "", PAGE, selector="article")
    assert time.perf_counter() - began < 10  # .1 to 3 s where this was written


@given(
    body=st.binary(max_size=3000)
    | st.lists(
        st.sampled_from(["<p>", "</p>", "<html>", "<a href=x>", "<table>", "<!--", "слово ", "\0", "]]>", "<?xml"])
    ).map(lambda some: "".join(some).encode()),
    content_type=st.sampled_from(["", "text/html; charset=windows-1251", "x; charset=utf-16", "text/html; charset=\0"]),
    selector=st.sampled_from(["", "p", "a[", "*"]),
)
@example(body=b"\xff\xfe<\0p\0", content_type="", selector="p")
@settings(max_examples=150, deadline=None)
def test_no_bytes_are_too_much_for_it(body, content_type, selector):
    found = extract(body, content_type, "https://e.org/x", selector=selector)
    assert found is None or len(found.text.split()) >= 1
    assert isinstance(decoded(body, content_type), str)
