"""At least once, by real workers on a real Kafka: what is bad, what is killed, what goes away."""

import asyncio
import socket
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

from aiokafka import AIOKafkaProducer
from counting_worker import Count
from processes import Place, everything, following, read, until_committed

from streams.broker import EmbeddedBroker
from streams.topics import LARGEST_MESSAGE_BYTES


def values(records) -> list[bytes]:
    return [record.value for record in records]


def test_a_poison_message_becomes_a_letter_that_says_everything_and_its_neighbours_go_on(place: Place) -> None:
    place.send([b"before"])
    own = [("parallax-item", b"item 7"), ("own", b"\xfd"), ("own", b"again"), ("parallax-reason", b"its own")]
    place.send([b"poison \xff\x00"], key=b"key \xfe", headers=own, timestamp_ms=1_742_290_200_123)
    place.send([b"after 1", b"invalid", b"after 2", None, b"after 3"], key=b"k")
    place.start().await_ready()

    done = read(place.bootstrap, place.output, 5)
    assert values(done) == [b"before", b"after 1", b"after 2", b"", b"after 3"]
    poison, invalid = read(place.bootstrap, place.dead_letters, 2)
    assert (poison.key, poison.value) == (b"key \xfe", b"poison \xff\x00")
    assert poison.headers[: len(own)] == own, "nothing of a message is lost"
    told = dict(poison.headers[len(own) :])
    assert told.pop("parallax-failed-at") == told.pop("parallax-first-failed-at") > b"2026"
    assert told == {
        "parallax-topic": place.source.encode(),
        "parallax-partition": b"0",
        "parallax-offset": b"1",
        "parallax-stage": b"echo",
        "parallax-reason": b"failed:ValueError",
        "parallax-detail": b"a fault that nobody foresaw",
        "parallax-attempts": b"2",
        "parallax-timestamp": b"2025-03-18T09:30:00.123+00:00",
        "parallax-headers": b"4",
    }
    told = dict(invalid.headers)
    assert (told["parallax-reason"], told["parallax-offset"], told["parallax-attempts"]) == (b"no_words", b"3", b"1")
    until_committed(place)


def test_what_is_too_large_to_send_becomes_a_letter_and_its_neighbours_are_sent(place: Place) -> None:
    place.send([b"before", b"large", b"after"], key=b"k")
    place.start().await_ready()
    letter = read(place.bootstrap, place.dead_letters, 1)[0]
    assert letter.value == b"large"
    told = dict(letter.headers)
    assert told["parallax-reason"] == b"output_too_large"
    assert place.output in told["parallax-detail"].decode()
    until_committed(place)
    assert set(values(everything(place.bootstrap, place.output))) == {b"before", b"after"}


def test_the_largest_message_and_one_that_holds_nothing_become_letters_too(place: Place) -> None:
    """Where no letter could be written of a message, it would stop the worker at every start."""
    largest = b"poison" + bytes(LARGEST_MESSAGE_BYTES - 80 - 6)  # 80: of a batch's and a record's frame
    place.send([largest], key=b"k")
    asyncio.run(send_nothing(place))
    place.send([b"after"], key=b"k")
    place.start().await_ready()
    until_committed(place)
    assert values(everything(place.bootstrap, place.output)) == [b"after"]
    letters = everything(place.bootstrap, place.dead_letters)
    assert [(one.key, one.value) for one in letters] == [(b"k", largest), (b"", None)]


async def send_nothing(place: Place) -> None:
    """A message without key and value: Java's clients send it, Python's refuse to."""
    producer = AIOKafkaProducer(bootstrap_servers=place.bootstrap)
    await producer.start()
    batch = producer.create_batch()
    batch.append(key=None, value=None, timestamp=None)
    await (await producer.send_batch(batch, place.source, partition=0))
    await producer.stop()


def test_a_stage_that_dead_letters_nearly_everything_stops_the_worker(place: Place) -> None:
    place.send([b"poison %d" % number for number in range(300)], key=b"k")
    worker = place.start()
    assert worker.await_end() == 1
    assert "of the last 200 items failed" in worker.log


def test_an_infrastructure_failure_stops_the_worker_and_nothing_is_acknowledged(place: Place) -> None:
    place.send([b"one"], key=b"k")
    worker = place.start().await_ready()
    until_committed(place)
    place.send([b"broken", b"two"], key=b"k")
    assert worker.await_end() == 1
    assert worker.log.strip().splitlines()[-1] == "parallax: the model is gone: fetch it again"
    again = place.start()
    assert again.await_end() == 1, "the message was acknowledged"
    assert everything(place.bootstrap, place.dead_letters) == []


def test_the_next_batch_is_worked_on_meanwhile_and_sent_in_its_turn(place: Place) -> None:
    place.send([b"first", b"behind it goes", b"ahead", b"last"], key=b"k")
    place.start(most=1).await_ready()
    until_committed(place)  # never, where the second batch is begun after the first is through
    assert values(everything(place.bootstrap, place.output)) == [b"first", b"behind it goes", b"ahead", b"last"]


