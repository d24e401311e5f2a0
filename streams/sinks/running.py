"""`parallax sinks` as it runs: in threads a reader for each sink and one for the silences; all delivery in one loop."""

import asyncio
import random
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from models.errors import InvalidItem
from models.voices import Voices
from streams.bootstrap import Reached
from streams.delivery.letters import letter_headers
from streams.following import Following
from streams.instruments import SinkInstruments, serve
from streams.messages import Incoming
from streams.publish import BROKER_ANSWERS_WITHIN_MS, producer, unreachable
from streams.settings import Settings
from streams.sinks import silences
from streams.sinks.chat import Chat
from streams.sinks.configuration import Receiver
from streams.sinks.delivering import Delivering
from streams.sinks.lines import Lines
from streams.sinks.receiving import Receiving, incoming, stage_of
from streams.sinks.store import Store
from streams.sinks.webhook import Webhook
from streams.topics import create_topics

STORE = Path("sinks") / "sinks.sqlite"
Clock = Callable[[], datetime]

MOST_RECORDS = 100
"""Records of one step: at 20 kB each 2 MB, and one write to disk."""


def channel(receiver: Receiver, book: Voices, clock: Clock) -> Webhook | Chat | Lines:
    """What delivers to a receiver."""
    if receiver.kind == "webhook":
        return Webhook(receiver, clock)
    return Chat(receiver, book) if receiver.kind == "apprise" else Lines()


def run(
    settings: Settings,
    receivers: Sequence[Receiver],
    book: Voices,
    reached: Reached,
    *,
    from_beginning: bool,
    clock: Clock,
    rng: random.Random,
    ready: Callable[[], None],
) -> None:
    """Run the sinks until SIGTERM or SIGINT; `ready` is called once each has its place in its group.

    Raises:
        InfrastructureError: the broker is not there, or the data directory cannot be written or is in use.
    """
    create_topics(reached.bootstrap, reached.topics)
    instruments = SinkInstruments()
    if settings.metrics_port:
        serve(instruments.registry, settings.metrics_host, settings.metrics_port)
    store = Store(settings.data_dir / STORE)
    try:
        store.forget(clock())
        with producer(reached.bootstrap) as sender:
            worker = _Worker(reached, store, instruments, sender, book, clock, rng, from_beginning, ready)
            asyncio.run(worker.run(receivers))
    finally:
        store.close()


@dataclass
class _Worker:
    """What the parts share, for the time of one run."""

    reached: Reached
    store: Store
    instruments: SinkInstruments
    sender: KafkaProducer
    book: Voices
    clock: Clock
    rng: random.Random
    from_beginning: bool
    ready: Callable[[], None]
    stopped: threading.Event = field(default_factory=threading.Event)
    hushed: silences.SilenceBook = field(default_factory=silences.SilenceBook)

    async def run(self, receivers: Sequence[Receiver]) -> None:
        """Deliver until a signal, or until a part fails."""
        loop, ending = asyncio.get_running_loop(), asyncio.Event()
        for signalled in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signalled, ending.set)
        parts: list[asyncio.Future[Any]] = []
        async with AsyncExitStack() as stack:
            try:
                parts.append(await self._follow_silences(loop))
                delivering = [await self._delivering(stack, receiver) for receiver in receivers]
                placed = [loop.create_future() for _ in receivers]
                for receiver, deliverer, place in zip(receivers, delivering, placed, strict=True):
                    parts.append(self._reader(loop, receiver, deliverer, place))
                tasks = [asyncio.create_task(deliverer.run()) for deliverer in delivering]
                parts += [*tasks, asyncio.create_task(ending.wait())]
                asyncio.gather(*placed).add_done_callback(self._tell_ready)
                done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
                for part in done:
                    part.result()
                for deliverer in delivering:
                    deliverer.end()
                await asyncio.gather(*tasks)
            finally:
                self.stopped.set()
                for part in parts:
                    if isinstance(part, asyncio.Task):
                        part.cancel()
                await asyncio.gather(*parts, return_exceptions=True)

    def _tell_ready(self, placed: "asyncio.Future[Any]") -> None:
        if not placed.cancelled():
            self.ready()

    async def _follow_silences(self, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[None]":
        """Returns once everything that is silenced now is known: nothing may be told before."""
        heard_all = threading.Event()

        def follow() -> None:
            topic = self.reached.topics.silences.name
            silences.follow(self.reached.bootstrap, topic, self.hushed, stopped=self.stopped, heard_all=heard_all)

        reader = _in_thread(loop, "silences", follow)
        reader.add_done_callback(lambda _: heard_all.set())
        await asyncio.to_thread(heard_all.wait)
        return reader

    async def _delivering(self, stack: AsyncExitStack, receiver: Receiver) -> Delivering:
        name = receiver.sink.name
        self.instruments.waiting.labels(name).set_function(lambda: self.store.waiting(name))
        return Delivering(
            receiver,
            self.store,
            await stack.enter_async_context(channel(receiver, self.book, self.clock)),
            silences=self.hushed,
            dead_letter=lambda message, error, attempts: self._dead_letter(name, message, error, attempts),
            clock=self.clock,
            rng=self.rng,
            instruments=self.instruments,
        )

    def _reader(
        self, loop: asyncio.AbstractEventLoop, receiver: Receiver, deliverer: Delivering, placed: "asyncio.Future[None]"
    ) -> "asyncio.Future[None]":
        name = receiver.sink.name
        receiving = Receiving(
            receiver, self.store, self.instruments, lambda message, error: self._dead_letter(name, message, error, 1)
        )

        def take(messages: Sequence[Incoming]) -> None:
            receiving.take(messages, self.clock())
            loop.call_soon_threadsafe(deliverer.wake)

        def follow() -> None:
            with Following(
                self.reached.bootstrap,
                self.reached.topics.alerts.name,
                group=f"{self.reached.group}-sink-{name}",
                member=self.store.identity(),
                from_beginning=self.from_beginning,
            ) as following:
                ready = False
                for answer in following.answers(stop=self.stopped, most=MOST_RECORDS):
                    if not ready and following.placed:
                        ready = True
                        loop.call_soon_threadsafe(placed.set_result, None)
                    if answer:
                        take([incoming(record) for record in answer])
                        for record in answer:
                            following.done(record)
                        following.commit()

        return _in_thread(loop, name, follow)

    def _dead_letter(self, sink: str, message: Incoming, error: InvalidItem, attempts: int) -> None:
        headers = letter_headers(message, stage=stage_of(sink), error=error, attempts=attempts, failed_at=self.clock())
        try:
            self.sender.send(
                self.reached.topics.dead_letters.name,
                key=message.key,
                value=message.value,
                headers=[(name, value or b"") for name, value in headers],  # kafka-python's refuse none
            ).get(timeout=BROKER_ANSWERS_WITHIN_MS / 1000)
        except KafkaError as failed:
            raise unreachable(self.reached.bootstrap, failed) from None


def _in_thread(loop: asyncio.AbstractEventLoop, name: str, work: Callable[[], None]) -> "asyncio.Future[Any]":
    """Run something that blocks in a thread of its own; the future ends as it does."""
    made: asyncio.Future[None] = loop.create_future()

    def tell(error: BaseException | None) -> None:
        if not made.done():
            made.set_exception(error) if error else made.set_result(None)

    def body() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, error)

    threading.Thread(target=body, name=name, daemon=True).start()
    return made
