"""Where the broker is, and what this installation's topics and group are called there."""

from dataclasses import dataclass

from models.errors import InfrastructureError
from streams.broker import running_broker
from streams.settings import Settings
from streams.topics import Topics, topics_of

DEFAULT_PREFIX = "parallax."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A broker's address, the topics there, and the consumer group of the workers."""

    bootstrap: str
    topics: Topics
    group: str

    def state_topic(self, stage: str) -> str:
        """Where a stage's journal is kept: Faust names a table's changelog so."""
        return f"{self.group}-{state_table(stage)}-changelog"


def reach(settings: Settings, bootstrap: str | None = None) -> Reached:
    """The broker that the settings mean: `bootstrap` if given, PARALLAX_BROKERS, or the embedded one that runs.

    Raises:
        InfrastructureError: no broker is named and no embedded one runs for this data directory; says how to start one.
    """
    found = bootstrap or settings.brokers or running_broker(settings.data_dir)
    if not found:
        raise InfrastructureError(
            f"no broker: PARALLAX_BROKERS is not set and no embedded Kafka runs for {settings.data_dir}; "
            "start one with `parallax broker`, or everything with `parallax up`"
        )
    return Reached(
        bootstrap=found,
        topics=topics_of(settings.topic_prefix, settings.partitions),
        group=group_of(settings.topic_prefix),
    )


def group_of(prefix: str) -> str:
    """The Faust app id and consumer group: `parallax`; another prefix has another, so that two systems stay apart."""
    return prefix.rstrip(".-_") or DEFAULT_PREFIX.rstrip(".")


def state_table(stage: str) -> str:
    """The name of the table that is a stage's journal."""
    return f"{stage}-state"
