"""From groups that are due to what became of them: attempts, backoff, dead letters; one sink.

Groups go side by side, so that one that the receiver refuses holds up no other; what is under way of one group is
always one notification. Memory holds the names of the groups under way, at most MOST_ACTIVE, and the events of those
that are being sent, at most `parallel`; everything else is in the store.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from models.errors import InfrastructureError, InvalidItem
from streams.instruments import SinkInstruments
from streams.messages import Incoming
from streams.sinks.configuration import Receiver, Sink
from streams.sinks.grouping import Group, Notification, begin, due_at, is_over, settle
from streams.sinks.package import Channel, Failure, Package, Told, told
from streams.sinks.routing import rules_of
from streams.sinks.silences import SilenceBook
from streams.sinks.store import Fate, Store

MOST_ACTIVE = 256
"""Groups under way at a time, most of them pausing between attempts (a judgement: a task takes some kB)."""
LOOKS_EVERY_SECONDS = 30.0
"""The longest wait without a look at the wall clock, which may be set or have slept with the machine."""
ENDS_WITHIN_SECONDS = 5.0
"""For attempts under way when the worker is told to end; what is left is sent again, with the same id."""


class DeadLetter(Protocol):
    """Puts an event among the dead letters, and returns once the broker has it."""

    def __call__(self, message: Incoming, error: InvalidItem, attempts: int) -> None:
        """Raises InfrastructureError where the broker is not there."""
        ...


class Delivering:
    """One sink's delivery; `run` it in an event loop, and `wake` it, in that loop, when its store has something new."""

    def __init__(
        self,
        receiver: Receiver,
        store: Store,
        channel: Channel,
        *,
        silences: SilenceBook,
        dead_letter: DeadLetter,
        clock: Callable[[], datetime],
        rng: random.Random,
        instruments: SinkInstruments,
    ) -> None:
        self._sink, self._rules, self._name = receiver.sink, rules_of(receiver), receiver.sink.name
        self._store, self._channel, self._silences, self._dead_letter = store, channel, silences, dead_letter
        self._clock, self._rng, self._instruments = clock, rng, instruments
        self._slots = asyncio.Semaphore(receiver.sink.parallel)
        self._news, self._ending = asyncio.Event(), asyncio.Event()
        self._active: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for groups that are due."""
        self._news.set()

    def end(self) -> None:
        """Begin nothing more, and let `run` return."""
        self._ending.set()
        self._news.set()

    async def run(self) -> None:
        """Deliver until `end`.

        Raises:
            InfrastructureError: the broker does not take a dead letter, or nobody reads a log.
        """
        try:
            while not self._ending.is_set():
                self._news.clear()
                wait = self._begin_due()
                try:
                    async with asyncio.timeout(wait):
                        await self._news.wait()
                except TimeoutError:
                    continue
                self._reap()
            if self._active:
                await asyncio.wait(self._active.values(), timeout=ENDS_WITHIN_SECONDS)
            self._reap()
        finally:
            for task in self._active.values():
                task.cancel()
            await asyncio.gather(*self._active.values(), return_exceptions=True)

    def _begin_due(self) -> float:
        """Start what is due; the seconds until the next is."""
        now = self._clock()
        for due in self._store.due(self._name, 2 * MOST_ACTIVE):
            if due.name in self._active:
                continue
            if due.at > now:
                return min(LOOKS_EVERY_SECONDS, (due.at - now).total_seconds())
            if len(self._active) == MOST_ACTIVE:
                break
            task = asyncio.create_task(self._tell(due.name))
            task.add_done_callback(lambda _: self._news.set())
            self._active[due.name] = task
        return LOOKS_EVERY_SECONDS

    def _reap(self) -> None:
        for name in [name for name, task in self._active.items() if task.done()]:
            self._active.pop(name).result()

    async def _tell(self, name: str) -> None:
        sending = self._begin(name)
        if sending is None:
            return
        failure, attempts = await self._attempts(name, sending)
        messages = self._store.held(self._name, [one.id for one in sending.events])
        if failure is not None:
            if self._ending.is_set() and not failure.lasting:
                return  # it stays under way, and is sent again after the next start
            for one in messages:
                error = InvalidItem(failure.reason, failure.detail)
                await asyncio.to_thread(self._dead_letter, one, error, attempts)
        self._settle(name, sending, messages, delivered=failure is None)

    def _begin(self, name: str) -> Notification | None:
        now = self._clock()
        with self._store.step():
            group = self._store.group(self._name, name)
            silenced = self._silenced(group, now)
            begun = begin(group, self._rules, now, silenced)
            self._store.settle(self._name, begun.silenced, "silenced")
            self._store.settle(self._name, [one.id for one in begun.untold], "filtered")
            self._put(name, begun.group, now)
        for event in begun.silenced:
            self._instruments.events.labels(self._name, "silenced").inc()
            self._instruments.silenced.labels(silenced[event]).inc()
        for end in begun.untold:
            self._instruments.events.labels(self._name, "filtered").inc()
            self._instruments.filtered.labels(self._name, "never_told" if end.wanted else "resolved").inc()
        return begun.group.sending

    def _silenced(self, group: Group, now: datetime) -> dict[str, str]:
        """Events of the group that a silence covers now, with its id."""
        if not any(one.holds(now) for one in self._silences.every()):
            return {}
        ids = [*(one.id for one in group.waiting[: self._rules.most_events]), *(one.event for one in group.open)]
        found = {id_: self._silences.of(one.event, now) for id_, one in zip(ids, self._told(ids), strict=True)}
        return {id_: silence.id for id_, silence in found.items() if silence is not None}

    def _package(self, name: str, sending: Notification) -> Package:
        return Package(
            id=sending.id,
            sink=self._name,
            group=name,
            kind=sending.kind,
            single=self._sink.group_by is None and self._sink.digest is None,
            events=self._told([one.id for one in sending.events]),
            still_open=self._told([one.event for one in sending.still_open]),
        )

    def _told(self, ids: list[str]) -> tuple[Told, ...]:
        return tuple(map(told, self._store.held(self._name, ids)))

    async def _attempts(self, name: str, sending: Notification) -> tuple[Failure | None, int]:
        """The outcome of the last attempt, and how many were made; the events are in memory only during one."""
        for attempt in range(1, self._sink.attempts + 1):
            async with self._slots:
                failure = await self._attempt(self._package(name, sending))
            if failure is None:
                self._count("delivered")
                return None, attempt
            if failure.lasting or attempt == self._sink.attempts:
                break
            self._count("retried")
            try:
                async with asyncio.timeout(pause(attempt, self._sink, self._rng, failure.after_seconds)):
                    await self._ending.wait()
                return failure, attempt
            except TimeoutError:
                continue
        self._count("failed")
        return failure, attempt

    async def _attempt(self, package: Package) -> Failure | None:
        try:
            return await self._channel.deliver(package)
        except InfrastructureError:
            raise
        except Exception as error:  # what nobody foresaw of one notification must not hold up the others
            return Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}", lasting=True)

    def _settle(self, name: str, sending: Notification, messages: Sequence[Incoming], *, delivered: bool) -> None:
        now = self._clock()
        fate: Fate = "delivered" if delivered else "dead_letter"
        with self._store.step():
            group = settle(self._store.group(self._name, name), now)
            self._store.settle(self._name, [one.id for one in sending.events], fate)
            self._put(name, group, now)
        for one in messages:
            self._instruments.events.labels(self._name, fate).inc()
            if delivered:
                self._instruments.latency.labels(self._name).observe((now - one.at).total_seconds())

    def _put(self, name: str, group: Group, now: datetime) -> None:
        over = is_over(group, self._rules, now)
        self._store.put_group(self._name, name, None if over else group, due_at(group, self._rules))

    def _count(self, how: str) -> None:
        self._instruments.attempts.labels(self._name, how).inc()


def pause(attempt: int, sink: Sink, rng: random.Random, asked_seconds: float | None) -> float:
    """Seconds to wait after the n-th failed attempt (from 1): full jitter, and at least what the receiver asked for.

    Full jitter (Brooker, "Exponential backoff and jitter", 2015): uniform between 0 and the bound, which doubles.
    """
    bound = min(sink.most_backoff_seconds, sink.backoff_seconds * 2.0 ** (attempt - 1))
    return max(rng.uniform(0.0, bound), asked_seconds or 0.0)
