"""Dead letters on a real Kafka, by the commands: listed, shown, sent back once the fault is mended, set aside."""

import asyncio
import json
import signal
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from placing import joined, statement
from processes import Place, everything, until_committed
from system import Worker, parallax

from models.errors import InvalidItem
from models.news import Placement, Statement
from streams.bootstrap import reach
from streams.dead_letters import Wanted, letters
from streams.delivery.letters import letter_headers
from streams.letters import REDRIVEN, REDRIVEN_HISTORY, REDRIVEN_STAGE
from streams.messages import Incoming
from streams.redriving import redrive
from streams.settings import Settings, load_settings
from streams.topics import LARGEST_MESSAGE_BYTES, administration, create_topics
from streams.wire import HEADER_AT, decode, encode

AT = datetime.now(UTC).replace(microsecond=123_000) - timedelta(hours=3)
"""A broker's timestamp that no test can take for its own time, and that no topic deletes yet."""
AT_MS = round(AT.timestamp() * 1000)


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    made = load_settings(brokers=bootstrap, data_dir=tmp_path, topic_prefix=f"letters-{uuid.uuid4().hex[:8]}.")
    create_topics(bootstrap, reach(made).topics)
    return made


@pytest.fixture
def place(settings: Settings, make_place: Callable[..., Place]) -> Place:
    """Plain workers on the topics of an installation: they read its news, and answer in its narratives."""
    made, topics = make_place(make_topics=False), reach(settings).topics
    made.source, made.output, made.dead_letters = topics.news.name, topics.statements.name, topics.dead_letters.name
    return made


def rows(settings: Settings, *words: str, status: int = 0) -> list[dict]:
    return [json.loads(line) for line in parallax(settings, "dead-letters", *words, status=status).stdout.splitlines()]


def said(settings: Settings, *words: str, status: int) -> str:
    done = parallax(settings, "dead-letters", *words, status=status)
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


def values(records) -> list[bytes]:
    return [record.value for record in records]


def write(place: Place, topic: str, value: bytes | None, key: bytes | None = b"k", **how) -> None:
    producer = place.producer()
    producer.send(topic, value=value, key=key, **how)
    producer.flush(30)
    producer.close()


async def send(place: Place, value: bytes, key: bytes, headers: list) -> None:
    """By aiokafka, which sends headers that have no value, as Java's clients do."""
    async with AIOKafkaProducer(bootstrap_servers=place.bootstrap) as producer:
        await producer.send_and_wait(place.source, value, key, headers=headers)


def work(place: Place, **how) -> None:
    """Let a worker do all there is, and end it."""
    worker = place.start(**how).await_ready()
    until_committed(place)
    assert worker.terminate().await_end() == 0


