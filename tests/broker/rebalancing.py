"""The experiment on partitions that move: one of two workers leaves or joins while items arrive; what is lost for good?

The test runs it small, benchmarks/rebalance.py at full size.
"""

from dataclasses import dataclass
from threading import Event, Thread

from processes import Place, Worker, everything, until_still

PARTITIONS = 4
TABLE_RECORDS = 500
STILL_SECONDS = 20
"""No step for so long is the end: a worker that works commits every .3 s, partitions move within 3 s, and a member that
a busy machine kept from its heartbeats is out of the group after 10 s (docs/delivery.md) and back within some more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What became of one cycle's items, once the group makes no step any more.

    Attributes:
        lost: never processed by anyone.
        left: not acknowledged: they lie there until a worker starts again.
        crashed: the worker that was to stay has ended by itself (it is started again for the next cycle).
    """

    cycle: int
    sent: int
    lost: int
    left: int
    crashed: bool


class Experiment:
    """Two workers on one group; the second one leaves in even cycles and joins again in odd ones."""

    def __init__(self, place: Place, *, mended: bool, items: int, seconds: float, recovery_pause: float = 0.0) -> None:
        """Send `items` over `seconds` in each cycle; see `Job.recovery_pause`."""
        self._place, self._items, self._seconds = place, items, seconds
        self._how = {"mended": mended, "recovery_pause": recovery_pause}
        self._sent: set[bytes] = set()
        self._lost: set[bytes] = set()
        self._cycle = 0
        place.fill_table(TABLE_RECORDS)  # Faust's flow is on while it recovers tables, and that is when it loses
        self._first, self._second = self._start("first"), self._start("second")
        self._first.await_ready()
        self._second.await_ready()

    def cycle(self) -> Loss:
        """One more; ends when everything is acknowledged, or nothing has been for a while."""
        values = [b"%d-%d" % (self._cycle, number) for number in range(self._items)]
        sending = Thread(target=self._send, args=(values,))
        sending.start()
        if self._cycle % 2:
            self._second = self._start("second")
        else:
            Event().wait(self._seconds / 4)
            self._second.terminate()
        sending.join()
        if not self._cycle % 2:
            assert self._second.await_end() == 0, self._second.log
        else:
            self._second.await_ready()
        left = until_still(self._place, STILL_SECONDS)
        self._sent.update(values)
        done = {record.value for record in everything(self._place.bootstrap, self._place.output)}
        lost = self._sent - done - self._lost
        self._lost |= lost
        self._cycle += 1
        if crashed := self._first.process.poll() is not None:
            self._first = self._start("first").await_ready()
        return Loss(cycle=self._cycle, sent=len(values), lost=len(lost), left=left, crashed=crashed)

    def _start(self, name: str) -> Worker:
        return self._place.start(name, named=False, table_partitions=PARTITIONS, **self._how)

    def _send(self, values: list[bytes]) -> None:
        """At an even pace: the pace is what is tested, not a way to wait for something."""
        producer, pace = self._place.producer(), Event()
        for number, value in enumerate(values):
            producer.send(self._place.source, value=value, key=b"%d" % number, partition=number % PARTITIONS)
            pace.wait(self._seconds / len(values))
        producer.flush(30)
        producer.close()
