"""A worker and a broker killed on the way: which items and alerts are missing? Prints one JSON line.

    python benchmarks/kills.py [--items 2337] [--kills 5]

The unharmed run is `parallax backtest` of the same items (tests/broker/test_system.py shows that it gives the alerts of
Kafka and Faust byte for byte). The harmed run publishes everything, SIGKILLs the worker --kills times and the broker
once, each at an even share of the way, and starts them again.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from streams.broker import EmbeddedBroker
from streams.demo import SAMPLES
from streams.files import lines
from streams.settings import load_settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "broker"))

from system import Worker, followed, items_in, kill_on_the_way, parallax

LONGEST = 3600.0
STREAM = Path(__file__).resolve().parents[2] / "shared" / "data" / "two_sided_stream"


def say(what: str) -> None:
    """Progress, on standard error."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2337)
    parser.add_argument("--kills", type=int, default=5)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedBroker(Path(folder) / "broker", load_settings().cache_dir) as broker,
    ):
        stream = Path(folder) / "items.jsonl"
        source = lines(sorted(map(str, STREAM.glob("*.jsonl"))) or [str(SAMPLES)])
        stream.write_bytes(b"".join(line.value + b"\n" for line in islice(source, asked.items)))
        settings = load_settings(data_dir=Path(folder) / "data", brokers=broker.start())
        parallax(settings, "topics", "create")
        worker = Worker(settings)

        def kill_worker() -> None:
            say("SIGKILL to the worker")
            worker.end(signal.SIGKILL)
            worker.start()

        def kill_broker() -> None:
            say("SIGKILL to the broker")
            broker.kill()
            broker.start()

        began = time.monotonic()
        parallax(settings, "publish", "--as-is", str(stream))
        published = items_in(settings, lambda topics: topics.news.name)
        say(f"{len(published)} items published")
        shares = [(number + 1) / (asked.kills + 2) for number in range(asked.kills + 1)]
        kills = dict.fromkeys(shares, kill_worker) | {shares[asked.kills // 2]: kill_broker}
        kill_on_the_way(settings, published, kills)
        events = followed(settings, seconds=LONGEST)
        seconds = time.monotonic() - began
        say("through; now the unharmed run")
        worker.end(signal.SIGTERM)
        expected = parallax(settings, "backtest", str(stream), seconds=LONGEST).stdout.splitlines()
        got, wanted = ({json.loads(line)["id"] for line in some} for some in (events, expected))
        statements = items_in(settings, lambda topics: topics.statements.name)
        letters = items_in(settings, lambda topics: topics.dead_letters.name)
    result = {"items": len(published), "missing": len(published - statements - letters), "alert_events": len(wanted),
              "missing_events": len(wanted - got), "other_events": len(got - wanted), "same_bytes": events == expected,
              "seconds": round(seconds, 1)}  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main()
