"""Bodies made to keep a parser busy, to fill the memory or to read files: refused or read, soon, and by a rule."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.feeds.entries import Feed, Fetched, FetchFailed, Parsed
from streams.feeds.parsing import parse

URL = "https://news.example.org/feeds/all.xml"
SLOWEST_SECONDS = 5.0
"""Of processor time. feedparser's own entry point takes 7 s to minutes for the worst of the bodies below."""
PAGE = "<!DOCTYPE html><html lang=en><head><title>Sign in</title></head><body><p>Please</body></html>"


def read(body: str | bytes, **feed: object) -> Parsed:
    content = body.encode() if isinstance(body, str) else body
    return parse(Feed(url=URL, **feed), Fetched(url=URL, body=content), now=datetime(2026, 9, 1, tzinfo=UTC))


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>All</title>{items}</channel></rss>'


def soundly(body: str | bytes, **feed: object) -> Parsed | None:
    """What is read, None where the body is refused; it may be so by a rule only, not by a fault of ours."""
    try:
        return read(body, **feed)
    except FetchFailed as failed:
        if failed.failure != "content" or failed.__cause__ is not None:
            raise AssertionError("refused by a fault of ours") from failed
        return None


HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>t</title>'
TAIL = "</item></channel></rss>"
HOSTILE = {
    "unclosed comments": HEAD + "<description><![CDATA[" + "<!--" * 200_000 + "]]></description>" + TAIL,
    "document types": '<?xml version="1.0"?>' + "\n<!DOCTYPE " * 50_000 + HEAD[21:],
    "blank lines": '<?xml version="1.0"?>' + "\n" * 200_000 + HEAD[21:],
    "long declaration": "<?xml " + 'encoding="' * 50_000,
    "long line": HEAD.replace("?>", "?> ") + 'encoding="' * 5_000,
    "author": HEAD + f"<author>{'a' * 100_000}</author>" + TAIL,
    "keywords": HEAD.replace("<rss", '<rss xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"')
    + f"<i:keywords>{','.join(f'k{at}' for at in range(40_000))}</i:keywords>"
    + TAIL,
    "categories": HEAD + "".join(f"<category>c{at}</category>" for at in range(20_000)) + TAIL,
    "spaces in a tag": HEAD + "<description>&lt;p" + "p" * 50_000 + " " * 50_000 + "</description>" + TAIL,
    "entities": f'<!DOCTYPE rss [\n<!ENTITY a "{"x" * 10_000}">\n]>'
    + HEAD[21:]
    + "<description>"
    + "&a;" * 30_000
    + "</description>"
    + TAIL,
    "billion laughs": '<!DOCTYPE r [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;">\n]>'
    + HEAD[21:]
    + "&b;" * 100_000,
    "nesting": HEAD + "<a>" * 100_000,
    "nested items": HEAD + "<item>" * 50_000,
    "ill-formed nesting": HEAD + "</x>" + "<a>" * 50_000,
    "nested HTML": HEAD + "<description><![CDATA[" + "<div>" * 100_000 + "]]></description>" + TAIL,
    "tags": HEAD + "<a/>" * 1_000_000,
    "signs": HEAD + "<" * 300_000,
    "NULs": HEAD + "\0" * 500_000,
    "bad references": HEAD
    + "</x><title>&#xD800;&#99999999999;&#0;&#"
    + "9" * 5000
    + ";</title></item></channel></rss>",
    "bad dates": HEAD + "<item><pubDate>31 foo 2025</pubDate></item>" * 1_500,
    "JSON": '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_body_takes_long(body: str) -> None:
    begin = time.process_time()
    soundly(body)
    assert time.process_time() - begin < SLOWEST_SECONDS


@pytest.mark.parametrize("page", ["<div>" * 500_000, "<b><p>" * 100_000, "<a href=/1>" * 50_000], ids=["div", "b", "a"])
def test_no_list_page_takes_long(page: str) -> None:
    begin = time.process_time()
    assert soundly(page, kind="page", links="a.none") is None
    assert time.process_time() - begin < SLOWEST_SECONDS


def test_nesting_that_no_feed_has_is_refused_at_once() -> None:
    assert soundly(rss("<a>" * 900 + "</a>" * 900)) is not None
    assert soundly(rss("<a>" * 1_000 + "</a>" * 1_000)) is None


def test_files_and_networks_are_not_reached_by_entities() -> None:
    types = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    for declared in (types, types.replace("[<", "[\n<").replace(">]", ">\n]")):
        assert "root:" not in repr(read(declared + rss("<item><title>&f;</title></item>")))


@pytest.mark.parametrize(
    "elements",
    [
        "<width>x</width>",
        '<g:where xmlns:g="http://www.georss.org/georss"/>',
        '<l:posList xmlns:l="http://www.opengis.net/gml">1 x</l:posList>',
        '<p:chapter xmlns:p="http://podlove.org/simple-chapters" start="soon"/>',
        '<c:license xmlns:c="http://backend.userland.com/creativeCommonsRssModule"/>',
        '<x:a xmlns:x="a\xa0b"/>',
    ],
)
def test_a_fault_in_what_is_not_kept_costs_no_entry(elements: str) -> None:
    for broken in ("", "<b></c>"):
        parsed = soundly(rss(f"<item><title>One</title>{elements}</item><item>{broken}<title>Two</title></item>"))
        assert parsed is not None
        assert [entry.title for entry in parsed.entries] == ["One", "Two"]


@settings(deadline=None)  # the machine's load is no fault
@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["feed", "sitemap", "page"]))
@example(b"\x1f\x8b\x08", 0, "feed")
def test_any_bytes_are_read_or_refused(junk: bytes, at: int, kind: str) -> None:
    whole = rss(
        "<item><title>a &amp; b</title><link>/1</link><description>&lt;p&gt;x&lt;/p&gt;</description></item>"
    ).encode()
    for body in (junk, whole[:at] + junk + whole[at:], whole[:at] + junk, PAGE.encode()[:at] + junk):
        parsed = soundly(body, kind=kind, links="a")
        for entry in parsed.entries if parsed else ():
            assert entry.key
            assert "\n" not in entry.title
            (entry.key + entry.title + entry.text + entry.html).encode()


def test_as_many_entries_as_a_feed_has_are_all_read() -> None:
    day = format_datetime(datetime(2025, 3, 18, tzinfo=UTC))
    items = (f"<item><guid>{at}</guid><pubDate>{day}</pubDate></item>" for at in range(10_000))
    assert len({entry.key for entry in read(rss("".join(items))).entries}) == 10_000
