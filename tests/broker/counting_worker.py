"""A worker process of the broker tests: a plain stage on `streams.delivery`, told by the messages what to do.

Run as a script with one argument, the JSON of `Job`. Prints `{"ready": true}` after each assignment of partitions.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from faust.tables.recovery import Recovery

from models.errors import InfrastructureError, InvalidItem, ParallaxError
from streams.delivery import Journal, make_app, run_stage, run_worker
from streams.delivery.worker import MOVES_WITHIN_SECONDS
from streams.instruments import Instruments
from streams.messages import Incoming, Outcome, Outgoing
from streams.topics import LARGEST_MESSAGE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the worker is told; `kind` is echo or count."""

    bootstrap: str
    data_dir: str
    group: str
    instance: str | None
    source: str
    output: str
    dead_letters: str
    kind: str = "echo"
    mended: bool = True
    metrics_port: int = 0
    most: int = 16
    fixed: bool = False
    """The fault that nobody foresaw is mended: what is poison goes through."""
    table_partitions: int = 0
    """Keep a Faust table beside the stage, so that a rebalance recovers something: its topic is filled by the test."""
    recovery_pause: float = 0.0
    """Seconds between recovery's seek to the table's records and its reading them, as on a busy machine."""
    moves_within: float = MOVES_WITHIN_SECONDS


class Echo:
    """Sends each value on. What the value begins with makes it misbehave."""

    def __init__(self, output: str, *, fixed: bool) -> None:
        self._output, self._fixed = output, fixed
        self._ahead = threading.Event()

    def handle(self, messages: Sequence[Incoming]) -> list[Outcome]:
        return [self._outcome(one) for one in messages]

    def _outcome(self, message: Incoming) -> Outcome:
        if message.key is None and message.value is None:
            return Outcome(rejected=InvalidItem("bad_field", "neither key nor value"))
        value = message.value or b""
        if value.startswith(b"poison") and not self._fixed:
            raise ValueError("a fault that nobody foresaw")
        if value.startswith(b"invalid"):
            return Outcome(rejected=InvalidItem("no_words", "nothing to read"))
        if value.startswith(b"wait"):
            threading.Event().wait()
        if value.startswith(b"ahead"):
            self._ahead.set()
        if value.startswith(b"behind"):
            self._ahead.wait()
        if b"broken" in value:
            raise InfrastructureError("the model is gone: fetch it again")
        if value.startswith(b"large"):
            value = bytes(LARGEST_MESSAGE_BYTES + 1)
        return Outcome(sends=(Outgoing(topic=self._output, key=message.key or b"", value=value),))


class Count:
    """Numbers the distinct values in the order of their first arrival; each writes three numbered changes."""

    CHANGES = 3

    def __init__(self, output: str) -> None:
        self._output = output
        self._numbers: dict[bytes, int] = {}

    def restore(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the journal for the prefix of changes that it must be; an item half written is written again."""
        changes = {int(key): value for key, value in records}
        if sorted(changes) != list(range(len(changes))):
            raise InfrastructureError(f"the state is no prefix of the changes: {sorted(changes)}")
        self._numbers = {
            changes[number]: number // self.CHANGES for number in range(self.CHANGES - 1, len(changes), self.CHANGES)
        }

    def handle(self, messages: Sequence[Incoming]) -> list[Outcome]:
        return [self._outcome(message.value or b"") for message in messages]

    def _outcome(self, value: bytes) -> Outcome:
        changes: tuple[tuple[bytes, bytes | None], ...] = ()
        if value not in self._numbers:
            number = self._numbers[value] = len(self._numbers)
            first = number * self.CHANGES
            changes = tuple((b"%d" % change, value) for change in range(first, first + self.CHANGES))
        told = b"%d" % self._numbers[value]
        return Outcome(sends=(Outgoing(topic=self._output, key=value, value=told),), changes=changes)


def pause_recovery(seconds: float) -> None:
    """Have every recovery of this process rest after it has set the position back to a table's records."""
    seek = Recovery._seek_offsets

    async def slowly(*how: Any) -> None:
        await seek(*how)
        await asyncio.sleep(seconds)

    Recovery._seek_offsets = slowly  # of the class: the app's own recovery is made once its loop runs


def work(job: Job) -> None:
    instruments = Instruments()
    if job.metrics_port:
        instruments.serve("127.0.0.1", job.metrics_port)
    app = make_app(
        job.group,
        job.bootstrap,
        data_dir=Path(job.data_dir),
        instance=job.instance,
        on_gap=lambda topic: instruments.gaps.labels(topic).inc(),
        mended=job.mended,
    )
    instruments.follow_lag(job.source, app.lag)
    stage = Count(job.output) if job.kind == "count" else Echo(job.output, fixed=job.fixed)
    journal = (stage, Journal(app, "state")) if isinstance(stage, Count) else None
    if job.table_partitions:
        app.Table("kept", partitions=job.table_partitions, key_type=bytes, value_type=bytes)
    if job.recovery_pause:
        pause_recovery(job.recovery_pause)
    topic = app.topic(job.source, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def agent(stream):
        await run_stage(
            app,
            stream,
            stage,
            name=job.kind,
            most=job.most,
            dead_letters=job.dead_letters,
            instruments=instruments,
            journal=journal,
        )

    app.agent(topic, name=job.kind, concurrency=1)(agent)
    ready = partial(print, json.dumps({"ready": True}), flush=True)
    run_worker(app, ready=ready, moves_within=job.moves_within)


if __name__ == "__main__":
    try:
        work(Job(**json.loads(sys.argv[1])))
    except ParallaxError as error:
        sys.exit(f"parallax: {error}")
