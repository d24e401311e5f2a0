"""Following a topic of Parallax: each alert event once, in order."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from models.alerts import AlertEvent
from models.errors import InfrastructureError
from streams.publish import BROKER_ANSWERS_WITHIN_MS, unreachable
from streams.registry import payload
from streams.topics import LARGEST_MESSAGE_BYTES
from streams.wire import decode

POLL_MS = 200
REMEMBERED_IDS = 100_000
"""Event ids kept to know a duplicate: a redelivery comes within a restart, thousands of events at most."""


def records(
    bootstrap: str,
    topic: str,
    *,
    group: str | None = None,
    from_beginning: bool = False,
    until_idle_seconds: float | None = None,
    busy: Callable[[], bool] = lambda: False,
) -> Iterator[Any]:
    """The records of a topic as they come; with a group, those that the caller is done with are committed.

    Done with means that it asked for the next one. A caller that ends in good order is given none of them again; one
    that is killed is given at most the last answer of the broker again.

    Args:
        until_idle_seconds: end when nothing came for so long and `busy()` did not say otherwise; None: never.

    Raises:
        InfrastructureError: the broker is not there.
    """
    try:
        consumer = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap.split(","),
            group_id=group,
            auto_offset_reset="earliest" if from_beginning else "latest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    done: dict[TopicPartition, OffsetAndMetadata] = {}
    try:
        active_at = time.monotonic()
        while True:
            for part, batch in consumer.poll(timeout_ms=POLL_MS).items():
                for record in batch:
                    yield record
                    done[part] = OffsetAndMetadata(record.offset + 1, "", -1)
                active_at = time.monotonic()
                _commit(consumer, group, done)
            if until_idle_seconds is not None and time.monotonic() - active_at >= until_idle_seconds:
                if not busy():
                    return
                active_at = time.monotonic()
    finally:
        with suppress(KafkaError):  # a broker that is gone by now: the last ones are delivered again
            _commit(consumer, group, done)
        consumer.close(autocommit=False)


def present(bootstrap: str, topic: str, *, partition: int | None = None, offset: int = 0) -> Iterator[Any]:
    """The records that a topic holds at the call: read to its ends as they are then, and no further.

    Args:
        partition: only this one; None: all, each in its own order.
        offset: of the first one wanted; below 0: so many before the end.

    Raises:
        InfrastructureError: the broker is not there, has no such topic, or stopped answering.
    """
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    try:
        if topic not in consumer.topics():
            raise InfrastructureError(f"the broker at {bootstrap} has no topic {topic}: `parallax topics create`")
        parts = [TopicPartition(topic, one) for one in sorted(consumer.partitions_for_topic(topic))]
        yield from _to_the_ends(consumer, [one for one in parts if partition in (None, one.partition)], offset)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    finally:
        consumer.close(autocommit=False)


def _to_the_ends(consumer: KafkaConsumer, parts: list[TopicPartition], offset: int) -> Iterator[Any]:
    starts, ends = consumer.beginning_offsets(parts), consumer.end_offsets(parts)
    at = {one: max(starts[one], offset if offset >= 0 else ends[one] + offset) for one in parts}
    left = [one for one in parts if at[one] < ends[one]]
    consumer.assign(left)
    for one in left:
        consumer.seek(one, at[one])
    heard_at = time.monotonic()
    while left:
        for part, batch in consumer.poll(timeout_ms=POLL_MS).items():
            yield from (record for record in batch if record.offset < ends[part])
            heard_at = time.monotonic()
        # the position, not the last record's: the end of a compacted topic may hold no record any more
        done = [one for one in left if consumer.position(one) >= ends[one]]
        left = [one for one in left if one not in done]
        consumer.pause(*done)
        if time.monotonic() - heard_at > BROKER_ANSWERS_WITHIN_MS / 1000:
            raise KafkaTimeoutError("no answer")


def topic_is_there(bootstrap: str, topic: str) -> bool:
    """Whether a broker has a topic; asking does not make it.

    Raises:
        InfrastructureError: the broker is not there.
    """
    try:
        consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    try:
        return topic in consumer.topics()
    finally:
        consumer.close(autocommit=False)


def _commit(consumer: KafkaConsumer, group: str | None, done: dict[TopicPartition, OffsetAndMetadata]) -> None:
    if group and done:
        consumer.commit(done, timeout_ms=BROKER_ANSWERS_WITHIN_MS)
        done.clear()


def alerts(bootstrap: str, topic: str, **how: Any) -> Iterator[tuple[AlertEvent, bytes]]:
    """Alert events with their JSON, each id once; arguments as for `records`."""
    seen: OrderedDict[str, None] = OrderedDict()
    for record in records(bootstrap, topic, **how):
        if record.value is None:
            continue
        data = payload(record.value)
        event = decode(data, AlertEvent)
        if event.id in seen:
            continue
        seen[event.id] = None
        if len(seen) > REMEMBERED_IDS:
            seen.popitem(last=False)
        yield event, data
