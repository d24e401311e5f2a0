"""Alert events into the store of a sink: each id once, what the sink does not want only noted."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from models.alerts import CLOSING
from models.errors import InvalidItem
from streams.envelope import REPLAY_ID
from streams.instruments import SinkInstruments
from streams.letters import REDRIVEN, REDRIVEN_STAGE
from streams.messages import Incoming
from streams.sinks.configuration import Receiver
from streams.sinks.grouping import Taken, due_at, take
from streams.sinks.package import told
from streams.sinks.routing import group_key, kind_of, rules_of, unwanted, wants_end
from streams.sinks.store import Store
from streams.soundness import SINK


def stage_of(sink: str) -> str:
    """The stage that a sink's dead letters name."""
    return SINK + sink


def incoming(record: Any) -> Incoming:
    """A record of kafka-python as a message."""
    return Incoming(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers={name: value or b"" for name, value in record.headers},
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        pairs=tuple(record.headers),
    )


class Receiving:
    """One sink's door."""

    def __init__(
        self,
        receiver: Receiver,
        store: Store,
        instruments: SinkInstruments,
        dead_letter: Callable[[Incoming, InvalidItem], None],
    ) -> None:
        """`dead_letter` keeps a message that no program can read, and returns once the broker has it."""
        self._receiver, self._store, self._instruments, self._dead_letter = receiver, store, instruments, dead_letter
        self._name, self._rules = receiver.sink.name, rules_of(receiver)

    def take(self, messages: Sequence[Incoming], now: datetime) -> None:
        """Take messages in their order; on return they are on disk, and their offsets may be committed."""
        counted: list[tuple[str, str | None]] = []
        with self._store.step():
            for message in messages:
                if message.value is not None:
                    counted.append(self._take(message, now))
        for fate, why in counted:
            if fate != "waiting":
                self._instruments.events.labels(self._name, fate).inc()
            if why:
                self._instruments.filtered.labels(self._name, why).inc()

    def _take(self, message: Incoming, now: datetime) -> tuple[str, str | None]:
        redriven = REDRIVEN in message.headers
        if redriven and message.headers.get(REDRIVEN_STAGE) != stage_of(self._name).encode():
            return "filtered", "for_another_sink"
        try:
            event = told(message).event
        except InvalidItem as error:
            self._dead_letter(message, error)
            return "dead_letter", None
        fate = self._store.fate(self._name, event.id)
        if fate is not None and not (redriven and fate not in ("delivered", "waiting")):
            return "duplicate", None
        why = unwanted(self._receiver, event, replayed=REPLAY_ID in message.headers)
        if why and not redriven:
            self._store.note(self._name, event.id, message, "filtered")
            return "filtered", why
        key, closes = group_key(self._receiver, event), kind_of(event) in CLOSING
        wanted = not closes or wants_end(self._receiver, event)
        taken = Taken(id=event.id, alert=event.alert, closes=closes, wanted=wanted, forced=redriven)
        group = take(self._store.group(self._name, key), taken, now)
        self._store.keep(self._name, event.id, message, key)
        self._store.put_group(self._name, key, group, due_at(group, self._rules))
        return "waiting", None
