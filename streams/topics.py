"""Every topic once: name, partitions, retention; made by kafka-python's admin client, checked against what is there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from models.errors import InfrastructureError
from streams.broker.configuration import LARGEST_MESSAGE_BYTES as LARGEST_MESSAGE_BYTES
from streams.connecting import Where, connection

DEFAULT_PREFIX = "parallax."
DAY_MS = 24 * 3600 * 1000
ANSWERS_WITHIN_MS = 10_000
BROKERS_DEFAULT = -1
"""As many replicas as the cluster gives a topic: one on the embedded Kafka."""
LARGEST_LETTER_BYTES = LARGEST_MESSAGE_BYTES + (32 << 10)
"""A dead letter is the largest message and our headers, at most 6 KB of them: of detail 1,000 characters of 4 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as Parallax wants it. retention_days: None keeps everything; without effect on compacted topics."""

    name: str
    partitions: int
    compacted: bool = False
    retention_days: int | None = None
    largest_bytes: int = LARGEST_MESSAGE_BYTES

    @property
    def configuration(self) -> dict[str, str]:
        """The topic-level settings that matter."""
        made = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.largest_bytes),
        }
        if not self.compacted:
            made["retention.ms"] = str(-1 if self.retention_days is None else self.retention_days * DAY_MS)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """All topics of an installation."""

    news: Topic
    statements: Topic
    placements: Topic
    narratives: Topic
    alerts: Topic
    alerts_state: Topic
    dead_letters: Topic
    dead_letter_marks: Topic
    feedback: Topic
    silences: Topic
    feeds: Topic
    cluster_journal: Topic
    compare_journal: Topic

    @property
    def every(self) -> tuple[Topic, ...]:
        """All of them, in the order of the data's way."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def of_stages(self) -> tuple[str, ...]:
        """The names of the topics that the three stages read, in their order."""
        return (self.news.name, self.statements.name, self.placements.name, self.feedback.name)


def topics_of(prefix: str, partitions: int) -> Topics:
    """The topics under a prefix.

    `partitions` are those of the news: the embed stage, where nearly all work is done, scales by them. The cluster and
    the compare stage have one owner each in this version, so that each narrative has one writer and one order.
    """
    return Topics(
        news=Topic(name=f"{prefix}news", partitions=partitions, retention_days=30),
        statements=Topic(name=f"{prefix}statements", partitions=1, retention_days=7),
        placements=Topic(name=f"{prefix}placements", partitions=1, retention_days=7),
        narratives=Topic(name=f"{prefix}narratives", partitions=1, compacted=True),
        alerts=Topic(name=f"{prefix}alerts", partitions=1, retention_days=90),
        alerts_state=Topic(name=f"{prefix}alerts.state", partitions=1, compacted=True),
        dead_letters=Topic(
            name=f"{prefix}dead-letters", partitions=1, retention_days=90, largest_bytes=LARGEST_LETTER_BYTES
        ),
        dead_letter_marks=Topic(name=f"{prefix}dead-letters.marks", partitions=1, compacted=True),
        feedback=Topic(name=f"{prefix}feedback", partitions=1),
        silences=Topic(name=f"{prefix}silences", partitions=1, compacted=True),
        feeds=Topic(name=f"{prefix}feeds", partitions=1, compacted=True),
        cluster_journal=Topic(name=journal_of("cluster", prefix), partitions=1, compacted=True),
        compare_journal=Topic(name=journal_of("compare", prefix), partitions=1, compacted=True),
    )


def group_of(prefix: str) -> str:
    """The Faust app id and consumer group: `parallax`; another prefix has another, so that two systems stay apart."""
    return prefix.rstrip(".-_") or DEFAULT_PREFIX.rstrip(".")


def table_of(stage: str) -> str:
    """The name of the table that is a stage's journal."""
    return f"{stage}-state"


def journal_of(stage: str, prefix: str) -> str:
    """Where a stage's journal is kept: Faust names a table's changelog so, and would make it with one replica."""
    return f"{group_of(prefix)}-{table_of(stage)}-changelog"


