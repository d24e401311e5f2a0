"""Framing alert events for a schema registry, and what is said where the registry will not have it."""

import json
import socket
import struct
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_server import Registry, serving, serving_with

from models.errors import InfrastructureError, InvalidSettings
from streams.registry import framing, payload, plain
from streams.schemas import ALERT_TYPES, alert_schemas
from streams.settings import load_settings

OPENED = ALERT_TYPES[0]


def test_without_a_registry_the_json_is_the_value():
    assert framing("", alert_schemas()) is plain
    assert plain(OPENED, b'{"a": 1}') == b'{"a": 1}'


def test_a_frame_is_a_zero_byte_and_the_id_of_the_events_type():
    with serving(Registry(credentials="me:s3cret")) as registry:
        frame = framing(registry.url, alert_schemas())
        assert sorted(registry.subjects) == sorted(ALERT_TYPES)
        for name in ALERT_TYPES:
            magic, number = struct.unpack(">bI", frame(name, b"{}")[:5])
            assert (magic, json.loads(registry.schemas[number])["title"]) == (0, name)
            assert frame(name, b"{}")[5:] == b"{}"


def test_a_second_worker_finds_the_ids_of_the_first():
    with serving(Registry()) as registry:
        first, second = (framing(registry.url, alert_schemas())(OPENED, b"") for _ in range(2))
        assert first == second
        assert [len(versions) for versions in registry.subjects.values()] == [1] * len(ALERT_TYPES)


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.integers(0, 2**32 - 1))
def test_the_json_comes_back_framed_or_not(value, number):
    data = json.dumps(value).encode()
    assert payload(data) == data
    assert payload(b"\0" + number.to_bytes(4, "big") + data) == data


@given(st.binary(max_size=8))
def test_any_bytes_have_a_payload(value):
    assert payload(value) == (value[5:] if value[:1] == b"\0" else value)


def refusal(url: str, schemas=None) -> str:
    with pytest.raises(InfrastructureError) as refused:
        framing(url, schemas or alert_schemas())
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_registry_that_is_not_there_is_named_without_its_password():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    said = refusal(f"http://me:s3cret@127.0.0.1:{port}")
    assert f"http://***@127.0.0.1:{port} does not answer" in said
    assert "PARALLAX_SCHEMA_REGISTRY" in said
    assert "s3cret" not in said


def test_wrong_credentials_are_said_to_be_wrong_and_not_shown():
    with serving(Registry(credentials="me:right")) as registry:
        said = refusal(registry.url.replace("right", "wr0ng"))
    assert "refuses the credentials (HTTP 401)" in said
    assert "wr0ng" not in said


def test_credentials_are_sent_as_they_are_meant():
    with serving(Registry(credentials="me:a/b@c d")) as registry:
        framing(registry.url.replace("a/b@c d", "a%2Fb%40c%20d"), alert_schemas())
        assert len(registry.subjects) == len(ALERT_TYPES)


def test_a_schema_that_the_registry_takes_for_incompatible_is_named_with_what_to_do():
    name, schema = OPENED, alert_schemas()[OPENED]
    grown = {**schema, "properties": {**schema["properties"], "new": {"type": "string"}}}
    with serving(Registry()) as registry:
        framing(registry.url, {name: schema})
        said = refusal(registry.url, {name: grown})
        registry.compatibility = "FORWARD_TRANSITIVE"
        assert framing(registry.url, {name: grown})(name, b"") != framing(registry.url, {name: schema})(name, b"")
    assert name in said
    assert "FORWARD_TRANSITIVE" in said
    assert "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL" in said


ANSWERS = {
    "a page": (200, b"<html>hello</html>"),
    "no id": (200, b'{"version": 1}'),
    "an id that is none": (200, b'{"id": -1}'),
    "a list": (200, b"[1]"),
    "no such path": (404, b'{"message": "none"}'),
    "an error without JSON": (500, b"out of\norder"),
    "an error of another kind": (422, b'{"error_code": 42201, "message": "Invalid\\nschema"}'),
    "a redirect": (302, b""),
}


@pytest.mark.parametrize(("status", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_what_answers_otherwise_is_an_error_in_one_line(status, answer):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

    with serving_with(Handler) as address:
        said = refusal(f"http://me:s3cret@{address}/path")
    assert f"http://***@{address}/path" in said
    assert ("is the path right?" in said) if status in (200, 404) else (f"HTTP {status}" in said)
    assert len(asked) == 1


BAD_URLS = (
    "registry:8081", "ftp://registry", "http://", "http://:8081", "http://h:99999", "http://h:x", "http://h/?a=b",
    "http://h h:81", "me:s3cret@registry:8081", "http://me:s3cret/x@registry",
)  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_is_none_is_refused_with_its_setting_and_without_its_password(url):
    with pytest.raises(InvalidSettings, match="PARALLAX_SCHEMA_REGISTRY") as refused:
        load_settings({"PARALLAX_SCHEMA_REGISTRY": url})
    assert "s3cret" not in str(refused.value)
