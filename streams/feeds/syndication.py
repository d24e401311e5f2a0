"""RSS 0.9x to 2.0, RSS 1.0 and 0.90 (RDF), Atom 0.3 and 1.0, CDF: what feedparser reads in them, as entries."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from streams.feeds.dates import Dates
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import address, has_markup, key_of, language, line_of, lines_of, sanitised, without_tags
from streams.feeds.tolerant import Body, Read

_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 730, "yearly": 8766}
"""Hours; RSS 1.0's syndication module."""
LONGEST_WAIT = timedelta(days=366)
"""What a feed asks for beyond this is no wish but a slip."""
WHOLE_SHARE = 0.5
"""A content meant for whole articles is taken before a longer summary unless it is under half as long (a judgement):
some sites put a line about themselves behind the summary, others no more than a picture into the content."""
_DATES = {"published": ("published", "created", "prism_publicationdate"), "updated": ("updated",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    value: str
    html: bool
    base: str
    media_type: str = "text/html"
    complete: bool = False

    @property
    def length(self) -> int:
        return len(line_of(without_tags(self.value) if self.html else self.value))


def parse_syndication(feed: Feed, fetched: Fetched, body: Body, root: str, at: int, now: datetime) -> Parsed:
    """The entries of a feed in XML, well-formed or nearly.

    Args:
        root, at: the root element's name and place in the body.

    Raises:
        FetchFailed: of kind "content": this is no feed.
    """
    read = Read(body, fetched.url, at)
    if not read.entries and not read.version and root.rpartition(":")[2].lower() not in _ROOTS:
        raise FetchFailed("content", f"XML, but no feed: its root element is <{root[:60]}>")
    dates = Dates(feed.zone, now)
    shared = _shared_ids(read.entries)
    entries = tuple(_entry(entry, fetched.url, dates, shared) for entry in read.entries)
    problems = [*read.problems, *dates.problems()]
    if shared:
        problems.append(f"entries with different links have one id, as {min(shared)[:60]!r}: told apart by their links")
    return Parsed(
        entries=entries,
        title=_title(read.feed),
        lang=language(_text(read.feed, "language")),
        every=_every(read.feed),
        encoding=body.encoding,
        problems=tuple(problems),
    )


def _entry(entry: dict[str, Any], url: str, dates: Dates, shared: frozenset[str]) -> Entry:
    content = _fullest(_contents(entry, url))
    html = sanitised(content.value, content.base, content.media_type) if content.html else ""
    text = "" if html and has_markup(html) else lines_of(unescape(html) if content.html else content.value)
    title, identifier = _title(entry), line_of(_text(entry, "id"))
    link = address(_text(entry, "feedburner_origlink") or _link(entry), url)
    moments = {
        name: [dates.read(_text(entry, key)) for key in keys if _text(entry, key)] for name, keys in _DATES.items()
    }
    return Entry(
        key=key_of("" if identifier in shared else identifier, link, title, text or html),
        link=link,
        title=title,
        published=next(filter(None, moments["published"]), None),
        updated=next(filter(None, moments["updated"]), None),
        text=text,
        html="" if text else html,
        complete=content.complete and content.length > 0,
        lang=language(_language(entry)),
    )


def _contents(entry: dict[str, Any], url: str) -> list[_Content]:
    """Everything that may be the entry's content: contents, summary, and where there is neither a picture's caption."""
    found = [
        _content(one, url) for one in entry.get("content", ()) if one.get("type") in (*_HTML_TYPES, "text/plain", None)
    ]
    summary, detail = _text(entry, "summary"), entry.get("summary_detail")
    if summary and detail is not None and detail.get("value") == summary:
        found.append(_content(detail, url))
    elif summary and not found:
        found.append(_Content(value=summary, html=True, base=url))
    if not found and (caption := _text(entry, "media_description")):
        found.append(_Content(value=caption, html=True, base=url))
    return found


def _content(detail: dict[str, Any], url: str) -> _Content:
    media_type = detail.get("type") or "text/html"
    return _Content(
        value=detail.get("value") or "",
        html=media_type in _HTML_TYPES,
        base=detail.get("base") or url,
        media_type=media_type,
        complete=bool(detail.get("complete")),
    )


def _fullest(contents: Sequence[_Content]) -> _Content:
    longest = max(contents, key=lambda one: one.length, default=_Content(value="", html=False, base=""))
    whole = max((one for one in contents if one.complete), key=lambda one: one.length, default=longest)
    return whole if whole.length >= WHOLE_SHARE * longest.length else longest


def _link(entry: dict[str, Any]) -> str:
    """The entry's page; an enclosure's address, which feedparser may take for it, only where there is no other."""
    link, links = _text(entry, "link"), entry.get("links", ())
    if any(one.get("href") == link and one.get("rel") != "alternate" for one in links):
        return next((_text(one, "href") for one in links if one.get("rel") == "alternate" and one.get("href")), link)
    return link


def _title(context: dict[str, Any]) -> str:
    title, detail = _text(context, "title"), context.get("title_detail") or {}
    if detail.get("type") not in _HTML_TYPES:
        return line_of(title)
    return line_of(without_tags(sanitised(title, detail.get("base") or "") if has_markup(title) else title))


def _language(entry: dict[str, Any]) -> str | None:
    """Of the entry itself (dc:language), else what xml:lang says of its content or title."""
    details = [*entry.get("content", ()), entry.get("summary_detail"), entry.get("title_detail")]
    tags = [_text(entry, "language"), *(detail.get("language") for detail in details if detail)]
    return next(filter(None, tags), None)


def _shared_ids(entries: Sequence[dict[str, Any]]) -> frozenset[str]:
    """Identifiers that entries with different links bear: they tell nothing apart."""
    links: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        links[line_of(_text(entry, "id"))].add(_text(entry, "link"))
    return frozenset(identifier for identifier, found in links.items() if identifier and len(found) > 1)


def _every(feed: dict[str, Any]) -> timedelta | None:
    """The time between two looks that RSS's ttl (minutes) or the syndication module asks for."""
    ttl, period = _text(feed, "ttl").strip(), _text(feed, "sy_updateperiod").strip().lower()
    frequency = _text(feed, "sy_updatefrequency").strip() or "1"
    wait = timedelta(0)
    if re.fullmatch(r"[0-9]{1,7}", ttl):
        wait = timedelta(minutes=int(ttl))
    elif period in _PERIODS and re.fullmatch(r"[0-9]{1,7}", frequency) and int(frequency):
        wait = timedelta(hours=_PERIODS[period]) / int(frequency)
    return wait if timedelta(0) < wait <= LONGEST_WAIT else None


def _text(context: dict[str, Any], key: str) -> str:
    """A field's text; feedparser keeps an unknown element's attributes under its name instead."""
    value = dict.get(context, key)  # its own `get` answers `updated` with `published`
    return value if isinstance(value, str) else ""
