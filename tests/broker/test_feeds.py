"""`parallax feed` on feeds of a server of ours, as a process that is killed: each item once, and none missing."""

import json
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from feeding import Player, feeds_toml, playing
from system import Command, parallax

from streams.bootstrap import reach
from streams.broker import EmbeddedBroker
from streams.present import present
from streams.settings import Settings, load_settings

SECONDS = 15.0
ITEMS = 120
INTERVAL_MINUTES = 0.01
PATIENCE_SECONDS = 60


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    return load_settings(brokers=bootstrap, data_dir=tmp_path, topic_prefix=f"feeds-{uuid.uuid4().hex[:8]}.")


@pytest.fixture
def player() -> Player:
    """Two desks of one house: some articles are in both feeds."""
    first = datetime.now(UTC) - timedelta(hours=2)

    def item(number: int) -> dict[str, Any]:
        return {
            "id": f"guid-{number}",
            "url": f"https://desk.example/{number}",
            "title": f"Story {number}",
            "text": f"The ministry spoke of matter {number}.\nIt gave no date.",
            "published_at": (first + timedelta(seconds=number * SECONDS / ITEMS)).isoformat(),
        }

    desks = {
        "home": [item(number) for number in range(ITEMS) if number % 2],
        "world": [item(number) for number in range(ITEMS) if number % 2 == 0 or number % 10 == 1],
    }
    return Player(desks, speed=1.0)


def published(settings: Settings) -> list[dict[str, Any]]:
    reached = reach(settings)
    return [json.loads(record.value) for record in present(reached.bootstrap, reached.topics.news.name)]


def until(settings: Settings, enough: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """What is published, once it is enough, or patience has ended."""
    given_up_at = time.monotonic() + PATIENCE_SECONDS
    while not enough(found := published(settings)) and time.monotonic() < given_up_at:
        pass
    return found


def urls(items: list[dict[str, Any]]) -> Counter[str]:
    return Counter(one["url"] for one in items)


def test_each_item_is_published_once_though_the_reader_is_killed_again_and_again(
    settings: Settings, player: Player, tmp_path: Path
) -> None:
    rng, expected = random.Random(), {f"https://desk.example/{number}": 1 for number in range(ITEMS)}
    parallax(settings, "topics", "create")
    with playing(player) as base:
        (tmp_path / "feeds.toml").write_text(feeds_toml(base, ["home", "world"], minutes=INTERVAL_MINUTES))
        reader = Command(settings, "feed", "--feeds", str(tmp_path / "feeds.toml"))
        player.start()
        for _ in range(3):
            share = len(published(settings)) + rng.randrange(1, ITEMS // 5)
            until(settings, lambda found, share=share: len(found) >= share)
            reader.end(signal.SIGKILL)
            reader.start()
        found = until(settings, lambda found: player.over and len(urls(found)) == ITEMS)
        looks = len(player.requests["home"])
        until(settings, lambda _: len(player.requests["home"]) >= looks + 2)  # nothing comes again
        found = published(settings)
        reader.end(signal.SIGTERM)
    assert dict(urls(found)) == expected
    one = next(item for item in found if item["url"].endswith("/7"))
    assert one["feed"] == f"{base}/home"
    assert one["source"] == "desk.example"
    assert one["text_from"] == "feed"
    assert one["lang"] == "en"


def test_another_machine_takes_over_and_publishes_nothing_again(
    settings: Settings, player: Player, tmp_path: Path
) -> None:
    parallax(settings, "topics", "create")
    with playing(player) as base:
        (tmp_path / "feeds.toml").write_text(feeds_toml(base, ["home", "world"], minutes=INTERVAL_MINUTES))
        words = ("feed", "--feeds", str(tmp_path / "feeds.toml"))
        first = Command(settings, *words)
        player.start()
        until(settings, lambda found: len(found) >= 10)
        second = Command(settings.model_copy(update={"data_dir": tmp_path / "other"}), *words)
        first.end(signal.SIGKILL)
        found = until(settings, lambda found: player.over and len(urls(found)) == ITEMS)
        second.end(signal.SIGTERM)
    assert urls(found) == Counter(f"https://desk.example/{number}" for number in range(ITEMS))


def test_a_kafka_that_goes_away_is_waited_for_and_nothing_comes_twice(
    cache_dir: Path, player: Player, tmp_path: Path
) -> None:
    kafka = EmbeddedBroker(tmp_path / "kafka", cache_dir)
    settings = load_settings(brokers=kafka.start(), data_dir=tmp_path / "data", topic_prefix="away.")
    try:
        parallax(settings, "topics", "create")
        with playing(player) as base:
            (tmp_path / "feeds.toml").write_text(feeds_toml(base, ["home", "world"], minutes=INTERVAL_MINUTES))
            reader = Command(settings, "feed", "--feeds", str(tmp_path / "feeds.toml"))
            player.start()
            until(settings, lambda found: len(found) >= 10)
            kafka.stop()
            kafka = EmbeddedBroker(tmp_path / "kafka", cache_dir)
            assert kafka.start() == settings.brokers
            found = until(settings, lambda found: player.over and len(urls(found)) == ITEMS)
            reader.end(signal.SIGTERM)
    finally:
        kafka.stop()
    assert urls(found) == Counter(f"https://desk.example/{number}" for number in range(ITEMS))