def test_after_the_fault_is_mended_a_letter_goes_through_and_nothing_else_does_again(settings, place):
    own = [("parallax-item", b"item 7"), ("parallax-reason", b"its own"), ("own", b"1"), ("own", None)]
    place.send([b"before", b"invalid"], key=b"k")
    asyncio.run(send(place, b"poison \xff\x00", b"key \xfe", own))
    place.send([b"after"], key=b"k")
    work(place)

    listed = rows(settings, "list", "--stage", "echo", "--reason", "failed:ValueError", "--since", "2026-01-01")
    assert [(one["letter"], one["offset"], one["bytes"], one["item"]) for one in listed] == [("0:1", "2", 9, "item 7")]
    assert rows(settings, "list", "--topic", "other") == rows(settings, "list", "--since", "2126-01-01") == []
    shown = rows(settings, "show", "0:1")[0]
    assert shown["value"] == {"base64": "cG9pc29uIP8A"}
    assert shown["headers"] == [[name, value and value.decode()] for name, value in own]
    assert rows(settings, "redrive", "--reason", "failed:ValueError", "--dry-run") == [
        {"letter": "0:1", "to": place.source, "sent": False}
    ]
    assert len(everything(place.bootstrap, place.source)) == 4

    sent = rows(settings, "redrive", "--reason", "failed:ValueError")
    work(place, fixed=True)

    assert sent == [{"letter": "0:1", "to": f"{place.source}:0:4", "sent": True}]
    back = everything(place.bootstrap, place.source)[4]
    assert (back.key, back.value, back.headers[:4]) == (b"key \xfe", b"poison \xff\x00", own)
    added = dict(back.headers[4:])
    assert (added[REDRIVEN], added[REDRIVEN_STAGE], set(added)) == (
        *(b"0:1", b"echo"),
        {REDRIVEN, REDRIVEN_STAGE, REDRIVEN_HISTORY, HEADER_AT},
    )
    assert values(everything(place.bootstrap, place.output)) == [b"before", b"after", b"poison \xff\x00"]
    assert [one["letter"] for one in rows(settings, "list")] == ["0:0"]
    marked = rows(settings, "list", "--all")[1]
    assert (marked["letter"], marked["mark"], marked["to"]) == ("0:1", "redriven", f"{place.source}:0:4")
    assert rows(settings, "redrive", "--stage", "echo", "--reason", "failed:ValueError") == []
    assert "0:1 stays: it was redriven already" in said(settings, "redrive", "0:1", status=1)
    assert rows(settings, "redrive", "0:1", "--again")[0]["to"] == f"{place.source}:0:5"


def test_a_letter_of_what_failed_again_tells_of_the_first_time(settings, place):
    place.send([b"poison"], key=b"k", timestamp_ms=AT_MS)
    work(place)
    parallax(settings, "dead-letters", "redrive", "--all")
    work(place)

    first, second = rows(settings, "list", "--all")
    assert [one["letter"] for one in rows(settings, "list")] == ["0:1"]
    assert (second["earlier"], second["attempts"], second["offset"]) == ("0:0", "4", "1")
    assert second["first-failed-at"] == first["failed-at"] < second["failed-at"]
    assert datetime.fromisoformat(second["timestamp"]) == AT


def test_what_a_fault_of_ours_made_letters_goes_through_once_it_is_mended(settings, place):
    items = [b"poison %d" % number for number in range(300)]
    place.send(items, key=b"k")
    assert place.start().await_end() == 1, "nearly everything fails: the worker must stop"
    buried = set(values(everything(place.bootstrap, place.dead_letters)))
    assert 0 < len(buried) < 200

    sent = rows(settings, "redrive", "--all")
    work(place, fixed=True)

    assert len(sent) >= len(buried)
    assert set(values(everything(place.bootstrap, place.output))) == set(items)
    back = values(everything(place.bootstrap, place.source)[300:])
    assert back == values(everything(place.bootstrap, place.dead_letters)), "they go back in their order"
    assert rows(settings, "list") == []


def test_letters_that_cannot_go_back_say_why_and_the_others_go(settings, place):
    topics = reach(settings).topics
    place.send([b"poison"], key=b"k")
    write(place, topics.dead_letters.name, b"\xff what", headers=[("parallax-topic", place.source.encode())])
    work(place)
    letter = everything(place.bootstrap, topics.dead_letters.name)[1]
    for topic, value in (
        ("nowhere", b"a"),
        (topics.alerts.name, b"{}"),
        (place.source, b"x" * (LARGEST_MESSAGE_BYTES - 100)),
        (topics.placements.name, b"{"),
    ):
        headers = [(name, topic.encode() if name == "parallax-topic" else told) for name, told in letter.headers]
        write(place, topics.dead_letters.name, value, headers=headers)

    done = parallax(settings, "dead-letters", "redrive", "--all", status=1)

    kept = done.stderr.decode().splitlines()
    for place_of, why in (
        ("0:0", "none that Parallax wrote"),
        ("0:2", "its topic nowhere is none"),
        ("0:3", "is no sink"),
        ("0:4", "larger than its topic takes"),
        ("0:5", "no message between the stages"),
    ):
        assert sum(f"letter {place_of} stays" in line and why in line for line in kept) == 1, kept
    assert [json.loads(line)["letter"] for line in done.stdout.splitlines()] == ["0:1"]
    assert [one["letter"] for one in rows(settings, "list")] == ["0:0", "0:2", "0:3", "0:4", "0:5"], "nothing is lost"
    assert rows(settings, "show", "0:0")[0]["value"] == {"base64": "/yB3aGF0"}


