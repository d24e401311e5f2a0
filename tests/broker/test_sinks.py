"""`parallax sinks` on a real Kafka, with receivers that answer as receivers do; killed on its way."""

import json
import selectors
import signal
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from alert_events import event
from processes import following
from receiver import Receiver
from standardwebhooks import Webhook
from system import environment, parallax

from models.alerts import AlertEvent, Kind
from streams.publish import producer
from streams.settings import Settings, load_settings
from streams.topics import create_topics, topics_of
from streams.wire import encode

pytestmark = pytest.mark.timeout(300)
SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiBvdXJzIGZvciB0ZXN0cw=="
READY_WITHIN_SECONDS = 90
LIFE: tuple[Kind, ...] = ("opened", "escalated", "updated", "resolved")
WORDS = {"north": tuple((f"word{number}", 1.0) for number in range(600))}
"""Makes an event about 15 kB long, as real ones are."""


class Sinks:
    """`parallax sinks` as a process; ended and started anew it is the same to its groups."""

    def __init__(self, settings: Settings, *words: str) -> None:
        self._settings, self._words = settings, words
        self.start()

    def start(self) -> None:
        log = self._settings.data_dir / "sinks.log"
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streams.cli", "sinks", *self._words],
                env={**environment(self._settings), "SINK_SECRET": SECRET},
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(READY_WITHIN_SECONDS), log.read_text()
        assert "ready" in json.loads(self.process.stdout.readline() or b"{}"), log.read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    made = load_settings(
        brokers=bootstrap,
        data_dir=tmp_path,
        topic_prefix=f"sinks-{uuid.uuid4().hex[:8]}.",
        sinks=str(tmp_path / "sinks.toml"),
    )
    create_topics(bootstrap, topics_of(made.topic_prefix, 1))
    return made


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., Sinks]]:
    started: list[Sinks] = []

    def starting(file: str, *words: str) -> Sinks:
        Path(settings.sinks).write_text(file, encoding="utf-8")
        started.append(Sinks(settings, *words))
        return started[-1]

    yield starting
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def send(settings: Settings, events: list[AlertEvent]) -> None:
    with producer(settings.brokers) as sender:
        for one in events:
            sender.send(f"{settings.topic_prefix}alerts", key=one.alert.encode(), value=encode(one))


def letters_of(settings: Settings, most: int, *, seconds: float = 60) -> list[dict[str, str]]:
    """Dead letters, until so many differ by stage and event: their headers, and the event's id."""

    def told(record: Any) -> dict[str, str]:
        return {**{name: value.decode() for name, value in record.headers}, "id": json.loads(record.value)["id"]}

    def enough(records: list[Any]) -> bool:
        return len({(one["parallax-stage"], one["id"]) for one in map(told, records)}) >= most

    with following(settings.brokers, f"{settings.topic_prefix}dead-letters") as reading:
        return [told(one) for one in reading(enough, seconds)]


