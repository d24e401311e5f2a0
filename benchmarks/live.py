"""Live feeds to alerts: a stream played as RSS, `parallax up` on it; the delay, and the alerts against one process.

    python benchmarks/live.py STREAM.jsonl [--from 2021-12-28] [--until 2022-01-04] [--labels kremlin,white_house]
                              [--speed 1000] [--interval-minutes 0.05] [--kills 0] [--folder DIR]

A local server shows each item in its source's feed when its date has come, at `--speed` times real time. Printed, as
one line of JSON: from an item's appearance to its place in a narrative (the broker's timestamp of its placement), and
to the alert event that it tipped (`ce_recordedtime`), in seconds; whether the alert events are, byte for byte, those of
`parallax backtest` on the items as they were published; and which alerts a backtest on the stream's own order has.
Kafka is the embedded one. `--kills`: SIGKILL of everything but Kafka, at random times.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from streams.bootstrap import reach
from streams.broker import EmbeddedBroker
from streams.present import present
from streams.settings import Settings, load_settings
from streams.wire import HEADER_ITEM, moment

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "broker"))

from feeding import Player, feeds_toml, playing
from system import parallax
from whole_way import Up, alerts_and_backtest, kill_on_the_way, opened, playable, until_all_are_published


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path)
    parser.add_argument("--from", dest="since", type=moment)
    parser.add_argument("--until", type=moment)
    parser.add_argument("--labels", default="")
    parser.add_argument("--speed", type=float, default=1000.0)
    parser.add_argument("--interval-minutes", type=float, default=0.05)
    parser.add_argument("--kills", type=int, default=0)
    asked = parser.parse_args()
    feeds = wanted(asked)
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedBroker(Path(folder) / "broker", load_settings().cache_dir) as broker,
    ):
        settings = load_settings(
            brokers=broker.start(),
            data_dir=Path(folder) / "data",
            topic_prefix=f"live-{uuid.uuid4().hex[:8]}.",
            feeds_first_look_hours=24 * 365 * 50,
        )
        print(json.dumps(run(asked, feeds, settings, Path(folder))))


def wanted(asked: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    """The stream's items that are asked for, by source."""
    labels = set(filter(None, asked.labels.split(",")))
    found = {}
    for source, items in playable(asked.stream.open("rb")).items():
        dated = [(datetime.fromisoformat(one["published_at"]), one) for one in items]
        found[source] = [
            one
            for at, one in dated
            if (asked.since is None or at >= asked.since)
            and (asked.until is None or at < asked.until)
            and (not labels or one.get("label") in labels)
        ]
    return {source: items for source, items in found.items() if items}


def run(
    asked: argparse.Namespace, feeds: dict[str, list[dict[str, Any]]], settings: Settings, folder: Path
) -> dict[str, Any]:
    player, rng = Player(feeds, asked.speed), random.Random()
    count = sum(map(len, feeds.values()))
    with playing(player) as base:
        (folder / "feeds.toml").write_text(feeds_toml(base, list(feeds), minutes=asked.interval_minutes))
        (folder / "data").mkdir()
        system = Up(settings, folder / "feeds.toml")
        while len(player.requests) < len(feeds):  # it has begun to look: now things may appear
            pass
        player.start()
        kill_on_the_way(system, settings, count, (rng.uniform(0.1, 0.9) for _ in range(asked.kills)))
        published = until_all_are_published(settings, player)
        events, expected = alerts_and_backtest(settings, published, folder)
        ended = system.end()
    in_order = folder / "order.jsonl"
    ordered = sorted((one for items in feeds.values() for one in items), key=lambda one: one["published_at"])
    in_order.write_text("".join(json.dumps(one) + "\n" for one in ordered))
    theirs = parallax(settings, "backtest", str(in_order)).stdout.splitlines()
    return {
        "items": count,
        "published": len(published),
        "feeds": len(feeds),
        "speed": asked.speed,
        "interval_seconds": asked.interval_minutes * 60,
        "kills": asked.kills,
        "ended": ended,
        **delays(settings, player, published),
        "events": len(events),
        "as_one_process": events == expected,
        "opened": [one["headline"] for one in opened(events)],
        "opened_in_the_streams_order": [one["headline"] for one in opened(theirs)],
    }


def delays(settings: Settings, player: Player, published: Sequence[bytes]) -> dict[str, Any]:
    """Seconds from the appearance of items: to their placement, and to the alert events that they tipped."""
    dates = {one["id"]: moment(one["published_at"]) for one in map(json.loads, published)}
    reached = reach(settings)
    placed: dict[str, float] = {}
    for record in present(reached.bootstrap, reached.topics.placements.name):
        item = dict(record.headers)[HEADER_ITEM].decode()
        if item in dates:
            placed.setdefault(item, record.timestamp / 1000 - player.appears(dates[item]))
    alerted = []
    for record in present(reached.bootstrap, reached.topics.alerts.name):
        headers = dict(record.headers)
        cause = headers["ce_causationid"].decode()
        told = moment(headers["ce_recordedtime"].decode()).timestamp()
        if cause in dates:
            alerted.append(round(told - player.appears(dates[cause]), 2))
    ordered = sorted(placed.values())
    return {
        "placed": len(ordered),
        "to_placement": {
            "p50": round(statistics.median(ordered), 2),
            "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 2),
            "most": round(ordered[-1], 2),
        },
        "to_alert": alerted,
    }


if __name__ == "__main__":
    main()
