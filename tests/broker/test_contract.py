"""Producers who do not know us, and alert events framed for a schema registry: one worker, as its user runs it."""

import json
import signal
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from jsonschema import Draft7Validator
from kafka import KafkaProducer
from processes import everything, following
from registry_server import Registry, serving
from system import Worker, followed, parallax

from streams.bootstrap import Reached, reach
from streams.demo import SAMPLES
from streams.draft7 import draft_7
from streams.registry import payload
from streams.schemas import schemas
from streams.settings import Settings, load_settings
from streams.topics import LARGEST_MESSAGE_BYTES
from streams.wire import HEADER_ITEM, HEADER_SCHEMA, MOST_BYTES, SCHEMA

pytestmark = pytest.mark.timeout(600)
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A worker with a registry that has the bundled stream behind it: what a subscriber read, and what lay there."""

    settings: Settings
    reached: Reached
    registry: Registry
    followed: list[bytes]
    history: list[Any]
    state: list[Any]


@pytest.fixture(scope="module")
def ran(broker, tmp_path_factory) -> Iterator[Ran]:
    with serving(Registry(credentials="parallax:s3cret")) as registry:
        settings = load_settings(
            brokers=broker.bootstrap,
            data_dir=tmp_path_factory.mktemp("contract"),
            topic_prefix=f"contract-{uuid.uuid4().hex[:8]}.",
            schema_registry=registry.url,
        )
        parallax(settings, "topics", "create")
        worker = Worker(settings)
        try:
            parallax(settings, "publish", "--as-is", str(SAMPLES), status=1)
            lines = followed(settings.model_copy(update={"schema_registry": ""}))
            topics = reach(settings).topics
            yield Ran(
                settings=settings,
                reached=reach(settings),
                registry=registry,
                followed=lines,
                history=everything(broker.bootstrap, topics.alerts.name),
                state=everything(broker.bootstrap, topics.alerts_state.name),
            )
        finally:
            worker.end(signal.SIGTERM)


def send(reached: Reached, topic: str, *messages: tuple[bytes | None, bytes | None, dict[str, bytes]]) -> None:
    """As any producer does: key, value, headers."""
    producer = KafkaProducer(bootstrap_servers=reached.bootstrap, acks="all", max_request_size=LARGEST_MESSAGE_BYTES)
    for key, value, headers in messages:
        producer.send(topic, key=key, value=value, headers=list(headers.items()))
    producer.flush(30)
    producer.close()


WORDS = "The ministers met in Oslo and spoke of «fishing» rights – for two hours."
TAKEN = {
    "escaped": json.dumps({"id": "escaped", "text": WORDS}).encode(),
    "pretty": json.dumps({"id": "pretty", "text": WORDS}, indent=4, ensure_ascii=False).replace("\n", "\r\n").encode(),
    "marked": "\ufeff".encode() + json.dumps({"id": "marked", "title": WORDS}, ensure_ascii=False).encode(),
    "wide": json.dumps({"id": "wide", "text": WORDS, "schema": 2, "tags": [{"a": 1.5}], "é": None}).encode(),
    "nulls": json.dumps(
        {"id": "nulls", "text": WORDS, "title": None, "published_at": None, "withdrawn": None}
    ).encode(),
    "number": b'{"id": "number", "text": "Twelve ships left.", "revision": 2.0, "date": "2021-12-07"}',
    "zone": b'{"id": "zone", "text": "Twelve ships left.", "published_at": "2021-12-07T21:05:00.5+03:00"}',
}
REFUSED = {
    "not_utf8": json.dumps({"text": WORDS}).encode("utf-16"),
    "not_json": b"{'text': 'single quotes'}",
    "not_an_object": b'"only words"',
    "bad_field": b'{"text": "Words.", "title": 7}',
    "bad_date": b'{"text": "Words.", "published_at": 1638900000}',
    "no_words": b'{"text": "...", "headline": "a field that we do not know"}',
    "too_large": b'{"text": "' + b"word " * (MOST_BYTES // 5) + b'"}',
}


def test_a_producer_who_does_not_know_us_is_understood_or_told_why_not(ran):
    """With no key, a key of any bytes, and headers of its own."""
    topics = ran.reached.topics
    earlier = len(everything(ran.reached.bootstrap, topics.dead_letters.name))
    taken = [(None if name == "wide" else b"\xff\x00", value, {}) for name, value in TAKEN.items()]
    refused = [(b"\xff\x00", value, {"theirs": b"\xfe"}) for value in REFUSED.values()]
    send(ran.reached, topics.news.name, *taken, *refused, (b"", None, {}))

    with following(ran.reached.bootstrap, topics.dead_letters.name) as reading:
        found = reading(lambda records: len(records) > earlier + len(REFUSED), PATIENCE_SECONDS)[earlier:]
    assert [(one.key, one.value) for one in found[:-1]] == [(key, value) for key, value, _ in refused]
    assert all(dict(one.headers)["theirs"] == b"\xfe" for one in found[:-1])
    assert [_told(one)[:2] for one in found] == [*(("embed", reason) for reason in REFUSED), ("embed", "bad_field")]
    assert "no key" in _told(found[-1])[2]
    with following(ran.reached.bootstrap, topics.placements.name) as reading:
        placed = reading(lambda records: TAKEN.keys() <= {_item(one) for one in records}, PATIENCE_SECONDS)
    made = (json.loads(one.value) for one in placed if _item(one) in TAKEN)
    stamps = {one["item"]: one["statement"]["published_at"] for one in made if one["statement"]}
    assert (stamps["number"], stamps["zone"]) == ("2021-12-07T00:00:00Z", "2021-12-07T18:05:00.500000Z")


def test_a_message_between_stages_of_another_version_is_a_letter_and_an_unknown_field_is_none(ran):
    """As while a system is upgraded: what another version wrote is kept for it, and nothing is guessed."""
    reached, topics = ran.reached, ran.reached.topics
    send(reached, topics.news.name, (b"plain", json.dumps({"id": "plain", "text": WORDS}).encode(), {}))
    with following(reached.bootstrap, topics.statements.name) as reading:
        written = reading(lambda records: any(one.key == b"plain" for one in records), PATIENCE_SECONDS)
    fields = json.loads(next(one.value for one in written if one.key == b"plain"))
    later = json.dumps({**fields, "item": "later", "mood": "new in version 2"}).encode()
    older = json.dumps({key: value for key, value in fields.items() if key != "encoder"} | {"item": "older"}).encode()
    grown = json.dumps({**fields, "item": "grown", "mood": "a field that nobody reads"}).encode()
    earlier = len(everything(reached.bootstrap, topics.dead_letters.name))

    send(
        reached,
        topics.statements.name,
        (b"later", later, {HEADER_SCHEMA: b"2"}),
        (b"older", older, {HEADER_SCHEMA: SCHEMA.encode()}),
        (b"grown", grown, {HEADER_SCHEMA: SCHEMA.encode(), HEADER_ITEM: b"grown"}),
    )

    with following(reached.bootstrap, topics.placements.name) as reading:
        reading(lambda records: any(_item(one) == "grown" for one in records), PATIENCE_SECONDS)
    found = everything(reached.bootstrap, topics.dead_letters.name)[earlier:]
    assert [(*_told(one)[:2], one.value) for one in found] == [
        ("cluster", "other_version", later), ("cluster", "bad_message", older),
    ]  # fmt: skip
    assert "schema 2" in _told(found[0])[2]
    assert "encoder" in _told(found[1])[2]


def test_a_consumer_with_the_registry_reads_what_a_subscriber_without_reads(ran, backtest):
    """Confluent's own deserialiser looks the id up; `parallax subscribe` needs no registry."""
    read = JSONDeserializer(None, schema_registry_client=SchemaRegistryClient({"url": ran.registry.url}))
    where = SerializationContext(ran.reached.topics.alerts.name, MessageField.VALUE)

    assert ran.followed == backtest[0]
    assert [read(one.value, where) for one in ran.history] == [json.loads(line) for line in backtest[0]]
    assert {one.key for one in ran.state} == {one.key for one in ran.history}
    for one in (*ran.history, *(one for one in ran.state if one.value is not None)):
        schema = json.loads(ran.registry.schemas[int.from_bytes(one.value[1:5], "big")])
        Draft7Validator(schema).validate(msgspec.json.decode(payload(one.value)))
        assert schema == draft_7(schemas()[dict(one.headers)["ce_type"].decode()])


def test_a_worker_whose_registry_is_not_there_ends_and_says_so(ran):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    nowhere = ran.settings.model_copy(update={"schema_registry": f"http://me:s3cret@127.0.0.1:{port}"})
    done = parallax(nowhere, "worker", status=1)

    assert done.stdout == b""
    said = done.stderr.decode()
    assert f"http://***@127.0.0.1:{port} does not answer" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert "s3cret" not in said


def _item(record: Any) -> str:
    return dict(record.headers)[HEADER_ITEM].decode()


def _told(letter: Any) -> tuple[str, str, str]:
    """Stage, reason and detail of a dead letter."""
    headers = dict(letter.headers)
    stage, reason, detail = (headers[f"parallax-{name}"].decode() for name in ("stage", "reason", "detail"))
    return stage, reason, detail
