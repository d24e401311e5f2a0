"""The embedded single-node Apache Kafka: real Kafka on this machine, without Docker and without an installed Java."""

from streams.broker.embedded import EmbeddedBroker, running_broker
from streams.broker.jars import fetch_jars, find_java, jars_state

__all__ = ["EmbeddedBroker", "fetch_jars", "find_java", "jars_state", "running_broker"]
