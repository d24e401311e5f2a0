"""A sink without Kafka: what it wants, silences, redriven letters, order, attempts, and what a kill leaves."""

import asyncio
import random
from datetime import timedelta

import pytest
from alert_events import AT, event
from hypothesis import given
from hypothesis import strategies as st
from sinking import Bench, Clock, Scripted, message

from models.errors import InfrastructureError
from streams.sinks.configuration import Sink
from streams.sinks.delivering import pause
from streams.sinks.grouping import Group
from streams.sinks.package import Failure
from streams.sinks.silences import new_silence
from streams.sinks.store import Store
from streams.wire import encode

DOWN = Failure(reason="receiver_failed", detail="HTTP 500")


async def test_each_event_is_told_once_however_often_it_comes(tmp_path):
    bench = Bench(tmp_path)
    bench.take(message(event("a")), message(event("a")), message(event("b")))
    bench.take(message(event("b")))
    await bench.deliver()
    bench.take(message(event("a")))
    await bench.deliver()
    assert bench.channel.ids == [event("a").id, event("b").id]
    assert (bench.count("delivered"), bench.count("duplicate")) == (2, 3)


async def test_what_does_not_match_is_not_told_but_the_end_of_what_was_told_is(tmp_path):
    bench = Bench(tmp_path, 'match = { min_severity = "high" }')
    bench.take(
        message(event("a", 1, severity="high")),
        message(event("a", 2, "updated")),
        message(event("a", 3, "resolved", severity="low")),
        message(event("b", 1)),
        message(event("b", 2, "resolved", severity="critical")),
    )
    await bench.deliver()
    assert bench.channel.ids == [event("a", 1).id, event("a", 3).id]
    assert (bench.why("no_match"), bench.why("never_told")) == (2, 1)
    bench.take(message(event("a", 4, "resolved")))
    await bench.deliver()
    assert len(bench.channel.ids) == 2


@pytest.mark.parametrize("sink", ["send_resolved = false", 'match = { types = ["opened", "escalated"] }'])
async def test_an_end_that_a_sink_does_not_ask_for_is_not_told_but_ends_the_reminders(tmp_path, sink):
    bench = Bench(tmp_path, f"repeat_interval_seconds = 60\n{sink}")
    bench.take(message(event("a")), message(event("b")), message(event("a", 2, "resolved")))
    await bench.deliver()
    assert set(bench.channel.ids) == {event("a").id, event("b").id}
    assert bench.why("resolved") == 1
    bench.clock.now += timedelta(seconds=60)
    await bench.deliver()
    assert [one.event.id for one in bench.channel.given[-1].still_open] == [event("b").id]
    assert len(bench.channel.given) == 3


async def test_a_replay_pages_nobody_unless_the_sink_asks_for_it(tmp_path):
    replayed = message(event("a"), ce_replayid="r")
    for folder, sink, told in (("no", "", 0), ("yes", "replays = true", 1)):
        (tmp_path / folder).mkdir()
        bench = Bench(tmp_path / folder, sink)
        bench.take(replayed)
        await bench.deliver()
        assert len(bench.channel.ids) == told
        assert bench.why("replay") == 1 - told


async def test_a_redriven_letter_is_for_its_sink_alone_and_is_told_although_it_was_given_up(tmp_path):
    channel = Scripted(lambda _: DOWN)
    bench = Bench(tmp_path, "attempts = 2\nmatch = { min_severity = 'medium' }", channel=channel)
    bench.take(message(event("a")))
    await bench.deliver()
    assert [(one.value, reason, attempts) for one, reason, attempts in bench.dead] == [
        (encode(event("a")), "receiver_failed", 2)
    ]
    channel.answer = lambda _: None
    channel.given.clear()
    headers = {"parallax__redriven": "0:7", "parallax__redriven__stage": "sink:other"}
    bench.take(message(event("a"), **headers))
    await bench.deliver()
    assert channel.ids == []
    ours = headers | {"parallax__redriven__stage": "sink:s"}
    bench.take(message(event("a"), **ours), message(event("a"), **ours))
    bench.take(message(event("b", 2, "resolved", severity="low"), **ours))
    await bench.deliver()
    bench.take(message(event("a"), **ours))
    await bench.deliver()
    assert channel.ids == [event("a").id, event("b", 2).id]


async def test_a_silenced_alert_is_counted_under_its_silence_and_told_to_nobody(tmp_path):
    bench = Bench(tmp_path)
    silence = new_silence(now=AT, until=AT + timedelta(hours=1), reason="known", narrative="a")
    bench.hushed.hear(silence.id.encode(), encode(silence))
    bench.take(message(event("a")), message(event("b")))
    await bench.deliver()
    assert bench.channel.ids == [event("b").id]
    assert bench.count("silenced") == bench.instruments.silenced.labels(silence.id)._value.get() == 1
    bench.clock.now += timedelta(hours=1)
    bench.take(message(event("a", 2, "escalated")))
    await bench.deliver()
    assert bench.channel.ids == [event("b").id, event("a", 2).id]


async def test_what_is_no_alert_event_is_a_dead_letter_and_holds_up_nothing(tmp_path):
    bench = Bench(tmp_path)
    bad = message(event("a"))
    bench.take(*(type(bad)(**{**_fields(bad), "value": value}) for value in (b"{}", b"\xff", None)), bad)
    await bench.deliver()
    assert [reason for _, reason, _ in bench.dead] == ["bad_message", "bad_message"]
    assert bench.channel.ids == [event("a").id]


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


