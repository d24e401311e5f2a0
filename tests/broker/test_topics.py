"""The topics: made once, left alone, and what is wrong with them said with what to do."""

import uuid
from dataclasses import fields

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from models.errors import InfrastructureError
from streams.topics import LARGEST_MESSAGE_BYTES, Topics, check_topics, create_topics, topics_of


@pytest.fixture
def prefix() -> str:
    return f"t{uuid.uuid4().hex[:8]}."


def make(bootstrap: str, name: str, partitions: int, **configuration: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    settings = {"cleanup.policy": "delete", "max.message.bytes": str(LARGEST_MESSAGE_BYTES), **configuration}
    admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)], timeout_ms=10_000)
    admin.close()


def test_what_is_missing_is_named_made_and_then_as_it_should_be(bootstrap: str, prefix: str) -> None:
    topics = topics_of(prefix, 3)
    assert check_topics(bootstrap, topics) == [
        f"topic {one.name} is missing: `parallax topics create`" for one in topics.every
    ]
    make(bootstrap, topics.news.name, 3)
    assert create_topics(bootstrap, topics) == [one.name for one in topics.every if one is not topics.news]
    assert check_topics(bootstrap, topics) == []
    assert create_topics(bootstrap, topics) == []
    assert len(topics.every) == len(fields(Topics))


def test_another_number_of_partitions_is_named_with_what_to_do(bootstrap: str, prefix: str) -> None:
    create_topics(bootstrap, topics_of(prefix, 3))
    problem = (
        f"topic {prefix}news has 3 partitions, 5 are wanted: "
        "set PARALLAX_PARTITIONS to what is there, or use another PARALLAX_TOPIC_PREFIX"
    )
    assert check_topics(bootstrap, topics_of(prefix, 5)) == [problem]
    with pytest.raises(InfrastructureError) as refused:
        create_topics(bootstrap, topics_of(prefix, 5))
    assert str(refused.value) == problem


def test_another_clean_up_policy_is_named_with_the_command_that_mends_it(bootstrap: str, prefix: str) -> None:
    topics = topics_of(prefix, 1)
    make(bootstrap, topics.alerts_state.name, 1)
    create = [one for one in topics.every if one is not topics.alerts_state]
    for one in create:
        make(bootstrap, one.name, one.partitions, **one.configuration)
    assert check_topics(bootstrap, topics) == [
        f"topic {prefix}alerts.state has cleanup.policy=delete, compact is wanted: "
        f"kafka-configs --alter --topic {prefix}alerts.state --add-config cleanup.policy=compact"
    ]


def test_a_topic_for_small_messages_only_is_named(bootstrap: str, prefix: str) -> None:
    topics = topics_of(prefix, 1)
    make(bootstrap, topics.statements.name, 1, **{"max.message.bytes": "1000000"})
    with pytest.raises(InfrastructureError, match=r"statements has max\.message\.bytes=1000000, 8388608 is wanted"):
        create_topics(bootstrap, topics)


def test_a_dead_letter_topic_of_an_earlier_version_learns_to_take_the_largest_letters(
    bootstrap: str, prefix: str
) -> None:
    topics = topics_of(prefix, 1)
    make(bootstrap, topics.dead_letters.name, 1, **{"retention.ms": "86400000"})
    assert len(check_topics(bootstrap, topics)) == len(topics.every)
    create_topics(bootstrap, topics)
    assert check_topics(bootstrap, topics) == []


def test_a_broker_that_is_not_there_is_said_in_one_line() -> None:
    with pytest.raises(InfrastructureError) as refused:
        check_topics("127.0.0.1:1", topics_of("t.", 1))
    assert str(refused.value).startswith("the Kafka broker at 127.0.0.1:1 does not answer")
    assert "\n" not in str(refused.value)
