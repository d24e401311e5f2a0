"""What is lost when partitions move: tests/broker/test_rebalance.py at full size, on a Kafka of its own.

    python benchmarks/rebalance.py [--stock] [--cycles 14] [--items 3000] [--seconds 3] [--recovery-pause 0]

Prints a line of JSON for each cycle and one for the sum. `--stock` takes Faust's own consumer, to see what is mended.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from streams.broker import EmbeddedBroker
from streams.settings import load_settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "broker"))

from processes import Place
from rebalancing import PARTITIONS, Experiment, Loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stock", action="store_true")
    parser.add_argument("--cycles", type=int, default=14)
    parser.add_argument("--items", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--recovery-pause", type=float, default=0.0, help="s; see tests/broker/counting_worker.py")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedBroker(Path(folder) / "broker", load_settings().cache_dir) as broker,
    ):
        place = Place(bootstrap=broker.start(), folder=Path(folder), partitions=PARTITIONS)
        try:
            experiment = Experiment(
                place,
                mended=not asked.stock,
                items=asked.items,
                seconds=asked.seconds,
                recovery_pause=asked.recovery_pause,
            )
            cycles = [shown(experiment.cycle()) for _ in range(asked.cycles)]
        finally:
            place.end()
    total = {name: sum(getattr(one, name) for one in cycles) for name in ("sent", "lost", "left", "crashed")}
    print(json.dumps({"consumer": "stock" if asked.stock else "mended", "cycles": len(cycles), **total}))


def shown(cycle: Loss) -> Loss:
    print(json.dumps(asdict(cycle)), flush=True)
    return cycle


if __name__ == "__main__":
    main()
