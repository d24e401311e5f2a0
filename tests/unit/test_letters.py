"""A letter as a message: nothing of what failed is lost in it, and nothing in it can pass for what we say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidItem
from streams.delivery.letters import LONGEST_DETAIL, letter_headers
from streams.letters import (
    REDRIVEN,
    REDRIVEN_HISTORY,
    REDRIVEN_STAGE,
    Letter,
    read_letter,
    redriven_headers,
)
from streams.messages import Incoming
from streams.topics import LARGEST_LETTER_BYTES, LARGEST_MESSAGE_BYTES
from streams.wire import HEADER_AT

FIRST = datetime(2025, 3, 18, 9, 30, 0, 123_000, tzinfo=UTC)
FAILED = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
OURS = ("topic", "reason", "stage", "headers", "attempts", "failed-at", "item", "at", "redrive", "earlier")
NAMES = st.one_of(st.sampled_from([f"parallax-{name}" for name in OURS]), st.text(max_size=8))
PAIRS = st.lists(st.tuples(NAMES, st.none() | st.binary(max_size=20)), max_size=6).map(tuple)


@dataclass
class Record:
    headers: list
    key: bytes | None = b"k"
    value: bytes | None = b"v"
    partition: int = 0
    offset: int = 7
    timestamp: int = 1_700_000_000_123


def incoming(pairs=(), *, at: datetime = FIRST, offset: int = 5, topic: str = "news") -> Incoming:
    headers = {name: value or b"" for name, value in pairs}
    return Incoming(topic=topic, partition=0, offset=offset, key=b"k", value=b"v", headers=headers, at=at, pairs=pairs)


def written(message: Incoming, *, attempts: int = 2, at: datetime = FAILED, detail: str = "why", **place) -> Letter:
    error = InvalidItem("no_words", detail)
    headers = letter_headers(message, stage="embed", error=error, attempts=attempts, failed_at=at)
    return read_letter(Record(headers, **place))


@given(PAIRS)
def test_headers_come_back_as_they_were_whatever_they_are_called(pairs):
    letter = written(incoming(pairs))

    assert tuple(letter.headers) == pairs
    assert (letter.failure.topic, letter.failure.reason, letter.failure.stage) == ("news", "no_words", "embed")
    assert (letter.failure.offset, letter.failure.attempts, letter.failure.earlier) == (5, 2, None)
    assert (letter.failure.at, letter.failure.failed_at, letter.failure.first_failed_at) == (FIRST, FAILED, FAILED)


@given(PAIRS)
def test_what_goes_back_has_the_headers_that_came_and_then_ours(pairs):
    letter = written(incoming(pairs))
    back = redriven_headers(letter, letter.failure)
    added = [name for name, _ in back[len(pairs) :]]

    assert tuple(back[: len(pairs)]) == pairs
    assert dict(back[-3:])[REDRIVEN] == b"0:7"
    assert dict(back[-3:])[REDRIVEN_STAGE] == b"embed"
    assert (HEADER_AT in added) == (HEADER_AT not in dict(pairs)), "an item's own time is never replaced"
    assert dict(back).get(HEADER_AT) in (b"2025-03-18T09:30:00.123+00:00", dict(pairs).get(HEADER_AT))


def test_a_message_that_fails_again_tells_of_its_first_failure_and_its_attempts_add_up():
    first = written(incoming((("own", b"1"), ("own", b"2"))))
    back = tuple(redriven_headers(first, first.failure))
    later = FAILED + timedelta(days=1)
    second = written(incoming(back, at=later, offset=90), at=later, offset=8)
    again = tuple(redriven_headers(second, second.failure))
    third = written(incoming(again, at=later, offset=95), attempts=1, at=later, offset=9)

    assert (second.failure.earlier, second.failure.attempts, second.failure.offset) == ("0:7", 4, 90)
    assert (third.failure.earlier, third.failure.attempts, third.failure.offset) == ("0:8", 5, 95)
    for one in (second, third):
        assert (one.failure.at, one.failure.first_failed_at, one.first_offset) == (FIRST, FAILED, 5)
        assert one.failure.failed_at == later
    assert [name for name, _ in again].count(REDRIVEN_HISTORY) == 1
    assert again[:2] == (("own", b"1"), ("own", b"2"))
    assert dict(again)[HEADER_AT] == dict(back)[HEADER_AT]


def test_a_header_that_only_looks_like_ours_is_no_history():
    letter = written(incoming(((REDRIVEN, b"0:1"), (REDRIVEN_HISTORY, b"{"))))

    assert (letter.failure.attempts, letter.failure.earlier, letter.first_offset) == (2, None, 5)


@given(PAIRS)
def test_what_somebody_else_wrote_is_a_letter_without_a_failure(pairs):
    theirs = [one for one in pairs if one[0] != "parallax-headers"]
    for headers in (theirs, [*theirs, ("parallax-headers", b"0")], [*theirs, ("parallax-headers", b"99")]):
        letter = read_letter(Record(headers))
        assert letter.failure is None
        assert letter.failed_at == letter.written_at


def test_what_is_kept_of_a_detail_fits_beside_the_largest_message():
    letter = letter_headers(
        incoming(topic="t" * 249), stage="sink:" + "s" * 200, failed_at=FAILED, attempts=2,
        error=InvalidItem("r" * 200, "\U0001f4a5" * 5 * LONGEST_DETAIL),
    )  # fmt: skip

    told = sum(len(name.encode()) + len(value or b"") + 10 for name, value in letter)
    assert told < LARGEST_LETTER_BYTES - LARGEST_MESSAGE_BYTES
