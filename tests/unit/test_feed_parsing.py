"""Bodies to entries: what the feeds of governments and the press look like, and what is no feed."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import address
from streams.feeds.parsing import parse

NOW = datetime(2026, 9, 1, tzinfo=UTC)
URL = "https://news.example.org/feeds/all.xml"


def read(body: str | bytes, content_type: str = "", **feed: object) -> Parsed:
    content = body.encode() if isinstance(body, str) else body
    return parse(Feed(url=URL, **feed), Fetched(url=URL, body=content, content_type=content_type), now=NOW)


def rss(items: str, head: str = "", namespaces: str = "") -> str:
    return f'<rss version="2.0" {namespaces}><channel><title>All</title>{head}{items}</channel></rss>'


def only(parsed: Parsed) -> Entry:
    (entry,) = parsed.entries
    return entry


def failure(body: str | bytes, **feed: object) -> str:
    with pytest.raises(FetchFailed) as caught:
        read(body, **feed)
    assert caught.value.failure == "content"
    assert caught.value.__cause__ is None, "refused by a fault of ours, not by a rule"
    return str(caught.value)


WORDPRESS = """<item><title>Statement on &lt;b&gt;talks&lt;/b&gt; &amp;amp; aid</title>
  <link> /2025/03/statement/ </link><guid isPermaLink="false">https://news.example.org/?p=17</guid>
  <pubDate>Tue, 18 Mar 2025 21:05:00 +0300</pubDate>
  <description>The talks went on, and aid was on the table. The post appeared first on Example.</description>
  <content:encoded><![CDATA[<p>The talks <a href="/aid">went on</a>, and aid was on the table.</p>
  <script>a()</script>]]></content:encoded></item>
  <item><title>Second</title><link>https://news.example.org/2</link><description>No more than this.</description>
  </item>"""


def test_rss_with_a_summary_and_with_the_whole_article() -> None:
    """As of WordPress: the content is in content:encoded, the summary may be longer by a line about the site."""
    content, syndication = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/rss/1.0/modules/syndication/"
    parsed = read(
        rss(
            WORDPRESS,
            "<language>en-US</language><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            f'xmlns:content="{content}" xmlns:sy="{syndication}"',
        )
    )
    first, second = parsed.entries
    assert first == Entry(
        key="https://news.example.org/?p=17",
        link="https://news.example.org/2025/03/statement/",
        title="Statement on talks & aid",
        published=datetime(2025, 3, 18, 18, 5, tzinfo=UTC),
        html='<p>The talks <a href="https://news.example.org/aid">went on</a>, and aid was on the table.</p>',
        complete=True,
    )
    assert second == Entry(
        key=second.link, link="https://news.example.org/2", title="Second", text="No more than this."
    )
    assert (parsed.title, parsed.lang, parsed.every) == ("All", "en", timedelta(minutes=30))
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("head", "every"),
    [
        ("<ttl>15</ttl>", timedelta(minutes=15)),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>9999999</ttl>", None),
        ("", None),
    ],
)
def test_how_often_a_feed_asks_to_be_looked_at(head: str, every: timedelta | None) -> None:
    assert read(rss("", head)).every == every


@pytest.mark.parametrize(
    ("uri", "element"),
    [
        ("http://news.yandex.ru", "x:full-text"),
        ("https://news.yandex.ru", "x:full-text"),
        ("http://turbo.yandex.ru", "x:content"),
        ("http://purl.org/rss/1.0/modules/content/", "x:encoded"),
        ("urn:other", "x:fulltext"),
    ],
)
def test_the_aggregators_elements_hold_the_whole_article(uri: str, element: str) -> None:
    text = "Министр заявил: переговоры продолжатся.\n\n  Подробности позже."
    body = rss(
        f"<item><title>Заявление</title><link>https://a.example.org/</link><description>Министр заявил.</description>"
        f"<x:genre>message</x:genre><{element} xml:lang='ru'>{text}</{element}></item>",
        namespaces=f'xmlns:x="{uri}"',
    )
    entry = only(read(body))
    assert (entry.text, entry.html, entry.complete) == (text.replace("  ", ""), "", True)
    assert entry.lang == "ru"
    broken = only(read(body.replace("<item>", "<b></c><item>")))
    assert (broken.text, broken.complete) == (entry.text, True)


def test_a_second_summary_or_a_caption_is_no_whole_article() -> None:
    namespaces = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"'
    namespaces += ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    entry = only(
        read(
            rss(
                "<item><title>A</title><media:content><media:description>A hall, photographed from the gallery at "
                "noon</media:description></media:content><description>Short.</description>"
                "<itunes:summary>Not so short a summary.</itunes:summary></item>",
                namespaces=namespaces,
            )
        )
    )
    assert (entry.text, entry.complete) == ("Not so short a summary.", False)


def test_a_picture_in_place_of_the_article_does_not_hide_the_summary() -> None:
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    item = "<item><description>Long enough.</description><content:encoded>&lt;img src='a'></content:encoded></item>"
    entry = only(read(rss(item, namespaces=namespaces)))
    assert (entry.text, entry.complete) == ("Long enough.", False)


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">
  <title>Announcements</title><id>tag:example.org,2005:/feed</id><updated>2025-03-18T18:05:00Z</updated>
  <entry><id>tag:example.org,2005:1</id><updated>2025-03-18T18:05:00+00:00</updated><title>1 &lt; 2</title>
    <link rel="alternate" type="text/html" href="https://example.org/1"/>
    <summary type="html">&lt;p&gt;Some&lt;/p&gt;</summary></entry>
  <entry xml:base="https://other.example.org/x/"><id>/two</id><published>2025-03-18T18:00:00Z</published>
    <updated>2025-03-18T18:05:00Z</updated><title type="html">&lt;i&gt;Two&lt;/i&gt;</title><link href="2"/>
    <summary>S</summary>
    <content type="xhtml" xml:lang="ru"><div xmlns="http://www.w3.org/1999/xhtml"><p>Целиком</p></div></content></entry>
  </feed>"""


