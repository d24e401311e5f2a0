"""One real Kafka for all broker tests: started here, never skipped; each test has topics and workers of its own."""

import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from streams.broker import EmbeddedBroker

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
sys.path.insert(0, str(Path(__file__).parent))  # the helpers beside the tests: these folders are no packages

from processes import Place


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path_factory.mktemp("broker"), cache_dir) as started:
        started.start()
        yield started


@pytest.fixture
def bootstrap(broker: EmbeddedBroker) -> str:
    return broker.bootstrap


@pytest.fixture
def topic(bootstrap: str) -> str:
    """A topic of one partition for one test."""
    name = f"topic-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, 1, 1)], timeout_ms=10_000)
    admin.close()
    return name


@pytest.fixture
def make_place(bootstrap: str, tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes places; their workers end with the test."""
    made: list[Place] = []

    def make(*, partitions: int = 1, at: str = bootstrap, make_topics: bool = True) -> Place:
        folder = tmp_path / f"place-{len(made)}"
        folder.mkdir()
        made.append(Place(bootstrap=at, folder=folder, partitions=partitions, make_topics=make_topics))
        return made[-1]

    yield make
    for place in made:
        place.end()


@pytest.fixture
def place(make_place: Callable[..., Place]) -> Place:
    return make_place()
