"""The scripted life of alerts through a real placements topic and a worker that runs the compare stage alone."""

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from lifecycle import TOPICS, script, sent
from processes import Place, everything, until_committed
from system import Worker

from streams.bootstrap import reach
from streams.core import make_encoder
from streams.present import present
from streams.publish import producer as producing
from streams.settings import Settings, load_settings
from streams.topics import administration, create_topics
from streams.wire import HEADER_ITEM, encode

RECORDED = "ce_recordedtime"
COMPACTED_WITHIN_SECONDS = 90
"""The broker looks every 15 s for what to compact, and takes two looks to drop a null."""


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    made = load_settings(brokers=bootstrap, data_dir=tmp_path, topic_prefix=f"life-{uuid.uuid4().hex[:8]}.")
    create_topics(bootstrap, reach(made).topics)
    return made


@pytest.fixture
def worker(settings: Settings) -> Iterator[Worker]:
    made = Worker(settings, "--stages", "compare")
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGTERM)


def test_the_topics_hold_what_one_process_tells_byte_for_byte_and_across_a_kill(settings, worker, tmp_path):
    reached = reach(settings)
    place = Place(bootstrap=reached.bootstrap, folder=tmp_path, make_topics=False)
    place.group, place.source = reached.group, reached.topics.placements.name
    placements, expected = script(), list(sent(script(), encoder=make_encoder(settings).name))
    producer = place.producer()
    for number, one in enumerate(placements):
        headers = [(HEADER_ITEM, one.item.encode())]
        producer.send(place.source, key=one.narrative.encode(), value=encode(one), headers=headers)
        if number == len(placements) // 2:
            producer.flush(30)
            until_committed(place)
            worker.end(signal.SIGKILL)
            worker.start()
    producer.flush(30)
    producer.close()
    until_committed(place)

    for topic, told_to in ((reached.topics.alerts, TOPICS.alerts), (reached.topics.alerts_state, TOPICS.alerts_state)):
        assert [content(one) for one in everything(place.bootstrap, topic.name)] == [
            content(one) for one in expected if one.topic == told_to.name
        ]

    state = {one.key: one.value for one in expected if one.topic == TOPICS.alerts_state.name}
    kept = compacted(place, reached.topics.alerts_state.name, len(state))
    assert kept == {key: value for key, value in state.items() if value is not None}


def content(one: Any) -> tuple[bytes, bytes | None, dict[str, bytes]]:
    """Everything that does not tell when it was made."""
    return one.key, one.value, {name: value for name, value in dict(one.headers).items() if name != RECORDED}


def compacted(place: Place, topic: str, keys: int) -> dict[bytes, bytes]:
    """What a compacted topic holds once the broker has compacted it, a record of ours apart that closes its segment."""
    hasty = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "0"}
    with administration(place.bootstrap) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, hasty)])
    deadline, mark = time.monotonic() + COMPACTED_WITHIN_SECONDS, b"closes a segment"
    while True:
        with producing(place.bootstrap) as producer:
            producer.send(topic, key=mark, value=mark)
        found = [(one.key, one.value) for one in present(place.bootstrap, topic) if one.key != mark]
        if len(found) < keys and None not in dict(found).values():
            return dict(found)
        assert time.monotonic() < deadline, f"{len(found)} records of {keys} keys"
        threading.Event().wait(0.5)
