"""An hour of 500 feeds in simulated time: is anything lost or doubled, are intervals kept, what do memory and CPU do?

    python benchmarks/feeds.py [--feeds 500] [--hours 1] [--entries 100] [--interval-minutes 1] [--change 0.01]
                               [--no-etag]

A server process plays the feeds over HTTP; each minute `--change` of the feeds have an entry more or, one in ten, an
edited one. The reader is the real one (fetcher, parser, ledger, loop), with the time of the simulation: it jumps to the
next thing due whenever every look is through, so CPU seconds are per simulated hour, and the rest of the run is waiting
that real time would fill. Items go to a list instead of Kafka. Prints one line of JSON.
"""

import argparse
import asyncio
import gc
import hashlib
import heapq
import json
import multiprocessing
import random
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import psutil
from aiohttp import web

from streams.feeds.entries import Feed
from streams.feeds.fetching import Fetcher, agent
from streams.feeds.health import FeedState
from streams.feeds.ledger import Known, Ledger
from streams.feeds.looking import Looker
from streams.feeds.memory import NewItem
from streams.feeds.polling import Poller
from streams.instruments import FeedInstruments
from streams.outbound import Guard

START = datetime(2025, 3, 18, 12, tzinfo=UTC)
WORDS = ("talks", "ceasefire", "minister", "statement", "border", "grain", "sanctions", "envoy", "summit", "call")


class Played:
    """The feeds as they are at each minute: a function of the seed alone."""

    def __init__(self, feeds: int, entries: int, change: float) -> None:
        self._change, self.minute = change, 0
        self._rng = random.Random(7)
        self.shown: list[list[tuple[int, int, int]]] = [
            [(number, 0, -number) for number in range(entries, 0, -1)] for _ in range(feeds)
        ]
        self._next = [entries + 1] * feeds
        self.told: set[tuple[int, int, int]] = set()
        self.requests: dict[int, list[int]] = {}

    def advance(self, minute: int) -> None:
        """Come to a minute; entries are (number, revision, minute of birth)."""
        while self.minute < minute:
            self.minute += 1
            for feed, shown in enumerate(self.shown):
                if self._rng.random() < self._change:
                    if self._rng.random() < 0.1 and shown[0][2] > 0:
                        number, revision, born = shown[0]
                        shown[0] = (number, revision + 1, born)
                    else:
                        shown.insert(0, (self._next[feed], 0, self.minute))
                        self._next[feed] += 1
                        shown.pop()

    def body(self, feed: int) -> bytes:
        """The feed's RSS now."""
        items = []
        for number, revision, born in self.shown[feed]:
            at = START + timedelta(minutes=born)
            text = " ".join(WORDS[(number * 7 + word * 3 + revision) % len(WORDS)] for word in range(60))
            items.append(
                f"<item><guid>{feed}-{number}</guid><link>http://127.0.0.1/{feed}/{number}</link>"
                f"<title>Story {number} of {feed}, version {revision}</title>"
                f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{text}</description></item>"
            )
        return f"<rss version='2.0'><channel><title>{feed}</title>{''.join(items)}</channel></rss>".encode()


def serve(pipe: "multiprocessing.connection.Connection", played: Played, etags: bool) -> None:
    """The server process; the parent is told the port, and says what minute it is."""

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["feed"])
        played.requests.setdefault(number, []).append(played.minute)
        body = played.body(number)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if etags and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        headers = {"ETag": tag} if etags else {}
        return web.Response(body=body, content_type="application/rss+xml", headers=headers)

    async def clock(request: web.Request) -> web.Response:
        played.advance(int(request.match_info["minute"]))
        return web.Response()

    async def requests(_: web.Request) -> web.Response:
        return web.json_response(played.requests)

    async def main() -> None:
        app = web.Application()
        app.add_routes(
            [web.get("/feed/{feed}", feed), web.get("/clock/{minute}", clock), web.get("/requests", requests)]
        )
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