def test_atom_tells_summary_from_content_and_language_by_language() -> None:
    """The first as of gov.uk: only `updated`, a summary, an id that is no address."""
    parsed = read(ATOM)
    first, second = parsed.entries
    assert (first.key, first.title, first.html) == ("tag:example.org,2005:1", "1 < 2", "<p>Some</p>")
    assert (first.published, first.updated, first.complete) == (None, datetime(2025, 3, 18, 18, 5, tzinfo=UTC), False)
    assert (second.key, second.link) == ("/two", "https://other.example.org/x/2")
    assert (second.title, second.html, second.complete, second.lang) == ("Two", "<p>Целиком</p>", True, "ru")
    assert second.published == datetime(2025, 3, 18, 18, tzinfo=UTC)
    assert parsed.lang == "en"


def test_rdf_and_the_date_of_dublin_core() -> None:
    entry = only(
        read(
            """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
            xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>R</title></channel>
            <item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link>
            <dc:date>2025-03-18T21:05</dc:date><dc:language>rus</dc:language></item></rdf:RDF>""",
            zone="Europe/Moscow",
        )
    )
    assert (entry.key, entry.lang, entry.published) == ("https://example.org/1", "ru", None)
    assert entry.updated == datetime(2025, 3, 18, 18, 5, tzinfo=UTC)


def test_json_feed() -> None:
    items = [
        {"id": 7, "url": "/seven", "title": "Seven", "content_html": "<p>Hi</p><script>x()</script>", "language": "ru"},
        {
            "id": "8",
            "external_url": "https://other.example.org/",
            "content_text": "A <b>\n\n\n\nB",
            "date_published": "bad",
        },
        {"summary": "Short", "date_published": "2025-03-18T21:05:00+03:00", "title": None},
        "no object",
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "en", "items": items}
    parsed = read(json.dumps(document))
    seven, eight, last = parsed.entries
    assert seven == Entry(
        key="7", link="https://news.example.org/seven", title="Seven", html="<p>Hi</p>", complete=True, lang="ru"
    )
    assert (eight.link, eight.text, eight.complete) == ("https://other.example.org/", "A <b>\n\nB", True)
    assert (last.text, last.complete, last.title) == ("Short", False, "")
    assert last.published == datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
    assert len(last.key) == 64
    assert (parsed.title, parsed.lang, len(parsed.problems)) == ("J", "en", 2)


