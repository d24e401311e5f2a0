"""The typed client on a real Kafka: what it hands on, what it passes over, where it goes on; and what is open now."""

import threading
import uuid
from collections.abc import Iterable
from itertools import islice

import pytest
from events import an_event
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from models.alerts import AlertEvent
from models.errors import InfrastructureError
from streams.envelope import cloud_event_headers
from streams.subscribe import Filter, PassedOver, SeenEvents, alerts, state
from streams.wire import encode

POISON = (b"d", b"not an alert event", [])
IDLE = 1.0


@pytest.fixture
def topic(bootstrap: str) -> str:
    name = f"topic-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, 1, 1, topic_configs={"cleanup.policy": "compact"})], timeout_ms=10_000)
    admin.close()
    return name


def record(event: AlertEvent, **headers: bytes) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    return (
        event.alert.encode(),
        encode(event),
        [*cloud_event_headers(event, recorded_at=event.time).items(), *headers.items()],
    )


def send(bootstrap: str, topic: str, *records: tuple[bytes, bytes | None, list[tuple[str, bytes]]]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for key, value, headers in records:
        producer.send(topic, key=key, value=value, headers=headers)
    producer.flush(30)
    producer.close()


def names(followed: Iterable) -> list[str]:
    return [alert.event.id for alert in followed]


def test_a_group_whose_first_member_saw_no_event_misses_none_that_came_before_its_second(bootstrap, topic):
    send(bootstrap, topic, record(an_event(id="old")))
    assert names(alerts(bootstrap, topic, group=topic, until_idle_seconds=IDLE)) == []
    send(bootstrap, topic, record(an_event(id="new")))
    assert names(alerts(bootstrap, topic, group=topic, until_idle_seconds=IDLE)) == ["new"]


def test_what_is_no_alert_event_is_told_and_passed_over_for_good(bootstrap, topic):
    later = record(an_event(id="later"), ce_type=b"parallax.alert.foo.v1")
    send(
        bootstrap, topic, POISON, record(an_event(id="a")), later, later, (b"gone", None, []), record(an_event(id="b"))
    )
    told: list[PassedOver] = []

    def follow() -> list[str]:
        how = {"group": topic, "from_beginning": True, "until_idle_seconds": IDLE}
        return names(alerts(bootstrap, topic, passed_over=told.append, **how))

    assert follow() == ["a", "b"]
    assert [(one.where, one.reason) for one in told] == [
        (f"{topic} 0:0", "unreadable"),
        (f"{topic} 0:2", "unknown_type"),
    ]
    assert follow() == []
    assert len(told) == 2


def test_who_would_rather_stop_at_what_is_no_alert_event_finds_it_there_again(bootstrap, topic):
    send(bootstrap, topic, POISON)

    def refuse(one: PassedOver) -> None:
        raise ValueError(one.where)

    for _ in range(2):
        with pytest.raises(ValueError, match="0:0"):
            list(alerts(bootstrap, topic, group=topic, from_beginning=True, passed_over=refuse))


def test_an_event_of_a_later_type_comes_to_who_asks_for_it(bootstrap, topic):
    send(bootstrap, topic, record(an_event(type="parallax.alert.foo.v1")))
    where = Filter(types=("parallax.alert.foo.v1",))
    assert names(alerts(bootstrap, topic, from_beginning=True, where=where, until_idle_seconds=IDLE)) == ["one"]


def test_a_handler_that_fails_gets_its_event_again_and_its_writes_are_undone(bootstrap, topic, tmp_path):
    send(bootstrap, topic, record(an_event(id="a")), record(an_event(id="b")))
    handled = []

    def follow(seen: SeenEvents, fail_at: str) -> None:
        seen.connection.execute("CREATE TABLE IF NOT EXISTS pages (id TEXT)")
        for alert in alerts(
            bootstrap, topic, group=topic, member="one", from_beginning=True, seen=seen, until_idle_seconds=IDLE
        ):
            seen.connection.execute("INSERT INTO pages VALUES (?)", (alert.event.id,))
            handled.append(alert.event.id)
            if alert.event.id == fail_at:
                raise RuntimeError("the desk is closed")

    with SeenEvents(tmp_path / "seen") as seen, pytest.raises(RuntimeError, match="closed"):
        follow(seen, "b")
    with SeenEvents(tmp_path / "seen") as seen:
        follow(seen, "")
        assert seen.connection.execute("SELECT id FROM pages").fetchall() == [("a",), ("b",)]
    assert handled == ["a", "b", "b"]


def test_stopped_it_ends_after_the_event_in_hand_which_is_handled(bootstrap, topic):
    send(bootstrap, topic, *(record(an_event(id=name)) for name in "abc"))
    stop, got = threading.Event(), []
    for alert in alerts(bootstrap, topic, group=topic, member="one", from_beginning=True, stop=stop):
        got.append(alert.event.id)
        if alert.event.id == "b":
            stop.set()
    followed = alerts(bootstrap, topic, group=topic, member="one", from_beginning=True)
    assert (got, names(islice(followed, 1))) == (["a", "b"], ["c"])


def test_the_state_is_what_is_open_now(bootstrap, topic):
    def event(alert: str, kind: str, **other) -> AlertEvent:
        return an_event(alert=alert, type=f"parallax.alert.{kind}.v1", id=f"{alert}-{kind}", **other)

    opened = [record(event(alert, "opened", severity="high")) for alert in "abcde"]
    later = event("e", "calmed", severity="high")
    ended = [record(event("a", "resolved")), record(event("b", "retracted")), (b"c", None, [])]
    send(bootstrap, topic, *opened, *ended, POISON, record(event("d", "updated", severity="low")), record(later))

    assert {name: one.event.id for name, one in state(bootstrap, topic).items()} == {"d": "d-updated", "e": "e-calmed"}
    assert list(state(bootstrap, topic, where=Filter(min_severity="high"))) == ["e"]


def test_a_topic_that_is_not_there_is_no_quiet_day_and_is_not_made_by_asking(bootstrap):
    for _ in range(2):
        with pytest.raises(InfrastructureError, match="has no topic nothing: `parallax topics create`"):
            state(bootstrap, "nothing")
        with pytest.raises(InfrastructureError, match="has no topic nothing: `parallax topics create`"):
            next(alerts(bootstrap, "nothing", group="g"))
