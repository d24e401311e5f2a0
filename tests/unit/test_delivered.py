"""Whatever lies in an alert topic: an event, something to pass over with a word, or nothing for this subscriber."""

import msgspec
import pytest
from events import an_event
from hypothesis import given
from hypothesis import strategies as st

from streams.delivered import Alert, PassedOver, delivered
from streams.envelope import cloud_event_headers
from streams.wire import encode

EVENT = an_event()
VALUE = encode(EVENT)
HEADERS = list(cloud_event_headers(EVENT, recorded_at=EVENT.time).items())


def read(value: bytes | None, headers=(), **how) -> Alert | PassedOver | None:
    return delivered("alerts", 0, 7, value, headers, **how)


def test_an_event_is_read_with_its_bytes_and_headers() -> None:
    found = read(VALUE, HEADERS)
    assert isinstance(found, Alert)
    assert (found.event, found.value, found.partition, found.offset) == (EVENT, VALUE, 0, 7)
    assert found.headers["ce_id"] == EVENT.id.encode()
    assert not found.replay


def test_headers_are_not_needed_to_read_it() -> None:
    assert isinstance(read(VALUE), Alert)


def test_a_replay_is_known_by_its_header() -> None:
    found = read(VALUE, [*HEADERS, ("ce_replayid", b"r1")])
    assert isinstance(found, Alert)
    assert found.replay


def test_fields_of_a_later_version_are_ignored() -> None:
    later = msgspec.json.encode({**msgspec.json.decode(VALUE), "mood": "sour", "more": {"a": [1]}})
    found = read(later, HEADERS)
    assert isinstance(found, Alert)
    assert found.event == EVENT
    assert b"sour" in found.value


def test_the_frame_of_a_schema_registry_is_taken_off() -> None:
    found = read(b"\0\0\0\0\x2a" + VALUE, HEADERS)
    assert isinstance(found, Alert)
    assert found.value == VALUE


@pytest.mark.parametrize("value", [VALUE.replace(b"opened.v1", b"foo.v1"), b'{"type": "parallax.alert.foo.v1"}'])
def test_a_type_of_a_later_version_is_passed_over_unless_asked_for(value: bytes) -> None:
    asked = frozenset({"parallax.alert.foo.v1"})
    found = read(value)
    assert found == PassedOver(where="alerts 0:7", reason="unknown_type", detail="parallax.alert.foo.v1")
    wanted = read(value, asked_for=asked)
    assert isinstance(wanted, Alert if value != b'{"type": "parallax.alert.foo.v1"}' else PassedOver)


def test_the_type_in_the_header_counts() -> None:
    found = read(VALUE, [("ce_type", b"parallax.alert.opened.v2")])
    assert isinstance(found, PassedOver)
    assert found.detail == "parallax.alert.opened.v2"


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"{", b"[]", b"null", b"{}", b"\0", VALUE[:-9]])
def test_what_is_no_alert_event_is_passed_over_with_a_reason(value: bytes) -> None:
    found = read(value, HEADERS)
    assert isinstance(found, PassedOver)
    assert found.reason == "unreadable"
    assert found.detail


def test_tombstones_and_copies_for_one_sink_are_for_nobody_here() -> None:
    assert read(None) is None
    assert read(VALUE, [*HEADERS, ("parallax-redriven", b"0:3")]) is None


@given(st.binary(), st.lists(st.tuples(st.text(), st.none() | st.binary())))
def test_no_bytes_break_a_subscriber(value, headers) -> None:
    assert read(value, headers) is None or isinstance(read(value, headers), Alert | PassedOver)
