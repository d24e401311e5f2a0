"""Each way of subscribing, killed and started again at random: nothing is missing, nothing new comes out of order.

And the typed client with a file handles each event exactly once.
"""

import random
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import subscribers
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from subscribers import Sent, Subscriber, Way, bundled_stream, made_up_stream

from streams.topics import LARGEST_MESSAGE_BYTES

EVENTS, ALERTS, KILLS = 300, 20, 3
LINES_OF_A_LIFE = (25, 60)
"""Read before a kill: more than the examples commit at a time, 20, so that each life gets further."""
MOST_WAITED_SECONDS = 0.1
"""A kill comes within so long after the last line read: amid a commit, a poll, or most often the next event."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Way], Subscriber]]:
    """Starts subscribers; none is left after the test."""
    made: list[Subscriber] = []

    def starting(way: Way) -> Subscriber:
        made.append(Subscriber(way, tmp_path / "subscriber.log"))
        return made[-1]

    yield starting
    for one in made:
        one.abandon()


def topic_of(bootstrap: str, partitions: int = 1) -> str:
    name = f"topic-{uuid.uuid4().hex[:8]}.alerts"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, partitions, 1)], timeout_ms=10_000)
    admin.close()
    return name


def send(bootstrap: str, topic: str, stream: Iterable[Sent]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=LARGEST_MESSAGE_BYTES)
    for one in stream:
        producer.send(topic, key=one.key, value=one.value, headers=one.headers)
    producer.flush(30)
    producer.close()


def ids(stream: Iterable[Sent]) -> set[str]:
    return {one.event.id for one in stream if one.event is not None}


def follow_with_kills(
    start: Callable[[Way], Subscriber], way: Way, wanted: set[str], chance: random.Random
) -> list[list[dict]]:
    """What each life of a subscriber printed, until it has printed every id that is wanted."""
    lives = []
    for _ in range(KILLS):
        subscriber = start(way)
        subscriber.read(chance.randint(*LINES_OF_A_LIFE))
        threading.Event().wait(chance.random() * MOST_WAITED_SECONDS)  # waits for nothing: the moment is random
        subscriber.kill()
        lives.append(subscriber.printed)
    last, before = start(way), {line["id"] for life in lives for line in life}
    while wanted - before - {line["id"] for line in last.printed}:
        last.read(1)
    last.end()
    return [*lives, last.printed]


@pytest.mark.parametrize(
    "way", [subscribers.python, subscribers.typed, subscribers.javascript, subscribers.java, subscribers.console]
)
def test_a_subscriber_killed_at_random_misses_nothing_and_keeps_the_order(
    way, bootstrap, start, tmp_path, cache_dir, backtest
):
    seed = uuid.uuid4().int % 10_000
    chance = random.Random(seed)
    made_up = made_up_stream(chance, events=EVENTS, alerts=ALERTS)
    stream = [*made_up[: EVENTS // 2], *bundled_stream(backtest[0]), *made_up[EVENTS // 2 :]]
    topic, wanted = topic_of(bootstrap), ids(stream)
    send(bootstrap, topic, stream)
    started = way(bootstrap, topic, tmp_path, cache_dir)

    lives = follow_with_kills(start, started, wanted, chance)

    printed = [line for life in lives for line in life]
    assert {line["id"] for line in printed} == wanted, f"seed {seed}"
    assert lives[-1][0]["id"] != lives[0][0]["id"], f"it began anew, seed {seed}"
    assert all(len(life) == len({line["id"] for line in life}) for life in lives), f"a duplicate, seed {seed}"
    assert_in_order({line["id"]: line for line in printed}.values(), seed)
    replays = {one.event.id for one in stream if one.event is not None and one.replay}
    assert not any(line.get("page") for line in printed if line["id"] in replays)
    if way is subscribers.typed:
        assert_each_once(rows(tmp_path / "desk.sqlite"), wanted, seed)


def assert_in_order(first_printed: Iterable[dict], seed: int) -> None:
    """Of each alert, what was printed for the first time came in the order of the alert's events."""
    last: dict[str, int] = {}
    for line in first_printed:
        assert line["sequence"] > last.get(line["alert"], 0), f"seed {seed}"
        last[line["alert"]] = line["sequence"]


def rows(file: Path) -> list[dict]:
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT id, alert, sequence FROM desk ORDER BY rowid").fetchall()
    return [dict(zip(("id", "alert", "sequence"), row, strict=True)) for row in found]


def assert_each_once(found: list[dict], wanted: set[str], seed: int) -> None:
    """A handler's own table has each event once, in order."""
    assert sorted(row["id"] for row in found) == sorted(wanted), f"seed {seed}"
    assert_in_order(found, seed)


def test_two_members_share_a_topic_and_a_file_one_is_killed_and_each_event_is_handled_once(bootstrap, start, tmp_path):
    seed = uuid.uuid4().int % 10_000
    stream = made_up_stream(random.Random(seed), events=2 * EVENTS, alerts=ALERTS)
    topic, wanted, file = topic_of(bootstrap, partitions=4), ids(stream), tmp_path / "desk.sqlite"
    one, two = (subscribers.typed(bootstrap, topic, tmp_path, tmp_path, member) for member in ("one", "two"))
    half = len(stream) // 2

    first = start(one).drain()
    send(bootstrap, topic, stream[:half])
    until(lambda: len(first.printed) >= EVENTS // 4)
    second = start(two).drain()  # the partitions move while the first is at it
    until(lambda: members(bootstrap, topic) == 2)
    send(bootstrap, topic, stream[half:])
    until(lambda: len(second.printed) >= EVENTS // 10)
    first.kill()
    again = start(one).drain()
    until(lambda: len(rows(file)) >= len(wanted))
    more = made_up_stream(random.Random(seed), events=2 * EVENTS + ALERTS, alerts=ALERTS)  # the same and more
    send(bootstrap, topic, more)
    until(lambda: len(rows(file)) >= len(ids(more)))
    again.end()
    second.end()

    assert wanted < ids(more)
    assert_each_once(rows(file), ids(more), seed)


def members(bootstrap: str, group: str) -> int:
    """How many members a group has whose partitions are shared out."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    found = admin.describe_groups([group])[group]
    admin.close()
    return len(found["members"]) if found["group_state"] == "Stable" else 0


def until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline, pause = time.monotonic() + subscribers.PATIENCE_SECONDS, threading.Event()
    while not so():
        assert time.monotonic() < deadline
        pause.wait(0.05)
