"""Faust's Kafka consumer, mended: stock Faust 0.15.3 acknowledges events that nobody saw when partitions move.

What happens there (tests/broker/test_rebalance.py shows it): while the read position is set back to what is committed,
records fetched before are still handed out; the next record then looks like a jump, and Faust books the range jumped
over as acknowledged, so that the commit moves past events that were never processed. What mends it:

1. setting back and handing out exclude one another: the flow stops, and the record in hand is let go of, before the
   position is set back; records that were taken before are never handed out after;
2. a jump on a source topic is not booked as acknowledged: the position is set back to the first missing record. Only if
   the same jump comes again are the records really gone (retention); then it is let pass, and told;
3. a partition without a commit begins at its first record, not wherever the consumer happened to be;
4. the watch for streams that stand still does not crash the worker while a partition has no position yet;
5. records that were taken and not handed out are put back. A call for records goes on while partitions move and may
   return those of a table's changelog before the flow is on again; Faust drops them, and recovery then waits for ever
   for records that do not come again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

GapHook = Callable[[str], None]


class Fetched(dict[TP, list[Any]]):
    """Records by partition, and where the client stood once they were taken.

    Attributes:
        seeks: how often the position had been set back by then.
        after: by partition, the client's state of it under that assignment, and its position after these records.
    """

    seeks = 0

    def __init__(self, records: Mapping[TP, list[Any]] | None = None) -> None:
        """Of nothing, or of these records."""
        super().__init__(records or {})
        self.after: dict[TP, tuple[Any, int]] = {}


class SafeThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread. In its event loop setting back is one step: no record is taken half-way through."""

    seeks = 0

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Set every partition to its committed offset, or to its beginning if it has none."""
        found: Mapping[TP, int] = await self.call_thread(self._seek_to_committed_or_beginning)
        return found

    async def _seek_to_committed_or_beginning(self) -> Mapping[TP, int]:
        consumer = self._ensure_consumer()
        offsets = {tp: await consumer.committed(tp) for tp in consumer.assignment()}
        # no await from here until `seeks` has moved on: what is taken before is old, what is taken after is new
        for tp, offset in offsets.items():
            if offset:
                consumer.seek(tp, offset)
        changelogs = self.app.tables.changelog_topics
        fresh = [tp for tp, offset in offsets.items() if not offset and tp.topic not in changelogs]
        self.seeks += 1
        if fresh:
            await consumer.seek_to_beginning(*fresh)
        return offsets

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Fetched:
        fetched = Fetched(await super()._fetch_records(*args, **kwargs))
        fetched.seeks = self.seeks
        for tp in fetched:  # no await since they were taken: these are their states
            if (state := self._state(tp)) is not None:
                fetched.after[tp] = state, state.position
        return fetched

    async def put_back(self, fetched: Fetched, missed: Mapping[TP, int]) -> None:
        """Have records taken again from the offsets given, where nothing else has moved the position since."""
        await self.call_thread(self._put_back, fetched, missed)

    async def _put_back(self, fetched: Fetched, missed: Mapping[TP, int]) -> None:
        for tp, offset in missed.items():
            state, position = fetched.after.get(tp, (None, 0))
            same = state is not None and state is self._state(tp) and state.has_valid_position
            if same and state.position == position:
                self._ensure_consumer().seek(tp, offset)

    def _state(self, tp: TP) -> Any:
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription is not None else None
        return assignment.state_value(tp) if assignment is not None else None


class SafeConsumer(driver.Consumer):
    """The consumer with the changes of the module's docstring."""

    on_gap: GapHook | None = None
    _thread: SafeThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Faust makes it."""
        super().__init__(*args, **kwargs)
        self._setting_back = asyncio.Lock()
        self._drain: asyncio.Task[Any] | None = None
        self._nothing_in_hand = asyncio.Event()
        self._nothing_in_hand.set()
        self._taken = Fetched()
        self._expected: dict[TP, int | None] = {}
        self._jumps: dict[TP, int] = {}

    def _new_consumer_thread(self) -> SafeThread:
        return SafeThread(self, loop=self.loop, beacon=self.beacon)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's watch for a stream that stands still: a partition without a position must not end the worker."""
        with suppress(AssertionError, AttributeError):  # how that shows; Faust lets it end the worker
            super().verify_event_path(now, tp)

    async def perform_seek(self) -> None:
        """Set the position back to what is committed, with no record in hand; Faust's callers resume the flow."""
        async with self._setting_back:
            if asyncio.current_task() is not self._drain:  # the drain loop calls this too, with nothing in its hand
                self.stop_flow()
                await self._nothing_in_hand.wait()
            await super().perform_seek()
            # next comes the committed record; a partition without a commit begins wherever its first record is
            self._expected = {tp: offset or None for tp, offset in self._read_offset.items()}
            self._jumps.clear()

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Fetched:
        self._taken = await super()._getmany(active_partitions, timeout)
        return self._taken

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Records in order without a gap; see the module's docstring."""
        self._taken = Fetched()
        handed: dict[TP, int] = {}
        async for tp, message in self._in_order(timeout):
            self._nothing_in_hand.clear()
            yield tp, message
            self._nothing_in_hand.set()
            handed[tp] = self._expected[tp] = message.offset + 1
        missed = {tp: self._first_missed(tp, handed.get(tp, 0)) for tp in self._taken}
        if left := {tp: offset for tp, offset in missed.items() if offset is not None}:
            await self._thread.put_back(self._taken, left)

    async def _in_order(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        set_back: set[TP] = set()
        async for tp, message in super().getmany(timeout):
            if self._taken.seeks != self._thread.seeks:
                return  # set back since: all of these come again
            if tp in set_back:
                continue
            if self._is_source(tp) and await self._set_back_on_jump(tp, message.offset):
                set_back.add(tp)
                continue
            yield tp, message

    def _first_missed(self, tp: TP, handed: int) -> int | None:
        return next((record.offset for record in self._taken[tp] if record.offset >= handed), None)

    async def _drain_messages(self, fetcher: Any) -> None:
        self._drain = asyncio.current_task()
        try:
            await super()._drain_messages(fetcher)
        finally:
            self._nothing_in_hand.set()  # however it ended, a loop that ended holds nothing

    def _is_source(self, tp: TP) -> bool:
        return tp.topic not in self.app.tables.changelog_topics

    async def _set_back_on_jump(self, tp: TP, offset: int) -> bool:
        expected = self._expected.get(tp)
        if expected is None or offset <= expected:
            return False
        if self._jumps.get(tp) == expected:
            if self.on_gap is not None:
                self.on_gap(tp.topic)
            return False  # set back once already, and the records are not there
        self._jumps[tp] = expected
        self.log.warning("%s-%s jumped from %s to %s: set back", tp.topic, tp.partition, expected, offset)
        await self.seek(tp, expected)
        return True


class SafeTransport(driver.Transport):
    """Faust's Kafka transport with the mended consumer."""

    Consumer = SafeConsumer