def create_topics(bootstrap: Where, topics: Topics) -> list[str]:
    """Create the topics that are missing and check the others; returns the names created.

    Raises:
        InfrastructureError: the broker does not answer, or a topic is not as Parallax needs it.
    """
    with administration(bootstrap) as admin:
        there = set(admin.list_topics())
        missing = [topic for topic in topics.every if topic.name not in there]
        for topic in missing:
            new = NewTopic(topic.name, topic.partitions, BROKERS_DEFAULT, topic_configs=topic.configuration)
            with suppress(TopicAlreadyExistsError):  # another worker was faster
                admin.create_topics([new], timeout_ms=ANSWERS_WITHIN_MS)
        _await_visible(admin, topics)
        if topics.dead_letters not in missing:
            _widen(admin, topics.dead_letters)
        if problems := _problems(admin, topics):
            raise InfrastructureError("; ".join(problems))
    return [topic.name for topic in missing]


def _widen(admin: KafkaAdminClient, letters: Topic) -> None:
    """A dead-letter topic that an earlier version made takes no letter of the largest messages: let it."""
    resource = ConfigResource(ConfigResourceType.TOPIC, letters.name)
    if _configuration(admin, resource).get("max.message.bytes") == str(LARGEST_MESSAGE_BYTES):
        wider = {"max.message.bytes": str(letters.largest_bytes)}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, letters.name, configs=wider)])


def _await_visible(admin: KafkaAdminClient, topics: Topics) -> None:
    """A broker answers from its own copy of the metadata, which follows a creation by some milliseconds."""
    deadline = time.monotonic() + ANSWERS_WITHIN_MS / 1000
    wanted = {topic.name for topic in topics.every}
    while not wanted <= set(admin.list_topics()) and time.monotonic() < deadline:
        time.sleep(0.02)


def check_topics(bootstrap: Where, topics: Topics) -> list[str]:
    """What is not as it should be: for each, what is there, what is wanted, and what to do.

    Raises:
        InfrastructureError: the broker does not answer.
    """
    with administration(bootstrap) as admin:
        return _problems(admin, topics)


@contextmanager
def administration(bootstrap: Where) -> Iterator[KafkaAdminClient]:
    """kafka-python's admin client, closed at the end of the block.

    Raises:
        InfrastructureError: the broker does not answer.
    """
    try:
        with KafkaAdminClient(
            **connection(bootstrap),
            bootstrap_timeout_ms=ANSWERS_WITHIN_MS,
            request_timeout_ms=ANSWERS_WITHIN_MS,
        ) as admin:
            yield admin
    except KafkaError as error:
        raise _unanswered(bootstrap, error) from None


def _unanswered(bootstrap: Where, error: Exception) -> InfrastructureError:
    return InfrastructureError(
        f"the Kafka broker at {bootstrap} does not answer ({type(error).__name__}): "
        "is it running? PARALLAX_BROKERS names it; `parallax doctor` looks closer"
    )


def _problems(admin: KafkaAdminClient, topics: Topics) -> list[str]:
    there = set(admin.list_topics())
    problems = [
        f"topic {one.name} is missing: `parallax topics create`" for one in topics.every if one.name not in there
    ]
    present = [one for one in topics.every if one.name in there]
    described = {one["name"]: one for one in admin.describe_topics([one.name for one in present])} if present else {}
    for topic in present:
        found = len(described[topic.name]["partitions"])
        if found != topic.partitions:
            problems.append(
                f"topic {topic.name} has {found} partitions, {topic.partitions} are wanted: "
                "set PARALLAX_PARTITIONS to what is there, or use another PARALLAX_TOPIC_PREFIX"
            )
    for topic in present:
        resource = ConfigResource(ConfigResourceType.TOPIC, topic.name)
        is_so = _configuration(admin, resource)
        for name in ("cleanup.policy", "max.message.bytes"):
            found_so, wanted = is_so.get(name, "the default"), topic.configuration[name]
            if found_so != wanted:
                problems.append(
                    f"topic {topic.name} has {name}={found_so}, {wanted} is wanted: "
                    f"kafka-configs --alter --topic {topic.name} --add-config {name}={wanted}"
                )
    return problems


def _configuration(admin: KafkaAdminClient, resource: ConfigResource) -> dict[str, str]:
    found = admin.describe_configs([resource])["topic"][resource.name]
    return {name: str(setting["value"]) for name, setting in found.items()}
