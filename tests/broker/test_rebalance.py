"""Partitions move while items arrive: the mended consumer loses nothing, and Faust's own still does."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import Place
from rebalancing import PARTITIONS, Experiment, Loss

from streams.broker import EmbeddedBroker

CYCLES = 7
ITEMS = 3000
"""In 3 s: the more there are, the more often Faust's own consumer goes wrong (300: one cycle in ten, 3,000: three)."""
MOST_CYCLES = 16
"""It went wrong in three cycles of ten: sixteen without are three runs in a thousand (`benchmarks/rebalance.py`)."""


@pytest.fixture(scope="module")
def experiments(broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Future[list[Loss]]]]:
    """The mended consumer's cycles and the stock one's, at the same time: both mostly wait."""
    folders = [tmp_path_factory.mktemp(name) for name in ("mended", "stock")]
    with ThreadPoolExecutor(2) as pool:
        yield [pool.submit(ran, broker.bootstrap, folder) for folder in folders]


def ran(bootstrap: str, folder: Path) -> list[Loss]:
    mended = folder.name.startswith("mended")
    place = Place(bootstrap=bootstrap, folder=folder, partitions=PARTITIONS)
    try:
        experiment = Experiment(place, mended=mended, items=ITEMS, seconds=3.0)
        cycles: list[Loss] = []
        while len(cycles) < (CYCLES if mended else MOST_CYCLES) and (mended or not any(map(went_wrong, cycles))):
            cycles.append(experiment.cycle())
        return cycles
    finally:
        place.end()


def went_wrong(cycle: Loss) -> bool:
    return bool(cycle.lost or cycle.left or cycle.crashed)


def test_nothing_is_lost_when_workers_leave_and_join(experiments: list[Future[list[Loss]]]) -> None:
    cycles = experiments[0].result()
    assert [(one.lost, one.left, one.crashed) for one in cycles] == [(0, 0, False)] * CYCLES


def test_fausts_own_consumer_still_goes_wrong_so_that_the_mend_is_needed(experiments: list[Future[list[Loss]]]) -> None:
    assert any(map(went_wrong, experiments[1].result())), (
        f"Faust lost nothing in {MOST_CYCLES} cycles: is streams/delivery/consumer.py still needed?"
    )
