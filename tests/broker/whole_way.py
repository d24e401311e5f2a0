"""The whole way from entries in feeds to alert events, with `parallax up` as a process; also for benchmarks/live.py."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from feeding import Player
from system import environment, followed, parallax

from models.errors import InvalidItem
from streams.bootstrap import reach
from streams.present import present
from streams.settings import Settings
from streams.wire import moment

PATIENCE_SECONDS = 240


def playable(lines: Iterable[bytes]) -> dict[str, list[dict[str, Any]]]:
    """The plain items of a stream by their source, in order of their dates: what a feed can show."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        with suppress(ValueError, InvalidItem):
            item = json.loads(line)
            item["published_at"] = moment(item.get("published_at") or item.get("date")).isoformat()
            plain = all(item.get(name) for name in ("id", "source", "url", "title", "text"))
            if plain and not item.get("withdrawn") and not item.get("revision"):
                by_source.setdefault(item["source"], []).append(item)
    return {source: sorted(items, key=lambda one: one["published_at"]) for source, items in by_source.items()}


class Up:
    """`parallax up` on a feeds file."""

    def __init__(self, settings: Settings, feeds: Path) -> None:
        parallax(settings, "topics", "create")
        self._settings, self._words = settings, ("up", "--feeds", str(feeds))
        self.start()

    def start(self) -> None:
        """Start it; it may take a while until it is there."""
        with (self._settings.data_dir / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streams.cli", *self._words],
                env=environment(self._settings),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def kill(self) -> None:
        """SIGKILL it and everything it started, and wait until all of it is gone."""
        started = psutil.Process(self.process.pid)
        everyone = [started, *started.children(recursive=True)]
        for one in everyone:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()
        psutil.wait_procs(everyone[1:], timeout=30)

    def end(self) -> int:
        """SIGTERM; its exit status."""
        self.process.terminate()
        return self.process.wait(90)


def in_news(settings: Settings) -> list[bytes]:
    """The values of the news topic, in order."""
    reached = reach(settings)
    return [record.value for record in present(reached.bootstrap, reached.topics.news.name)]


def kill_on_the_way(system: Up, settings: Settings, count: int, shares: Iterable[float]) -> None:
    """Kill the system, and start it again, once each of these shares of all items is published."""
    for share in sorted(shares):
        while len(in_news(settings)) < share * count:
            pass
        system.kill()
        system.start()


def until_all_are_published(settings: Settings, player: Player) -> list[bytes]:
    """The news topic once it has every item of the player, or patience has ended."""
    count, given_up_at = sum(map(len, player.feeds.values())), time.monotonic() + PATIENCE_SECONDS
    while len(found := in_news(settings)) < count and time.monotonic() < given_up_at:
        pass
    return found


def alerts_and_backtest(settings: Settings, published: list[bytes], folder: Path) -> tuple[list[bytes], list[bytes]]:
    """The alert events of the running system once it is idle, and those of one process on the same items."""
    events = followed(settings)
    stream = folder / "published.jsonl"
    stream.write_bytes(b"".join(line + b"\n" for line in published))
    return events, parallax(settings, "backtest", str(stream)).stdout.splitlines()


def opened(events: Iterable[bytes]) -> list[Mapping[str, Any]]:
    """The alerts that were opened."""
    return [event for line in events if ".opened." in (event := json.loads(line))["type"]]
