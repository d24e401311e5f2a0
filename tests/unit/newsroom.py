"""A site of ours on this machine, and a feed reader without Kafka: what tests of looks share."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web

from streams.feeds.entries import Feed
from streams.feeds.fetching import Fetcher, agent
from streams.feeds.health import FeedState
from streams.feeds.ledger import Known, Ledger
from streams.feeds.looking import Looked, Looker
from streams.feeds.memory import NewItem
from streams.outbound import Guard

NOON = datetime(2025, 3, 18, 12, tzinfo=UTC)


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.at += timedelta(seconds=seconds)


class Site:
    """Pages by path: a body, or a status; counts what is asked for. `/feed` is RSS of `entries`."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | int] = {}
        self.entries: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.url = ""

    def add(self, number: int, *, hours_ago: float = 1, text: str = "A summary.", **more: Any) -> dict[str, Any]:
        """A story at the top of the feed."""
        entry = {
            "guid": f"guid-{number}",
            "link": f"{self.url}/news/{number}",
            "title": f"Story {number}",
            "at": NOON - timedelta(hours=hours_ago),
            "text": text,
            **more,
        }
        self.entries.insert(0, entry)
        return entry

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        page = (
            self.rss() if request.path == "/feed" and "/feed" not in self.pages else self.pages.get(request.path, 404)
        )
        if isinstance(page, int):
            return web.Response(status=page)
        kind = "application/rss+xml" if page.startswith(b"<rss") else "text/html"
        return web.Response(body=page, content_type=kind, charset="utf-8")

    def rss(self) -> bytes:
        items = "".join(
            f"<item><guid isPermaLink='false'>{one['guid']}</guid><link>{one['link']}</link>"
            f"<title>{escape(one['title'])}</title><pubDate>{format_datetime(one['at'])}</pubDate>"
            f"<description>{escape(one['text'])}</description></item>"
            for one in self.entries
        )
        return f"<rss version='2.0'><channel><title>A desk</title>{items}</channel></rss>".encode()


def article(title: str, sentence: str, canonical: str = "") -> bytes:
    """A page with an article of several paragraphs, and what surrounds articles."""
    named = f"<link rel='canonical' href='{canonical}'>" if canonical else ""
    text = "".join(f"<p>{sentence} This is paragraph {number} of what the ministry said.</p>" for number in range(6))
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{named}</head>"
        "<body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{text}</article><footer>All rights reserved</footer></body></html>"
    ).encode()


@dataclass
class Outlet:
    """Items and memory in lists."""

    items: list[dict[str, Any]] = field(default_factory=list)
    memory: dict[tuple[str, str], Known] = field(default_factory=dict)

    def publish(self, state: FeedState, items: Sequence[NewItem], _now: datetime) -> FeedState:
        self.items += [json.loads(one.value) for one in items]
        self.note(state, [one.known for one in items])
        return replace(state, published=state.published + len(items))

    def note(self, _state: FeedState, entries: Iterable[Known]) -> None:
        self.memory.update({(one.feed, one.key): one for one in entries})

    def forget(self, entries: Iterable[Known]) -> None:
        for one in entries:
            del self.memory[one.feed, one.key]


class Reader:
    """Looks at one feed of a site, as often as a test says; `restart` has it begin from what is remembered."""

    def __init__(self, site: Site, fetcher: Fetcher, clock: Clock, **feed: Any) -> None:
        self.feed, self.clock = Feed(url=f"{site.url}/feed", **feed), clock
        self._fetcher, self.outlet = fetcher, Outlet()
        self.state = FeedState(url=self.feed.url)
        self.restart()

    def restart(self, **how: Any) -> None:
        ledger = Ledger(self.outlet.memory.values(), [self.feed.url])
        self.looker = Looker(self._fetcher, ledger, self.outlet, self.clock, first_look=timedelta(hours=24), **how)

    async def look(self, minutes: float = 1) -> Looked:
        """Look after so many minutes."""
        self.clock.at += timedelta(minutes=minutes)
        looked = await self.looker.look(self.feed, self.state)
        self.state = looked.state
        return looked

    @property
    def told(self) -> list[tuple[str, int]]:
        """Title and revision of each item so far."""
        return [(one.get("title", "withdrawn"), one.get("revision", 0)) for one in self.outlet.items]


@asynccontextmanager
async def newsroom(**feed: Any) -> AsyncIterator[tuple[Site, Reader]]:
    """A site that serves, and a reader of its feed."""
    site, clock = Site(), Clock()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with Fetcher(guard=Guard(("127.0.0.1",)), timeline=clock, agent=agent()) as fetcher:
            yield site, Reader(site, fetcher, clock, **feed)
    finally:
        await runner.cleanup()
