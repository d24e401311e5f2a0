"""Following the topics of Parallax from Python: each alert event once, in order, and committed after it was handled.

    from streams.subscribe import alerts

    for alert in alerts("127.0.0.1:9092", group="desk"):
        print(alert.event.headline)

An event counts as handled once the loop asks for the next one. docs/subscribing.md says what is guaranteed.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from models.alerts import ENDS
from streams.connecting import Where, connection
from streams.delivered import Alert, PassedOver, delivered
from streams.filtering import EVERYTHING, Filter, Selection
from streams.following import Following
from streams.present import present
from streams.publish import BROKER_ANSWERS_WITHIN_MS, unreachable
from streams.seen import SeenEvents, SeenInMemory
from streams.topics import topics_of

__all__ = ["Alert", "Filter", "PassedOver", "SeenEvents", "alerts", "records", "state", "topic_is_there"]

TOPICS = topics_of("parallax.", 1)
COMMIT_EVERY_SECONDS = 1.0
"""How often what was passed over is committed; a member that is killed passes it over once more, and nobody sees it."""

log = logging.getLogger(__name__)


def alerts(
    bootstrap: Where,
    topic: str = TOPICS.alerts.name,
    *,
    group: str | None = None,
    member: str | None = None,
    from_beginning: bool = False,
    where: Filter = EVERYTHING,
    seen: SeenEvents | None = None,
    stop: threading.Event | None = None,
    until_idle_seconds: float | None = None,
    busy: Callable[[], bool] = lambda: False,
    passed_over: Callable[[PassedOver], None] | None = None,
) -> Iterator[Alert]:
    """Alert events as they come, each id once, in order for each alert.

    With a group, an event is committed when the next one is asked for: after a kill the event that was being handled
    comes again and nothing is missed. With `seen`, too, what the handler writes to that file happens exactly once.
    Leaving the loop early (`break`, an exception) leaves the event in hand unhandled; `stop` ends after it.

    Args:
        bootstrap: host:port[,host:port].
        group: remembers how far its members are; members share the partitions. None: nothing is remembered.
        member: a stable name in the group: after a kill this member goes on at once, not after 10 s.
        from_beginning: where a group (or None) begins that has no past: at the oldest event, or at the next one.
        where: which events are wanted.
        seen: a file that knows what was handled; None: the last 100,000 ids, in memory.
        stop: set it (in a signal's handler, say) to end once the event in hand is handled.
        until_idle_seconds: end when nothing came for so long and `busy()` did not say otherwise; None: never.
        passed_over: told of every record that is no alert event, and of the first of each type that this version does
            not know; None: a warning in the log. Those are committed as if handled. To stop there instead, raise.

    Raises:
        InfrastructureError: the broker is not there, or refuses; it has no such topic; or the file of `seen` fails.
    """
    wanted, once = Selection(where), seen or SeenInMemory()
    report = _Report(passed_over or _warn)
    with Following(bootstrap, topic, group=group, member=member, from_beginning=from_beginning) as following:
        following.check_topic()
        committed_at = time.monotonic()
        for answer in following.answers(until_idle_seconds=until_idle_seconds, busy=busy, stop=stop, most=1):
            handled = False
            for record in answer:
                alert = _read(record, where.full_types)
                if isinstance(alert, PassedOver):
                    report(alert)
                elif alert is not None and wanted.wants(alert.event, replay=alert.replay):
                    with once.once(alert.event.id) as new:
                        if new:
                            yield alert
                            handled = True
                following.done(record)
            if handled or time.monotonic() - committed_at >= COMMIT_EVERY_SECONDS:
                following.commit()
                committed_at = time.monotonic()


def state(bootstrap: Where, topic: str = TOPICS.alerts_state.name, *, where: Filter = EVERYTHING) -> dict[str, Alert]:
    """The alerts that are open now: by id the last event of each, in the order of those events.

    An alert whose last event is of a type that this version does not know counts as open: rather one too many.

    Raises:
        InfrastructureError: the broker is not there, or has no such topic.
    """
    live: dict[str, Alert] = {}
    for record in present(bootstrap, topic):
        alert = _read(record, None)
        if isinstance(alert, PassedOver):
            _warn(alert)
            continue
        live.pop((record.key or b"").decode(errors="replace"), None)  # a tombstone has no event to name it
        if alert is not None and alert.event.type not in ENDS:
            live[alert.event.alert] = alert
    return {name: one for name, one in live.items() if where.fits(one.event, replay=one.replay)}


def records(
    bootstrap: Where,
    topic: str,
    *,
    group: str | None = None,
    from_beginning: bool = False,
    until_idle_seconds: float | None = None,
    busy: Callable[[], bool] = lambda: False,
) -> Iterator[Any]:
    """The records of a topic as they come; with a group, those that the caller is done with are committed.

    Done with means that it asked for the next one. A caller that ends in good order is given none of them again; one
    that is killed is given at most the last answer of the broker again.

    Args:
        until_idle_seconds: end when nothing came for so long and `busy()` did not say otherwise; None: never.

    Raises:
        InfrastructureError: the broker is not there, or refuses.
    """
    with Following(bootstrap, topic, group=group, from_beginning=from_beginning) as following:
        for answer in following.answers(until_idle_seconds=until_idle_seconds, busy=busy):
            for record in answer:
                yield record
                following.done(record)
            following.commit()


def topic_is_there(bootstrap: Where, topic: str) -> bool:
    """Whether a broker has a topic; asking does not make it.

    Raises:
        InfrastructureError: the broker is not there.
    """
    try:
        consumer = KafkaConsumer(**connection(bootstrap), bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS)
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    try:
        return topic in consumer.topics()
    finally:
        consumer.close(autocommit=False)


def _read(record: Any, asked_for: frozenset[str] | None) -> Alert | PassedOver | None:
    return delivered(record.topic, record.partition, record.offset, record.value, record.headers, asked_for=asked_for)


class _Report:
    """Tells of what is passed over, of a type that is not known only once."""

    def __init__(self, tell: Callable[[PassedOver], None]) -> None:
        self._tell, self._types = tell, set[str]()

    def __call__(self, one: PassedOver) -> None:
        if one.reason == "unknown_type":
            if one.detail in self._types:
                return
            self._types.add(one.detail)
        self._tell(one)


def _warn(one: PassedOver) -> None:
    log.warning("%s: %s, passed over: %s", one.where, one.reason, one.detail)
