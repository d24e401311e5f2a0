"""`parallax subscribe` and `parallax alerts` as a user runs them."""

import json
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from events import an_event
from kafka import KafkaProducer
from system import environment, parallax

from models.alerts import AlertSide
from models.errors import InvalidSettings
from streams.cli import make_app
from streams.envelope import cloud_event_headers
from streams.positions import Positions
from streams.settings import Settings, load_settings
from streams.topics import create_topics, topics_of
from streams.wire import encode

SIDES = {voice: AlertSide(documents=("d",), quotes=()) for voice in ("kremlin", "white_house")}


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    made = load_settings(brokers=bootstrap, data_dir=tmp_path, topic_prefix=f"cli-{uuid.uuid4().hex[:8]}.")
    create_topics(bootstrap, topics_of(made.topic_prefix, made.partitions))
    return made


def send(settings: Settings, *events: tuple[str, str, str], replay: bool = False) -> None:
    producer = KafkaProducer(bootstrap_servers=settings.brokers, acks="all")
    for name, kind, severity in events:
        event = an_event(
            id=f"{name}-{kind}", alert=name, type=f"parallax.alert.{kind}.v1", severity=severity, sides=SIDES
        )
        headers = [
            *cloud_event_headers(event, recorded_at=event.time).items(),
            *([("ce_replayid", b"again")] if replay else []),
        ]
        for topic in ("alerts", "alerts.state"):
            producer.send(f"{settings.topic_prefix}{topic}", key=name.encode(), value=encode(event), headers=headers)
    producer.flush(30)
    producer.close()


def printed(settings: Settings, *words: str, status: int = 0) -> list[str]:
    return [json.loads(line)["id"] for line in parallax(settings, *words, "--json", status=status).stdout.splitlines()]


def test_a_group_gets_what_it_asked_for_once_and_what_is_open_is_listed(settings):
    send(settings, ("a", "opened", "high"), ("b", "opened", "low"), ("a", "updated", "low"))
    send(settings, ("c", "opened", "critical"), replay=True)
    send(settings, ("a", "resolved", "low"), ("b", "retracted", "low"), ("d", "opened", "medium"))
    how = ("subscribe", "--from", "beginning", "--min-severity", "high", "--no-replays", "--voice", "kremlin")

    assert printed(settings, *how, "--group", "desk", "--until-idle", "1") == ["a-opened", "a-resolved"]
    send(settings, ("e", "opened", "high"))
    assert printed(settings, *how, "--group", "desk", "--until-idle", "1") == ["e-opened"]
    assert printed(settings, "alerts", "--min-severity", "high", "--voice", "white_house") == ["c-opened", "e-opened"]


def test_sigterm_ends_it_well_and_what_was_shown_is_not_shown_again(settings):
    send(settings, ("a", "opened", "high"))
    command = [sys.executable, "-m", "streams.cli", "subscribe", "--from", "beginning", "--json", "--group"]
    with subprocess.Popen(
        [*command, settings.topic_prefix], env=environment(settings), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["id"] == "a-opened"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    looking, topic = Positions(settings.brokers), f"{settings.topic_prefix}alerts"
    assert looking.of(settings.topic_prefix, [topic])[topic].lag == 0
    looking.close()


def test_what_is_no_alert_event_is_named_and_the_command_fails_in_the_end_with_the_rest_done(settings):
    producer = KafkaProducer(bootstrap_servers=settings.brokers)
    producer.send(f"{settings.topic_prefix}alerts", value=b"hello")
    producer.close()
    send(settings, ("a", "opened", "high"))
    done = parallax(settings, "subscribe", "--from", "beginning", "--json", "--until-idle", "1", status=1)
    assert json.loads(done.stdout)["id"] == "a-opened"
    assert b"alerts 0:0: unreadable: no alert event, passed over" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--voice", "nobody"), "--voice nobody: no such voice; the voices file has kremlin, white_house"),
        (("--type", "open"), "type 'open': one of opened, escalated"),
        (("--basis", "sure"), "basis 'sure': one of observed, established"),
        (("--min-severity", "grave"), "severity 'grave': one of low, medium, high, critical"),
    ],
)
def test_what_no_event_can_be_is_refused_before_any_broker_is_asked(words, told):
    with pytest.raises(InvalidSettings, match=told):
        make_app()(["subscribe", *words], standalone_mode=False)
