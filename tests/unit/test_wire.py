"""Reading news items leniently, refusing what is none, and the exact round trip of our own messages."""

import json
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidItem
from models.news import Change, EncodedPassage, Placement, Statement
from streams.wire import HEADER_SCHEMA, MOST_BYTES, SCHEMA, decode, decode_item, decode_own, encode

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def raw(**fields):
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b'{"title": "a' + b"a" * MOST_BYTES + b'"}', "too_large"),
        ("Кремль".encode("cp1251"), "not_utf8"),
        (b"<rss>", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'["text"]', "not_an_object"),
        (b"null", "not_an_object"),
        (raw(id="a"), "no_words"),
        (raw(text=" -- \n", title="..."), "no_words"),
        (raw(text="Words.", published_at="2014-02-71"), "bad_date"),
        (raw(text="Words.", date="yesterday"), "bad_date"),
        (raw(text="Words.", published_at=1700000000), "bad_date"),
        (raw(text="Words.", published_at=0), "bad_date"),
        (raw(text="Words.", published_at=False), "bad_date"),
        (raw(text="Words.", published_at="0001-01-01T00:00:00+14:00"), "bad_date"),
        (raw(text=["Words."]), "bad_field"),
        (raw(text="Words.", revision=-1), "bad_field"),
        (raw(text="Words.", revision=True), "bad_field"),
        (raw(text="Words.", revision=1.5), "bad_field"),
        (raw(text="Words.", withdrawn="yes"), "bad_field"),
        (raw(withdrawn=True), "bad_field"),
    ],
)
def test_what_is_no_item_is_refused_with_its_reason(value, reason):
    with pytest.raises(InvalidItem) as refused:
        decode_item(value, now=NOW)
    assert refused.value.reason == reason


def test_dates_become_utc_and_a_bare_date_is_its_midnight():
    at = decode_item(raw(text="Words.", published_at="2025-03-18T21:05:00+03:00"), now=NOW).published_at
    assert (at, at.tzinfo) == (datetime(2025, 3, 18, 18, 5, tzinfo=UTC), UTC)
    assert decode_item(raw(text="Words.", date="2025-03-18"), now=NOW).published_at == datetime(2025, 3, 18, tzinfo=UTC)
    assert decode_item(raw(text="Words."), now=NOW).published_at == NOW
    assert decode_item(raw(text="Words.", published_at=None), now=NOW).published_at == NOW


def test_an_item_without_an_id_is_known_by_its_address_else_by_its_words():
    by_url = decode_item(raw(url="https://example.com/a", text="One."), now=NOW).id
    assert by_url == decode_item(raw(url="https://example.com/a", text="Another."), now=NOW).id
    by_words = decode_item(raw(source="example.com", text="One."), now=NOW).id
    assert by_words not in (by_url, decode_item(raw(source="example.com", text="Another."), now=NOW).id)
    assert by_words == decode_item(raw(source="example.com", text="One.", published_at="2025-01-01"), now=NOW).id


def test_a_tombstone_withdraws_the_item_that_its_key_names():
    item = decode_item(None, key=b"kremlin/1", now=NOW)
    assert (item.id, item.withdrawn) == ("kremlin/1", True)
    with pytest.raises(InvalidItem, match="no key"):
        decode_item(None, key=None, now=NOW)


def test_a_byte_order_mark_is_no_part_of_an_item_and_a_whole_number_is_one_however_it_is_written():
    assert decode_item("\ufeff".encode() + raw(text="Words."), now=NOW) == decode_item(raw(text="Words."), now=NOW)
    assert decode_item(b'{"id": "a", "text": "Words.", "revision": 2.0}', now=NOW).revision == 2
    assert decode_item(raw(text="Words.", published_at="", date="2025-03-18"), now=NOW).published_at.year == 2025


def test_an_item_knows_whether_its_time_is_its_own():
    for told in ({"published_at": "2025-03-18"}, {"date": "2025-03-18T10:00:00Z"}):
        assert decode_item(raw(text="Words.", **told), now=NOW).dated
    for untold in ({}, {"published_at": ""}, {"date": None}):
        assert not decode_item(raw(text="Words.", **untold), now=NOW).dated


def test_unknown_fields_are_ignored():
    assert decode_item(raw(text="Words.", label="x", nested={"a": [1]}), now=NOW).text == "Words."


@given(st.binary(max_size=200))
def test_any_bytes_are_an_item_or_refused(value):
    refused = ""
    try:
        decode_item(value, now=NOW)
    except InvalidItem as error:
        refused = str(error)
    assert "\n" not in refused


vectors = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=8).map(lambda xs: np.array(xs, np.float16))
times = st.datetimes(timezones=st.sampled_from([UTC])).map(lambda at: at.replace(microsecond=0))


@given(st.text(), vectors, times, st.floats(0, 1), st.lists(st.tuples(st.text(), st.floats(0, 50)), max_size=5))
def test_a_message_between_stages_comes_back_exactly(text, vector, at, number, terms):
    text = text.encode("utf-8", "replace").decode()
    terms = tuple((term.encode("utf-8", "replace").decode(), weight) for term, weight in terms)
    passage = EncodedPassage(start=0, end=len(text), text=text, voice="kremlin", confidence=number, vector=vector)
    statement = Statement(
        item=text, revision=0, withdrawn=False, published_at=at, source="", url="", title=text, lang="en", voice=None,
        words=1, lead=vector, headline=vector, terms=terms, signature=(1, 2**32 - 1), passages=(passage,),
        passages_left_out=0, encoder="fake",
    )  # fmt: skip
    placement = Placement(
        item=text, revision=0, narrative="n", how="born", similarity=number, at=at, statement=statement
    )
    data = encode(placement)
    back = decode(data, Placement)
    assert encode(back) == data
    assert back.statement.passages[0].vector.tobytes() == vector.tobytes()
    assert (back.at, back.statement.terms, back.similarity) == (at, terms, number)


def test_a_message_of_another_version_is_refused_before_anything_is_read_in_it():
    with pytest.raises(InvalidItem, match="other_version: a Change of schema 2; this program reads 1"):
        decode_own(b"not even JSON", {HEADER_SCHEMA: b"2"}, Change)
    with pytest.raises(InvalidItem, match="other_version"):
        decode_own(b"", {HEADER_SCHEMA: b"\xff"}, Change)
    for headers in ({}, {HEADER_SCHEMA: SCHEMA.encode()}):
        assert decode_own(b'{"key": "a", "record": null}', headers, Change) == Change(key="a", record=None)
        with pytest.raises(InvalidItem, match="bad_message"):
            decode_own(None, headers, Change)


def test_a_message_of_another_kind_is_refused():
    with pytest.raises(InvalidItem, match="bad_message"):
        decode(b'{"item": 3}', Statement)


def test_a_zone_is_kept_as_an_instant():
    moscow = datetime(2025, 3, 18, 21, 5, tzinfo=timezone(timedelta(hours=3)))
    item = decode_item(raw(text="Words.", published_at=moscow.isoformat()), now=NOW)
    assert item.published_at == moscow