def test_a_thousand_events_to_a_receiver_with_every_fault_and_a_kill_on_the_way(settings, start, receiver):
    counts = {"ok": 150, "flaky": 30, "down": 15, "hang": 15, "close": 15, "away": 15, "busy": 10}
    narratives = [f"{how}-{number}" for how, count in counts.items() for number in range(count)]
    events = [event(one, revision, kind, words=WORDS) for revision, kind in enumerate(LIFE, 1) for one in narratives]
    assert len(events) == 1000
    file = f"""
        [[sink]]
        name = "every-fault"
        url = "http://localhost:{receiver.port}/"
        secret_env = "SINK_SECRET"
        allow = ["localhost"]
        timeout_seconds = 0.8
        attempts = 3
        backoff_seconds = 0.02
        parallel = 32

        [[sink]]
        name = "hangs-for-ever"
        url = "http://127.0.0.1:{receiver.port}/hang"
        allow = ["127.0.0.1"]
        timeout_seconds = 600

        [[sink]]
        name = "inside"
        url = "http://127.0.0.1:{receiver.port}/inside"
        match = {{ narratives = ["ok-1"] }}
    """
    sinks = start(file)
    send(settings, events)
    receiver.until(300)
    sinks.end(signal.SIGKILL)
    before = len(receiver.accepted)
    sinks.start()
    receiver.until(500)
    early = sinks.memory
    bad = {"down": "receiver_failed", "hang": "receiver_timeout", "away": "receiver_redirects"}
    dead = sum(counts[how] for how in bad) * len(LIFE)
    letters = letters_of(settings, dead + len(LIFE))
    receiver.until(1000 - dead)
    late = sinks.memory
    assert sinks.end(signal.SIGTERM) == 0

    by_id = {one.id: one for one in events}
    of_stage = {
        stage: [one for one in letters if one["parallax-stage"] == stage]
        for stage in ("sink:every-fault", "sink:inside")
    }
    delivered = [request.headers["webhook-id"] for request in receiver.accepted]
    given_up = [one["id"] for one in of_stage["sink:every-fault"]]
    assert {*delivered, *given_up} == set(by_id)
    assert not set(delivered) & set(given_up)
    again = len(delivered) - len(set(delivered))
    assert again <= 100, "only what was under way at the kill, or was answered too late, may come twice"
    assert {
        by_id[one["id"]].narrative.partition("-")[0]: one["parallax-reason"] for one in of_stage["sink:every-fault"]
    } == bad
    assert {one["parallax-reason"] for one in of_stage["sink:inside"]} == {"forbidden_address"}
    assert not any(request.path == "/inside" for request in receiver.requests)
    for ids in (list(dict.fromkeys(delivered)), list(dict.fromkeys(given_up))):
        for narrative in narratives:
            told = [by_id[one].revision for one in ids if by_id[one].narrative == narrative]
            assert told == sorted(told)
    for request in receiver.accepted:
        signed = {name: request.headers[name] for name in request.headers if name.startswith("webhook-")}
        assert Webhook(SECRET).verify(request.body, signed)["id"] == request.headers["ce-id"] == signed["webhook-id"]
        assert request.body == encode(by_id[request.headers["ce-id"]])
    print(
        f"memory {early:.0f} MB with half delivered, {late:.0f} MB at the end; {before} before the kill, {again} again"
    )
    assert late < early + 40, "500 more events of 15 kB, kept as bytes and as values, would be seen"


def test_a_new_sink_begins_with_what_comes_from_its_first_start_on_even_if_it_saw_nothing_before_it_ended(
    settings, start, receiver
):
    send(settings, [event("ok-before")])
    sinks = start(f'[[sink]]\nname = "new"\nurl = "http://127.0.0.1:{receiver.port}/"\nallow = ["127.0.0.1"]')
    assert sinks.end(signal.SIGTERM) == 0
    send(settings, [event("ok-between")])
    sinks.start()
    send(settings, [event("ok-after")])
    receiver.until(2)
    assert sinks.end(signal.SIGINT) == 0
    assert [request.headers["ce-subject"] for request in receiver.accepted] == ["ok-between", "ok-after"]


def test_a_silence_from_the_command_line_is_heard_by_sinks_that_run_and_counted(settings, start, receiver, free_port):
    measured = settings.model_copy(update={"metrics_port": free_port})
    Path(settings.sinks).write_text(
        f'[[sink]]\nname = "one"\nurl = "http://127.0.0.1:{receiver.port}/"\nallow = ["127.0.0.1"]', encoding="utf-8"
    )
    add = ("sinks", "silence", "add", "--narrative", "ok-known", "--for", "2h", "--reason", "an exercise")
    silence = json.loads(parallax(settings, *add).stdout)
    sinks = Sinks(measured)
    try:
        send(settings, [event("ok-known"), event("ok-other")])
        receiver.until(1)
        seen = urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=10).read().decode()
        (listed,) = parallax(settings, "sinks", "silence", "list", "--json").stdout.splitlines()
        assert json.loads(listed) == silence
        parallax(settings, "sinks", "silence", "end", silence["id"][:4])
        send(settings, [event("ok-known", 2, "escalated")])
        receiver.until(2)
    finally:
        sinks.end(signal.SIGTERM)
    assert [request.headers["ce-subject"] for request in receiver.accepted] == ["ok-other", "ok-known"]
    assert f'parallax_sink_silenced_total{{silence="{silence["id"]}"}} 1.0' in seen
    assert 'parallax_sink_events_total{fate="silenced",sink="one"} 1.0' in seen
