"""Silences: for a while, matching alerts are told to nobody; kept in a compacted topic, so that every sink sees them.

A silence holds from when it is made until its end, or until somebody ends it. What it covers is counted with its id and
stays in parallax.alerts; it is not told later, but an alert still open then is in the next reminder, where a sink has
them (`repeat_interval_seconds`).
"""

import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from models.alerts import SEVERITIES, AlertEvent, Severity
from models.errors import InvalidItem, InvalidSettings
from streams.connecting import Where, connection
from streams.present import present
from streams.publish import BROKER_ANSWERS_WITHIN_MS, producer, unreachable
from streams.wire import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence; what is stated must all hold of an event. until: the first moment at which it no longer holds."""

    id: str
    starts_at: datetime
    until: datetime
    reason: str
    narrative: str | None = None
    voice: str | None = None
    alert: str | None = None
    min_severity: Severity | None = None
    max_severity: Severity | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.starts_at <= now < self.until

    def covers(self, event: AlertEvent) -> bool:
        """Whether an event is of the kind that it silences."""
        return (
            self.narrative in (None, event.narrative)
            and self.alert in (None, event.alert)
            and (self.voice is None or self.voice in event.sides)
            and SEVERITIES.index(event.severity) in self._severities
        )

    def said(self, now: datetime) -> str:
        """On one line, for a person."""
        names = ("narrative", "alert", "voice", "min_severity", "max_severity")
        covered = ", ".join(f"{name.replace('_', ' ')} {value}" for name in names if (value := getattr(self, name)))
        over = "" if self.holds(now) else " (over)"
        return f"{self.id}  until {self.until:%Y-%m-%d %H:%M} UTC{over}  {covered}: {self.reason}"

    @property
    def _severities(self) -> range:
        first, last = self.min_severity or SEVERITIES[0], self.max_severity or SEVERITIES[-1]
        return range(SEVERITIES.index(first), SEVERITIES.index(last) + 1)


def new_silence(*, now: datetime, until: datetime, reason: str, **matchers: str | None) -> Silence:
    """A silence from now on; `matchers` are those of Silence.

    Raises:
        InvalidSettings: nothing is stated that it covers, no reason is given, or it ends before it begins.
    """
    stated = {name: value for name, value in matchers.items() if value}
    if not stated:
        raise InvalidSettings(
            "a silence must say what it covers: --narrative, --alert, --voice, --min-severity or --max-severity"
        )
    if not reason.strip():
        raise InvalidSettings("a silence needs a --reason: others will ask")
    if until <= now:
        raise InvalidSettings(f"a silence until {until:%Y-%m-%d %H:%M} UTC would be over already")
    for name in stated.keys() & {"min_severity", "max_severity"}:
        if stated[name] not in SEVERITIES:
            raise InvalidSettings(f"--{name.replace('_', '-')} {stated[name]}: one of {', '.join(SEVERITIES)}")
    named = secrets.token_hex(4)  # short, for a person to type; of a few hundred no two are alike
    return Silence(id=named, starts_at=now, until=until, reason=reason.strip(), **stated)  # type: ignore[arg-type]


class SilenceBook:
    """The silences as last heard; written by one thread, read by others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Silence] = {}

    def hear(self, key: bytes | None, value: bytes | None) -> None:
        """Take a record of the topic; one that is no silence is none."""
        name = (key or b"").decode(errors="replace")
        with self._lock:
            self._held.pop(name, None)
            if value is not None:
                try:
                    self._held[name] = decode(value, Silence)
                except InvalidItem:
                    return

    def every(self) -> tuple[Silence, ...]:
        """All of them, past ones too, in the order of their beginning."""
        with self._lock:
            return tuple(sorted(self._held.values(), key=lambda one: (one.starts_at, one.id)))

    def of(self, event: AlertEvent, now: datetime) -> Silence | None:
        """The silence that covers an event now, None: it is told."""
        return next((one for one in self.every() if one.holds(now) and one.covers(event)), None)


def follow(
    bootstrap: Where, topic: str, book: SilenceBook, *, stopped: threading.Event, heard_all: threading.Event
) -> None:
    """Keep a book up to date until `stopped`; `heard_all` is set once everything that was there at first is heard.

    Raises:
        InfrastructureError: the broker is not there.
    """
    part = TopicPartition(topic, 0)
    try:
        consumer = KafkaConsumer(
            **connection(bootstrap),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            bootstrap_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
        consumer.assign([part])
        end = consumer.end_offsets([part])[part]
        consumer.seek_to_beginning()
    except KafkaError as error:
        raise unreachable(bootstrap, error) from None
    try:
        while not stopped.is_set():
            if consumer.position(part) >= end:
                heard_all.set()
            for batch in consumer.poll(timeout_ms=200).values():
                for record in batch:
                    book.hear(record.key, record.value)
    finally:
        consumer.close(autocommit=False)


def read(bootstrap: Where, topic: str) -> SilenceBook:
    """The silences as they are now.

    Raises:
        InfrastructureError: the broker is not there, or has no such topic.
    """
    book = SilenceBook()
    for record in present(bootstrap, topic):
        book.hear(record.key, record.value)
    return book


def put(bootstrap: Where, topic: str, silence: Silence) -> None:
    """Make a silence known.

    Raises:
        InfrastructureError: the broker is not there.
    """
    with producer(bootstrap) as sender:
        sender.send(topic, key=silence.id.encode(), value=encode(silence)).get(timeout=BROKER_ANSWERS_WITHIN_MS / 1000)


def ended(book: SilenceBook, name: str, now: datetime) -> Silence:
    """The silence of that name, or of the only one that begins so, as it is when it ends now.

    Raises:
        InvalidSettings: there is no such silence, or it is over.
    """
    found = [one for one in book.every() if one.id.startswith(name) and one.until > now]
    if len(found) != 1:
        raise InvalidSettings(
            f"{len(found) or 'no'} silences in force begin with {name!r}: `parallax sinks silence list`"
        )
    return replace(found[0], until=now)
