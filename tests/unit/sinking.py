"""A sink without Kafka: its store, its door and its delivery; and what it is given."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from alert_events import AT

from models.alerts import AlertEvent
from models.errors import InvalidItem
from streams.instruments import SinkInstruments
from streams.messages import Incoming
from streams.sinks.configuration import Receiver, sinks_from_toml
from streams.sinks.delivering import Delivering
from streams.sinks.package import Channel, Failure, Package, Told
from streams.sinks.receiving import Receiving
from streams.sinks.silences import SilenceBook
from streams.sinks.store import Store
from streams.wire import encode


def message(made: AlertEvent, offset: int = 0, **headers: str) -> Incoming:
    return Incoming(
        topic="alerts",
        partition=0,
        offset=offset,
        key=made.alert.encode(),
        value=encode(made),
        headers={name.replace("__", "-"): value.encode() for name, value in headers.items()},
        at=AT,
    )


def package(*events: AlertEvent, still_open: Sequence[AlertEvent] = (), **how: object) -> Package:
    told = [Told(message=message(one), event=one) for one in events]
    others = tuple(Told(message=message(one), event=one) for one in still_open)
    made = Package(id="id", sink="s", group="g", kind="events", single=False, events=tuple(told), still_open=others)
    return replace(made, **how)


@dataclass
class Clock:
    """A clock that tests set."""

    now: datetime = AT

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Scripted:
    """A channel that keeps what it is given, and answers from a function of the package."""

    answer: Callable[[Package], Failure | None] = lambda _: None
    given: list[Package] = field(default_factory=list)

    async def deliver(self, made: Package) -> Failure | None:
        self.given.append(made)
        await asyncio.sleep(0)
        return self.answer(made)

    @property
    def ids(self) -> list[str]:
        return [one.event.id for made in self.given for one in made.events]


class Bench:
    """One sink on a store in a folder; made anew on the same folder it is the same sink after a kill."""

    def __init__(
        self, folder: Path, sink: str = "", *, clock: Clock | None = None, channel: Channel | None = None
    ) -> None:
        content = f'[[sink]]\nname = "s"\nurl = "https://example.org"\nbackoff_seconds = 0.001\n{sink}'
        self.receiver: Receiver = sinks_from_toml(content, "f", {})[0]
        self.clock, self.channel = clock or Clock(), channel or Scripted()
        self.store, self.instruments, self.hushed = Store(folder / "s.sqlite"), SinkInstruments(), SilenceBook()
        self.dead: list[tuple[Incoming, str, int]] = []
        self.receiving = Receiving(
            self.receiver, self.store, self.instruments, lambda one, error: self._bury(one, error, 1)
        )

    def _bury(self, one: Incoming, error: InvalidItem, attempts: int) -> None:
        self.dead.append((one, error.reason, attempts))

    def take(self, *messages: Incoming) -> None:
        self.receiving.take(messages, self.clock())

    def count(self, fate: str) -> float:
        return self.instruments.events.labels("s", fate)._value.get()

    def why(self, why: str) -> float:
        return self.instruments.filtered.labels("s", why)._value.get()

    async def deliver(self, until: Callable[[], bool] | None = None) -> None:
        """Deliver what is due now, until nothing is, or until `until`."""
        delivering = Delivering(
            self.receiver,
            self.store,
            self.channel,
            silences=self.hushed,
            dead_letter=self._bury,
            clock=self.clock,
            rng=random.Random(1),
            instruments=self.instruments,
        )
        running = asyncio.create_task(delivering.run())
        try:
            async with asyncio.timeout(20):
                while not (until() if until else self._is_done()):
                    await asyncio.sleep(0.001)
        finally:
            delivering.end()
            await running

    def _is_done(self) -> bool:
        return not any(one.at <= self.clock() for one in self.store.due("s", 1000))