def bury(place: Place, topic: str, value: bytes, *, stage: str, offset: int = 0) -> None:
    """A letter as a worker writes it."""
    message = Incoming(topic=topic, partition=0, offset=offset, key=b"k", value=value, headers={"own": b"1"}, at=AT)
    error = InvalidItem("failed:ValueError", "a fault that nobody foresaw")
    headers = letter_headers(message, stage=stage, error=error, attempts=2, failed_at=datetime.now(UTC))
    write(place, place.dead_letters, value, headers=headers)


def test_what_a_sink_gave_up_goes_back_to_the_alerts_for_it_alone(settings, place):
    topics = reach(settings).topics
    bury(place, topics.alerts.name, b"{}", stage="sink:hook")

    sent = list(redrive(place.bootstrap, topics, letters(place.bootstrap, topics, Wanted()), now=AT))

    back = everything(place.bootstrap, topics.alerts.name)[0]
    assert [(one.letter, one.to) for one in sent] == [("0:0", f"{topics.alerts.name}:0:0")]
    assert (dict(back.headers)[REDRIVEN_STAGE], dict(back.headers)["own"]) == (b"sink:hook", b"1")


def test_what_joined_a_narrative_goes_back_only_while_nothing_later_speaks_of_it(settings, place):
    topics = reach(settings).topics
    late, moved, other = (encode(joined(statement(item, "kremlin"))) for item in ("late", "moved", "other"))
    left = Placement(item="moved", revision=1, narrative="N", how="left", similarity=0.0, at=AT)
    old = encode(replace(statement("old", "kremlin"), encoder="another/1"))
    for value in (late, moved, other, encode(left)):
        write(place, topics.placements.name, value)
    write(place, topics.statements.name, encode(statement("late", "kremlin")))
    bury(place, topics.placements.name, moved, stage="compare", offset=1)
    bury(place, topics.placements.name, late, stage="compare", offset=0)
    bury(place, topics.statements.name, old, stage="cluster", offset=0)

    def again() -> dict[str, str]:
        chosen = letters(place.bootstrap, topics, Wanted(reason="failed:ValueError"))
        done = redrive(place.bootstrap, topics, chosen, now=AT)
        return {one.letter: getattr(one, "why", "sent") for one in done}

    first, second = again(), again()
    assert "says otherwise of the item moved" in first["0:0"] == second["0:0"]
    assert (first["0:1"], "already" in second["0:1"]) == ("sent", True)
    assert "encoded by another, and now fake" in first["0:2"] == second["0:2"]
    assert [one.value for one in everything(place.bootstrap, topics.placements.name)[4:]] == [late]


def test_wrong_use_is_one_line(settings):
    for words, why in (
        (("show", "0:9"), "no dead letter 0:9"),
        (("show", "1:0"), "no dead letter 1:0"),
        (("redrive", "one"), "partition:offset"),
        (("redrive",), "which letters?"),
        (("redrive", "0:0", "--all"), "not both"),
        (("list", "--since", "yesterday"), "--since yesterday"),
        (("purge", "--all"), "--yes"),
    ):
        told = said(settings, *words, status=2)
        assert why in told
        assert len(told.splitlines()) == 1


