"""The scripted life of alerts through a real placements topic and a worker that runs the compare stage alone."""

import signal
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Place, everything, until_committed
from system import Worker

from streams.bootstrap import reach
from streams.core import make_encoder
from streams.settings import Settings, load_settings
from streams.topics import create_topics
from streams.wire import HEADER_ITEM, encode

sys.path.append(str(Path(__file__).parents[1] / "unit"))  # the script, beside the unit tests that read its story

from lifecycle import script, sent


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

    for topic, name in ((reached.topics.alerts, "history"), (reached.topics.alerts_state, "state")):
        assert [(one.key, one.value, dict(one.headers)) for one in everything(place.bootstrap, topic.name)] == [
            (one.key, one.value, dict(one.headers)) for one in expected if one.topic == name
        ]
