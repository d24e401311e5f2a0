"""A member of a group gets its partitions, however its polls fall among the joins."""

import time

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from streams import following
from streams.following import Following

WAIT_SECONDS = 30


@pytest.fixture(autouse=True)
def polls_shorter_than_a_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL_MS", 1)


def first_from(one: Following) -> bytes | None:
    given_up_at = time.monotonic() + WAIT_SECONDS
    for answer in one.answers():
        if answer or time.monotonic() > given_up_at:
            return answer[0].value if answer else None
    return None


def send(bootstrap: str, topic: str, part: int, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    producer.send(topic, value=value, partition=part).get(10)
    producer.close()


def test_a_member_whose_polls_are_shorter_than_a_join_is_placed(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, 0, b"1")
    with Following(bootstrap, topic, group=topic, member="one", from_beginning=True) as one:
        assert first_from(one) == b"1"
        assert one.placed


def test_a_partition_that_comes_later_is_read(bootstrap: str, topic: str) -> None:
    """The member joins anew by itself; the join ends between two polls, and its outcome must not be forgotten."""
    send(bootstrap, topic, 0, b"1")
    with Following(bootstrap, topic, group=topic, member="one", from_beginning=True) as one:
        assert first_from(one) == b"1"
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        admin.create_partitions({topic: 2})
        admin.close()
        send(bootstrap, topic, 1, b"2")
        one.check_topic()  # Kafka's clients ask anew every five minutes; this asks now
        assert first_from(one) == b"2"
