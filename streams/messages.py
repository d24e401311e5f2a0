"""What a stage is given and what it answers: bytes on both sides, so that Kafka, Faust and a test can all call it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.errors import InvalidItem
from streams.wire import HEADER_ITEM, HEADER_REPLAY, HEADER_SCHEMA, SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as the broker holds it; `at` is the broker's timestamp in UTC.

    headers: by name, the last where a name stands twice. pairs: all of them as they came, None where `headers` are all.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    at: datetime
    pairs: tuple[tuple[str, bytes | None], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to send; a value of None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one message leads to: messages to send, then changes of the stage's journal, in order; or its rejection."""

    sends: tuple[Outgoing, ...] = ()
    changes: tuple[tuple[bytes, bytes | None], ...] = ()
    rejected: InvalidItem | None = None


def following(message: Incoming, item: str | None = None) -> dict[str, bytes]:
    """The headers of a message that `message` leads to: a replay stays marked.

    Args:
        item: the item that it is about, None for the one that `message` names.
    """
    named = message.headers.get(HEADER_ITEM, b"") if item is None else item.encode()
    replay = message.headers.get(HEADER_REPLAY)
    marks = {} if replay is None else {HEADER_REPLAY: replay}
    return {HEADER_ITEM: named, HEADER_SCHEMA: SCHEMA.encode(), **marks}