def test_a_message_is_sent_before_its_letter_is_marked(settings, place):
    """Whatever ends a redrive between the two, the letter is still there to be sent again."""
    topics = reach(settings).topics
    place.send([b"poison"], key=b"k")
    work(place)
    with administration(place.bootstrap) as admin:
        resource = ConfigResource(ConfigResourceType.TOPIC, topics.dead_letter_marks.name)
        resource.configs = {"max.message.bytes": "10", "cleanup.policy": "compact"}
        admin.alter_configs([resource])

    told = said(settings, "redrive", "--all", status=1)

    assert "MessageSizeTooLarge" in told.splitlines()[-1]
    assert values(everything(place.bootstrap, place.source)) == [b"poison", b"poison"]
    assert [one["letter"] for one in rows(settings, "list")] == ["0:0"]


def test_purge_deletes_from_the_head_what_has_a_mark_and_nothing_else(settings, place):
    topics = reach(settings).topics
    place.send([b"poison 0", b"invalid 1", b"poison 2", b"invalid 3", b"invalid 4"], key=b"k")
    work(place)
    parallax(settings, "dead-letters", "redrive", "0:0")

    done = rows(settings, "purge", "0:1", "0:3", "--yes")

    assert done == [{"marked": 2, "deleted": 2}]
    assert [one["letter"] for one in rows(settings, "list")] == ["0:2", "0:4"]
    assert [(one["letter"], one.get("mark")) for one in rows(settings, "list", "--all")] == [
        *(("0:2", None), ("0:3", "purged"), ("0:4", None)),
    ]
    assert begins(place, topics.dead_letters.name) == 2
    marks = {one.key: one.value for one in everything(place.bootstrap, topics.dead_letter_marks.name)}
    assert {key for key, value in marks.items() if value is None} == {b"0:0", b"0:1"}
    assert rows(settings, "purge", "--reason", "no_words", "--yes") == [{"marked": 1, "deleted": 0}]
    assert rows(settings, "purge", "--all", "--yes") == [{"marked": 1, "deleted": 3}]
    assert rows(settings, "list", "--all") == []


def begins(place: Place, topic: str) -> int:
    consumer = KafkaConsumer(bootstrap_servers=place.bootstrap)
    part = TopicPartition(topic, 0)
    found = consumer.beginning_offsets([part])[part]
    consumer.close()
    return found


def test_a_mark_of_a_letter_that_was_there_before_hides_no_other(settings, place):
    topics = reach(settings).topics
    old = (AT - timedelta(days=1)).isoformat()
    mark = {"mark": "purged", "at": old, "letter_at": old}
    for value in (json.dumps(mark).encode(), b"{", None, json.dumps(mark).encode()):
        write(place, topics.dead_letter_marks.name, value, key=b"0:0")
    place.send([b"poison"], key=b"k")
    work(place)

    assert [one["letter"] for one in rows(settings, "list")] == ["0:0"]


def test_an_item_without_a_date_keeps_the_time_at_which_it_first_came(settings, place):
    """Through the system's own worker: its encoder is broken, is mended, and the item is what it would have been."""
    reached = reach(settings)
    place.group = reached.group
    value = b'{"id": "undated", "source": "kremlin.ru", "text": "The Kremlin said that the talks would go on."}'
    broken = Worker(settings, script=Path(__file__).parent / "broken_worker.py")
    place.send([value], key=b"undated", timestamp_ms=AT_MS)
    until_committed(place)
    broken.end(signal.SIGTERM)
    letter = rows(settings, "list")[0]
    assert (letter["stage"], letter["reason"], letter["detail"]) == (
        *("embed", "failed:ValueError"),
        "the weights are not numbers",
    )

    parallax(settings, "dead-letters", "redrive", letter["letter"])
    mended = Worker(settings, "--stages", "embed")
    until_committed(place)
    mended.end(signal.SIGTERM)

    made = [decode(one.value, Statement) for one in everything(place.bootstrap, reached.topics.statements.name)]
    assert [(one.item, one.published_at) for one in made] == [("undated", AT)]
    assert rows(settings, "list") == []
