"""`parallax up` on live feeds, killed with all that it started: its alerts are those of one process on its items."""

import random
import uuid
from pathlib import Path

import pytest
from feeding import Player, feeds_toml, playing
from whole_way import Up, alerts_and_backtest, kill_on_the_way, opened, playable, until_all_are_published

from streams.demo import SAMPLES
from streams.settings import load_settings

pytestmark = pytest.mark.timeout(600)

SPEED = 10_000.0
"""The 19 days of the bundled stream in 164 s: a look at a feed is a few hours of news apart, as rarely as feeds are
looked at. At 40,000 a busy machine looks once in days, each feed's news comes at once, and in one order of ten the
stream opens no alert at all, here as in one process."""


def test_feeds_become_alerts_and_a_kill_of_everything_changes_none(bootstrap: str, tmp_path: Path) -> None:
    rng, player = random.Random(), Player(playable(SAMPLES.open("rb")), SPEED)
    settings = load_settings(
        brokers=bootstrap,
        data_dir=tmp_path,
        topic_prefix=f"live-{uuid.uuid4().hex[:8]}.",
        feeds_first_look_hours=24 * 365 * 50,
    )
    count = sum(map(len, player.feeds.values()))
    with playing(player) as base:
        (tmp_path / "feeds.toml").write_text(feeds_toml(base, list(player.feeds), minutes=0.01))
        system = Up(settings, tmp_path / "feeds.toml")
        while len(player.requests) < len(player.feeds):  # it looks at all of them: from now on things appear
            pass
        player.start()
        kill_on_the_way(system, settings, count, (rng.uniform(0.1, 0.9) for _ in range(3)))
        published = until_all_are_published(settings, player)
        events, expected = alerts_and_backtest(settings, published, tmp_path)
        assert system.end() == 0
    assert len(published) == count
    assert events == expected
    assert opened(events)
