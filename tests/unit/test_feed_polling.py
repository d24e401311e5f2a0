"""The loop over feeds: hostile ones each get their metric and message, and the good ones are looked at on time."""

import asyncio
import gzip
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from feed_server import FeedServer, Names, answer, endless, fetcher, head, redirect, silent
from newsroom import Outlet, article

from models.errors import InfrastructureError
from streams.feeds.entries import Feed
from streams.feeds.health import FAILING_AFTER, FeedState
from streams.feeds.ledger import Ledger
from streams.feeds.looking import Looker
from streams.feeds.polling import Poller
from streams.instruments import FeedInstruments

INTERVAL = timedelta(milliseconds=200)
PATIENCE_SECONDS = 30
ENTITIES = b"<!DOCTYPE r [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (number, b"&a%d;" % (number - 1) * 10 if number else b"&a;" * 10) for number in range(12)
)


class RealTime:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


def rss(*titles: str) -> bytes:
    now = datetime.now(UTC)
    return (
        "<rss version='2.0'><channel><title>Desk</title>"
        + "".join(
            f"<item><guid>{title}</guid><title>{title}</title><pubDate>{now:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for title in titles
        )
        + "</channel></rss>"
    ).encode()


HOSTILE = {
    "never answers": (silent(), "timeout"),
    "dribbles headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.1), "timeout"),
    "never ends": (endless(head(), b" " * 65_536), "too_large"),
    "gzip bomb": (answer(gzip.compress(b" " * 30_000_000), Content_Encoding="gzip"), "too_large"),
    "redirects to itself": (redirect("/feed"), "redirects"),
    "redirects inside": (redirect("http://169.254.169.254/latest"), "forbidden"),
    "redirects to this machine": (redirect("http://[::1]/feed"), "forbidden"),
    "is gone": (answer(status=410), "status"),
    "too many requests": (answer(status=429, Retry_After=3600), "status"),
    "a page": (answer(article("Under repair", "Soon."), Content_Type="text/html"), "content"),
    "entities": (answer(ENTITIES + b"]><rss><channel><item><title>&a11;</title></item></channel></rss>"), None),
    "cut off": (head(Content_Length=9999) + rss("half")[:60], "connect"),
    "not modified, unasked": (answer(status=304), "status"),
    "no web address": (redirect("ftp://example.org/feed"), "redirects"),
}


@asynccontextmanager
async def polling(feeds: list[Feed], outlet: Outlet, resolver: Names | None = None) -> AsyncIterator[tuple]:
    """A poller that runs, its instruments, and what it said."""
    instruments, said, ledger = FeedInstruments(), [], Ledger([], [one.url for one in feeds])
    time = RealTime()
    async with fetcher("127.0.0.1", timeline=time, resolver=resolver) as fetching:
        looker = Looker(fetching, ledger, outlet, time, first_look=timedelta(hours=24))
        poller = Poller(feeds, {}, looker, ledger, outlet, time, instruments, say=said.append, rng=random.Random())
        running = asyncio.create_task(poller.run())
        try:
            yield poller, instruments, said
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def looks(instruments: FeedInstruments, feed: Feed, outcome: str) -> float:
    return (
        instruments.registry.get_sample_value("parallax_feed_looks_total", {"feed": feed.url, "outcome": outcome})
        or 0.0
    )


async def until(condition) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.02)


async def test_hostile_feeds_fail_by_name_and_keep_no_other_waiting() -> None:
    async with AsyncExitStack() as stack:
        servers = {name: await stack.enter_async_context(FeedServer()) for name in (*HOSTILE, "good", "huge")}
        for name, (given, _) in HOSTILE.items():
            servers[name].at("/feed", given)
        servers["good"].at("/feed", answer(rss("One")))
        servers["huge"].at("/feed", answer(rss(*(f"Story {number}" for number in range(20_000)))))
        feeds = {
            name: Feed(url=server.url("/feed"), interval=INTERVAL, full_text=False) for name, server in servers.items()
        }
        unknown = Feed(url="http://nowhere.example/feed", interval=INTERVAL)
        outlet = Outlet()
        async with polling([*feeds.values(), unknown], outlet, Names()) as (_, instruments, said):
            await until(lambda: len(outlet.items) >= 20_001)  # while that was read
            expected = {feeds[name]: outcome for name, (_, outcome) in HOSTILE.items() if outcome} | {unknown: "dns"}
            await until(lambda: all(looks(instruments, feed, outcome) for feed, outcome in expected.items()))
            before = len(servers["good"].asked_for("/feed"))
            began = asyncio.get_running_loop().time()
            await until(lambda: len(servers["good"].asked_for("/feed")) >= before + 10)
            took = asyncio.get_running_loop().time() - began
            await until(lambda: any(feeds["never answers"].url in line for line in said))
    assert took < 10 * INTERVAL.total_seconds() + 2
    message = next(line for line in said if feeds["never answers"].url in line)
    assert f"failing, {FAILING_AFTER} looks in a row" in message
    assert {one["title"] for one in outlet.items} >= {"One", "Story 1"}
    assert len({one["id"] for one in outlet.items}) == len(outlet.items)


