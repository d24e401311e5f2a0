"""Reading a topic to its end as it is now: all of it, and at once."""

import uuid

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from models.errors import InfrastructureError
from streams.present import present


@pytest.fixture
def topic(bootstrap: str) -> str:
    name = f"present-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, 2, 1)], timeout_ms=10_000)
    admin.close()
    return name


def send(bootstrap: str, topic: str, **values: int) -> None:
    """values: partition by value."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for value, partition in values.items():
        producer.send(topic, value=value.encode(), partition=partition)
    producer.flush(30)
    producer.close()


def told(bootstrap: str, topic: str, **how: int) -> list[tuple[int, int, bytes]]:
    return sorted((one.partition, one.offset, one.value) for one in present(bootstrap, topic, **how))


def test_every_partition_is_read_to_its_end_and_what_comes_later_is_not(bootstrap: str, topic: str) -> None:
    assert told(bootstrap, topic) == []
    send(bootstrap, topic, a=0, b=1, c=0)
    reading = present(bootstrap, topic)
    first = next(reading)
    send(bootstrap, topic, late=first.partition)

    assert sorted([first.value, *(one.value for one in reading)]) == [b"a", b"b", b"c"]


def test_it_begins_where_it_is_told_to(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, a=0, b=1, c=0, d=0)

    assert told(bootstrap, topic, partition=0, offset=1) == [(0, 1, b"c"), (0, 2, b"d")]
    assert told(bootstrap, topic, partition=0, offset=3) == told(bootstrap, topic, partition=7) == []
    assert told(bootstrap, topic, offset=-1) == [(0, 2, b"d"), (1, 0, b"b")]
    assert len(told(bootstrap, topic, offset=-9)) == 4


def test_a_topic_or_a_broker_that_is_not_there_is_one_line(bootstrap: str) -> None:
    with pytest.raises(InfrastructureError, match="no topic nowhere: `parallax topics create`"):
        list(present(bootstrap, "nowhere"))
    with pytest.raises(InfrastructureError, match=r"127\.0\.0\.1:1 does not answer"):
        list(present("127.0.0.1:1", "nowhere"))
