"""The whole system as a user runs it: the command `parallax` on a real Kafka, compared with the run in one process."""

import html
import json
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from system import Worker, followed, items_in, kill_on_the_way, letters, parallax

from streams.demo import SAMPLES
from streams.settings import Settings, load_settings

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
def backtest(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], str]:
    """The alert events of the bundled stream from one process, one line each, and the report of it."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("backtest"))
    page = settings.data_dir / "report.html"
    lines = parallax(settings, "backtest", str(SAMPLES), "--report", str(page), status=1).stdout.splitlines()
    assert lines, "the bundled stream must raise an alert, or nothing is compared"
    return lines, page.read_text("utf-8")


@pytest.fixture(scope="session")
def expected(backtest: tuple[list[bytes], str]) -> list[bytes]:
    """The alert events alone."""
    return backtest[0]


def test_the_report_of_a_backtest_shows_every_alert(backtest):
    events, page = [json.loads(line) for line in backtest[0]], html.unescape(backtest[1])
    assert all(event["headline"] in page for event in events if ".opened." in event["type"])
    assert all(page.count(f'id="{event["narrative"]}"') == 1 for event in events)


def test_kafka_and_faust_give_the_alerts_of_one_process_byte_for_byte(settings, worker, expected):
    sent = parallax(settings, "publish", "--as-is", str(SAMPLES), status=1)

    assert followed(settings) == expected
    assert (
        parallax(settings, "evidence").stdout
        == parallax(settings, "evidence", "--items", str(SAMPLES), status=1).stdout
    )
    assert b"bad_date" in sent.stderr
    assert {letter["reason"] for letter in letters(settings)} == {"not_json", "bad_date"}


def test_the_evidence_of_an_open_alert_is_found_by_the_beginning_of_its_name(settings, worker, expected):
    with pytest.raises(AssertionError, match="no worker has run its stage compare"):
        parallax(load_settings(brokers=settings.brokers, topic_prefix=f"none-{uuid.uuid4().hex[:8]}."), "evidence")
    parallax(settings, "publish", "--as-is", str(SAMPLES), status=1)
    alert = json.loads(followed(settings)[-1])

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
