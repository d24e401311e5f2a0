"""What is published is what the program does: schemas against values, documents against what the command prints."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError

from models.alerts import AlertEvent
from models.errors import InvalidItem
from streams.asyncapi import asyncapi
from streams.cli.contract import write_contract
from streams.delivery.letters import letter_headers
from streams.demo import SAMPLES
from streams.described import told
from streams.draft7 import draft_7
from streams.envelope import cloud_event_headers
from streams.messages import Incoming
from streams.schemas import ALERT_TYPES, DIALECT, SILENCE, schemas
from streams.settings import load_settings
from streams.wire import decode, decode_item, moment

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = schemas()
EVENTS = {path.stem: path for path in (Path(__file__).parent / "golden").glob("v*/samples/*.json")}
"""A sample of each type of event."""
NOW = moment("2026-03-01T12:00:00Z")


def headers_of(event: AlertEvent) -> dict[str, str]:
    return {name: value.decode() for name, value in cloud_event_headers(event, recorded_at=event.time).items()}


def test_the_committed_contract_is_what_the_command_writes(tmp_path):
    """After a change: `parallax schema --out docs/contract`."""
    write_contract(tmp_path, load_settings({}))
    committed = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "contract").iterdir()}
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == committed


def parallax(*words: str, status: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run([sys.executable, "-m", "streams.cli", *words], capture_output=True, timeout=100, check=False)
    assert done.returncode == status, done.stderr.decode()
    return done


def test_the_command_prints_all_of_them_one_of_them_and_the_document():
    assert json.loads(parallax("schema").stdout) == PUBLISHED
    assert json.loads(parallax("schema", SILENCE).stdout) == PUBLISHED[SILENCE]
    assert json.loads(parallax("schema", SILENCE, "--draft7").stdout) == draft_7(PUBLISHED[SILENCE])
    assert json.loads(parallax("schema", "--asyncapi").stdout) == asyncapi(load_settings({}))


@pytest.mark.parametrize("words", [["nonsense"], ["narrative", "--asyncapi"], ["--draft7", "--out", "/nowhere"]])
def test_the_command_refuses_what_makes_no_sense_in_one_line(words):
    assert len(parallax("schema", *words, status=2).stderr.splitlines()) == 1


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schema_is_one_and_says_what_it_is(name):
    schema = PUBLISHED[name]
    Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["$id"]) == (DIALECT, f"urn:parallax:schema:{name}")
    assert schema["title"]


def test_every_field_of_an_alert_event_is_described():
    schema = PUBLISHED[SILENCE]
    for one in (schema, *schema["$defs"].values()):
        assert one["description"]
        assert [name for name, field in one["properties"].items() if not field.get("description")] == []


def test_a_docstring_tells_of_fields_that_there_are_and_of_nothing_else():
    docstring = """A thing (docs: elsewhere): of two parts.

        start, end: its place; in characters. note: not a field. at: when.
        """
    whole, of_fields = told(docstring, ("start", "end", "at"))
    place = "its place; in characters. note: not a field"
    assert whole == "A thing (docs: elsewhere): of two parts."
    assert of_fields == {"start": place, "end": place, "at": "when"}
    assert told("Nothing of fields.", ("at",)) == ("Nothing of fields.", {})


@pytest.mark.parametrize("name", ALERT_TYPES)
def test_an_event_is_valid_under_its_own_type_alone(name):
    event = json.loads(EVENTS[name].read_text("utf-8"))
    valid = {other for other in ALERT_TYPES if Draft202012Validator(PUBLISHED[other]).is_valid(event)}
    assert valid == {name}


def test_a_silence_event_says_who_fell_silent():
    event = json.loads(EVENTS[SILENCE].read_text("utf-8"))
    for broken in ({**event, "silence": None}, {key: one for key, one in event.items() if key != "silence"}):
        with pytest.raises(ValidationError, match="silence"):
            Draft202012Validator(PUBLISHED[SILENCE]).validate(broken)


@pytest.mark.parametrize("name", ALERT_TYPES)
def test_the_headers_of_an_event_are_those_published(name):
    headers = headers_of(decode(EVENTS[name].read_bytes(), AlertEvent))
    Draft202012Validator(PUBLISHED["alert_headers"]).validate(headers)
    assert headers.keys() <= PUBLISHED["alert_headers"]["properties"].keys()


def test_the_headers_of_a_dead_letter_are_those_published():
    message = Incoming(topic="t", partition=0, offset=7, key=b"k", value=b"v", headers={"theirs": b"x"}, at=NOW)
    error = InvalidItem("bad_date", "a detail")
    made = letter_headers(message, stage="embed", error=error, attempts=1, failed_at=NOW)
    headers = {name: value.decode() for name, value in made}
    Draft202012Validator(PUBLISHED["dead_letter_headers"]).validate(headers)
    assert headers.keys() - {"theirs"} <= PUBLISHED["dead_letter_headers"]["properties"].keys()


fields = st.dictionaries(
    st.sampled_from([*PUBLISHED["news_item"]["properties"], "unknown"]),
    st.none() | st.booleans() | st.integers(-2, 5) | st.floats(0, 2) | st.sampled_from(["a word", "2025-03-18"]),
)


@given(fields)
def test_a_news_item_is_refused_for_a_field_as_the_schema_refuses_it(item):
    """What the schema cannot say: whether there is a word in a text, and whether a date is one."""
    refused = None
    try:
        decode_item(json.dumps(item).encode(), now=NOW)
    except InvalidItem as error:
        refused = error.reason
    valid = Draft202012Validator(PUBLISHED["news_item"]).is_valid(item)
    assert valid or refused
    assert not valid or refused in (None, "bad_date", "no_words")


def test_every_bundled_item_that_is_read_is_valid():
    for line in SAMPLES.read_bytes().splitlines():
        try:
            decode_item(line, now=NOW)
        except InvalidItem:
            continue
        Draft202012Validator(PUBLISHED["news_item"]).validate(msgspec.json.decode(line))


def test_every_event_of_the_bundled_streams_backtest_is_valid(backtest):
    """And its type is one of those published."""
    events = [json.loads(line) for line in backtest[0]]
    for event in events:
        Draft202012Validator(PUBLISHED[event["type"]]).validate(event)
        Draft202012Validator(PUBLISHED["alert_event"]).validate(event)
    assert {event["type"] for event in events} <= set(ALERT_TYPES)


def test_an_event_is_valid_as_draft_7_too():
    """In the AsyncAPI document and in a registry; neither says less: a broken event is refused for the same field."""
    components = asyncapi(load_settings({}))["components"]
    for name in ALERT_TYPES:
        event = json.loads(EVENTS[name].read_text("utf-8"))
        broken = [
            ({**event, "interval": ["a", 0.2]}, "interval"),
            ({**event, "words": {"kremlin": [["word"]]}}, "words"),
            ({**event, "evidence": {**event["evidence"], "latest": [{}]}}, "evidence"),
        ]
        for schema in ({"$ref": f"#/components/schemas/{name}", "components": components}, draft_7(PUBLISHED[name])):
            Draft7Validator.check_schema(schema)
            assert list(Draft7Validator(schema).iter_errors(event)) == []
            for one, field in broken:
                assert {error.absolute_path[0] for error in Draft7Validator(schema).iter_errors(one)} == {field}