def test_of_a_batch_that_was_ahead_nothing_is_sent_or_acknowledged_when_the_one_before_it_stops_the_worker(
    place: Place,
) -> None:
    place.send([b"first"], key=b"k")
    worker = place.start(most=1).await_ready()
    until_committed(place)
    place.send([b"behind, and broken", b"ahead"], key=b"k")
    assert worker.await_end() == 1
    assert worker.log.strip().splitlines()[-1] == "parallax: the model is gone: fetch it again"
    assert values(everything(place.bootstrap, place.output)) == [b"first"]
    assert place.start(most=1).await_end() == 1, "the message was acknowledged"


def test_a_worker_whose_partitions_move_for_ever_ends_and_says_so(place: Place) -> None:
    place.fill_table(1)
    worker = place.start(table_partitions=place.partitions, recovery_pause=3600.0, moves_within=3.0)
    assert worker.await_end() == 1
    told = worker.log.splitlines()[-1]
    assert "has waited 3 s for its partitions" in told
    assert place.bootstrap in told
    assert "start the worker again" in told


def test_a_worker_without_a_broker_says_so_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = Place(bootstrap=f"127.0.0.1:{closed.getsockname()[1]}", folder=tmp_path, make_topics=False)
        worker = place.start()
        assert worker.await_end() == 1
    assert worker.log.count("\n") == 1
    assert worker.log.startswith(f"parallax: the Kafka broker at {place.bootstrap} does not answer")


def test_state_survives_sigkill_as_a_prefix_of_the_changes_and_goes_on(place: Place) -> None:
    items = [b"item %d" % number for number in range(900)]
    producer = place.producer()
    with following(place.bootstrap, place.output) as reading:
        for number, item in enumerate(items):
            producer.send(place.source, value=item, key=b"k")
            if number % 300 == 0:
                worker = place.start(kind="count", most=8)
            if number % 300 == 299:  # the worker is amid these: some are out, the rest is not
                producer.flush(30)
                reading(lambda records, most=number - 200: len(records) >= most)
                worker.kill()
        producer.close()
        worker = place.start(kind="count").await_ready()
        told = reading(lambda records: len({record.key for record in records}) == len(items))
        until_committed(place)
    numbers = {(record.key, int(record.value)) for record in told}
    assert numbers == {(item, number) for number, item in enumerate(items)}
    changes = {int(one.key): one.value for one in everything(place.bootstrap, f"{place.group}-state-changelog")}
    assert changes == {
        item_number * Count.CHANGES + part: item
        for item_number, item in enumerate(items)
        for part in range(Count.CHANGES)
    }
    assert "no prefix" not in worker.log


def test_a_worker_outlives_the_death_of_its_broker_and_loses_nothing(
    make_place: Callable[..., Place], tmp_path: Path, cache_dir: Path
) -> None:
    items = [b"item %d" % number for number in range(400)]
    with EmbeddedBroker(tmp_path / "broker", cache_dir) as broker:
        place = make_place(at=broker.start())
        worker = place.start(kind="count").await_ready()
        place.send(items[:200], key=b"k")
        read(place.bootstrap, place.output, 50)
        broker.kill()
        assert broker.start() == place.bootstrap
        place.send(items[200:], key=b"k")
        with following(place.bootstrap, place.output) as reading:
            told = reading(lambda records: len({record.key for record in records}) == len(items))
        until_committed(place)
        assert {(one.key, int(one.value)) for one in told} == {(item, at) for at, item in enumerate(items)}
        assert worker.process.poll() is None
        assert worker.terminate().await_end() == 0


def test_the_metrics_of_a_worker_are_live(place: Place) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place.send([b"one", b"invalid", b"two"], key=b"k")
    worker = place.start(metrics_port=port).await_ready()
    until_committed(place)
    lag = f'parallax_lag_messages{{topic="{place.source}"}}'
    found = scraped_until(port, lambda found: found.get(lag) == 0)
    assert found['parallax_items_total{fate="done",stage="echo"}'] == 2
    assert found['parallax_items_total{fate="dead_letter",stage="echo"}'] == 1
    assert found['parallax_refused_total{reason="no_words",stage="echo"}'] == 1
    assert found[f'parallax_sent_total{{topic="{place.output}"}}'] == 2
    assert found['parallax_latency_seconds_count{stage="echo"}'] == 3
    assert found['parallax_stage_seconds_count{stage="echo"}'] >= 1
    place.send([b"wait", *[b"behind"] * 4], key=b"k")
    scraped_until(port, lambda found: found.get(lag) == 5)
    worker.kill()


def scraped_until(port: int, enough: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    pause = threading.Event()
    for _ in range(200):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        found = {name: float(value) for name, _, value in (one.rpartition(" ") for one in lines if one[0] != "#")}
        if enough(found):
            return found
        pause.wait(0.1)
    raise AssertionError(found)


def test_a_message_as_large_as_kafka_takes_goes_through(place: Place) -> None:
    value = b"x" * (LARGEST_MESSAGE_BYTES - 1024)
    place.send([value], key=b"k")
    place.start().await_ready()
    assert values(read(place.bootstrap, place.output, 1)) == [value]
