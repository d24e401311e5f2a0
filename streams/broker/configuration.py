"""What the embedded Kafka is told: for one node, one machine, and no topic that nobody asked for."""

from pathlib import Path

LARGEST_MESSAGE_BYTES = 8 << 20
"""A statement of the longest document with its vectors is about 1 MiB; nobody on the way refuses eight times that."""
JVM_OPTIONS = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
"""Some 340 MB of resident memory in all (docs/measurements.md)."""


def server_properties(client: str, controller: str, data: Path) -> str:
    """The broker's configuration.

    Args:
        client: host:port for clients.
        controller: host:port for the node's own controller.
        data: Kafka's data.
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": controller,
        "listeners": f"CLIENT://{client},CONTROLLER://{controller}",
        "advertised.listeners": f"CLIENT://{client},CONTROLLER://{controller}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "message.max.bytes": str(LARGEST_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(LARGEST_MESSAGE_BYTES),
        "log.segment.bytes": str(64 << 20),
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def log4j(log: Path) -> str:
    """Warnings and errors, and the start and end of the server, in one file of at most 2 x 10 MB."""
    return f"""Configuration:
  Properties:
    Property: {{name: pattern, value: "%d{{ISO8601}} %p %m (%c)%n"}}
  Appenders:
    RollingFile:
      name: file
      fileName: "{log}"
      filePattern: "{log}.%i"
      PatternLayout: {{pattern: "${{pattern}}"}}
      SizeBasedTriggeringPolicy: {{size: 10MB}}
      DefaultRolloverStrategy: {{max: 1}}
  Loggers:
    Root: {{level: WARN, AppenderRef: {{ref: file}}}}
    Logger:
      - {{name: kafka.server.KafkaRaftServer, level: INFO}}
      - {{name: org.apache.kafka.common.utils.AppInfoParser, level: INFO}}
"""
