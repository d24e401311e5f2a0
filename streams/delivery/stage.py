"""Running a stage: messages in, what it answers sent, then its state made durable, then the messages acknowledged.

That order is what makes it at least once. A stage's memory may be ahead of its journal: after a rebalance or a failure
it is made again from the journal before the next message.
"""

import asyncio
import gc
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.types import EventT, StreamT

from models.errors import InfrastructureError, InvalidItem, ParallaxError
from streams.delivery.application import ParallaxApp
from streams.delivery.batches import acknowledge, is_current, micro_batches, release
from streams.delivery.journal import Journal
from streams.delivery.letters import letter_headers
from streams.instruments import Instruments
from streams.messages import Incoming, Outcome

log = logging.getLogger(__name__)
Begun = asyncio.Future[Sequence[Outcome]]

ATTEMPTS = 2
"""Calls with an item alone before it becomes a dead letter: the second tells chance from poison (a judgement)."""
WINDOW, MOST_FAILED = 200, 0.9
"""More than 90 % of the last 200 items failed in a way nobody foresaw: the fault is ours, stop (a judgement)."""


class Stage(Protocol):
    """What an agent runs, in a thread of its own.

    One without a state is asked about a batch while it is still at the one before it, in two threads.
    """

    def handle(self, messages: Sequence[Incoming]) -> Sequence[Outcome]:
        """One outcome a message, in order."""


