"""Where the broker is, and what this installation's topics and group are called there."""

from dataclasses import dataclass
from pathlib import Path

from models.errors import InfrastructureError
from streams.broker import running_broker
from streams.connecting import Broker, Where
from streams.settings import Settings
from streams.topics import Topics, group_of, topics_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A broker's address, the topics there, and the consumer group of the workers."""

    bootstrap: Where
    topics: Topics
    group: str


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
        bootstrap=_where(found, settings),
        topics=topics_of(settings.topic_prefix, settings.partitions),
        group=group_of(settings.topic_prefix),
    )


def _where(servers: str, settings: Settings) -> Where:
    if settings.security == "plaintext":
        return servers
    return Broker(
        servers=servers,
        protocol=settings.security,
        mechanism=settings.sasl_mechanism,
        username=settings.sasl_username,
        password=settings.sasl_password,
        ca=_path(settings.ssl_ca),
        certificate=_path(settings.ssl_certificate),
        key=_path(settings.ssl_key),
    )


def _path(text: str) -> Path | None:
    return Path(text) if text else None
