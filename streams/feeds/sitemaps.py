"""Sitemaps (sitemaps.org), with Google's extension for news: what a site says of its own pages."""

import io
import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from streams.feeds.dates import Dates
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import address, language, line_of
from streams.feeds.tolerant import Body

MOST = 50_000
"""Addresses of one file: the protocol's limit."""
_CLOSED = re.compile(rb"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>\s*(?:<!--.{0,1000}?-->\s*)?\Z", re.S | re.I)


def parse_sitemap(feed: Feed, fetched: Fetched, body: Body, root: str, now: datetime) -> Parsed:
    """The pages of a sitemap as entries without text, or the further sitemaps of an index.

    A page's key is its address. `published` and title are of the news extension; `lastmod` is `updated`.

    Args:
        root: the root element's local name, in lower case.

    Raises:
        FetchFailed: of kind "content": this is no sitemap.
    """
    if root not in ("urlset", "sitemapindex"):
        other = 'a feed, not a sitemap: its kind is "feed"' if root in ("rss", "feed", "rdf") else f"<{root[:60]}>"
        raise FetchFailed(
            "content", other if other.startswith("a feed") else f"no sitemap: its root element is {other}"
        )
    problems = [body.problem] if body.problem else []
    found = list(_elements(body.data, "url" if root == "urlset" else "sitemap", problems))
    if not _CLOSED.search(body.data[-2_000:]):
        found = found[:-1]
        problems.append("the body ends before its root element does: the last address is left out")
    if len(found) > MOST:
        problems.append(f"more than {MOST:,} addresses, the protocol's limit: the rest is left out")
    dates = Dates(feed.zone, now)
    located = [(address(texts.get("loc", ""), fetched.url), texts) for texts in found[:MOST]]
    if missing := sum(not link for link, _ in located):
        problems.append(f"{missing} places have no address of the web in <loc>: left out")
    if root == "sitemapindex":
        index = tuple(dict.fromkeys(link for link, _ in located if link))
        return Parsed(entries=(), encoding=body.encoding, problems=tuple(problems), index=index)
    entries = tuple(_entry(link, texts, dates) for link, texts in located if link)
    return Parsed(entries=entries, encoding=body.encoding, problems=(*problems, *dates.problems()))


def _entry(link: str, texts: dict[str, str], dates: Dates) -> Entry:
    return Entry(
        key=link,
        link=link,
        title=line_of(texts.get("title", "")),
        published=dates.read(texts.get("publication_date", "")),
        updated=dates.read(texts.get("lastmod", "")),
        lang=language(texts.get("language")),
    )


def _elements(data: bytes, name: str, problems: list[str]) -> Iterator[dict[str, str]]:
    """The texts of each <url> or <sitemap> by local name: of its own children, and of those within its <news>.

    Other extensions (images, video) have a <loc> and <title> of their own, which are not the page's.
    """
    # no entities, no network, no document types; lxml itself ends at 256 tags within each other
    walk = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=f"{{*}}{name}", resolve_entities=False, no_network=True, load_dtd=False,
        recover=True, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for _, element in walk:
        texts: dict[str, str] = {}
        for child in element:
            if _local(child) == "news":
                for within in child.iterdescendants():
                    texts.setdefault(_local(within), within.text or "")
            else:
                texts[_local(child)] = child.text or ""
        yield texts
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]
    if faults := [one for one in walk.error_log if one.level_name in ("ERROR", "FATAL")]:
        problems.append(f"not well-formed XML ({faults[0].message.strip()})")


def _local(element: etree._Element) -> str:
    """The name without its namespace; of an entity that stands for itself, ""."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
