"""Messages through apprise: they arrive, and nothing inside the network is reached unless it is allowed."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest
from alert_events import event
from sinking import package

from models.voices import voices_from_toml
from streams.sinks.chat import Chat
from streams.sinks.configuration import sinks_from_toml
from streams.sinks.package import Failure

BOOK = voices_from_toml('pair = ["north", "south"]\n[voices.north]\n[voices.south]\n', "voices.toml")


class Inside:
    """A server on every loopback address; /away redirects to another one of them, /hang does not answer."""

    def __init__(self) -> None:
        self.got: list[dict[str, object]] = []
        self.paths: list[str] = []
        self._released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.paths.append(self.path)
                body = self.rfile.read(int(self.headers["content-length"] or 0))
                if self.path.startswith("/hang"):
                    outer._released.wait()
                    return
                self.send_response(307 if self.path.startswith("/away") else 200)
                self.send_header("location", f"http://127.0.0.2:{outer.port}/landed")
                self.send_header("content-length", "0")
                self.end_headers()
                outer.got.append(json.loads(body))

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def inside() -> Iterator[Inside]:
    made = Inside()
    yield made
    made.close()


async def sent(url: str, allow: str = "", more: str = "") -> Failure | None:
    allowed = f"allow = [{allow!r}]" if allow else ""
    (receiver,) = sinks_from_toml(f'[[sink]]\nname = "s"\nurl = "{url}"\n{allowed}\n{more}', "f", {})
    return await Chat(receiver, BOOK).deliver(package(event("a")))


async def test_a_message_arrives_as_it_was_written(inside):
    assert await sent(f"json://127.0.0.1:{inside.port}/", "127.0.0.1") is None
    (got,) = inside.got
    assert got["title"] == "[MEDIUM] Framings differ on “a”: North and South"
    assert "“The north says so.”\n  https://north.example/1" in str(got["message"])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0.0.0.0"])
async def test_nothing_inside_is_reached_under_any_name(inside, host):
    failure = await sent(f"json://{host}:{inside.port}/")
    assert failure is not None
    assert (failure.reason, failure.lasting) == ("forbidden_address", True)
    assert inside.paths == []


async def test_a_redirect_to_another_address_inside_is_not_followed(inside):
    failure = await sent(f"json://127.0.0.1:{inside.port}/away?redirect=yes", "127.0.0.1")
    assert failure is not None
    assert not any(path.startswith("/landed") for path in inside.paths)
    assert inside.paths[0].startswith("/away")


async def test_a_service_that_hangs_is_given_up_in_time(inside, monkeypatch):
    monkeypatch.setattr("streams.sinks.chat.START_SECONDS", 8.0)
    failure = await sent(f"json://127.0.0.1:{inside.port}/hang?rto=300&cto=300", "127.0.0.1", "timeout_seconds = 0.5")
    assert failure is not None
    assert failure.reason == "receiver_timeout"


async def test_a_service_that_refuses_is_a_failure_with_its_words(inside):
    inside.close()
    failure = await sent(f"json://127.0.0.1:{inside.port}/", "127.0.0.1")
    assert failure is not None
    assert (failure.reason, failure.lasting) == ("receiver_failed", False)
    assert failure.detail
