"""Sitemaps as entries: with the news extension, plain, as an index, compressed, and broken."""

import gzip
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.feeds.entries import Feed, Fetched, FetchFailed, Parsed
from streams.feeds.parsing import parse

NOW = datetime(2026, 9, 1, tzinfo=UTC)
URL = "https://news.example.org/sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc> https://news.example.org/2025/talks?a=1&amp;b=2 </loc>
    <lastmod>2025-03-18T19:00:00Z</lastmod>
    <news:news>
      <news:publication><news:name>The Example</news:name><news:language>en-GB</news:language></news:publication>
      <news:publication_date>2025-03-18T21:05:00+03:00</news:publication_date>
      <news:title>Ministers
        meet &amp; talk</news:title>
    </news:news>
    <image:image><image:loc>https://img.example.org/1.jpg</image:loc><image:title>A hall</image:title></image:image>
  </url>
  <url><loc>https://news.example.org/about</loc><lastmod>2025-03-01</lastmod></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://news.example.org/a.xml.gz</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap>
  <sitemap><loc>ftp://news.example.org/c.xml</loc></sitemap>
</sitemapindex>"""


def sitemap(body: bytes | str) -> Parsed:
    content = body.encode() if isinstance(body, str) else body
    return parse(Feed(url=URL, kind="sitemap", zone="Europe/Moscow"), Fetched(url=URL, body=content), now=NOW)


def failure(body: bytes | str) -> str:
    with pytest.raises(FetchFailed) as caught:
        sitemap(body)
    assert caught.value.failure == "content"
    return str(caught.value)


def test_news_have_title_publication_and_language() -> None:
    news, plain = sitemap(NEWS).entries
    assert (news.key, news.link) == ("https://news.example.org/2025/talks?a=1&b=2",) * 2
    assert (news.title, news.lang) == ("Ministers meet & talk", "en")
    assert news.published == datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
    assert news.updated == datetime(2025, 3, 18, 19, tzinfo=UTC)
    assert (plain.link, plain.title, plain.published) == ("https://news.example.org/about", "", None)
    assert plain.updated == datetime(2025, 2, 28, 21, tzinfo=UTC)


def test_an_index_names_further_sitemaps() -> None:
    parsed = sitemap(INDEX)
    assert parsed.index == ("https://news.example.org/a.xml.gz", "https://news.example.org/b.xml")
    assert parsed.entries == ()
    assert parsed.problems == ("1 places have no address of the web in <loc>: left out",)


def test_a_compressed_file_is_unpacked_even_of_several_members() -> None:
    half = len(NEWS) // 2
    packed = gzip.compress(NEWS[:half].encode()) + gzip.compress(NEWS[half:].encode())
    assert sitemap(packed) == sitemap(NEWS)


def test_a_compressed_file_is_unpacked_to_the_protocols_limit_only() -> None:
    bomb = gzip.compress(bytes(300 << 20), 1)
    tracemalloc.start()
    assert "more than 52,428,800 bytes" in failure(bomb)
    assert tracemalloc.get_traced_memory()[1] < 3 * 52_428_800
    tracemalloc.stop()
    assert "ends too early" in failure(gzip.compress(NEWS.encode())[:-20])
    assert "broken gzip" in failure(b"\x1f\x8b" + b"x" * 100)


def test_of_a_cut_file_the_last_address_is_left_out() -> None:
    parsed = sitemap(NEWS[: NEWS.index("about") + 3])
    assert [entry.title for entry in parsed.entries] == ["Ministers meet & talk"]
    assert any("last address is left out" in problem for problem in parsed.problems)


def test_more_addresses_than_the_protocol_allows_are_left_out() -> None:
    places = "".join(f"<url><loc>https://news.example.org/{at}</loc></url>" for at in range(50_002))
    parsed = sitemap(f"<urlset>{places}</urlset>")
    assert len(parsed.entries) == 50_000
    assert any("50,000" in problem for problem in parsed.problems)


def test_entities_are_not_followed() -> None:
    bomb = (
        '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    parsed = sitemap(f"{bomb}<urlset><url><loc>https://news.example.org/</loc><news>&b;&f;</news></url></urlset>")
    assert [entry.link for entry in parsed.entries] == ["https://news.example.org/"]
    assert "root:" not in repr(parsed)
    assert "aaaa" not in repr(parsed)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "empty"),
        ("<html><head><title>Not found</title></head></html>", "a page of HTML, not a sitemap, titled 'Not found'"),
        ("<rss version='2.0'><channel/></rss>", 'its kind is "feed"'),
        ("<other/>", "its root element is <other>"),
        ("nothing here", "not one element"),
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(body: str, said: str) -> None:
    assert said in failure(body)


@settings(deadline=None)  # the machine's load is no fault
@given(st.binary(max_size=300), st.integers(0, len(NEWS)))
def test_any_bytes_are_a_sitemap_or_refused(junk: bytes, at: int) -> None:
    for body in (junk, NEWS[:at].encode() + junk + NEWS[at:].encode()):
        try:
            sitemap(body)
        except FetchFailed as failed:
            if failed.failure != "content" or failed.__cause__ is not None:
                raise AssertionError("refused by a fault of ours, not by a rule") from failed
