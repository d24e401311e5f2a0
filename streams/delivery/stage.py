"""Running a stage: raw messages in, what it answers sent, then its state made durable, then the messages acknowledged."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from faust.types import EventT, StreamT

from models.errors import InfrastructureError, InvalidItem, ParallaxError
from streams.delivery.application import ParallaxApp
from streams.delivery.batches import acknowledge, is_current, micro_batches
from streams.delivery.journal import Journal
from streams.instruments import Instruments
from streams.messages import Incoming, Outcome, Outgoing

WINDOW, MOST_FAILED = 200, 0.9
"""If more than 90 % of the last 200 items failed for reasons nobody foresaw, the fault is ours, not theirs: stop (a judgement)."""


class Stage(Protocol):
    """What an agent runs: pure apart from the state that it holds."""

    def handle(self, messages: Sequence[Incoming]) -> Sequence[Outcome]:
        """One outcome a message, in order."""


class StatefulStage(Stage, Protocol):
    """A stage with state in memory, made again from its journal."""

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
) -> None:
    """Run `stage` over `stream` until the app stops; nothing leaves this loop but the end of the worker.

    May block: only in `stage.handle`, which runs in a thread of its own. An InfrastructureError ends the worker with nothing
    acknowledged; whatever else an item does, its neighbours go on.
    """
    runner = _Runner(app, stage, name, dead_letters, instruments, journal)
    try:
        async for batch in micro_batches(app, stream, most):
            await runner.run(batch)
    except ParallaxError as error:
        app.on_fatal(error)
    except Exception as error:
        app.on_fatal(InfrastructureError(f"{name}: {type(error).__name__}: {error}"))


class _Runner:
    def __init__(
        self,
        app: ParallaxApp,
        stage: Stage,
        name: str,
        dead_letters: str,
        instruments: Instruments,
        journal: tuple[StatefulStage, Journal] | None,
    ) -> None:
        self._app, self._stage, self._name, self._dead_letters = app, stage, name, dead_letters
        self._instruments, self._journal = instruments, journal
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._failed: deque[bool] = deque(maxlen=WINDOW)
        self._restored_for: int | None = None

    async def run(self, batch: list[EventT]) -> None:
        """One micro-batch, to its acknowledgement."""
        started = time.monotonic()
        if self._restored_for != self._app.consumer_generation_id:
            await self._restore()  # after a rebalance memory may be ahead of the journal, or the journal of memory
        try:
            outcomes = await self._handle([_incoming(event) for event in batch])
            done = await self._deliver(batch, outcomes)
            self._failed.extend([False] * len(batch))
        except ParallaxError:
            raise
        except Exception:
            await self._restore()
            done = all([await self._run_alone(event) for event in batch])
        if done:
            acknowledge(self._app, batch)
            self._measure(batch, started)

    async def _run_alone(self, event: EventT) -> bool:
        message = _incoming(event)
        for last in (False, True):
            try:
                done = await self._deliver([event], await self._handle([message]))
                self._failed.append(False)
                return done
            except ParallaxError:
                raise
            except Exception as error:
                await self._restore()
                if last:
                    self._failed.append(True)
                    self._stop_if_hopeless(error)
                    rejected = InvalidItem(f"failed:{type(error).__name__}", str(error))
                    return await self._deliver([event], [Outcome(rejected=rejected)])
        return False

    async def _handle(self, messages: Sequence[Incoming]) -> Sequence[Outcome]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._stage.handle, messages)

    async def _restore(self) -> None:
        self._restored_for = self._app.consumer_generation_id
        if self._journal is not None:
            stage, journal = self._journal
            await asyncio.get_running_loop().run_in_executor(self._thread, stage.restore, journal.records())

    async def _deliver(self, batch: Sequence[EventT], outcomes: Sequence[Outcome]) -> bool:
        """Send everything, then write the state; False if the partitions moved meanwhile: nothing may be kept then."""
        if not all(is_current(self._app, event) for event in batch):
            self._restored_for = None
            return False
        sends = [
            await self._send(one)
            for event, outcome in zip(batch, outcomes, strict=True)
            for one in (*outcome.sends, *self._letter(event, outcome))
        ]
        await asyncio.gather(*sends)
        if self._journal is not None:
            if not all(is_current(self._app, event) for event in batch):
                self._restored_for = None
                return False
            for event, outcome in zip(batch, outcomes, strict=True):
                await self._journal[1].write(event, outcome.changes) if outcome.changes else None
        return True

    async def _send(self, one: Outgoing) -> "asyncio.Future[object]":
        self._instruments.sent.labels(one.topic).inc()
        headers = list(one.headers.items())
        return await self._app.producer.send(one.topic, one.key, one.value, None, None, headers)

    def _letter(self, event: EventT, outcome: Outcome) -> tuple[Outgoing, ...]:
        error = outcome.rejected
        if error is None:
            self._instruments.items.labels(self._name, "done").inc()
            return ()
        self._instruments.items.labels(self._name, "dead_letter").inc()
        self._instruments.refused.labels(self._name, error.reason).inc()
        return (dead_letter(_incoming(event), self._dead_letters, self._name, error),)

    def _stop_if_hopeless(self, error: Exception) -> None:
        if len(self._failed) == WINDOW and sum(self._failed) > MOST_FAILED * WINDOW:
            raise InfrastructureError(
                f"{self._name}: {sum(self._failed)} of the last {WINDOW} items failed, the last with {type(error).__name__}: {error}: "
                "the fault is not theirs; mend it, then `parallax dead-letters list` shows what went there"
            )

    def _measure(self, batch: Sequence[EventT], started: float) -> None:
        self._instruments.batch.labels(self._name).observe(len(batch))
        self._instruments.seconds.labels(self._name).observe(time.monotonic() - started)
        now = time.time()
        for event in batch:
            self._instruments.latency.labels(self._name).observe(max(0.0, now - event.message.timestamp))


def dead_letter(message: Incoming, topic: str, stage: str, error: InvalidItem) -> Outgoing:
    """The letter for a message that cannot be processed: its own bytes, key and headers, and where, why and when."""
    told = {
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "stage": stage,
        "reason": error.reason,
        "detail": error.detail,
        "failed-at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    headers = {**message.headers, **{f"parallax-{name}": value.encode(errors="replace") for name, value in told.items()}}
    return Outgoing(topic=topic, key=message.key or b"", value=message.value, headers=headers)


def _incoming(event: EventT) -> Incoming:
    message = event.message
    headers = message.headers.items() if hasattr(message.headers, "items") else message.headers or ()
    return Incoming(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers={name: value or b"" for name, value in headers},
        at=datetime.fromtimestamp(message.timestamp, UTC),
    )


