"""A page that lists articles, for sites without a feed: the links that a CSS selector names."""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from feedparser.encodings import parse_content_type
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
from trafilatura.utils import decode_file

from streams.feeds.dates import Dates
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import address, language, line_of, without_tags
from streams.feeds.tolerant import NO_ENCODINGS

DEEPEST = 1_000
"""Tags within each other; as in models.reading.page: the parser's time grows with the square of the depth."""
HIGHEST = 8
"""Steps from a link up to what holds its date: a teaser is a handful of boxes (a judgement)."""
_VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
_UNNESTED = frozenset((*_VOID, "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody"))
"""Tags that hold nothing or end one another when they are not closed."""
_META = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)


def parse_list_page(feed: Feed, fetched: Fetched, body: bytes, now: datetime) -> Parsed:
    """The links of a list page, each address once, in the page's order: title, address, and a date where one is marked.

    A link's date is of the <time> within it, or within the nearest element around it that holds no other chosen link.

    Raises:
        FetchFailed: of kind "content": the selector is none, or chooses no link in this page.
    """
    encoding, page = _decoded(body, fetched.content_type)
    _check_depth(page)
    tree = LexborHTMLParser(page)
    try:
        chosen = tree.css(feed.links)
    except SelectolaxError:
        raise FetchFailed("content", f"links = {feed.links!r} is no CSS selector") from None
    title = tree.css_first("title")
    base = tree.css_first("base[href]")
    named = f" (titled {_line(title)[:100]!r})" if title is not None else ""
    root = address((base.attributes.get("href") or "") if base is not None else "", fetched.url) or fetched.url
    told = [(node, (node.attributes.get("href") or "").strip()) for node in chosen if node.tag == "a"]
    links = [(node, address(href, root)) for node, href in told if not href.startswith("#")]
    links = [(node, link) for node, link in links if link and link.partition("#")[0] != fetched.url.partition("#")[0]]
    if not links:
        what = f"{len(chosen)} elements, none of them a link" if chosen else "nothing"
        raise FetchFailed("content", f"links = {feed.links!r} matches {what} in the page{named}")
    held: dict[int, set[str]] = defaultdict(set)
    for node, link in links:
        for around in _around(node):
            held[around.mem_id].add(link)
    dates, entries = Dates(feed.zone, now), dict[str, Entry]()
    for node, link in links:
        entry = Entry(key=link, link=link, published=_date(node, held, dates), title=_title(node))
        known = entries.get(link, entry)
        entries[link] = Entry(
            key=link, link=link, title=known.title or entry.title, published=known.published or entry.published
        )
    html = tree.root
    return Parsed(
        entries=tuple(entries.values()),
        title=_line(title) if title is not None else "",
        lang=language(html.attributes.get("lang")) if html is not None else None,
        encoding=encoding,
        problems=dates.problems(),
    )


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """The node and what it stands in, from within outwards."""

    def outwards() -> Iterator[LexborNode]:
        at: LexborNode | None = node
        while at is not None and at.tag not in ("body", "html"):
            yield at
            at = at.parent

    return islice(outwards(), HIGHEST)


def _date(node: LexborNode, held: dict[int, set[str]], dates: Dates) -> datetime | None:
    for around in _around(node):
        if len(held[around.mem_id]) > 1:
            return None
        if (time := around.css_first("time")) is not None:
            return dates.read(time.attributes.get("datetime") or _line(time))
    return None


def _title(node: LexborNode) -> str:
    return line_of(without_tags(re.sub(r"<time\b.*?</time>", " ", node.html or "", flags=re.S)))


def _line(node: LexborNode) -> str:
    return line_of(without_tags(node.html or ""))


def _decoded(body: bytes, content_type: str) -> tuple[str, str]:
    """The page's encoding and text: by its byte order mark, the HTTP header, its own <meta>, else by its bytes."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    meta = _META.search(body[:4_096])
    named = [name for mark, name in marks if body.startswith(mark)]
    named += [parse_content_type(content_type)[1], meta[1].decode("ascii", "replace") if meta else "", "utf-8"]
    for name in filter(None, named):
        try:
            if codecs.lookup(name).name not in NO_ENCODINGS:
                return name.lower(), body.decode(name)
        except (LookupError, ValueError):
            continue
    return "unknown", str(decode_file(body))


def _check_depth(page: str) -> None:
    depth = 0
    for tag in re.finditer(r"<(/?)([A-Za-z][A-Za-z0-9]*)", page):
        if tag[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > DEEPEST:
                raise FetchFailed("content", f"the page has more than {DEEPEST:,} tags within each other")
