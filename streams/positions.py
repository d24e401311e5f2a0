"""How far the stages have come: ends of topics and what a group has committed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from streams.connecting import Where, connection
from streams.publish import BROKER_ANSWERS_WITHIN_MS, unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Messages of a topic, over its partitions: how many there are, and how many a group has behind it."""

    end: int
    committed: int

    @property
    def lag(self) -> int:
        """Messages not yet processed."""
        return self.end - self.committed


class Positions:
    """Looks at one broker; close it after use."""

    def __init__(self, bootstrap: Where) -> None:
        """Connect.

        Raises:
            InfrastructureError: the broker does not answer.
        """
        try:
            self._admin = KafkaAdminClient(**connection(bootstrap), bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS)
            self._consumer = KafkaConsumer(**connection(bootstrap), bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS)
        except KafkaError as error:
            raise unreachable(bootstrap, error) from None

    def of(self, group: str, topics: Sequence[str]) -> dict[str, Position]:
        """The position of `group` in each topic; what it never committed counts as not processed.

        Raises:
            KafkaError: the broker does not answer now.
        """
        parts = {topic: self._partitions(topic) for topic in topics}
        every = [part for some in parts.values() for part in some]
        starts, ends = self._consumer.beginning_offsets(every), self._consumer.end_offsets(every)
        committed = self._admin.list_group_offsets({group: every})[group]
        behind = {
            part: max(starts[part], committed[part].offset if part in committed else 0) - starts[part] for part in every
        }
        return {
            topic: Position(
                end=sum(ends[part] - starts[part] for part in some), committed=sum(behind[part] for part in some)
            )
            for topic, some in parts.items()
        }

    def _partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in sorted(self._consumer.partitions_for_topic(topic) or ())]

    def close(self) -> None:
        """Disconnect."""
        self._consumer.close()
        self._admin.close()