class Simulated:
    """Time that stands still while anything is under way, and then jumps to the next sleeper."""

    def __init__(self) -> None:
        self._now, self._sleepers = START, []
        self._count = 0

    def now(self) -> datetime:
        """The time."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Until the time has jumped so far."""
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=max(0.0, seconds)), self._count, woken))
        await woken

    @property
    def next_at(self) -> datetime | None:
        """When the next sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def jump(self, to: datetime) -> None:
        """Go there."""
        self._now = max(self._now, to)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)


class Listed:
    """Where items go."""

    def __init__(self) -> None:
        self.items: list[tuple[str, int]] = []
        self.written = 0

    def publish(self, state: FeedState, items: Sequence[NewItem], _now: datetime) -> FeedState:
        """Keep address and revision."""
        for one in items:
            fields = json.loads(one.value)
            self.items.append((fields["url"], fields.get("revision", 0)))
        return replace(state, published=state.published + len(items))

    def note(self, _state: FeedState, _entries: Iterable[Known]) -> None:
        """Count."""
        self.written += 1

    def forget(self, _entries: Iterable[Known]) -> None:
        """Nothing is kept."""


async def simulate(asked: argparse.Namespace, base: str) -> dict[str, object]:
    timeline, listed, instruments = Simulated(), Listed(), FeedInstruments()
    interval = timedelta(minutes=asked.interval_minutes) if asked.interval_minutes else None
    feeds = [Feed(url=f"{base}/feed/{number}", interval=interval) for number in range(asked.feeds)]
    ledger = Ledger([], [one.url for one in feeds])
    end, rss, cpu = START + timedelta(hours=asked.hours), [], 0.0
    async with Fetcher(guard=Guard(("127.0.0.1",)), timeline=timeline, agent=agent("")) as fetcher, \
            aiohttp.ClientSession() as control:  # fmt: skip
        looker = Looker(fetcher, ledger, listed, timeline, first_look=timedelta(0))
        poller = Poller(feeds, {}, looker, ledger, listed, timeline, instruments, say=print, rng=random.Random(3))
        running, minute, began = asyncio.create_task(poller.run()), 0, time.process_time()
        while timeline.now() < end and not running.done():
            await asyncio.sleep(0.001)
            if instruments.looking._value.get() or timeline.next_at is None:
                continue
            for _ in range(20):  # what a look's end sets off
                await asyncio.sleep(0)
            if instruments.looking._value.get() or timeline.next_at is None:
                continue
            to = min(timeline.next_at, START + timedelta(minutes=minute + 1), end)
            if to == START + timedelta(minutes=minute + 1):
                minute += 1
                async with control.get(f"{base}/clock/{minute}"):
                    pass
                if minute % 10 == 0:
                    gc.collect()
                    rss.append(psutil.Process().memory_info().rss >> 20)
            timeline.jump(to)
        cpu = time.process_time() - began
        if running.done():
            running.result()
        # one more look at each, for what came in the last minutes
        await asyncio.gather(*(poller._look(one.url) for one in feeds))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        async with control.get(f"{base}/requests") as answer:
            requests = {int(feed): minutes for feed, minutes in (await answer.json()).items()}
    return judged(asked, listed, requests, rss, cpu, len(ledger))


def judged(
    asked: argparse.Namespace, listed: Listed, requests: dict[int, list[int]], rss: list[int], cpu: float, known: int
) -> dict[str, object]:
    played = Played(asked.feeds, asked.entries, asked.change)
    born: set[str] = set()
    edited: Counter[str] = Counter()
    for minute in range(1, int(asked.hours * 60) + 1):
        played.advance(minute)
        for feed, shown in enumerate(played.shown):
            for number, revision, at in shown:
                if at > 0:
                    url = f"http://127.0.0.1/{feed}/{number}"
                    born.add(url)
                    edited[url] = max(edited[url], revision)
    told = Counter(listed.items)
    first = {url for url, revision in told if revision == 0}
    gaps = [b - a for minutes in requests.values() for a, b in pairwise(minutes[:-1])]  # the last look is out of turn
    return {
        "feeds": asked.feeds,
        "simulated_hours": asked.hours,
        "requests": sum(map(len, requests.values())),
        "items_born": len(born),
        "lost": len(born - first),
        "strange": len(first - born),
        "doubled": sum(count - 1 for count in told.values()),
        "edits": sum(count > 0 for count in edited.values()),
        "revisions": sum(revision > 0 for _, revision in told),
        "gaps_minutes": {"least": min(gaps), "most": max(gaps)},
        "cpu_seconds": round(cpu, 1),
        "cpu_of_one_core": round(cpu / (asked.hours * 3600), 3),
        "rss_mb": rss,
        "entries_remembered": known,
        "memory_writes": listed.written,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--entries", type=int, default=100)
    parser.add_argument("--interval-minutes", type=float, default=1.0, help="0: adaptive")
    parser.add_argument("--change", type=float, default=0.01)
    parser.add_argument("--no-etag", action="store_true", help="the server knows no conditional requests")
    asked = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    played = Played(asked.feeds, asked.entries, asked.change)
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(theirs, played, not asked.no_etag), daemon=True
    )
    server.start()
    try:
        print(json.dumps(asyncio.run(simulate(asked, f"http://127.0.0.1:{ours.recv()}"))))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
