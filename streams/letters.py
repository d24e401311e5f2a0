"""A dead letter as a message: the bytes that failed, where they came from and why; and the headers it goes back with.

A letter has the key and value of the message that failed, its headers as they came, and then ours. `parallax-headers`
says how many the first are, so that nothing which they are called can be mistaken for ours, nor be lost to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models.errors import InvalidItem
from streams.wire import HEADER_AT, decode, encode, moment

PREFIX = "parallax-"
COUNT = "headers"
"""How many headers of a letter are the message's own; ours follow."""
REDRIVEN = "parallax-redriven"
"""On a message that was sent back: the letter it comes from, `partition:offset`."""
REDRIVEN_STAGE = "parallax-redriven-stage"
REDRIVEN_HISTORY = "parallax-redriven-history"
OF_REDRIVEN = (REDRIVEN, REDRIVEN_STAGE, REDRIVEN_HISTORY)

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What became of a message: where it lies, and the stage that gave it up.

    at: the broker's timestamp of the message when it first came. attempts: calls with it alone, over all times that it
    was sent back. earlier: the letter before this one, of a message that was sent back and failed again.
    """

    topic: str
    partition: int
    offset: int
    at: datetime
    stage: str
    reason: str
    detail: str
    attempts: int
    failed_at: datetime
    first_failed_at: datetime
    earlier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a message that is sent back takes along of its first life; see Failure. partition, offset: where it lay."""

    partition: int
    offset: int
    at: datetime
    attempts: int
    first_failed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it lies in the topic.

    letter: its place, `partition:offset`. written_at: the broker's timestamp of it. headers: the message's own.
    failure: None where somebody else wrote the letter, or what our headers say cannot be understood.
    """

    letter: str
    written_at: datetime
    key: bytes | None
    value: bytes | None
    headers: Headers
    failure: Failure | None

    @property
    def failed_at(self) -> datetime:
        """When it failed; when it was written, where it does not say."""
        return self.written_at if self.failure is None else self.failure.failed_at

    @property
    def first_offset(self) -> int | None:
        """Where the message lay in its topic when it first came, None where that is not known."""
        history = history_of(self.headers)
        return history.offset if history is not None else None if self.failure is None else self.failure.offset


def failure_headers(own: Headers, failure: Failure) -> list[tuple[str, bytes | None]]:
    """The headers of a letter."""
    told = {
        "topic": failure.topic,
        "partition": str(failure.partition),
        "offset": str(failure.offset),
        "timestamp": _stamp(failure.at),
        "stage": failure.stage,
        "reason": failure.reason,
        "detail": failure.detail,
        "attempts": str(failure.attempts),
        "failed-at": _stamp(failure.failed_at),
        "first-failed-at": _stamp(failure.first_failed_at),
        **({} if failure.earlier is None else {"earlier": failure.earlier}),
        COUNT: str(len(own)),
    }
    return [*own, *((PREFIX + name, text.encode(errors="replace")) for name, text in told.items())]


def read_letter(record: Any) -> Letter:
    """The letter that a record of the topic is."""
    own, told = _apart(list(record.headers or ()))
    return Letter(
        letter=f"{record.partition}:{record.offset}",
        written_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        key=record.key,
        value=record.value,
        headers=own,
        failure=_failure(told),
    )


def _apart(headers: Headers) -> tuple[Headers, Mapping[str, str]]:
    """The message's own headers, and what ours say."""
    count = next((value for name, value in reversed(headers) if name == PREFIX + COUNT), None)
    if count is None or not count.isdigit() or int(count) > len(headers):
        return tuple(headers), {}
    ours = headers[int(count) :]
    return tuple(headers[: int(count)]), {name.removeprefix(PREFIX): text_of(value) for name, value in ours}


def _failure(told: Mapping[str, str]) -> Failure | None:
    try:
        return Failure(
            topic=told["topic"],
            partition=int(told["partition"]),
            offset=int(told["offset"]),
            at=moment(told["timestamp"]),
            stage=told["stage"],
            reason=told["reason"],
            detail=told["detail"],
            attempts=int(told["attempts"]),
            failed_at=moment(told["failed-at"]),
            first_failed_at=moment(told["first-failed-at"]),
            earlier=told.get("earlier"),
        )
    except (KeyError, ValueError, InvalidItem):
        return None


def history_of(headers: Headers) -> History | None:
    """What a message that was sent back says of its first life; None for any other message."""
    value = next((value for name, value in headers if name == REDRIVEN_HISTORY), None)
    try:
        return None if value is None else decode(value, History)
    except InvalidItem:  # somebody else's header: then this is its first life
        return None


def redriven_from(headers: Headers) -> str | None:
    """The letter that a message comes from; None for one that was not sent back."""
    return next((text_of(value) for name, value in headers if name == REDRIVEN), None)


def redriven_headers(letter: Letter, failure: Failure) -> list[tuple[str, bytes | None]]:
    """The headers that the message of a letter goes back with: its own, and what it comes from.

    An item without a date happened at the broker's timestamp of its first life, which it takes along as `parallax-at`.
    The message itself gets a new timestamp: under its old one, a topic that keeps messages for some days might delete
    it before anybody has read it.
    """
    before = history_of(letter.headers)
    history = History(
        partition=failure.partition if before is None else before.partition,
        offset=failure.offset if before is None else before.offset,
        at=failure.at,
        attempts=failure.attempts,
        first_failed_at=failure.first_failed_at,
    )
    own = [(name, value) for name, value in letter.headers if name not in OF_REDRIVEN]
    if not any(name == HEADER_AT for name, _ in own):
        own.append((HEADER_AT, _stamp(failure.at).encode()))
    return [
        *own,
        (REDRIVEN, letter.letter.encode()),
        (REDRIVEN_STAGE, failure.stage.encode(errors="replace")),
        (REDRIVEN_HISTORY, encode(history)),
    ]


def text_of(value: bytes | None) -> str:
    """A header's value as text, whatever its bytes are."""
    return (value or b"").decode(errors="replace")


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