def test_an_id_that_several_entries_share_tells_nothing_apart() -> None:
    items = "".join(
        f"<item><title>{at}</title><guid isPermaLink='false'>same</guid><link>https://a.example.org/{at}</link></item>"
        for at in (1, 2)
    )
    parsed = read(rss(items + "<item><title>no link</title></item>"))
    assert [entry.key for entry in parsed.entries][:2] == ["https://a.example.org/1", "https://a.example.org/2"]
    assert any("have one id, as 'same'" in problem for problem in parsed.problems)


def test_only_links_of_the_web_are_links() -> None:
    links = [
        "javascript:alert(1)",
        "ftp://a.example.org/",
        "mailto:a@example.org",
        "http://[::1",
        "x" * 9000,
    ]
    parsed = read(rss("".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)))
    assert [entry.link for entry in parsed.entries] == [""] * len(links)


@pytest.mark.parametrize("link", ["https://", "http:", "https:/", "https:///x", "\0", " ", "//"])
def test_a_link_without_a_host_is_none_of_the_feeds_own_host(link: str) -> None:
    assert address(link, URL) == ""


def test_of_a_cut_body_the_last_entry_is_left_out() -> None:
    whole = rss("".join(f"<item><title>{at}</title><link>https://a.example.org/{at}</link></item>" for at in (1, 2, 3)))
    for at in range(whole.index("<item>") + 6, whole.rindex("</item>")):
        parsed = read(whole[:at])
        assert len(parsed.entries) == whole[:at].count("</item>"), whole[:at]
        assert parsed.problems


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings_are_as_declared_or_found(encoding: str) -> None:
    text = "Министр иностранных дел заявил на встрече, что переговоры о мире продолжатся в мае"
    told = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + rss(
        f"<item><title>{text}</title></item>"
    )
    assert only(read(told.encode(encoding))).title == text
    assert only(read(told.encode(encoding), "text/html; charset=nonsense")).title == text
    if not encoding.startswith("utf-16"):
        untold = rss(f"<item><title>{text}</title></item>").encode(encoding)
        assert only(read(untold)).title == text
        assert only(read(untold, f"application/rss+xml; charset={encoding}")).title == text


