"""News items from files into `parallax.news`, in order, at once or at the pace of their times."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from models.errors import InfrastructureError, InvalidItem
from models.news import NewsItem
from streams.connecting import Where, connection
from streams.files import EventTime, Line, Refuse, item_of, lines
from streams.progress import Advance
from streams.topics import LARGEST_MESSAGE_BYTES
from streams.wire import HEADER_AT, HEADER_ITEM, HEADER_REPLAY, encode

BROKER_ANSWERS_WITHIN_MS = 10_000
"""How long a broker may take to answer before it counts as not there: a judgement, far above the usual 50 ms."""
_GIVES_UP = {
    "delivery_timeout_ms": BROKER_ANSWERS_WITHIN_MS,
    "request_timeout_ms": BROKER_ANSWERS_WITHIN_MS // 2,  # it is tried twice
    "enable_idempotence": False,
    "max_in_flight_requests_per_connection": 1,
}
"""kafka-python 3.0.12's idempotent producer sends nothing more to a partition, ever, once a batch that it had sent ran
out of time (seen with a broker that stood still for 10 s): whoever gives up and goes on must do without. A message may
then come twice; one request at a time keeps their order.
"""


@dataclass(slots=True, kw_only=True)
class Published:
    """What became of the lines: items sent, and lines refused as no items (sent all the same when `as_is`)."""

    sent: int = 0
    refused: int = 0
    ids: set[str] = field(default_factory=set)


@contextmanager
def producer(bootstrap: Where, *, gives_up: bool = False) -> Iterator[KafkaProducer]:
    """A kafka-python producer that loses nothing it accepted; closed, and everything sent, at the end of the block.

    Args:
        gives_up: what the broker does not take within BROKER_ANSWERS_WITHIN_MS fails, and the next message may go
            through; else it is tried for two minutes, and a failure is final.

    Raises:
        InfrastructureError: the broker is not there, or did not take everything.
    """
    made = producer_of(bootstrap, gives_up=gives_up)
    try:
        yield made
        made.flush(timeout=60)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    finally:
        with suppress(KafkaError):  # of what is left when the block failed; else nothing is
            made.close(timeout=5)


def producer_of(bootstrap: Where, *, gives_up: bool = False) -> KafkaProducer:
    """Such a producer, for the caller to flush and close.

    Raises:
        InfrastructureError: the broker is not there.
    """
    try:
        return KafkaProducer(
            **connection(bootstrap),
            acks="all",
            linger_ms=5,
            max_request_size=LARGEST_MESSAGE_BYTES,
            max_block_ms=BROKER_ANSWERS_WITHIN_MS,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
            **(_GIVES_UP if gives_up else {}),
        )
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None


def unreachable(bootstrap: Where, error: Exception) -> InfrastructureError:
    """The error for a broker that does not answer."""
    return InfrastructureError(
        f"the Kafka broker at {bootstrap} does not answer ({type(error).__name__}): "
        "is it running? PARALLAX_BROKERS names it; `parallax doctor` looks closer"
    )


def find_topic(sender: KafkaProducer, bootstrap: Where, topic: str) -> None:
    """See that `topic` is there, before anything is sent to it.

    Raises:
        InfrastructureError: it is not.
    """
    try:
        sender.partitions_for(topic)
    except KafkaError:
        raise no_topic(bootstrap, topic) from None


def no_topic(bootstrap: Where, topic: str) -> InfrastructureError:
    """The error for a topic that is not there."""
    return InfrastructureError(
        f"the broker at {bootstrap} has no topic {topic}: `parallax topics create` makes Parallax's own; "
        "PARALLAX_TOPIC_PREFIX says how their names begin"
    )


def publish(
    paths: Sequence[str],
    *,
    bootstrap: Where,
    topic: str,
    start: datetime,
    refuse: Refuse,
    advance: Advance,
    jsonl: bool = False,
    as_is: bool = False,
    speed: float = 0.0,
    replay: str = "",
) -> Published:
    """Send the items of files to `topic`.

    Args:
        start: event time of undated items before the first dated one.
        as_is: send lines that are no items, too: the worker dead-letters them.
        speed: event seconds per second: 1 is real time, 0 as fast as it goes.
        replay: marks the items, and the alert events that they tip, as of this replay: they page nobody.

    Raises:
        InfrastructureError: the broker is not there, or did not take everything.
    """
    marks = [(HEADER_REPLAY, replay.encode())] if replay else []
    clock, done, pace = EventTime(start), Published(), _Pace(speed)
    with producer(bootstrap) as sender:
        for line in lines(paths, jsonl=jsonl):
            try:
                item = item_of(line, clock.now)
            except InvalidItem as error:
                done.refused += 1
                refuse(line.where, error)
                if as_is:
                    sender.send(topic, value=line.value, headers=marks)
                continue
            clock.saw(item)
            pace.wait_for(item.published_at)
            send_item(sender, topic, item, value_of(line, item), [happens_at(item), *marks])
            done.sent += 1
            done.ids.add(item.id)
            advance(done.sent, 0)
    return done


def send_item(
    sender: KafkaProducer, topic: str, item: NewsItem, value: bytes, marks: Sequence[tuple[str, bytes]] = ()
) -> Any:
    """Begin to send an item's JSON, as it stands; returns kafka-python's future, done once the broker has it.

    The key is the item's id, so that its revisions stay in order.
    """
    return sender.send(topic, key=item.id.encode(), value=value, headers=[(HEADER_ITEM, item.id.encode()), *marks])


def value_of(line: Line, item: NewsItem) -> bytes:
    """What is sent of a line that is `item`: the line as it stands; a file of text becomes an item."""
    return encode(item) if line.whole_file else line.value


def happens_at(item: NewsItem) -> tuple[str, bytes]:
    """The header that says when an item happens, for one that may carry no date."""
    return HEADER_AT, item.published_at.isoformat().encode()


class _Pace:
    """Holds items back until their event time has come, at `speed` event seconds per second."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began: tuple[datetime, float] | None = None

    def wait_for(self, at: datetime) -> None:
        if not self._speed:
            return
        if self._began is None:
            self._began = (at, time.monotonic())
        due = self._began[1] + (at - self._began[0]).total_seconds() / self._speed
        time.sleep(max(0.0, due - time.monotonic()))
