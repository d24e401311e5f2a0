"""One look at a feed, to show a person what would be published; nothing is published and nothing remembered."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from streams.feeds.articles import Article, extract
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.making import From, language_of, told_by_feed, told_by_page, wants_page
from streams.feeds.urls import shown_url

Source = From | Literal["unseen"]
"""Where an item's text is from; unseen: its page, which was not read for this check."""
_WORD = re.compile(r"\w+")


class Gets(Protocol):
    """What fetches (streams/feeds/fetching.py)."""

    async def get(self, url: str) -> Fetched:
        """One answer.

        Raises:
            FetchFailed: there was none.
        """


class Parses(Protocol):
    """What reads an answer (streams/feeds/parsing.py)."""

    def __call__(self, feed: Feed, fetched: Fetched, *, now: datetime) -> Parsed:
        """Its entries.

        Raises:
            FetchFailed: it is no feed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an entry would be published as. words: of its text. fault: why its page gave nothing, if it was asked."""

    published: datetime | None
    lang: str
    words: int
    source: Source
    title: str
    link: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A feed as it answered. failure: why there is nothing, "" where it was read; problems: what was read around."""

    url: str
    title: str = ""
    encoding: str = ""
    moved_to: str | None = None
    problems: tuple[str, ...] = ()
    entries: tuple[Shown, ...] = ()
    failure: str = ""


async def check(feed: Feed, fetcher: Gets, parse: Parses, *, now: datetime, pages: int) -> Checked:
    """Fetch a feed once, and the pages of its first entries where their text is to be had from there.

    Args:
        pages: how many pages at most.
    """
    shown = shown_url(feed.url)
    try:
        fetched = await fetcher.get(feed.url)
        parsed = await asyncio.to_thread(parse, feed, fetched, now=now)
    except FetchFailed as error:
        return Checked(url=shown, failure=str(error))
    lang = language_of(parsed)
    wanted = [entry for entry in parsed.entries if wants_page(feed, entry)][:pages]
    articles = {entry.key: await _article(feed, fetcher, entry) for entry in wanted}
    further = [f"it lists {len(parsed.index)} further sitemaps, which a check does not look at"] if parsed.index else []
    return Checked(
        url=shown,
        title=parsed.title,
        encoding=parsed.encoding,
        moved_to=None if fetched.moved_to is None else shown_url(fetched.moved_to),
        problems=(*parsed.problems, *further),
        entries=tuple(_shown(feed, lang, entry, articles.get(entry.key), now) for entry in parsed.entries),
    )


async def _article(feed: Feed, fetcher: Gets, entry: Entry) -> Article | str:
    """What the page holds, or why nothing."""
    try:
        page = await fetcher.get(entry.link)
    except FetchFailed as error:
        return str(error)
    found = await asyncio.to_thread(
        extract, page.body, page.content_type, page.url, selector=feed.article, zone=feed.zone
    )
    return found or "the page holds no article"


def _shown(feed: Feed, lang: str | None, entry: Entry, article: Article | str | None, now: datetime) -> Shown:
    told = told_by_feed(feed, entry, lang, now)
    if isinstance(article, Article):
        told = told_by_page(feed, entry, article, told)
    unseen = article is None and wants_page(feed, entry)
    dated = entry.published or entry.updated or (isinstance(article, Article) and article.published)
    return Shown(
        published=told.at if dated else None,
        lang=told.lang,
        words=len(_WORD.findall(told.plain)),
        source="unseen" if unseen else told.text_from,
        title=told.title,
        link=shown_url(entry.link),
        fault=article if isinstance(article, str) else "",
    )