async def test_who_asks_for_quiet_is_given_it() -> None:
    async with FeedServer() as server:
        server.at("/feed", answer(status=429, Retry_After=3600))
        feed = Feed(url=server.url("/feed"), interval=INTERVAL)
        async with polling([feed], Outlet()) as (poller, instruments, _):
            await until(lambda: looks(instruments, feed, "status"))
            await until(lambda: poller.states[0].due is not None)
            assert poller.states[0].due - datetime.now(UTC) > timedelta(minutes=59)
        assert len(server.asked_for("/feed")) == 1


async def test_a_feed_is_looked_at_once_an_interval_and_not_more() -> None:
    async with FeedServer() as server:
        server.at("/feed", answer(rss("One"), ETag='"1"'), answer(status=304, ETag='"1"'))
        feed = Feed(url=server.url("/feed"), interval=INTERVAL, full_text=False)
        async with polling([feed], Outlet()) as (_, instruments, _said):
            loop = asyncio.get_running_loop()
            await until(lambda: looks(instruments, feed, "found"))
            began = loop.time()
            await until(lambda: looks(instruments, feed, "nothing_new") >= 5)
            assert loop.time() - began > 4 * INTERVAL.total_seconds()
        assert [one.headers.get("if-none-match") for one in server.asked_for("/feed")][:3] == [None, '"1"', '"1"']


async def test_a_permanent_redirect_is_followed_by_itself_later_and_given_up_when_it_leads_nowhere() -> None:
    async with FeedServer() as server:
        server.at("/feed", redirect("/new", 301))
        server.at("/new", answer(rss("One")), answer(rss("One")), answer(status=404))
        feed = Feed(url=server.url("/feed"), interval=INTERVAL, full_text=False)
        async with polling([feed], Outlet()):
            await until(lambda: len(server.asked_for("/feed")) >= 2)
        paths = [one.path for one in server.asked if one.path != "/robots.txt"]
        assert paths[:4] == ["/feed", "/new", "/new", "/new"]


async def test_a_fault_of_ours_with_one_feed_leaves_the_others_alone(monkeypatch) -> None:
    async with FeedServer() as server:
        server.at("/good", answer(rss("One")))
        server.at("/odd", answer(rss("Odd")))
        good, odd = (Feed(url=server.url(path), interval=INTERVAL, full_text=False) for path in ("/good", "/odd"))
        outlet = Outlet()
        looked = Looker.look

        async def look(self, feed, state):
            if feed is odd:
                raise ZeroDivisionError
            return await looked(self, feed, state)

        monkeypatch.setattr(Looker, "look", look)
        async with polling([good, odd], outlet) as (_, instruments, said):
            await until(lambda: any("ZeroDivisionError" in line for line in said))
            await until(lambda: looks(instruments, good, "nothing_new") >= 2)
        assert looks(instruments, odd, "fault") >= FAILING_AFTER
        assert [one["title"] for one in outlet.items] == ["One"]


async def test_a_broker_that_is_gone_ends_the_loop() -> None:
    class Gone(Outlet):
        def publish(self, state: FeedState, items, now) -> FeedState:
            raise InfrastructureError("the broker does not answer")

    async with FeedServer() as server:
        server.at("/feed", answer(rss("One")))
        feed, instruments, time = Feed(url=server.url("/feed"), full_text=False), FeedInstruments(), RealTime()
        async with fetcher("127.0.0.1", timeline=time) as fetching:
            ledger = Ledger([], [feed.url])
            looker = Looker(fetching, ledger, Gone(), time, first_look=timedelta(hours=24))
            poller = Poller([feed], {}, looker, ledger, Gone(), time, instruments, say=print, rng=random.Random())
            ended = await asyncio.gather(asyncio.wait_for(poller.run(), PATIENCE_SECONDS), return_exceptions=True)
    assert isinstance(ended[0], BaseExceptionGroup)
    assert isinstance(ended[0].exceptions[0], InfrastructureError)
