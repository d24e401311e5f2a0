"""What a topic holds now."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from streams.connecting import Where, connection
from streams.publish import BROKER_ANSWERS_WITHIN_MS, no_topic, unreachable
from streams.topics import LARGEST_MESSAGE_BYTES

POLL_MS = 200


def present(
    bootstrap: Where, topic: str, *, partition: int | None = None, offset: int = 0, since: datetime | None = None
) -> Iterator[Any]:
    """The records that a topic holds at the call: read to its ends as they are then, and no further.

    Args:
        partition: only this one; None: all, each in its own order.
        offset: of the first one wanted; below 0: so many before the end.
        since: no record before the first one of this time or later, by the broker's timestamps.

    Raises:
        InfrastructureError: the broker is not there, has no such topic, or stopped answering.
    """
    try:
        consumer = KafkaConsumer(
            **connection(bootstrap),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    try:
        if topic not in consumer.topics():
            raise no_topic(bootstrap, topic)
        parts = [TopicPartition(topic, one) for one in sorted(consumer.partitions_for_topic(topic))]
        wanted = [one for one in parts if partition in (None, one.partition)]
        yield from _to_the_ends(consumer, wanted, offset, since)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    finally:
        consumer.close(autocommit=False)


def _to_the_ends(
    consumer: KafkaConsumer, parts: list[TopicPartition], offset: int, since: datetime | None
) -> Iterator[Any]:
    starts, ends = consumer.beginning_offsets(parts), consumer.end_offsets(parts)
    if since is not None:
        found = consumer.offsets_for_times(dict.fromkeys(parts, int(since.timestamp() * 1000)))
        starts = {one: ends[one] if found[one] is None else found[one].offset for one in parts}
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