async def test_events_of_an_alert_keep_their_order_while_others_pass(tmp_path):
    failing = {event("a").id: 3}

    def answer(made):
        left = failing.get(made.id, 0)
        failing[made.id] = left - 1
        return DOWN if left > 0 else None

    bench = Bench(tmp_path, channel=Scripted(answer))
    bench.take(*(message(event(one, number)) for number in (1, 2, 3) for one in "ab"))
    await bench.deliver()
    took = [made.id for made in bench.channel.given]
    of_a = [one for one in took if one in {event("a", number).id for number in (1, 2, 3)}]
    assert of_a == [event("a", 1).id] * 4 + [event("a", 2).id, event("a", 3).id]
    assert took.index(event("b", 3).id) < len(took) - 1


async def test_a_fault_that_will_last_is_not_tried_again_and_what_nobody_foresaw_is_one(tmp_path):
    def answer(made):
        if made.events[0].event.narrative == "a":
            return Failure(reason="receiver_refused", detail="HTTP 400", lasting=True)
        raise RuntimeError("a bug")

    bench = Bench(tmp_path, channel=Scripted(answer))
    bench.take(message(event("a")), message(event("b")))
    await bench.deliver()
    assert sorted((reason, attempts) for _, reason, attempts in bench.dead) == [
        ("receiver_refused", 1),
        ("unexpected", 1),
    ]


async def test_a_group_under_way_at_a_kill_is_sent_again_as_it_was_with_the_same_id(tmp_path):
    grouped = "group_by = []\ngroup_wait_seconds = 0\ngroup_interval_seconds = 0"
    hanging = asyncio.Event()
    given = []

    class Hangs:
        async def deliver(self, made):
            given.append(made)
            await hanging.wait()

    bench = Bench(tmp_path, grouped, channel=Hangs())
    bench.take(message(event("a")), message(event("b")))
    running = asyncio.create_task(bench.deliver(until=lambda: False))
    while not given:
        await asyncio.sleep(0.001)
    bench.take(message(event("c")))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    bench.store.close()

    again = Bench(tmp_path, grouped)
    await again.deliver()
    first, second = again.channel.given
    assert (first.id, [one.event.id for one in first.events]) == (given[0].id, [event("a").id, event("b").id])
    assert [one.event.id for one in second.events] == [event("c").id]


async def test_reminders_and_digests_survive_a_restart(tmp_path):
    clock = Clock()
    bench = Bench(tmp_path, 'digest = "07:00"', clock=clock)
    bench.take(message(event("a")), message(event("b")))
    await bench.deliver()
    assert bench.channel.given == []
    bench.store.close()
    clock.now += timedelta(minutes=30)
    again = Bench(tmp_path, 'digest = "07:00"', clock=clock)
    await again.deliver()
    assert [made.kind for made in again.channel.given] == ["digest"]
    again.take(message(event("a", 2, "resolved")))
    again.store.close()
    clock.now += timedelta(days=1)
    last = Bench(tmp_path, 'digest = "07:00"', clock=clock)
    await last.deliver()
    (made,) = last.channel.given
    assert [one.event.id for one in made.events] == [event("a", 2).id]
    assert [one.event.id for one in made.still_open] == [event("b").id]


async def test_what_is_settled_is_not_kept_whole(tmp_path):
    bench = Bench(tmp_path)
    bench.take(
        message(event("a")),
        message(event("a", 2, "escalated")),
        message(event("b")),
        message(event("b", 2, "resolved")),
    )
    assert bench.store.waiting("s") == 4
    await bench.deliver()
    assert bench.store.waiting("s") == 0
    held = bench.store._connection.execute("SELECT id FROM events WHERE value IS NOT NULL").fetchall()
    assert held == [(event("a", 2).id,)]  # the last of the alert that is open
    bench.store.forget(AT + timedelta(days=91))
    assert bench.store.fate("s", event("b").id) is None
    assert bench.store.fate("s", event("a", 2).id) == "delivered"


async def test_a_group_in_which_all_has_ended_is_forgotten_when_its_interval_is_over(tmp_path):
    bench = Bench(tmp_path, 'group_by = ["narrative"]\ngroup_wait_seconds = 0\ngroup_interval_seconds = 60')
    bench.take(message(event("a")), message(event("a", 2, "resolved")), message(event("b", 2, "resolved")))
    await bench.deliver()
    assert bench.channel.ids == [event("a").id, event("a", 2).id]
    assert bench.why("never_told") == 1
    assert len(bench.store.due("s", 9)) == 2
    bench.clock.now += timedelta(seconds=60)
    await bench.deliver()
    assert bench.store.due("s", 9) == []
    assert bench.store.group("s", f"narrative={event('a').narrative}") == Group()


def test_a_store_is_one_process_s(tmp_path):
    first = Store(tmp_path / "s.sqlite")
    with pytest.raises(InfrastructureError, match="runs for"):
        Store(tmp_path / "s.sqlite")
    name = first.identity()
    first.close()
    assert Store(tmp_path / "s.sqlite").identity() == name


def test_a_step_that_fails_changes_nothing(tmp_path):
    store = Store(tmp_path / "s.sqlite")

    def half_a_step() -> None:
        with store.step():
            store.keep("s", "1", message(event("a")), "g")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_a_step()
    assert store.fate("s", "1") is None


@given(
    st.integers(1, 100), st.floats(0.001, 3600), st.floats(0.001, 86400), st.none() | st.floats(0, 3600), st.integers()
)
def test_a_pause_is_bounded_and_at_least_what_was_asked_for(attempt, first, most, asked, seed):
    sink = Sink(name="s", url="https://e.org", backoff_seconds=first, most_backoff_seconds=most)
    found = pause(attempt, sink, random.Random(seed), asked)
    assert (asked or 0) <= found <= max(most, asked or 0)
    if attempt == 1 and not asked:
        assert found <= first