class StatefulStage(Stage, Protocol):
    """A stage with state in memory, made again from its journal; called once at a time."""

    def restore(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Begin again from the journal's records."""


async def run_stage(
    app: ParallaxApp,
    stream: StreamT,
    stage: Stage,
    *,
    name: str,
    most: int,
    dead_letters: str,
    instruments: Instruments,
    journal: tuple[StatefulStage, Journal] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Run `stage` over `stream` until the app stops; nothing leaves this loop but the end of the worker.

    May block: only in `stage.handle` and `stage.restore`, which run in a thread of their own. An InfrastructureError
    ends the worker with nothing acknowledged; whatever else an item does, its neighbours go on.
    """
    runner = _Runner(app, stage, name, dead_letters, instruments, journal, now)
    going: asyncio.Task[bool] | None = None
    try:
        async for batch in micro_batches(app, stream, most):
            before, going = going, asyncio.create_task(_run(app, runner, name, batch, going))
            awaited = going if journal is not None else before
            if awaited is not None and not await awaited:
                await asyncio.Event().wait()  # the worker ends and cancels this; a new loop would read past the batch
    finally:
        if going is not None:
            going.cancel()  # and with it the one that it waits for


async def _run(
    app: ParallaxApp, runner: "_Runner", name: str, batch: list[EventT], before: asyncio.Task[bool] | None
) -> bool:
    """One micro-batch, to its acknowledgement, after the one before it; False if the worker must end."""
    begun = runner.begin(batch)
    if before is not None and not await before:
        release(app, batch)
        return False
    try:
        await runner.run(batch, begun)
    except Exception as error:
        if not isinstance(error, ParallaxError):
            log.exception("stage %s", name)
            error = InfrastructureError(f"{name}: {type(error).__name__}: {error}")
        release(app, batch)
        app.on_fatal(error)
        return False
    return True


class _TooLargeError(Exception):
    """What one message of a batch leads to does not fit into a message; the other messages can go on without it."""

    def __init__(self, event: EventT, detail: str) -> None:
        super().__init__(detail)
        self.event, self.detail = event, detail


class _Runner:
    def __init__(
        self,
        app: ParallaxApp,
        stage: Stage,
        name: str,
        dead_letters: str,
        instruments: Instruments,
        journal: tuple[StatefulStage, Journal] | None,
        now: Callable[[], datetime],
    ) -> None:
        self._app, self._stage, self._name, self._dead_letters = app, stage, name, dead_letters
        self._instruments, self._journal, self._now = instruments, journal, now
        self._threads = ThreadPoolExecutor(1 if journal else 2, thread_name_prefix=name)
        self._failed: deque[bool] = deque(maxlen=WINDOW)
        self._restored_for: int | None = None
        """The assignment of partitions that memory was made for; None: it must be made again."""

    def begin(self, batch: list[EventT]) -> Begun | None:
        """What a stage without a state answers can be asked for before the batch before is through."""
        return self._handle(batch) if self._journal is None else None

    async def run(self, batch: list[EventT], begun: Begun | None) -> None:
        """One micro-batch, to its acknowledgement."""
        started = time.monotonic()
        await self._process(batch, begun)
        acknowledge(self._app, batch)
        self._measure(batch, started)

    def _handle(self, batch: list[EventT]) -> Begun:
        messages = [_incoming(event) for event in batch]
        return asyncio.get_running_loop().run_in_executor(self._threads, self._stage.handle, messages)

    async def _process(self, batch: list[EventT], begun: Begun | None = None) -> None:
        """All that the batch leads to is durable after this, or its partitions have moved and it is left to others."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._process_together(batch, begun if attempt == 1 else None)
            except ParallaxError:
                raise
            except _TooLargeError as error:
                self._restored_for = None
                rejected = InvalidItem("output_too_large", error.detail)
                await self._bury(error.event, rejected, attempts=attempt, unforeseen=True)
                return await self._process([event for event in batch if event is not error.event])
            except Exception as error:
                self._restored_for = None
                log.warning("stage %s: %d item(s): %r", self._name, len(batch), error)
                if len(batch) > 1:  # one of them must not take its neighbours with it
                    for event in batch:
                        await self._process([event])
                    return None
                if attempt == ATTEMPTS:
                    rejected = InvalidItem(f"failed:{type(error).__name__}", str(error))
                    await self._bury(batch[0], rejected, attempts=attempt, unforeseen=True)
        return None

    async def _process_together(self, batch: list[EventT], begun: Begun | None) -> None:
        if not batch:
            return
        await self._restore(batch)
        outcomes = await (begun or self._handle(batch))
        if len(outcomes) != len(batch):
            raise InfrastructureError(f"{self._name}: {len(outcomes)} outcomes of {len(batch)} messages")
        if not all(is_current(self._app, event) for event in batch):
            self._restored_for = None
            return
        await self._send_all(batch, outcomes)
        for event, outcome in zip(batch, outcomes, strict=True):
            if outcome.rejected is not None:
                await self._bury(event, outcome.rejected, attempts=1, unforeseen=False)
            else:
                self._failed.append(False)
                self._instruments.items.labels(self._name, "done").inc()
        await self._write_all(batch, outcomes)

    async def _restore(self, batch: list[EventT]) -> None:
        """Make memory from the journal, unless it is that of this assignment already."""
        generation = self._app.consumer_generation_id
        if self._journal is None or self._restored_for == generation:
            return
        if any(event.message.partition for event in batch):
            raise InfrastructureError(f"{self._name} keeps a state: {batch[0].message.topic} must have one partition")
        stage, journal = self._journal
        await asyncio.get_running_loop().run_in_executor(self._threads, restored, stage, journal.records())
        self._restored_for = generation

    async def _send_all(self, batch: list[EventT], outcomes: Sequence[Outcome]) -> None:
        """Send everything in order; the broker has all of it after this."""
        waiting: list[tuple[EventT, str, Any]] = []
        for event, outcome in zip(batch, outcomes, strict=True):
            for one in outcome.sends:
                try:
                    future = await self._send(one.topic, one.key, one.value, one.headers.items())
                except (KafkaError, ProducerSendError) as error:
                    raise self._unsent(event, one.topic, error) from error
                waiting.append((event, one.topic, future))
        results = await asyncio.gather(*(future for _, _, future in waiting), return_exceptions=True)
        for (event, topic, _), result in zip(waiting, results, strict=True):
            if isinstance(result, BaseException):
                raise self._unsent(event, topic, result) from result
            self._instruments.sent.labels(topic).inc()

    async def _write_all(self, batch: list[EventT], outcomes: Sequence[Outcome]) -> None:
        if self._journal is None or not any(outcome.changes for outcome in outcomes):
            return
        if not all(is_current(self._app, event) for event in batch):
            self._restored_for = None  # the state has another owner by now
            return
        journal = self._journal[1]
        try:
            for event, outcome in zip(batch, outcomes, strict=True):
                journal.write(event, outcome.changes)
            await journal.durable()
        except (KafkaError, ProducerSendError) as error:
            raise InfrastructureError(f"{self._name} cannot write its state: {error!r}") from error

    async def _send(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
    ) -> Any:
        return await self._app.producer.send(topic, key, value, None, None, list(headers))

    def _unsent(self, event: EventT, topic: str, error: BaseException) -> Exception:
        cause = error.__cause__ if isinstance(error, ProducerSendError) else error
        if isinstance(cause, MessageSizeTooLargeError):
            return _TooLargeError(event, f"what it leads to is too large for {topic}: {cause}")
        return InfrastructureError(f"{self._name} cannot send to {topic}: {cause!r}")

    async def _bury(self, event: EventT, error: InvalidItem, *, attempts: int, unforeseen: bool) -> None:
        """Send the dead letter; stop instead if nearly everything becomes one in ways nobody foresaw."""
        self._failed.append(unforeseen)
        if len(self._failed) == WINDOW and sum(self._failed) > MOST_FAILED * WINDOW:
            raise InfrastructureError(
                f"{self._name}: {sum(self._failed)} of the last {WINDOW} items failed, the last with {error.reason}: "
                f"{error.detail}: the fault is not theirs; `parallax dead-letters list` shows what went there"
            )
        message = _incoming(event)
        headers = letter_headers(message, stage=self._name, error=error, attempts=attempts, failed_at=self._now())
        try:
            # no client sends a message that has neither: it can hold nothing, so nothing is lost by an empty key
            key = b"" if message.key is None and message.value is None else message.key
            await (await self._send(self._dead_letters, key, message.value, headers))
        except (KafkaError, ProducerSendError) as unsent:
            raise InfrastructureError(f"{self._name} cannot send to {self._dead_letters}: {unsent!r}") from unsent
        self._instruments.items.labels(self._name, "dead_letter").inc()
        self._instruments.refused.labels(self._name, error.reason).inc()

    def _measure(self, batch: Sequence[EventT], started: float) -> None:
        self._instruments.batch.labels(self._name).observe(len(batch))
        self._instruments.seconds.labels(self._name).observe(time.monotonic() - started)
        now = time.time()
        for event in batch:
            self._instruments.latency.labels(self._name).observe(max(0.0, now - event.message.timestamp))


def restored(stage: StatefulStage, records: Iterable[tuple[bytes, bytes]]) -> None:
    """Let a stage begin again from its journal's records, without looking for dead cycles: objects come, and none goes.

    That takes a quarter of the time (`benchmarks/clustering.py`).
    """
    gc.disable()
    try:
        stage.restore(records)
    finally:
        gc.enable()


def _incoming(event: EventT) -> Incoming:
    message = event.message
    headers = message.headers.items() if hasattr(message.headers, "items") else message.headers or ()
    pairs = tuple((name, value) for name, value in headers)
    return Incoming(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers={name: value or b"" for name, value in pairs},
        at=datetime.fromtimestamp(message.timestamp, UTC),
        pairs=pairs,
    )
