"""Silences: what they cover, for how long, and how one is ended."""

from datetime import timedelta

import pytest
from alert_events import AT, event

from models.errors import InvalidSettings
from streams.sinks.silences import SilenceBook, ended, new_silence
from streams.wire import encode

HOUR = timedelta(hours=1)


def silence(**how):
    return new_silence(**{"now": AT, "until": AT + HOUR, "reason": "planned", "narrative": "a", **how})


@pytest.mark.parametrize(
    ("how", "covered"),
    [
        ({}, True),
        ({"narrative": "b"}, False),
        ({"narrative": None, "voice": "north"}, True),
        ({"narrative": None, "voice": "east"}, False),
        ({"voice": "east"}, False),
        ({"narrative": None, "alert": event("a").alert}, True),
        ({"max_severity": "medium"}, True),
        ({"max_severity": "low"}, False),
        ({"min_severity": "medium"}, True),
        ({"min_severity": "high"}, False),
    ],
)
def test_all_that_is_stated_must_hold(how, covered):
    assert silence(**how).covers(event("a")) is covered


def test_it_holds_from_its_beginning_until_its_end():
    book, one = SilenceBook(), silence()
    book.hear(one.id.encode(), encode(one))
    assert [book.of(event("a"), AT + HOUR * at) is not None for at in (-1, 0, 0.99, 1)] == [False, True, True, False]


def test_a_tombstone_or_what_is_no_silence_takes_it_away():
    book, one = SilenceBook(), silence()
    for value in (None, b"{}"):
        book.hear(one.id.encode(), encode(one))
        book.hear(one.id.encode(), value)
        assert book.every() == ()


def test_one_is_ended_by_how_its_id_begins():
    book, one = SilenceBook(), silence()
    book.hear(one.id.encode(), encode(one))
    over = ended(book, one.id[:3], AT + HOUR / 2)
    assert (over.id, over.until) == (one.id, AT + HOUR / 2)
    book.hear(one.id.encode(), encode(over))
    assert book.of(event("a"), AT + HOUR * 0.6) is None
    with pytest.raises(InvalidSettings, match="no silences in force"):
        ended(book, one.id, AT + HOUR * 0.7)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"narrative": None}, "must say what it covers"),
        ({"reason": "  "}, "--reason"),
        ({"until": AT}, "over already"),
        ({"max_severity": "huge"}, "--max-severity huge: one of low"),
    ],
)
def test_what_makes_no_sense_is_refused(how, said):
    with pytest.raises(InvalidSettings, match=said):
        silence(**how)
