"""The Faust application: at least once, quick to take over, and with the mended consumer."""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import faust
from faust.types import TP, TransportT
from faust.types.auth import CredentialsT

from models.errors import ParallaxError
from streams.connecting import Where
from streams.delivery.consumer import GapHook, SafeConsumer, SafeTransport
from streams.topics import LARGEST_LETTER_BYTES, LARGEST_MESSAGE_BYTES

QUEUED_EVENTS = 64
"""Events that wait in memory before a stage: four micro-batches keep it busy, and a statement may be 100 KB large."""


class ParallaxApp(faust.App):
    """A Faust app that tells when it is ready, and remembers the error that must end it."""

    def __init__(
        self, *args: Any, where: Where, on_gap: GapHook | None = None, mended: bool = True, **kwargs: Any
    ) -> None:
        """As a Faust app.

        Args:
            where: the broker, for whatever asks it beside Faust.
            on_gap: told the topic of each gap that the consumer saw.
            mended: False gives Faust's own consumer, for the test that shows what the mend mends.
        """
        self.where, self._on_gap, self._mended = where, on_gap, mended
        self.on_ready: Callable[[], None] = lambda: None
        self.on_fatal: Callable[[ParallaxError], None] = lambda _: None
        self.moving_since: float | None = None
        """time.monotonic() when partitions began to move; None while they do not, and this worker has its own."""
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> TransportT:
        if not self._mended:
            return super()._new_transport()
        hook = self._on_gap

        class Consumer(SafeConsumer):
            on_gap = staticmethod(hook) if hook is not None else None

        # no loop given: this may run before there is one, and Faust would wait on the wrong one for ever
        made = SafeTransport(self.conf.broker_consumer, self)
        made.Consumer = Consumer
        return made

    def lag(self, topic: str) -> float:
        """Messages in this worker's partitions of `topic` that are not committed yet; NaN while that is not known.

        May be called from any thread: it only reads what the last answer of the broker said.
        """
        consumer = self._consumer
        if consumer is None or self.rebalancing or not self.rebalancing_count:
            return math.nan
        try:
            ends = {tp: consumer.highwater(tp) for tp in consumer.assignment() if tp.topic == topic}
        except AssertionError:  # aiokafka's word for a partition that has just gone
            return math.nan
        if None in ends.values():
            return math.nan
        committed: Mapping[TP, int | None] = consumer._committed_offset
        return float(sum(max(0, end - (committed.get(tp) or 0)) for tp, end in ends.items()))

    def on_rebalance_start(self) -> None:
        """Partitions begin to move; called in the consumer's thread."""
        if self.moving_since is None:
            self.moving_since = time.monotonic()
        super().on_rebalance_start()

    def on_rebalance_end(self) -> None:
        """Partitions are assigned and every table is recovered: the worker is ready."""
        super().on_rebalance_end()
        self.moving_since = None
        self.on_ready()


def make_app(
    group: str,
    bootstrap: Where,
    *,
    data_dir: Path,
    instance: str | None,
    on_gap: GapHook | None = None,
    mended: bool = True,
) -> ParallaxApp:
    """A Faust app for a group of workers; what each setting is worth is in docs/delivery.md.

    Args:
        instance: name of this worker in its group, stable over restarts: a restarted worker takes its own place
            again. None: a member without a name, whose partitions move at once when it ends in good order.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    return ParallaxApp(
        group,
        where=bootstrap,
        broker=";".join(f"kafka://{address}" for address in str(bootstrap).split(",")),
        broker_credentials=_credentials(bootstrap),
        store="memory://",
        datadir=str(data_dir),
        web_enabled=False,
        topic_partitions=1,
        processing_guarantee="at_least_once",
        broker_session_timeout=10,
        broker_heartbeat_interval=1,
        broker_rebalance_timeout=15,
        broker_max_poll_interval=600,
        broker_commit_interval=0.3,
        consumer_group_instance_id=instance,
        consumer_max_fetch_size=LARGEST_MESSAGE_BYTES,
        producer_max_request_size=LARGEST_LETTER_BYTES,
        producer_linger=0,
        stream_buffer_maxsize=QUEUED_EVENTS,
        stream_wait_empty=True,
        on_gap=on_gap,
        mended=mended,
    )


def _credentials(where: Where) -> CredentialsT | None:
    if isinstance(where, str) or where.protocol == "plaintext":
        return None
    if where.protocol == "ssl":
        return faust.SSLCredentials(where.tls)
    return faust.SASLCredentials(
        username=where.username, password=where.password, mechanism=where.mechanism, ssl_context=where.tls
    )
