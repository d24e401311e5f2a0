"""The durable state of a stage: keys and bytes on a Faust table, written in order.

Whatever survives a kill is the state after a prefix of the changes, which is what the stages' records are made for:
Faust's producer buffer sends a table's changes one after the other, from one task; all go to one partition; aiokafka's
sender keeps one request in flight for a partition (it mutes it meanwhile) and puts a batch that must be sent again
before those that wait (`MessageAccumulator.reenqueue`). A change that fails for good ends the worker.
"""

import asyncio
import weakref
from collections.abc import Iterable
from typing import Any

import faust
from faust.streams import _current_event
from faust.types import TP, EventT, FutureMessage

from models.errors import InfrastructureError
from streams.delivery.application import ParallaxApp
from streams.topics import LARGEST_MESSAGE_BYTES

OVERHEAD_BYTES = 1024
"""What a record's frame may add to its key and value: under a hundred bytes, with room."""


class _JournalTable(faust.Table):
    """A table that keeps the futures of its changelog messages, and forgets what is no longer its own."""

    sending: list[FutureMessage]

    def send_changelog(self, *args: Any, **kwargs: Any) -> FutureMessage:
        future = super().send_changelog(*args, **kwargs)
        self.sending.append(future)
        return future

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Forget a partition that went away: Faust's memory store keeps it, also what its next owner deletes."""
        if not any(tp.topic == self.changelog_topic_name for tp in assigned):
            self.data.data.clear()
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)


class Journal:
    """Key-value state of the one partition that a stage reads."""

    def __init__(self, app: ParallaxApp, name: str) -> None:
        """Declare the table `name` of `app`."""
        table = _JournalTable(
            app,
            name=name,
            partitions=1,
            key_type=bytes,
            value_type=bytes,
            extra_topic_configs={"max.message.bytes": str(LARGEST_MESSAGE_BYTES)},
        )
        table.sending = []
        self._table = app.tables.add(table)

    def records(self) -> Iterable[tuple[bytes, bytes]]:
        """Everything stored, in no order; complete once the app is ready."""
        return list(self._table.items())

    def write(self, event: EventT, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Write changes in order, on behalf of `event`; they are durable only after `durable`.

        Raises:
            InfrastructureError: a change is too large for Kafka.
        """
        token = _current_event.set(weakref.ref(event))  # Faust takes the partition of a table write from it
        try:
            for key, value in changes:
                if value is None:
                    self._table.pop(key, None)
                    continue
                if len(key) + len(value) + OVERHEAD_BYTES > LARGEST_MESSAGE_BYTES:
                    raise InfrastructureError(f"the state of {key!r} has {len(value)} bytes: too large for a message")
                self._table[key] = value
        finally:
            _current_event.reset(token)

    async def durable(self) -> None:
        """Wait until the broker has everything written so far."""
        sending, self._table.sending = self._table.sending, []
        await asyncio.gather(*sending)
