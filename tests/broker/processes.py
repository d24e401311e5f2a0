"""Workers as real processes, topics of their own for each test, and what is in a topic."""

import json
import selectors
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from counting_worker import Job
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from streams.positions import Positions
from streams.topics import LARGEST_LETTER_BYTES, LARGEST_MESSAGE_BYTES

SCRIPT = Path(__file__).parent / "counting_worker.py"
PATIENCE_SECONDS = 60


class Worker:
    """One process of counting_worker.py."""

    def __init__(self, job: Job, log: Path) -> None:
        self._log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT), json.dumps(asdict(job))],
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
            )

    def await_ready(self, seconds: float = PATIENCE_SECONDS) -> "Worker":
        """Wait for the next assignment of partitions."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(seconds), f"not ready within {seconds} s: {self.log}"
        assert b"ready" in self.process.stdout.readline(), f"ended: {self.log}"
        return self

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def terminate(self) -> "Worker":
        self.process.send_signal(signal.SIGTERM)
        return self

    def kill(self) -> None:
        self.process.kill()
        self.await_end()

    def await_end(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Its exit status."""
        status = self.process.wait(seconds)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@dataclass
class Place:
    """Topics and a group for one test on one broker, and the workers started there."""

    bootstrap: str
    folder: Path
    partitions: int = 1
    make_topics: bool = True
    workers: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        name = uuid.uuid4().hex[:8]
        self.group, self.source, self.output, self.dead_letters = (
            f"{kind}-{name}" for kind in ("group", "source", "output", "dead")
        )
        if not self.make_topics:
            return
        large = {"max.message.bytes": str(LARGEST_MESSAGE_BYTES)}
        topics = [
            NewTopic(self.source, self.partitions, 1, topic_configs=large),
            NewTopic(self.output, 1, 1, topic_configs=large),
            NewTopic(self.dead_letters, 1, 1, topic_configs={"max.message.bytes": str(LARGEST_LETTER_BYTES)}),
        ]
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        admin.create_topics(topics, timeout_ms=10_000)
        admin.close()

    def job(self, name: str, *, named: bool = True, **how: Any) -> Job:
        return Job(
            bootstrap=self.bootstrap,
            data_dir=str(self.folder / "faust" / name),
            group=self.group,
            instance=name if named else None,
            source=self.source,
            output=self.output,
            dead_letters=self.dead_letters,
            **how,
        )

    def start(self, name: str = "one", **how: Any) -> Worker:
        """Start a worker; wait for it with `await_ready`. `named=False`: its place is free once it ends."""
        worker = Worker(self.job(name, **how), self.folder / f"{name}.log")
        self.workers.append(worker)
        return worker

    def send(self, values: Iterable[bytes | None], *, key: bytes | None = None, **how: Any) -> None:
        """Send to the source, in order; returns when the broker has all of it."""
        producer = self.producer()
        for value in values:
            producer.send(self.source, value=value, key=key, **how)
        producer.flush(30)
        producer.close()

    def fill_table(self, records: int) -> None:
        """The changelog of the workers' table, with as many records in each partition."""
        name = f"{self.group}-kept-changelog"
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        compact = {"cleanup.policy": "compact"}
        admin.create_topics([NewTopic(name, self.partitions, 1, topic_configs=compact)], timeout_ms=10_000)
        admin.close()
        producer = self.producer()
        for number in range(records * self.partitions):
            producer.send(name, key=b"%d" % number, value=b"kept", partition=number % self.partitions)
        producer.flush(30)
        producer.close()

    def producer(self) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            max_request_size=LARGEST_LETTER_BYTES,
            request_timeout_ms=10_000,
        )

    def end(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()


@contextmanager
def following(bootstrap: str, topic: str) -> Iterator[Callable[..., list[Any]]]:
    """Every record of a topic so far: a function that reads on until `enough(records)`, or fails after `seconds`."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES
    )
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    records: list[Any] = []

    def read(enough: Callable[[list[Any]], bool], seconds: float = PATIENCE_SECONDS, *, must: bool = True) -> list[Any]:
        deadline = time.monotonic() + seconds
        while not enough(records) and time.monotonic() < deadline:
            for batch in consumer.poll(timeout_ms=200).values():
                records.extend(batch)
        assert not must or enough(records), f"{topic}: {len(records)} records after {seconds} s"
        return records

    try:
        yield read
    finally:
        consumer.close()


def read(bootstrap: str, topic: str, most: int, seconds: float = PATIENCE_SECONDS) -> list[Any]:
    """The first `most` records of a topic."""
    with following(bootstrap, topic) as reading:
        return reading(lambda records: len(records) >= most, seconds)


def until_committed(place: "Place", seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the group has acknowledged everything in the source."""
    left = until_still(place, seconds)
    assert not left, f"{left} messages not acknowledged, and no step for {seconds} s"


def until_still(place: "Place", seconds: float) -> int:
    """Wait until everything is acknowledged, or nothing was for so long; returns how many messages are not."""
    looking, pause = Positions(place.bootstrap), threading.Event()
    last, since = None, time.monotonic()
    try:
        while (position := looking.of(place.group, [place.source])[place.source]).lag:
            if position != last:
                last, since = position, time.monotonic()
            if time.monotonic() - since > seconds:
                break
            pause.wait(0.1)
        return position.lag
    finally:
        looking.close()


def everything(bootstrap: str, topic: str) -> list[Any]:
    """Every record that is in the topic now."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    end = consumer.end_offsets([TopicPartition(topic, 0)])[TopicPartition(topic, 0)]
    consumer.close()
    return read(bootstrap, topic, end)
