"""A fetched body to entries: feeds in XML and JSON, sitemaps, list pages; told by content, whatever the header says.

The entries are as they stand in the body, in its order; one may hold nothing but a date. RSS 1.0's `dc:date`, and the
only date that many Atom feeds give, are `updated`, not `published`.
"""

import re
import zlib
from datetime import datetime

from streams.feeds.entries import Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import line_of, without_tags
from streams.feeds.json_feed import parse_json_feed
from streams.feeds.list_pages import parse_list_page
from streams.feeds.sitemaps import parse_sitemap
from streams.feeds.syndication import parse_syndication
from streams.feeds.tolerant import Body

LARGEST = 50 * 1024 * 1024
"""Bytes of a body that came compressed as a file: the limit that the sitemap protocol sets for a sitemap."""
_GZIP = b"\x1f\x8b"
_HTML = ("html", "head", "body", "meta", "title", "script", "style", "link", "div", "p", "table", "center", "h1", "img")
_ELSEWHERE = {
    "urlset": 'a sitemap, not a feed: its kind is "sitemap"',
    "sitemapindex": 'an index of sitemaps, not a feed: its kind is "sitemap"',
    "opml": "a list of feeds (OPML), not a feed: import it",
}


def parse(feed: Feed, fetched: Fetched, *, now: datetime) -> Parsed:
    """The entries of a body, as its feed's kind says.

    Args:
        fetched: with a body. A charset in its content type counts; addresses are relative to its url.
        now: dates more than a day later are none.

    Raises:
        FetchFailed: of kind "content": the body is nothing of that kind; the text says what it is.
    """
    try:
        return _parse(feed, fetched, now)
    except (FetchFailed, MemoryError):
        raise
    except Exception as error:  # of the libraries; a body from outside must not stop whoever reads it
        raise FetchFailed("content", f"cannot be read: {type(error).__name__}: {str(error)[:200]}") from error


def _parse(feed: Feed, fetched: Fetched, now: datetime) -> Parsed:
    body = _unpacked(fetched.body)
    if not body.strip(b"\x00\t\n\r "):
        raise FetchFailed("content", "the body is empty")
    if feed.kind == "page":
        return parse_list_page(feed, fetched, body, now)
    if feed.kind == "feed" and body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return parse_json_feed(feed, fetched, body, now)
    text = Body(body, fetched.content_type)
    root, at = _root(text.data)
    if not root:
        raise FetchFailed("content", f"no {feed.kind}: not one element of XML in it; it begins {_beginning(text.data)}")
    local = root.rpartition(":")[2].lower()
    if local in _HTML:
        raise FetchFailed("content", f"a page of HTML, not a {feed.kind}{_titled(text.data)}")
    if feed.kind == "sitemap":
        return parse_sitemap(feed, fetched, text, local, now)
    if local in _ELSEWHERE:
        raise FetchFailed("content", _ELSEWHERE[local])
    return parse_syndication(feed, fetched, text, root, at, now)


def _unpacked(body: bytes) -> bytes:
    """The body of a file that is compressed in itself (sitemap.xml.gz); any other as it is."""
    if not body.startswith(_GZIP):
        return body
    whole = bytearray()
    while body.startswith(_GZIP):  # a file of several members is the members' contents in a row
        member = zlib.decompressobj(wbits=31)
        try:
            whole += member.decompress(body, LARGEST + 1 - len(whole))
        except zlib.error as error:
            raise FetchFailed("content", f"broken gzip file: {error}") from None
        if len(whole) > LARGEST:
            raise FetchFailed("content", f"a gzip file of more than {LARGEST:,} bytes")
        if not member.eof:
            raise FetchFailed("content", "a gzip file that ends too early")
        body = member.unused_data
    return bytes(whole)


def _root(data: bytes) -> tuple[str, int]:
    """The name of the first element and where it begins; ("", 0) without one."""
    at = data.find(b"<")
    while at >= 0:
        if data.startswith(b"<!--", at):
            at = data.find(b"-->", at)
        elif match := re.match(rb"<([A-Za-z_][\w:.-]{0,100})", data[at : at + 110]):
            return match[1].decode("ascii"), at
        at = data.find(b"<", at + 1) if at >= 0 else at
    return "", 0


def _titled(data: bytes) -> str:
    match = re.search(rb"<title[^<>]*>([^<]{1,500})", data[:65_536], re.I)
    title = line_of(without_tags(match[1].decode("utf-8", "replace")))[:100] if match else ""
    return f", titled {title!r}" if title else ""


def _beginning(data: bytes) -> str:
    return repr(
        line_of(data.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>")[:200].decode("utf-8", "replace"))[:60]
    )
