"""One Kafka consumer of one topic: polling, and commits that never come before the handling."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any, TypeAlias

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)

from models.errors import InfrastructureError
from streams.connecting import Where, connection
from streams.publish import BROKER_ANSWERS_WITHIN_MS, no_topic, unreachable
from streams.topics import LARGEST_MESSAGE_BYTES

POLL_MS = 200
SESSION_MS = 10_000
"""How long a member that was killed keeps its partitions: as the workers' (docs/delivery.md), not Kafka's 45 s."""
MOST_AT_A_TIME = 500
"""Records of one answer, Kafka's own default."""
MOVED = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)
"""A commit came after the partitions had moved: what it would have said is delivered again, to whom has them now."""

log = logging.getLogger(__name__)
Record: TypeAlias = Any  # kafka-python's ConsumerRecord, which carries no types


class Following:
    """A consumer of a topic, as a member of a group or alone; a context manager that commits and leaves at its end."""

    def __init__(
        self, bootstrap: Where, topic: str, *, group: str | None, member: str | None = None, from_beginning: bool
    ) -> None:
        """Connect.

        Args:
            member: this member's stable name in the group: restarted under it, it has its partitions at once.

        Raises:
            InfrastructureError: the broker is not there.
        """
        self._bootstrap, self._topic, self._group = bootstrap, topic, group
        self._done: dict[TopicPartition, OffsetAndMetadata] = {}
        try:
            if group:
                _place(bootstrap, topic, group, from_beginning)
            self._consumer = KafkaConsumer(
                topic,
                **connection(bootstrap),
                group_id=group,
                group_instance_id=member if group else None,
                session_timeout_ms=SESSION_MS,
                # a group whose position the topic has lost: rather again than not at all
                auto_offset_reset="earliest" if from_beginning or group else "latest",
                enable_auto_commit=False,
                max_partition_fetch_bytes=LARGEST_MESSAGE_BYTES,
                bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
            )
            self._consumer.partitions_for_topic(topic)  # else it may join before it knows them, get none, and join anew
        except KafkaError as error:
            raise unreachable(bootstrap, error) from None

    @property
    def placed(self) -> bool:
        """Whether it has partitions to read."""
        return bool(self._consumer.assignment())

    def check_topic(self) -> None:
        """See that the topic is there: to follow one that is not looks like a quiet day.

        Raises:
            InfrastructureError: it is not.
        """
        if self._topic not in self._consumer.topics():
            raise no_topic(self._bootstrap, self._topic)

    def answers(
        self,
        *,
        until_idle_seconds: float | None = None,
        busy: Callable[[], bool] = lambda: False,
        stop: threading.Event | None = None,
        most: int = MOST_AT_A_TIME,
    ) -> Iterator[list[Record]]:
        """What the broker answers, without end unless told; an empty answer is one, too.

        Args:
            until_idle_seconds: end when nothing came for so long and `busy()` did not say otherwise; None: never.
            stop: end once it is set.
            most: records of an answer. A handler must ask again within 5 minutes, or the group takes it for dead.

        Raises:
            InfrastructureError: the group or the topic refuses this consumer.
        """
        active_at = time.monotonic()
        while stop is None or not stop.is_set():
            answer = self._poll(most)
            yield answer
            if answer:
                active_at = time.monotonic()
            elif until_idle_seconds is not None and time.monotonic() - active_at >= until_idle_seconds:
                if not busy():
                    return
                active_at = time.monotonic()

    def _poll(self, most: int) -> list[Record]:
        try:
            answer = self._consumer.poll(timeout_ms=POLL_MS, max_records=most)
        except KafkaError as error:
            raise InfrastructureError(f"{self._topic} cannot be followed ({type(error).__name__}: {error})") from None
        self._see_the_join_through()
        return [record for batch in answer.values() for record in batch]

    def _see_the_join_through(self) -> None:
        """Have the next poll take up a join that this poll's time ran out on.

        kafka-python 3.0.12 only does so by itself when the join was asked for. One that it began on its own, since
        the topic's partitions had changed or become known, is forgotten: the broker gives this member partitions that
        it never hears of, it sends no heartbeats, and nobody reads them.
        """
        coordinator = self._consumer._coordinator
        if coordinator is not None and coordinator.rejoining:
            coordinator.request_rejoin()

    def done(self, record: Record) -> None:
        """The caller is done with a record; the next commit says so."""
        self._done[TopicPartition(record.topic, record.partition)] = OffsetAndMetadata(record.offset + 1, "", -1)

    def commit(self) -> None:
        """Tell the group what is done; a broker that does not answer now is told next time."""
        mine = self._consumer.assignment() if self._group else set()
        done = {part: offset for part, offset in self._done.items() if part in mine}
        self._done = done
        if not done:
            return
        try:
            self._consumer.commit(done, timeout_ms=BROKER_ANSWERS_WITHIN_MS)
            self._done = {}
        except MOVED as error:
            log.warning("%s: the partitions moved before a commit: %s", self._topic, error)
            self._done = {}
        except KafkaError as error:
            log.warning("%s: not committed yet: %s", self._topic, error)

    def __enter__(self) -> "Following":
        """Use it as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Commit what is done, and leave."""
        with suppress(KafkaError):  # a broker that is gone by now: the last ones are delivered again
            self.commit()
        self._consumer.close(autocommit=False)


def _place(bootstrap: Where, topic: str, group: str, from_beginning: bool) -> None:
    """Give a group that never was here its position, so that it has one from its first moment on.

    Else what comes between its first two starts would be nobody's: a member that was killed before its first commit
    would begin at the end anew.
    """
    with closing(
        KafkaConsumer(
            **connection(bootstrap),
            group_id=group,
            enable_auto_commit=False,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
    ) as placing:
        parts = [TopicPartition(topic, number) for number in sorted(placing.partitions_for_topic(topic) or ())]
        fresh = [part for part in parts if placing.committed(part) is None]
        if not fresh:
            return
        found = placing.beginning_offsets(fresh) if from_beginning else placing.end_offsets(fresh)
        placing.assign(fresh)
        with suppress(*MOVED):  # another member was faster
            placing.commit(
                {part: OffsetAndMetadata(found[part], "", -1) for part in fresh}, timeout_ms=BROKER_ANSWERS_WITHIN_MS
            )
