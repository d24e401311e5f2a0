"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from datetime import datetime
from typing import Any

import msgspec

from streams.feeds.dates import Dates
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.fields import address, has_markup, key_of, language, line_of, lines_of, sanitised

_VERSION = "jsonfeed.org/version/1"


def parse_json_feed(feed: Feed, fetched: Fetched, body: bytes, now: datetime) -> Parsed:
    """The entries of a JSON Feed; what is of another type than the standard's is as if it were not there.

    Raises:
        FetchFailed: of kind "content": no JSON, or another kind of JSON.
    """
    try:
        document = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FetchFailed("content", f"begins like JSON and is none: {error}") from None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or _VERSION not in _text(document, "version"):
        raise FetchFailed(
            "content", f'JSON, but no JSON Feed: it has no "version" of {_VERSION} with a list of "items"'
        )
    dates = Dates(feed.zone, now)
    entries = tuple(_entry(item, fetched.url, dates) for item in items if isinstance(item, dict))
    problems = list(dates.problems())
    if others := len(items) - len(entries):
        problems.append(f"{others} of its items are no objects: left out")
    return Parsed(
        entries=entries,
        title=line_of(_text(document, "title")),
        lang=language(_text(document, "language")),
        problems=tuple(problems),
    )


def _entry(item: dict[str, Any], url: str, dates: Dates) -> Entry:
    content = _text(item, "content_html")
    html = sanitised(content, url) if has_markup(content) else ""
    text = "" if html else lines_of(_text(item, "content_text") or content)
    complete = bool(html or text)
    text = text or ("" if html else lines_of(_text(item, "summary")))
    title, link = line_of(_text(item, "title")), address(_text(item, "url") or _text(item, "external_url"), url)
    return Entry(
        key=key_of(line_of(_text(item, "id")), link, title, text or html),
        link=link,
        title=title,
        published=dates.read(_text(item, "date_published")),
        updated=dates.read(_text(item, "date_modified")),
        text=text,
        html=html,
        complete=complete,
        lang=language(_text(item, "language")),
    )


def _text(table: dict[str, Any], key: str) -> str:
    """A text, or a number as text: the standard has ids so written read as texts."""
    value = table.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
