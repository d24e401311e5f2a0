"""The article in a page: its text by trafilatura or by the feed's own selector, and what the page says of itself.

Nothing is fetched here, and any bytes give an answer in bounded time: the parser keeps no more than 256 tags within
each other, and a page of more than MOST_ELEMENTS elements is not read.
"""

import json
import logging
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import trafilatura
from lxml.etree import strip_elements
from lxml.html import HtmlElement, tostring
from selectolax.lexbor import LexborHTMLParser, SelectolaxError
from trafilatura.metadata import extract_title

from models.reading import text_of_html
from streams.feeds.charsets import decoded
from streams.feeds.urls import is_same_site, is_web, without_fragment

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it calls each odd page an error

FEWEST_WORDS = 25
"""Words from which a text is an article's (a judgement): the shortest news in brief have about thirty, and what is
found on a page without one (a notice, a menu, a form) has fewer."""
MOST_ELEMENTS = 20_000
"""Of one page (a judgement): trafilatura takes up to .15 ms for each, a news page has a few thousand."""
MOST_CHARACTERS = 3_000_000
"""Of one page; what stands behind them is not read. So much text in one element takes up to 5 s (a judgement)."""
_FIRST_YEAR = 1990
"""Dates before the web are what a broken clock or a template writes."""
_WORD = re.compile(r"\w+")
_RULE = re.compile(r"[|\s:-]+")
"""The line between the head and the body of a table, as trafilatura writes it."""
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='pubdate' or @name='publish-date' or @name='dcterms.created' or @name='DC.date.issued']/@content",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as its page has it.

    text: a line for each paragraph, heading, quotation or point of a list, without the title. published: UTC, None
    where the page does not state it. lang: as the page states it, "ru", or None. link: absolute, http or https: the
    canonical address where the page names one of its own site, else the page's.
    """

    title: str
    text: str
    published: datetime | None
    lang: str | None
    link: str


def extract(html: bytes, content_type: str, url: str, *, selector: str = "", zone: str = "UTC") -> Article | None:
    """The article of a page, or None where there is none to be found: the feed's summary is all there is then.

    Args:
        content_type: as HTTP gave it; its charset counts.
        url: where the page came from.
        selector: a CSS selector of the text; where it finds no article, the page is read as any other.
        zone: of dates that name none (IANA).
    """
    try:
        return _extract(decoded(html, content_type)[:MOST_CHARACTERS], url, selector, zone)
    except Exception:  # a page may break any of three parsers, and is none of our making: it has no article then
        return None


def _extract(page: str, url: str, selector: str, zone: str) -> Article | None:
    tree = trafilatura.load_html(page)
    if tree is None or sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        return None
    published, lang, link = _published(tree, zone), _lang(tree), _link(tree, url)
    strip_elements(tree, "script", "style", "template", with_tail=False)
    title = " ".join((extract_title(tree) or "").split())
    links = {_folded(link.text_content()) for link in tree.iter("a")}
    for read in (_selected, _found):
        lines = _lines(read(tree, selector), title, links)
        if sum(map(_words, lines)) >= FEWEST_WORDS:
            return Article(title=title, text="\n".join(lines), published=published, lang=lang, link=link)
    return None


def _found(tree: HtmlElement, _selector: str) -> str:
    """The text that trafilatura finds, by its slower way, which compares three readings of the page."""
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True)
    return "" if found is None else str(getattr(found, "text", "") or "")


def _selected(tree: HtmlElement, selector: str) -> str:
    """The text of the elements that the feed's own selector names."""
    if not selector:
        return ""
    page = LexborHTMLParser(tostring(tree, encoding="unicode"))
    try:
        return "\n".join(text_of_html(node.html or "") for node in page.css(selector))
    except SelectolaxError:
        return ""


def _lines(text: str, title: str, links: set[str]) -> list[str]:
    """Lines that say something of this article.

    No rules of tables, no lines that are a short link and nothing else, which lead to another article, and not the
    title over the text, which the item has already.
    """
    lines = [
        line
        for each in text.splitlines()
        if (line := " ".join(each.split()))
        and not _RULE.fullmatch(line)
        and not (_folded(line) in links and _words(line) < FEWEST_WORDS)
    ]
    return lines[1:] if lines and _folded(lines[0]) == _folded(title) else lines


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _folded(text: str) -> str:
    """A text by which two are compared: its words in small letters."""
    return " ".join(_WORD.findall(text)).casefold()


def _published(tree: HtmlElement, zone: str) -> datetime | None:
    """When the page says that it was published: as metadata, or by the only time that its content marks as one."""
    stated = [str(value) for path in _DATES for value in tree.xpath(path)]
    marked = {str(value) for value in tree.xpath("(//article | //main)//time/@datetime")}
    for value in (*stated[:1], *_linked_data(tree), *stated[1:], *(marked if len(marked) == 1 else ())):
        if (moment := _moment(value, zone)) is not None:
            return moment
    return None


def _linked_data(tree: HtmlElement) -> Iterator[str]:
    """Every datePublished of the page's JSON-LD, outer ones first."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            waiting = deque([json.loads(script)])
        except (ValueError, RecursionError):
            continue
        while waiting:
            value: Any = waiting.popleft()
            if isinstance(value, dict):
                if isinstance(value.get("datePublished"), str):
                    yield value["datePublished"]
                waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)


def _moment(text: str, zone: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
        return at.astimezone(UTC) if at.year >= _FIRST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _lang(tree: HtmlElement) -> str | None:
    for value in tree.xpath("/html/@lang | //meta[@property='og:locale']/@content"):
        if found := re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", str(value).strip()):
            return found[1].lower()
    return None


def _link(tree: HtmlElement, url: str) -> str:
    """The canonical address; not one of another site, in whose name a page might speak, nor the site's front page."""
    for value in tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
        try:
            link = without_fragment(urljoin(url, str(value).strip()))
        except ValueError:  # half an IPv6 address
            continue
        if is_web(link) and is_same_site(link, url) and urlsplit(link).path.strip("/"):
            return link
    return without_fragment(url)