@pytest.mark.parametrize("encoding", ["punycode", "idna", "utf-7", "undefined", "zip", "a\0b", "é", ""])
def test_an_encoding_that_no_feed_is_in_does_no_harm(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss("<item><title>t</title></item>")
    assert only(read(body)).title == "t"
    assert only(read(rss("<item><title>t</title></item>"), f"text/xml; charset={encoding}")).title == "t"


PAGE = "<!DOCTYPE html><html lang=en><head><title>Sign &amp; in</title></head><body><p>Please</body></html>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "the body is empty"),
        (" \n\0 ", "the body is empty"),
        (PAGE, "a page of HTML, not a feed, titled 'Sign & in'"),
        ("<!-- moved --><meta charset=utf-8><p>x", "a page of HTML, not a feed"),
        ("<urlset/>", 'its kind is "sitemap"'),
        ("<opml/>", "OPML"),
        ("<note><to/></note>", "XML, but no feed: its root element is <note>"),
        ("no such feed", "not one element of XML in it; it begins 'no such feed'"),
        ('{"error": "no"}', "JSON, but no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', "JSON, but no JSON Feed"),
        ("[1,", "begins like JSON and is none"),
        ("[" * 100_000, "begins like JSON and is none"),
        (b"\x89PNG\r\n\x1a\n\x00", "not one element"),
        (b"\x1f\x8bxx", "broken gzip"),
        ("<?xml " + " " * 1000 + "?><rss/>", "does not end in 500 characters"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: str | bytes, said: str) -> None:
    assert said in failure(body)


LIST = """<html lang="ru"><head><title>Новости</title><base href="/news/"></head><body><nav><a href="/x">Меню</a></nav>
  <ul>
   <li><time datetime="2025-03-18T21:05">вечером</time>
     <h3><a class="t" href="one">Первая <b>но</b><span>вость</span></a></h3></li>
   <li><a class="t" href="/two"><img src=i></a>
     <p><a class="t" href="/two"><time>18 марта 2025, 21:05</time> Вторая</a></p></li>
   <li><a class="t" href="three">Третья</a></li>
   <li><a class="t" href="#top">вверх</a><a class="t" href="mailto:a@b">м</a></li>
  </ul><time>2001-01-01</time></body></html>"""


def test_a_list_page_gives_its_links_with_the_date_beside_each() -> None:
    parsed = read(LIST, kind="page", links="li a.t", zone="Europe/Moscow")
    evening = datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
    assert [(entry.link, entry.title, entry.published) for entry in parsed.entries] == [
        ("https://news.example.org/news/one", "Первая новость", evening),
        ("https://news.example.org/two", "Вторая", evening),
        ("https://news.example.org/news/three", "Третья", None),
    ]
    assert all(entry.key == entry.link for entry in parsed.entries)
    assert (parsed.title, parsed.lang) == ("Новости", "ru")


def test_a_selector_that_finds_no_link_is_named() -> None:
    assert (
        failure(LIST, kind="page", links="li a.s") == "links = 'li a.s' matches nothing in the page (titled 'Новости')"
    )
    assert "none of them a link" in failure(LIST, kind="page", links="h3")
    assert failure(LIST, kind="page", links="a[") == "links = 'a[' is no CSS selector"


def test_a_list_pages_encoding_is_declared_or_found() -> None:
    text = "Министр иностранных дел заявил, что переговоры продолжатся в мае следующего года"
    page = f"<a href=/1>{text}</a>"
    for body, content_type in (
        (page.encode("cp1251"), "text/html; charset=windows-1251"),
        (f"<meta charset=windows-1251>{page}".encode("cp1251"), "text/html"),
        (page.encode("cp1251"), ""),
        (page.encode("utf-16"), ""),
    ):
        assert only(read(body, content_type, kind="page", links="a")).title == text


@pytest.mark.shared_data
def test_the_white_houses_own_feed(shared_data: Path) -> None:
    body = (shared_data / "feeds/real/whitehouse_briefing_room_2026-08-21.rss.xml").read_bytes()
    parsed = read(body)
    assert (len(parsed.entries), parsed.title, parsed.problems) == (30, "The White House Briefing Room", ())
    assert parsed.entries[0] == Entry(
        key="https://www.whitehouse.gov/releases/2026/08/president-trump-and-republicans-deliver-for-south-carolina-families/",
        link="https://www.whitehouse.gov/releases/2026/08/president-trump-and-republicans-deliver-for-south-carolina-families/",
        title="President Trump and Republicans Deliver for South Carolina Families",
        published=datetime(2026, 8, 21, 20, 0, 54, tzinfo=UTC),
    )
    told = [line.strip() for line in body.decode().split("<item>", 1)[1].splitlines() if line.strip().endswith("-0400")]
    assert [entry.published for entry in parsed.entries] == [parsedate_to_datetime(line) for line in told]
    assert all(
        entry.key == entry.link and entry.link.startswith("https://www.whitehouse.gov/") for entry in parsed.entries
    )
    assert len({entry.key for entry in parsed.entries}) == 30


@pytest.mark.shared_data
def test_the_russian_medias_items(shared_data: Path) -> None:
    lines = (shared_data / "feeds/russian_media_items.jsonl").read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    body = rss(
        "".join(
            f"<item><title>{escape(item['title'])}</title><link>{escape(item['url'])}</link>"
            f"<guid isPermaLink='false'>{escape(item['id'])}</guid><pubDate>{escape(item['published_raw'])}</pubDate>"
            f"<description>{escape(item['text'])}</description></item>"
            for item in items
        )
    )
    parsed = read(body)
    assert len(parsed.entries) == len(items) == 1222
    for item, entry in zip(items, parsed.entries, strict=True):
        assert (entry.key, entry.link) == (item["id"].strip(), item["url"].strip())
        assert entry.title == " ".join(item["title"].split())
        try:
            expected = parsedate_to_datetime(item["published_raw"])
        except ValueError:
            expected = datetime.fromisoformat(item["published_raw"])
        assert entry.published == (expected if expected.tzinfo else expected.replace(tzinfo=UTC)), item["published_raw"]
        assert not entry.complete
