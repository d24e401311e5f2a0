"""Whose own words an item is, by the item itself: before its source and address, and alike for every voice."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidItem
from models.news import JOINT, OTHER, NewsItem, Statement
from models.statements import make_statements, speaker, voiced
from models.voices import voices_from_toml
from streams.wire import decode, decode_item, encode

VOICES = voices_from_toml(
    """
    pair = ["north", "south"]
    [voices.north]
    sources = ["north.example"]
    institutions = { en = ["Northern Palace"] }
    [voices.south]
    sources = ["south.example"]
    institutions = { en = ["Southern House"] }
    [voices.east]
    sources = ["east.example"]
    """,
    "voices.toml",
)
AT = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "We will keep the river crossing open, and the convoys will pass it every day."
SOURCES = ("", "north.example", "south.example", "east.example", "press.example", "voice:south")


def item(**fields):
    return NewsItem(**{"id": "one", "published_at": AT, "text": TEXT, **fields})


@given(st.sampled_from(SOURCES), st.sampled_from(VOICES.ids))
def test_a_voice_of_the_file_wins_over_source_and_address(source, voice):
    assert speaker(item(source=source, url="https://south.example/1", speaks_for=voice), VOICES) == voice


@given(st.sampled_from(SOURCES), st.sampled_from([None, "", JOINT, OTHER, "west", "North", " north", "voice:north"]))
def test_what_is_no_voice_of_the_file_leaves_it_to_source_and_address(source, name):
    said = item(source=source, url="https://east.example/1", speaks_for=name)
    assert speaker(said, VOICES) == VOICES.voice_of_source(said.source, said.url)


@pytest.mark.parametrize("voice", ["north", "south"])
def test_the_text_is_then_that_voices_and_so_is_the_statement(voice, hashing_encoder):
    said = item(source="press.example", speaks_for=voice)
    _, passages = voiced(said, VOICES)
    (made,) = make_statements([said], VOICES, hashing_encoder, most_passages=12)
    assert {one.voice for one in passages} == {voice}
    assert isinstance(made, Statement)
    assert (made.voice, {one.voice for one in made.passages}) == (voice, {voice})


def test_the_two_sides_are_treated_alike(hashing_encoder):
    a, b = make_statements(
        [item(speaks_for="north"), item(speaks_for="south")], VOICES, hashing_encoder, most_passages=12
    )
    swapped = [replace(one, voice={"north": "south", "south": "north"}[one.voice]) for one in a.passages]
    assert [encode(one) for one in swapped] == [encode(one) for one in b.passages]


def test_it_speaks_as_the_source_of_that_voice_would(hashing_encoder):
    """Nothing else depends on how an item says whose it is."""
    by_field, by_source = make_statements(
        [item(speaks_for="north"), item(source="north.example")], VOICES, hashing_encoder, most_passages=12
    )
    assert encode(replace(by_field, source="north.example")) == encode(by_source)


def test_it_is_read_from_an_item_and_written_with_it():
    read = decode_item(json.dumps({"text": TEXT, "speaks_for": "north"}).encode(), now=AT)
    assert read.speaks_for == "north"
    assert decode(encode(read), NewsItem) == read
    assert decode_item(json.dumps({"text": TEXT, "speaks_for": None}).encode(), now=AT).speaks_for is None


def test_the_id_of_an_item_does_not_depend_on_it():
    plain, said = (
        decode_item(json.dumps({"text": TEXT, **more}).encode(), now=AT) for more in ({}, {"speaks_for": "north"})
    )
    assert plain.id == said.id


@pytest.mark.parametrize("value", [1, True, ["north"], {"id": "north"}])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(InvalidItem, match=r"speaks_for: a .*, not a text") as refused:
        decode_item(json.dumps({"text": TEXT, "speaks_for": value}).encode(), now=AT)
    assert refused.value.reason == "bad_field"
