"""A sink's place in parallax.alerts: a consumer group of its own, committed behind what is on disk.

Not `streams.subscribe.records`, which hands out record by record, has no stable name in its group (after a kill the
broker would hold the dead member's place for 45 s) and leaves a group that has seen nothing yet without a position:
what came between its first two starts would be nobody's.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    RetriableError,
    UnknownMemberIdError,
)

from streams.messages import Incoming
from streams.publish import BROKER_ANSWERS_WITHIN_MS, unreachable
from streams.topics import LARGEST_MESSAGE_BYTES

SESSION_MS, HEARTBEAT_MS = 10_000, 1_000
"""As the stages have them (docs/delivery.md): another machine's sinks take over 10 s after a kill."""
POLL_MS = 200
MOST_RECORDS = 100
"""Records of one step: at 20 kB each 2 MB, and one write to disk."""

_SHARED_OUT_ANEW = (CommitFailedError, RebalanceInProgressError, IllegalGenerationError, UnknownMemberIdError)


def follow(
    bootstrap: str,
    topic: str,
    *,
    group: str,
    instance: str,
    from_beginning: bool,
    take: Callable[[Sequence[Incoming]], None],
    stopped: threading.Event,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Hand the records of a topic to `take` in order, until `stopped`; what it returned from is committed.

    Args:
        from_beginning: where a group begins that never was here: at the first record, or behind the last one.
        ready: called once the group has its place.

    Raises:
        InfrastructureError: the broker is not there.
    """
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            group_id=group,
            group_instance_id=instance,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            auto_offset_reset="earliest",  # a position that the topic has lost: rather again than not at all
            enable_auto_commit=False,
            max_poll_records=MOST_RECORDS,
            max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
        try:
            _begin(consumer, bootstrap, topic, group, from_beginning)
            consumer.subscribe([topic])
            is_ready = False
            while not stopped.is_set():
                polled = consumer.poll(timeout_ms=POLL_MS)
                if not is_ready and consumer.assignment():
                    is_ready = True
                    ready()
                for part, batch in polled.items():
                    take([_incoming(record) for record in batch])
                    _commit(consumer, {part: OffsetAndMetadata(batch[-1].offset + 1, "", -1)})
        finally:
            consumer.close(autocommit=False)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None


def _begin(consumer: KafkaConsumer, bootstrap: str, topic: str, group: str, from_beginning: bool) -> None:
    """Give a group that never was here its position, so that it has one from its first moment on."""
    parts = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    fresh = [part for part in parts if consumer.committed(part) is None]
    if not fresh:
        return
    found = consumer.beginning_offsets(fresh) if from_beginning else consumer.end_offsets(fresh)
    placing = KafkaConsumer(bootstrap_servers=bootstrap.split(","), group_id=group, enable_auto_commit=False)
    try:
        placing.assign(fresh)
        _commit(placing, {part: OffsetAndMetadata(found[part], "", -1) for part in fresh})
    finally:
        placing.close(autocommit=False)


def _commit(consumer: KafkaConsumer, behind: dict[TopicPartition, OffsetAndMetadata]) -> None:
    """Commit; what cannot be committed now is handed out again, perhaps to another machine, and known by its id."""
    try:
        consumer.commit(behind, timeout_ms=BROKER_ANSWERS_WITHIN_MS)
    except (RetriableError, *_SHARED_OUT_ANEW):
        return


def _incoming(record: Any) -> Incoming:
    found: dict[str, bytes] = {}
    for name, value in record.headers:
        found[name] = value or b""
    return Incoming(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=found,
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
    )
