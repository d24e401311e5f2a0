"""The whole system as a user runs it: the command `parallax` on a real Kafka, compared with the run in one process."""

import hashlib
import html
import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from system import Worker, environment, followed, items_in, kill_on_the_way, letters, parallax

from models.errors import InvalidItem
from models.reading import read
from streams.bootstrap import reach
from streams.demo import SAMPLES
from streams.envelope import REPLAY_ID
from streams.present import present
from streams.settings import Settings, load_settings
from streams.wire import decode_item, moment

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    return load_settings(brokers=bootstrap, data_dir=tmp_path, topic_prefix=f"system-{uuid.uuid4().hex[:8]}.")


@pytest.fixture
def worker(settings: Settings) -> Iterator[Worker]:
    parallax(settings, "topics", "create")
    made = Worker(settings)
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGTERM)


@pytest.fixture(scope="session")
def expected(backtest: tuple[list[bytes], str]) -> list[bytes]:
    """The alert events alone."""
    return backtest[0]


def test_the_report_of_a_backtest_shows_every_alert(backtest):
    events, page = [json.loads(line) for line in backtest[0]], html.unescape(backtest[1])
    assert all(event["headline"] in page for event in events if ".opened." in event["type"])
    assert all(page.count(f'id="{event["narrative"]}"') == 1 for event in events)


def test_every_quote_stands_where_the_event_says_in_the_text_that_it_names_by_its_hash(expected):
    texts = {}
    for line in SAMPLES.open("rb"):
        with suppress(InvalidItem):
            item = decode_item(line, now=datetime.now(UTC))
            if not item.withdrawn:
                text = read(item).text
                texts[item.id, hashlib.sha256(text.encode()).hexdigest()] = text
    quotes = [quote for line in expected for side in json.loads(line)["sides"].values() for quote in side["quotes"]]
    assert quotes
    for one in quotes:
        assert texts[one["id"], one["text_sha256"]][one["start"] : one["end"]] == one["text"]


def test_kafka_and_faust_give_the_alerts_of_one_process_byte_for_byte(settings, worker, expected):
    with pytest.raises(AssertionError, match="no worker has run its stage compare"):
        parallax(load_settings(brokers=settings.brokers, topic_prefix=f"none-{uuid.uuid4().hex[:8]}."), "evidence")
    sent = parallax(settings, "publish", "--as-is", str(SAMPLES), status=1)

    assert followed(settings) == expected
    assert (
        parallax(settings, "evidence").stdout
        == parallax(settings, "evidence", "--items", str(SAMPLES), status=1).stdout
    )
    assert b"bad_date" in sent.stderr
    assert {letter["reason"] for letter in letters(settings)} == {"not_json", "bad_date"}
    assert_the_evidence_is_found_by_the_beginning_of_its_name(settings, json.loads(expected[-1]))


def assert_the_evidence_is_found_by_the_beginning_of_its_name(settings, alert):
    found = json.loads(parallax(settings, "evidence", alert["alert"][:12]).stdout)

    assert found["narrative"] == alert["narrative"]
    assert found["pairs"] == alert["evidence"]["pairs"] == len(found["lines"])
    assert {(one["payoffs"], one["documents"]) for one in found["lines"]} == {("agrees", "agrees")}
    assert "no narrative or open alert 0000" in parallax(settings, "evidence", "0000", status=2).stderr.decode()


def test_a_worker_killed_five_times_loses_no_item_and_sends_no_other_alert(settings, worker, expected):
    parallax(settings, "publish", "--as-is", str(SAMPLES), status=1)
    published = items_in(settings, lambda topics: topics.news.name)

    def kill() -> None:
        worker.end(signal.SIGKILL)
        worker.start()

    kill_on_the_way(settings, published, dict.fromkeys((0.1, 0.25, 0.4, 0.6, 0.8), kill))
    events = followed(settings)

    assert items_in(settings, lambda topics: topics.statements.name) == published
    assert items_in(settings, lambda topics: topics.placements.name) <= published
    assert {json.loads(line)["id"] for line in events} == {json.loads(line)["id"] for line in expected}
    assert {letter["reason"] for letter in letters(settings)} == {"not_json", "bad_date"}


def test_a_worker_whose_model_is_not_there_says_so_and_is_never_ready(settings):
    parallax(settings, "topics", "create")
    nowhere = settings.model_copy(update={"model": str(settings.data_dir / "no-model")})
    done = parallax(nowhere, "worker", status=1)

    assert done.stdout == b""
    said = done.stderr.decode().splitlines()
    assert "PARALLAX_MODEL" in said[-1]
    assert not any("Traceback" in line for line in said)


def test_feedback_reaches_the_compare_stage_and_replays_stay_marked(settings, worker, expected):
    open_until = max(json.loads(line)["time"] for line in expected if b".resolved." not in line)
    items = settings.data_dir / "items.jsonl"
    items.write_bytes(b"".join(line for line in SAMPLES.open("rb") if is_before(line, open_until)))
    parallax(settings, "replay", "--name", "autumn", str(items))
    told = [json.loads(line) for line in followed(settings)]
    alert = told[-1]["alert"]
    quotes = [json.loads(line) for line in parallax(settings, "feedback", alert[:10]).stdout.splitlines()]
    sentence = next(one for one in quotes if one["voice"] == "kremlin")
    parallax(
        settings,
        "feedback",
        alert[:10],
        "wrong-voice",
        "--span",
        sentence["span"].rpartition(":")[0],
        "--voice",
        "none",
    )
    parallax(settings, "feedback", alert, "not-divergent", "--by", "analyst", "--note", "the same in other words")

    after = [json.loads(line) for line in followed(settings)][len(told) :]

    assert told == [json.loads(line) for line in expected][: len(told)]
    assert [one["reason"] for one in after] in (["wrong_voice"], ["wrong_voice", "not_divergent"])
    assert after[-1]["type"] == "parallax.alert.retracted.v1"
    assert {one["alert"] for one in after} == {alert}
    reached = reach(settings)
    replays = [dict(one.headers).get(REPLAY_ID) for one in present(reached.bootstrap, reached.topics.alerts.name)]
    assert replays == [b"autumn"] * len(told) + [None] * len(after)
    assert "no judgement" in parallax(settings, "feedback", alert, "wrong", status=2).stderr.decode()
    collected = collected_feedback(settings)
    assert {**collected, "stretches": 0} == {
        "judgements": 2, "stretches": 0, "framings": 1, "apart": 0, "of_alerts_or_items_gone": 0,
    }  # fmt: skip
    assert collected["stretches"] >= 1


def collected_feedback(settings: Settings) -> dict[str, int]:
    script = Path(__file__).parents[2] / "benchmarks" / "collect_feedback.py"
    command = [sys.executable, str(script), str(settings.data_dir / "collected")]
    done = subprocess.run(command, env=environment(settings), capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def is_before(line: bytes, time: str) -> bool:
    try:
        return decode_item(line, now=moment(time)).published_at <= moment(time)
    except InvalidItem:
        return False
