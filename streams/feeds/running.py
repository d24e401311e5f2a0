"""`parallax feed` as it runs: the lease, what is remembered, the loop over the feeds."""

import asyncio
import random
import signal
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from models.errors import InfrastructureError
from streams.bootstrap import Reached
from streams.feeds.configuration import Configured
from streams.feeds.fetching import Fetcher, agent
from streams.feeds.health import FeedState
from streams.feeds.lease import Lease
from streams.feeds.ledger import Known, Ledger
from streams.feeds.looking import Looker, Outlet
from streams.feeds.memory import Memory, NewItem
from streams.feeds.polling import Poller
from streams.instruments import FeedInstruments, serve
from streams.outbound import Guard
from streams.places import take_place
from streams.settings import Settings
from streams.topics import create_topics

T = TypeVar("T")
AGAIN_SECONDS = (5, 60)
"""Before the next try when Kafka does not take or give something: at first, and at most (a judgement)."""
LEASE_WITHIN_SECONDS = 30
"""How long `--once` waits to be the one that looks: three times what Kafka takes to give up a member that is gone."""


class WallTime:
    """The time of this machine."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(max(0.0, seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to look at, and how; see Looker and Poller."""

    configured: Configured
    backfill: bool
    say: Callable[[str], None]
    rng: random.Random


def print_once(settings: Settings, job: Job, write: Callable[[bytes], None]) -> list[FeedState]:
    """Look at each feed once and write the items that it has, as JSON; no broker, no memory. Returns how it went."""
    printed = _Printed(write)

    return _run(_poll(settings, job, printed, FeedInstruments(), ({}, []), once=True))


def once(settings: Settings, job: Job, reached: Reached) -> list[FeedState]:
    """Look at each feed once and publish. Returns how it went.

    Raises:
        InfrastructureError: the broker is not there, or another process looks at the feeds.
    """
    create_topics(reached.bootstrap, reached.topics)

    async def look(member: str) -> list[FeedState]:
        async with Lease(reached.bootstrap, reached.topics.feeds.name, group=_group(reached), member=member) as lease:
            try:
                await asyncio.wait_for(lease.until(held=True), LEASE_WITHIN_SECONDS)
            except TimeoutError:
                raise InfrastructureError(
                    "another `parallax feed` looks at the feeds of this system: end it first"
                ) from None
            return await _with_memory(settings, job, reached, FeedInstruments(), once=True)

    with take_place(settings, "feeds") as member:
        return _run(look(member))


def run(settings: Settings, job: Job, reached: Reached, ready: Callable[[], None]) -> None:
    """Look at the feeds until SIGTERM or SIGINT; stand by while another process does. `ready`: it has begun to.

    A Kafka that goes away is waited for.

    Raises:
        InfrastructureError: the broker is not there at the start, or refuses this process.
    """
    create_topics(reached.bootstrap, reached.topics)
    instruments = FeedInstruments()
    if settings.metrics_port:
        serve(instruments.registry, settings.metrics_host, settings.metrics_port)

    async def keep(member: str) -> None:
        async with Lease(reached.bootstrap, reached.topics.feeds.name, group=_group(reached), member=member) as lease:
            ready()
            pause = AGAIN_SECONDS[0]
            while True:
                await lease.until(held=True)
                began = asyncio.get_running_loop().time()
                instruments.holding.set(1)
                lost = await _failure(_while(lease, _with_memory(settings, job, reached, instruments, once=False)))
                instruments.holding.set(0)
                if lost is None:
                    job.say("another process looks at the feeds now: standing by")
                    continue
                lasted = asyncio.get_running_loop().time() - began > AGAIN_SECONDS[1]
                pause = AGAIN_SECONDS[0] if lasted else min(2 * pause, AGAIN_SECONDS[1])
                job.say(f"{lost}; trying again in {pause} s")  # what was cut off is settled by what the topics have
                await asyncio.sleep(pause)

    with take_place(settings, "feeds") as member:
        _run(_until_signalled(keep(member)))


async def _failure(work: Coroutine[Any, Any, None]) -> InfrastructureError | None:
    """What of Kafka ended the work; None if it ended by itself."""
    failed: InfrastructureError | None = None
    try:
        await work
    except* InfrastructureError as group:
        failed = _first(group)
    return failed


def _first(group: BaseExceptionGroup[InfrastructureError]) -> InfrastructureError:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, InfrastructureError)
    return found


def _group(reached: Reached) -> str:
    return f"{reached.group}-feeds"


async def _while(lease: Lease, work: Coroutine[Any, Any, object]) -> None:
    """Work until the lease is lost."""
    working, losing = asyncio.create_task(work), asyncio.create_task(lease.until(held=False))
    try:
        done, _ = await asyncio.wait((working, losing), return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()
    finally:
        for one in (working, losing):
            one.cancel()
        await asyncio.gather(working, losing, return_exceptions=True)


async def _until_signalled(work: Coroutine[Any, Any, None]) -> None:
    ending, loop = asyncio.Event(), asyncio.get_running_loop()
    for signalled in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signalled, ending.set)
    working, waiting = asyncio.create_task(work), asyncio.create_task(ending.wait())
    try:
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for one in (working, waiting):
            one.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)


async def _with_memory(
    settings: Settings, job: Job, reached: Reached, instruments: FeedInstruments, *, once: bool
) -> list[FeedState]:
    memory = await asyncio.to_thread(Memory, reached.bootstrap, reached.topics)
    try:
        return await _poll(settings, job, memory, instruments, await asyncio.to_thread(memory.read), once=once)
    finally:
        await asyncio.to_thread(memory.close)


async def _poll(
    settings: Settings,
    job: Job,
    outlet: Outlet,
    instruments: FeedInstruments,
    remembered: tuple[dict[str, FeedState], list[Known]],
    *,
    once: bool,
) -> list[FeedState]:
    states, known = remembered
    feeds, timeline = job.configured.feeds, WallTime()
    ledger = Ledger(known, (one.url for one in feeds))
    async with Fetcher(
        guard=Guard(job.configured.allow), timeline=timeline, agent=agent(settings.feeds_contact)
    ) as fetcher:
        looker = Looker(
            fetcher,
            ledger,
            outlet,
            timeline,
            first_look=timedelta(hours=settings.feeds_first_look_hours),
            backfill=job.backfill,
        )
        poller = Poller(feeds, states, looker, ledger, outlet, timeline, instruments, say=job.say, rng=job.rng)
        await (poller.once() if once else poller.run())
    return poller.states


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run; of several failures at a time the first is told."""
    failed: InfrastructureError | None = None
    results: list[T] = []
    try:
        results.append(asyncio.run(work))
    except* InfrastructureError as group:
        failed = _first(group)
    if failed is not None:
        raise failed
    return results[0]


class _Printed:
    """Writes items; nothing is remembered."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def publish(self, state: FeedState, items: Sequence[NewItem], _now: datetime) -> FeedState:
        for one in items:
            self._write(one.value + b"\n")
        return replace(state, published=state.published + len(items))

    def note(self, _state: FeedState, _entries: Iterable[Known]) -> None:
        pass

    def forget(self, _entries: Iterable[Known]) -> None:
        pass
