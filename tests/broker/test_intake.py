"""`parallax receive` on a real Kafka: what is accepted is there, and what is not is told."""

import asyncio
import gzip
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from taking import LONG_AGO, TOKEN, Process, made_settings, news

from models.errors import InvalidSettings
from streams.bootstrap import reach
from streams.broker import EmbeddedBroker
from streams.instruments import IntakeInstruments
from streams.intake import webhook
from streams.intake.webhook import Door, Limits, listening
from streams.publish import producer
from streams.settings import Settings
from streams.wire import decode_item

pytestmark = pytest.mark.timeout(120)
EXAMPLE = re.search(r"-d '(\{.*\})'", (Path(__file__).parents[2] / "docs" / "intake.md").read_text("utf-8"))


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    return made_settings(bootstrap, tmp_path)


@pytest.fixture(scope="module")
def receiving(broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    """`parallax receive` as one process for the tests that leave it as it was: its settings and its URL."""
    folder = tmp_path_factory.mktemp("receive")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = made_settings(broker.bootstrap, folder, metrics_port=port)
    process = Process(settings, "-m", "streams.cli", "receive", log=folder / "log")
    yield settings, process.told["url"]
    assert process.end(signal.SIGTERM) == 0, (folder / "log").read_text()


async def post(
    url: str, body: Any, *, expect100: bool = False, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, answer and headers; by default JSON with the right token."""
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/v1/items", data=body, headers=given, expect100=expect100) as answer,
    ):
        return answer.status, json.loads(await answer.read()), dict(answer.headers)


def offset(settings: Settings) -> int:
    return len(news(settings))


async def test_the_request_of_the_documentation_is_accepted_and_lies_in_the_topic_as_it_was_sent(receiving):
    settings, url = receiving
    assert EXAMPLE is not None
    status, told, _ = await post(url, EXAMPLE[1])
    record = news(settings)[-1]
    item = decode_item(record.value, now=LONG_AGO)
    assert (status, told) == (202, {"accepted": 1, "ids": [item.id], "refused": []})
    assert record.value == EXAMPLE[1].encode()
    assert (record.key.decode(), dict(record.headers)) == (item.id, {"parallax-item": item.id.encode()})


async def test_good_and_bad_items_of_an_array_and_of_lines_are_told_apart(receiving):
    settings, url = receiving
    good = ['{"id":"a",  "text":"Caf\\u00e9 \\"one\\"."}', '{"speaks_for": "kremlin", "id": "b", "title": "Двое"}']
    for body, kind in (
        (f"[{good[0]},\n 7 , {good[1]}]", "application/json"),
        (f"{good[0]}\r\n\nhalf\n{good[1]}", "application/x-ndjson; charset=UTF-8"),
    ):
        before = offset(settings)
        status, told, _ = await post(url, body.encode(), Content_Type=kind)
        assert (status, told["accepted"], told["ids"]) == (202, 2, ["a", "b"])
        assert [(one["index"], one["reason"]) for one in told["refused"]] == [
            (1, "not_an_object" if kind.endswith("json") else "not_json")
        ]
        assert [record.value.decode() for record in news(settings)[before:]] == good


PLAIN = b'{"text": "Words."}'
DECLINED: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "another token": (PLAIN, {"Authorization": "Bearer " + TOKEN[:-1]}, 401, "PARALLAX_RECEIVE_TOKEN"),
    "a token that is no ASCII": (PLAIN, {"Authorization": "Bearer токен"}, 401, "PARALLAX_RECEIVE_TOKEN"),
    "no token": (PLAIN, {"Authorization": ""}, 401, "PARALLAX_RECEIVE_TOKEN"),
    "a form": (PLAIN, {"Content_Type": "application/x-www-form-urlencoded"}, 415, "application/x-ndjson"),
    "another charset": (PLAIN, {"Content_Type": "application/json; charset=windows-1251"}, 415, "UTF-8"),
    "another compression": (PLAIN, {"Content_Encoding": "br"}, 415, "gzip"),
    "half of it": (b'[{"text": "Words."}, {"te', {}, 400, "not JSON"),
    "not UTF-8": ('{"text": "Кремль"}'.encode("cp1251"), {}, 400, "byte 10"),
    "nothing": (b"", {}, 400, "no item"),
    "no gzip": (PLAIN, {"Content_Encoding": "gzip"}, 400, "gzip"),
    "half a gzip": (gzip.compress(PLAIN * 500)[:-20], {"Content_Encoding": "gzip"}, 400, "gzip"),
    "too large": (b'{"text": "' + b"a" * 10_000_001 + b'"}', {}, 413, "10,000,000"),
    "very many items": (b"{}\n" * 10_001, {"Content_Type": "application/x-ndjson"}, 413, "several requests"),
}


@pytest.mark.parametrize("case", DECLINED)
async def test_what_is_declined_says_why_and_leaves_nothing_in_the_topic(receiving, case):
    settings, url = receiving
    body, headers, expected, says = DECLINED[case]
    before = offset(settings)
    status, told, answered = await post(url, body, **headers)
    assert (status, set(told)) == (expected, {"error", "detail"})
    assert says in told["detail"]
    assert TOKEN not in told["detail"]
    assert (answered.get("WWW-Authenticate") == "Bearer") == (status == 401)
    assert offset(settings) == before


async def test_a_gzip_bomb_is_declined_at_little_cost(receiving):
    settings, url = receiving
    bomb = gzip.compress(b'{"text": "' + bytes(300 << 20), 1)
    assert len(bomb) < 2_000_000
    status, told, _ = await post(url, bomb, Content_Encoding="gzip")
    assert (status, told["error"]) == (413, "too_large")
    status, told, _ = await post(url, gzip.compress(PLAIN), Content_Encoding="gzip")
    assert (status, told["accepted"]) == (202, 1)
    assert news(settings)[-1].value == PLAIN


async def test_items_that_are_none_are_told_each_with_its_reason(receiving):
    settings, url = receiving
    before = offset(settings)
    bad = [b'{"text": "..."}', b'{"text": "W", "speaks_for": 7}', b'{"text": "' + b"w" * (1 << 20) + b'"}', b"null"]
    status, told, _ = await post(url, b"[" + b",".join(bad) + b"]")
    assert (status, told["accepted"], told["ids"]) == (422, 0, [])
    assert [one["reason"] for one in told["refused"]] == ["no_words", "bad_field", "too_large", "not_an_object"]
    assert offset(settings) == before


async def test_fifty_requests_at_once_lose_and_double_nothing(receiving):
    settings, url = receiving
    before = offset(settings)
    bodies = [[{"id": f"{sender}/{n}", "text": "Words. " * 50} for n in range(20)] for sender in range(50)]
    answers = await asyncio.gather(*(post(url, json.dumps(body)) for body in bodies))
    assert {status for status, _, _ in answers} == {202}
    assert [told["ids"] for _, told, _ in answers] == [[one["id"] for one in body] for body in bodies]
    keys = [record.key.decode() for record in news(settings)[before:]]
    assert sorted(keys) == sorted(one["id"] for body in bodies for one in body)
    for sender in range(50):  # those of one request in their order
        assert [key for key in keys if key.startswith(f"{sender}/")] == [f"{sender}/{n}" for n in range(20)]


async def test_its_health_and_its_metrics_can_be_asked_for(receiving):
    settings, url = receiving
    await post(url, b'[{"id": "metrics", "text": "Words."}, {"date": "never", "text": "Words."}]')
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/healthz") as answer:
            assert answer.status == 200
        async with session.get(f"http://127.0.0.1:{settings.metrics_port}/metrics") as answer:
            metrics = await answer.text()
    for line in (
        r'parallax_intake_items_total\{fate="accepted",way="webhook"\} [1-9]',
        r'parallax_intake_refused_total\{reason="bad_date",way="webhook"\} [1-9]',
        r'parallax_intake_answers_total\{status="202"\} [1-9]',
    ):
        assert re.search(line, metrics), line


async def trickle(released: asyncio.Event, begun: asyncio.Event | None = None):
    """A body that begins, and is not there before it is released."""
    if begun is not None:
        begun.set()
    yield b'[{"id": "slow", "text": "Words."}'
    await released.wait()
    yield b"]"


async def test_a_slow_body_is_given_up_and_one_too_many_waits_only_so_long(settings):
    with producer(settings.brokers) as sender:
        limits = Limits(body_seconds=1.0, at_once=1, wait_seconds=0.2)
        topic, released = f"{settings.topic_prefix}news", asyncio.Event()
        door = Door(topic, sender, IntakeInstruments(), token=TOKEN, clock=lambda: LONG_AGO, limits=limits)
        async with listening(door, "127.0.0.1", 0) as url:
            slow = asyncio.create_task(post(url, trickle(released)))
            while not door._places.locked():
                await asyncio.sleep(0)
            status, told, headers = await post(url, PLAIN)
            assert (status, told["error"], headers["Retry-After"]) == (503, "busy", "5")
            status, told, _ = await slow
            assert (status, told["error"]) == (408, "too_slow")
            status, told, _ = await post(url, PLAIN)
            assert (status, told["accepted"]) == (202, 1)
    assert [record.value for record in news(settings)] == [PLAIN]


async def test_a_request_under_way_at_the_end_gets_its_answer_and_a_new_one_is_not_let_in(settings):
    begun, released = asyncio.Event(), asyncio.Event()
    with producer(settings.brokers) as sender:
        door = Door(f"{settings.topic_prefix}news", sender, IntakeInstruments(), token=TOKEN, clock=lambda: LONG_AGO)
        serving = listening(door, "127.0.0.1", 0)
        url = await serving.__aenter__()
        slow = asyncio.create_task(post(url, trickle(released, begun), expect100=True))
        await begun.wait()  # the server has asked for the body
        ending = asyncio.create_task(serving.__aexit__(None, None, None))
        await asyncio.sleep(0)
        with pytest.raises(aiohttp.ClientConnectorError):
            await post(url, PLAIN)
        released.set()
        status, told, _ = await slow
        await ending
    assert (status, told["ids"]) == (202, ["slow"])
    assert news(settings)[-1].key == b"slow"


async def test_while_kafka_does_not_answer_the_sender_is_told_and_afterwards_it_goes_on(tmp_path, cache_dir):
    with EmbeddedBroker(tmp_path / "broker", cache_dir) as broker:
        settings = made_settings(broker.start(), tmp_path)
        with producer(settings.brokers, gives_up=True) as sender:
            instruments = IntakeInstruments()
            door = Door(f"{settings.topic_prefix}news", sender, instruments, token=TOKEN, clock=lambda: LONG_AGO)
            async with listening(door, "127.0.0.1", 0) as url:
                assert (await post(url, PLAIN))[0] == 202
                os.kill(broker.pid, signal.SIGSTOP)
                try:
                    status, told, headers = await post(url, PLAIN)
                finally:
                    os.kill(broker.pid, signal.SIGCONT)
                assert (status, told["error"], headers["Retry-After"]) == (503, "kafka", "5")
                assert "send all of them again" in told["detail"]
                assert (await post(url, b'{"id": "after", "text": "Words."}'))[0] == 202
        assert news(settings)[-1].key == b"after"


def test_without_a_token_nobody_is_let_in(settings):
    without = settings.model_copy(update={"receive_token": ""})
    with pytest.raises(InvalidSettings, match="PARALLAX_RECEIVE_TOKEN is not set"):
        webhook.run(without, reach(without), clock=lambda: LONG_AGO, ready=lambda url: pytest.fail(url))
