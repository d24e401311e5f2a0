"""Follows the alerts of Parallax with kafka-python alone; Parallax need not be installed.

    pip install kafka-python
    python consumer.py 127.0.0.1:9092 parallax.alerts desk desk-1

At least once: an event is committed after it was handled. A kill in between delivers the last events again, so what is
done with an event outside of this process should bear being done twice; or see typed.py.
"""

import json
import signal
import sys
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition

TYPES = {f"parallax.alert.{kind}.v1" for kind in ("opened", "escalated", "updated", "silence", "resolved", "retracted")}
REMEMBERED = 100_000
"""Ids by which a duplicate is known: Parallax sends an event again after a restart of its own, with the same id."""
stopping = False


def stop(*_: object) -> None:
    """End once the records in hand are handled."""
    global stopping
    stopping = True


def handle(event: dict[str, Any], headers: dict[str, str]) -> None:
    """What this subscriber is for. Fields that it does not name may come and are no concern of it."""
    replay = "ce_replayid" in headers  # of the past, run through again: it is news to nobody, and pages nobody
    page = not replay and event["severity"] in ("high", "critical")
    told = {name: event[name] for name in ("id", "type", "alert", "sequence", "severity", "headline")}
    print(json.dumps({**told, "replay": replay, "page": page}, ensure_ascii=False), flush=True)


def main(bootstrap: str, topic: str = "parallax.alerts", group: str = "desk", member: str = "desk-1") -> None:
    """Follow until SIGTERM or Ctrl-C.

    Args:
        group: Kafka remembers how far it is; members of one group share the topic's partitions.
        member: this process's own name in the group: started again under it, it goes on at once.
    """
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap.split(","),
        group_id=group,
        group_instance_id=member,
        session_timeout_ms=10_000,
        auto_offset_reset="earliest",  # a new group begins with what the topic still has, 90 days
        enable_auto_commit=False,  # on a timer it could commit what is not handled yet
        max_poll_records=20,  # what a kill repeats at most; Kafka wants to be asked again within 5 minutes
    )
    consumer.partitions_for_topic(topic)  # known before the first poll: a join amid which they become known can be lost
    seen: dict[str, None] = {}
    while not stopping:
        for part, records in consumer.poll(timeout_ms=500).items():
            for record in records:
                take(record, seen)
            done = OffsetAndMetadata(records[-1].offset + 1, "", -1)
            consumer.commit({TopicPartition(part.topic, part.partition): done})
    consumer.close(autocommit=False)


def take(record: Any, seen: dict[str, None]) -> None:
    """Handle a record if it is an alert event that is new here."""
    headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
    if record.value is None or "parallax-redriven" in headers:  # a tombstone; a copy meant for one sink of Parallax
        return
    try:  # one bad record keeps no other from being handled
        if headers.get("ce_type") not in TYPES:  # of a later version, or nothing of Parallax's
            raise ValueError(f"type {headers.get('ce_type')}")
        event = json.loads(record.value)
    except ValueError as error:
        print(f"{record.topic} {record.partition}:{record.offset}: passed over: {error}", file=sys.stderr)
        return
    if headers["ce_id"] in seen:
        return
    handle(event, headers)
    seen[headers["ce_id"]] = None
    if len(seen) > REMEMBERED:
        del seen[next(iter(seen))]


if __name__ == "__main__":
    main(*sys.argv[1:])
