"""The bundled stream through the whole system, in a place of its own that is gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.bootstrap import Reached
from streams.positions import Positions
from streams.present import present
from streams.progress import Advance
from streams.settings import Settings
from streams.wire import HEADER_ITEM

SAMPLES = Path(__file__).parent / "samples" / "items.jsonl"


@contextmanager
def place_of_its_own(settings: Settings) -> Iterator[Settings]:
    """The settings with a fresh data directory and, on a broker that others use, topics of its own."""
    root = settings.data_dir / "demo"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    prefix = f"{settings.topic_prefix}demo-{folder.name}." if settings.brokers else settings.topic_prefix
    try:
        yield settings.model_copy(update={"data_dir": folder, "topic_prefix": prefix})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Through:
    """Whether every message sent so far is through all stages; shows how far the items have come."""

    def __init__(self, reached: Reached, advance: Advance) -> None:
        """Look at the topics and group of `reached`."""
        self._reached, self._advance = reached, advance
        self._positions = Positions(reached.bootstrap)

    def __call__(self) -> bool:
        """Look now.

        A stage commits after it sent, so a topic without lag, seen in the stages' order, has passed on all it had.
        """
        for topic in self._reached.topics.of_stages:
            position = self._positions.of(self._reached.group, [topic])[topic]
            if topic == self._reached.topics.news.name:
                self._advance(position.committed, position.end)
            if position.lag:
                return False
        return True

    def close(self) -> None:
        """Disconnect."""
        self._positions.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of a stream: counts of distinct ids. narratives_live: those that may still grow, by event time."""

    items: int
    statements: int
    narratives: int
    narratives_live: int
    alerts: int
    dead_letters: int


def summary(reached: Reached, *, items: int) -> Summary:
    """Count what lies in the topics."""
    topics = reached.topics
    narratives: dict[bytes, bool] = {}
    for record in present(reached.bootstrap, topics.narratives.name):
        narratives[record.key] = record.value is not None
    return Summary(
        items=items,
        statements=len({_item(record) for record in present(reached.bootstrap, topics.statements.name)}),
        narratives=len(narratives),
        narratives_live=sum(narratives.values()),
        alerts=len({record.key for record in present(reached.bootstrap, topics.alerts.name)}),
        dead_letters=sum(1 for _ in present(reached.bootstrap, topics.dead_letters.name)),
    )


def _item(record: Any) -> bytes:
    return next((value for name, value in record.headers if name == HEADER_ITEM), b"")
