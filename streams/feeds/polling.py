"""Looking at every feed when it is due, for as long as it takes: one slow or broken feed keeps no other waiting."""

import asyncio
import heapq
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from models.errors import InfrastructureError
from streams.feeds.entries import Feed, FetchFailed, Timeline
from streams.feeds.health import Condition, FeedState, told
from streams.feeds.ledger import Ledger
from streams.feeds.looking import Looked, Looker, Outlet
from streams.feeds.scheduling import Pace, after_answer, after_failure, due, first_pace
from streams.feeds.urls import shown_url
from streams.instruments import FeedInstruments

SIDE_BY_SIDE = 32
"""Looks at a time: most of each is waiting for somebody's server (a judgement)."""
WRITTEN_AT_LEAST = timedelta(minutes=5)
"""How old the remembered state of a feed without news may be: to write it at each look is most of the writing."""
FORGETTING = timedelta(hours=6)
"""Between two times of forgetting old entries."""
CONDITIONS: tuple[Condition, ...] = ("new", "ok", "silent", "retrying", "failing")

log = logging.getLogger(__name__)


class Poller:
    """The loop over all feeds.

    Args:
        states: what is remembered of the feeds, by URL.
        say: told, in a line, when a feed's condition changes.
        rng: draws the jitter.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        states: Mapping[str, FeedState],
        looker: Looker,
        ledger: Ledger,
        outlet: Outlet,
        timeline: Timeline,
        instruments: FeedInstruments,
        *,
        say: Callable[[str], None],
        rng: random.Random,
    ) -> None:
        self._feeds = {one.url: one for one in feeds}
        self._states = {url: states.get(url, FeedState(url=url)) for url in self._feeds}
        self._looker, self._ledger, self._outlet = looker, ledger, outlet
        self._timeline, self._instruments, self._say, self._rng = timeline, instruments, say, rng
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self._conditions: dict[str, Condition] = {}
        instruments.remembered.set_function(lambda: len(ledger))

    @property
    def states(self) -> list[FeedState]:
        """Of the feeds, in their order."""
        return list(self._states.values())

    async def once(self) -> None:
        """Look at every feed once, now.

        Raises:
            InfrastructureError: the broker does not take what was found.
        """
        async with asyncio.TaskGroup() as group:
            for url in self._feeds:
                group.create_task(self._look(url))

    async def run(self) -> None:
        """Look at each feed when it is due, until cancelled.

        Raises:
            InfrastructureError: the broker does not take what was found.
        """
        now = self._timeline.now()
        ordered = [(self._states[url].due or now, url) for url in self._feeds]
        heapq.heapify(ordered)
        finished: asyncio.Queue[tuple[datetime, str]] = asyncio.Queue()
        forget_at = now + FORGETTING

        async def look(url: str, at: datetime) -> None:
            self._instruments.late.observe(max(0.0, (self._timeline.now() - at).total_seconds()))
            with self._instruments.looking.track_inprogress():
                await self._look(url)
            finished.put_nowait((self._states[url].due or at, url))

        async with asyncio.TaskGroup() as group:
            while True:
                now = self._timeline.now()
                while ordered and ordered[0][0] <= now:
                    at, url = heapq.heappop(ordered)
                    group.create_task(look(url, at))
                if now >= forget_at:
                    forget_at = now + FORGETTING
                    await asyncio.to_thread(self._outlet.forget, self._ledger.forget(now))
                wait = min(ordered[0][0] if ordered else forget_at, forget_at) - now
                for one in await self._next(finished, wait.total_seconds()):
                    heapq.heappush(ordered, one)

    async def _next(
        self, finished: "asyncio.Queue[tuple[datetime, str]]", seconds: float
    ) -> list[tuple[datetime, str]]:
        """Feeds that were looked at; returns once there is one, or after so many seconds."""
        waiting = [asyncio.ensure_future(finished.get()), asyncio.ensure_future(self._timeline.sleep(seconds))]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            found = [waiting[0].result()] if waiting[0].done() else []
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        while not finished.empty():
            found.append(finished.get_nowait())
        return [one for one in found if one is not None]

    async def _look(self, url: str) -> None:
        """One look and what follows from it; whatever goes wrong with a feed stays with it."""
        feed, before = self._feeds[url], self._states[url]
        pace = _pace(feed, before)
        async with self._room:
            began = self._timeline.now()
            try:
                looked = await self._looker.look(feed, before)
            except InfrastructureError:
                raise
            except FetchFailed as error:
                after, pace = before.failed_at(self._timeline.now(), error), after_failure(pace, error)
                after = _back_from_a_move(after, error)
                self._instruments.looks.labels(shown_url(url), error.failure).inc()
            except Exception as error:  # a fault of ours, in what this feed made us do: the others go on
                log.exception("%s: a look failed", shown_url(url))
                failed = FetchFailed("content", f"{type(error).__name__}: {error} (a fault in Parallax: see the log)")
                after, pace = before.failed_at(self._timeline.now(), failed), after_failure(pace, failed)
                self._instruments.looks.labels(shown_url(url), "fault").inc()
            else:
                after, pace = self._after(feed, looked, pace)
        now = self._timeline.now()
        self._instruments.seconds.observe((now - began).total_seconds())
        next_at = due(pace, began, self._rng.random())
        after = replace(after, interval_seconds=pace.interval.total_seconds(), due=max(next_at, now))
        self._states[url] = await self._noted(before, after)
        self._tell(after)

    def _after(self, feed: Feed, looked: Looked, pace: Pace) -> tuple[FeedState, Pace]:
        name = shown_url(feed.url)
        new = sum(looked.fates[fate] for fate in ("new", "revised", "withdrawn"))
        self._instruments.looks.labels(name, "found" if new else "nothing_new").inc()
        for fate, count in looked.fates.items():
            self._instruments.entries.labels(name, fate).inc(count)
        for problem in looked.problems:
            log.info("%s: %s", name, problem)
        return looked.state, after_answer(pace, new=new, feed=feed, every=looked.every, fresh_for=looked.fresh_for)

    async def _noted(self, before: FeedState, after: FeedState) -> FeedState:
        """Write a feed's state where it says something new, or was not written for long."""
        now = self._timeline.now()
        same = _lasting_part(before) == _lasting_part(after)
        if same and before.written is not None and now - before.written < WRITTEN_AT_LEAST:
            return after
        after = replace(after, written=now)
        await asyncio.to_thread(self._outlet.note, after, ())
        return after

    def _tell(self, state: FeedState) -> None:
        name, now = shown_url(state.url), self._timeline.now()
        condition = state.condition(now)
        for one in CONDITIONS:
            self._instruments.condition.labels(name, one).set(one == condition)
        self._instruments.interval.labels(name).set(state.interval_seconds)
        if state.answered:
            self._instruments.answered.labels(name).set(state.answered.timestamp())
        if state.newest:
            self._instruments.newest.labels(name).set(state.newest.timestamp())
        before = self._conditions.get(state.url, "new")
        self._conditions[state.url] = condition
        if condition != before and (condition in ("failing", "silent") or before in ("failing", "silent")):
            self._say(told(replace(state, url=name), now))


def _pace(feed: Feed, state: FeedState) -> Pace:
    pace = replace(first_pace(feed), failures=state.failures)
    adapted = state.interval_seconds and feed.interval is None
    return replace(pace, interval=timedelta(seconds=state.interval_seconds)) if adapted else pace


def _back_from_a_move(state: FeedState, error: FetchFailed) -> FeedState:
    """A new address that has nothing any more: the one in feeds.toml is asked again."""
    return replace(state, moved_to=None) if state.moved_to and error.status in (404, 410) else state


def _lasting_part(state: FeedState) -> FeedState:
    """Without what every look changes."""
    return replace(state, looked=None, answered=None, due=None, written=None, interval_seconds=0.0)
