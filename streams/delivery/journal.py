"""The durable state of a stage: keys and bytes on a Faust table, written one by one in order.

A stage's changes go to the changelog in the order in which they happened: Faust's producer sends them one after the other,
and aiokafka keeps one request in flight a partition, also when it sends again (its sender mutes the partition). So whatever
survives a kill is the state after a prefix of the changes, which is what the stages' records are designed for.
"""

import asyncio
import weakref
from collections.abc import Iterable
from typing import Any

import faust
from faust.streams import _current_event
from faust.types import EventT, FutureMessage

from streams.delivery.application import ParallaxApp
from streams.topics import LARGEST_MESSAGE_BYTES


class _JournalTable(faust.Table):
    """A table that keeps the futures of its changelog messages."""

    sending: list[FutureMessage]

    def send_changelog(self, *args: Any, **kwargs: Any) -> FutureMessage:
        future = super().send_changelog(*args, **kwargs)
        self.sending.append(future)
        return future


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

    async def write(self, event: EventT, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Write changes in order, on behalf of `event`; returns when the broker has all of them."""
        token = _current_event.set(weakref.ref(event))  # Faust takes the partition of a table write from it
        try:
            for key, value in changes:
                if value is None:
                    self._table.pop(key, None)
                else:
                    self._table[key] = value
        finally:
            _current_event.reset(token)
        sending, self._table.sending = self._table.sending, []
        await asyncio.gather(*sending)
