"""Partitions move while items arrive: the mended consumer loses nothing, and Faust's own still does."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from processes import Place
from rebalancing import PARTITIONS, Experiment, Loss

from streams.broker import EmbeddedBroker

CYCLES = 7
ITEMS = 3000
"""In 3 s: the more there are, the more often Faust's own consumer goes wrong (300: one cycle in ten, 3,000: three)."""
MOST_CYCLES = 16
"""It went wrong in three cycles of ten: sixteen without are three runs in a thousand (`benchmarks/rebalance.py`)."""


PAUSED_CYCLES = 6
RECOVERY_PAUSE = 0.3
"""Recovery so slow that a call for records begun before partitions moved can take the table's in between."""


@pytest.fixture(scope="module")
def experiments(broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Future[list[Loss]]]]:
    """The mended consumer's cycles, those with a slow recovery, and the stock one's, at once: all mostly wait."""
    kinds = {
        "mended": ({"mended": True}, CYCLES),
        "paused": ({"mended": True, "recovery_pause": RECOVERY_PAUSE}, PAUSED_CYCLES),
        "stock": ({"mended": False}, MOST_CYCLES),
    }
    with ThreadPoolExecutor(len(kinds)) as pool:
        yield [
            pool.submit(ran, broker.bootstrap, tmp_path_factory.mktemp(name), how, most)
            for name, (how, most) in kinds.items()
        ]


def ran(bootstrap: str, folder: Path, how: dict[str, Any], most: int) -> list[Loss]:
    """Cycles until one goes wrong, or the most of them."""
    place = Place(bootstrap=bootstrap, folder=folder, partitions=PARTITIONS)
    try:
        experiment = Experiment(place, items=ITEMS, seconds=3.0, **how)
        cycles: list[Loss] = []
        while len(cycles) < most and not any(map(went_wrong, cycles)):
            cycles.append(experiment.cycle())
        return cycles
    finally:
        place.end()


NOTHING = (0, 0, False)


def told(cycle: Loss) -> tuple[int, int, bool]:
    return cycle.lost, cycle.left, cycle.crashed


def went_wrong(cycle: Loss) -> bool:
    return told(cycle) != NOTHING


def test_nothing_is_lost_when_workers_leave_and_join(experiments: list[Future[list[Loss]]]) -> None:
    assert [told(one) for one in experiments[0].result()] == [NOTHING] * CYCLES


def test_a_slow_recovery_gets_its_records_when_workers_leave_and_join(experiments: list[Future[list[Loss]]]) -> None:
    assert [told(one) for one in experiments[1].result()] == [NOTHING] * PAUSED_CYCLES


def test_fausts_own_consumer_still_goes_wrong_so_that_the_mend_is_needed(experiments: list[Future[list[Loss]]]) -> None:
    assert any(map(went_wrong, experiments[2].result())), (
        f"Faust lost nothing in {MOST_CYCLES} cycles: is streams/delivery/consumer.py still needed?"
    )
