"""Following topics: each event once, a group goes on where it was, and it ends when nothing comes."""

from itertools import islice

from events import an_event
from kafka import KafkaProducer

from streams.subscribe import alerts, records
from streams.wire import encode


def send(bootstrap: str, topic: str, *values: bytes | None) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for value in values:
        producer.send(topic, key=b"k", value=value)
    producer.flush(30)
    producer.close()


def values(bootstrap: str, topic: str, **how) -> list[bytes]:
    return [one.value for one in records(bootstrap, topic, until_idle_seconds=1.0, from_beginning=True, **how)]


def test_it_ends_once_nothing_comes(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, b"1", b"2")
    assert values(bootstrap, topic) == [b"1", b"2"]


def test_it_does_not_end_while_somebody_is_busy(bootstrap: str, topic: str) -> None:
    answers = iter([True, False])
    asked = []

    def busy() -> bool:
        asked.append(answer := next(answers))
        if answer:
            send(bootstrap, topic, b"late")
        return answer

    assert values(bootstrap, topic, busy=busy) == [b"late"]
    assert asked == [True, False]


def test_a_group_goes_on_behind_what_its_member_was_done_with(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, b"1", b"2", b"3")
    follower = records(bootstrap, topic, group=topic, from_beginning=True)
    assert [one.value for one in islice(follower, 2)] == [b"1", b"2"]
    follower.close()  # amid the second: it was handed out, but nobody said that it is done
    assert values(bootstrap, topic, group=topic) == [b"2", b"3"]
    send(bootstrap, topic, b"4")
    assert values(bootstrap, topic, group=topic) == [b"4"]


def test_another_group_begins_at_the_beginning(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, b"1")
    assert values(bootstrap, topic, group=topic) == values(bootstrap, topic, group=f"{topic}-2") == [b"1"]


def test_without_the_beginning_only_what_comes_now_is_seen(bootstrap: str, topic: str) -> None:
    send(bootstrap, topic, b"old")
    asked = []

    def busy() -> bool:
        asked.append(len(asked))
        if len(asked) == 1:
            send(bootstrap, topic, b"new")
        return len(asked) == 1

    seen = records(bootstrap, topic, until_idle_seconds=1.0, busy=busy)
    assert [one.value for one in seen] == [b"new"]


def test_an_alert_event_delivered_twice_is_seen_once_and_a_tombstone_is_no_event(bootstrap: str, topic: str) -> None:
    first, second = an_event(), an_event(id="another")
    framed = b"\0\0\0\1\2" + encode(second)  # for a schema registry, which may be turned on at any time
    send(bootstrap, topic, encode(first), framed, None, encode(first), encode(second))
    seen = list(alerts(bootstrap, topic, from_beginning=True, until_idle_seconds=1.0))
    assert [(one.event, one.value) for one in seen] == [(one, encode(one)) for one in (first, second)]
