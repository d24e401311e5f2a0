"""Faust's Kafka consumer, mended: stock Faust 0.15.3 acknowledges events that nobody saw when partitions move.

What happens there (tests/broker/test_rebalance.py shows it): while the read position is set back to what is committed, records
fetched before are still handed out; the next record then looks like a jump, and Faust books the range jumped over as
acknowledged, so that the commit moves past events that were never processed. Three changes mend it:

1. the flow stops, and the record now being handed out is let go of, before the position is set back;
2. a jump on a source topic is never booked as acknowledged: the position is set back to the first missing record. Only if
   the same jump comes again are the records really gone (retention), and then it is let pass; either way it is counted;
3. a partition without a commit begins at its first record, not wherever the consumer happened to be.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

LET_GO_SECONDS = 1.0
"""The record being handed out is let go of within a turn of the loop; this only bounds a cancelled hand-over."""
GapHook = Callable[[str], None]


class SafeThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread, with a seek that also places partitions that have no commit."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Set every partition to its committed offset, or to its beginning if it has none."""
        found: Mapping[TP, int] = await self.call_thread(self._seek_to_committed_or_beginning)
        return found

    async def _seek_to_committed_or_beginning(self) -> Mapping[TP, int]:
        consumer = self._ensure_consumer()
        offsets = await consumer.seek_to_committed()
        changelogs = self.app.tables.changelog_topics
        fresh = [tp for tp, offset in offsets.items() if not offset and tp.topic not in changelogs]
        if fresh:
            await consumer.seek_to_beginning(*fresh)
        return offsets


class SafeConsumer(driver.Consumer):
    """The consumer with the three changes of the module's docstring."""

    on_gap: GapHook | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Faust makes it."""
        super().__init__(*args, **kwargs)
        self._nothing_in_hand = asyncio.Event()
        self._nothing_in_hand.set()
        self._expected: dict[TP, int | None] = {}
        self._jumps: dict[TP, int] = {}

    def _new_consumer_thread(self) -> SafeThread:
        return SafeThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Set the position back to what is committed, with no record in hand; both of Faust's callers resume the flow."""
        self.stop_flow()
        try:
            await asyncio.wait_for(self._nothing_in_hand.wait(), LET_GO_SECONDS)
        except TimeoutError:
            self.log.warning("a record was still in hand when the position was set back")
        await super().perform_seek()
        # what comes next is the committed record; a partition without a commit begins wherever its first record is
        self._expected = {tp: offset or None for tp, offset in self._read_offset.items()}

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Records in order without a gap; see the module's docstring."""
        set_back: set[TP] = set()
        async for tp, message in super().getmany(timeout):
            if tp in set_back:
                continue
            if self._is_source(tp) and await self._set_back_on_jump(tp, message.offset):
                set_back.add(tp)
                continue
            self._nothing_in_hand.clear()
            try:
                yield tp, message
            finally:
                self._nothing_in_hand.set()
            self._expected[tp] = message.offset + 1

    def _is_source(self, tp: TP) -> bool:
        return tp.topic not in self.app.tables.changelog_topics

    async def _set_back_on_jump(self, tp: TP, offset: int) -> bool:
        expected = self._expected.get(tp)
        if expected is None or offset <= expected:
            return False
        if self.on_gap is not None:
            self.on_gap(tp.topic)
        if self._jumps.get(tp) == expected:
            return False  # set back once already, and the records are not there
        self._jumps[tp] = expected
        self.log.warning("%s-%s jumped from %s to %s: set back", tp.topic, tp.partition, expected, offset)
        await self.seek(tp, expected)
        return True


class SafeTransport(driver.Transport):
    """Faust's Kafka transport with the mended consumer."""

    Consumer = SafeConsumer
