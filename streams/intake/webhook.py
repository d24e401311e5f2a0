"""`parallax receive`: items by HTTP, answered only once Kafka has them."""

import asyncio
import hmac
import signal
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from kafka import KafkaProducer
from kafka.errors import KafkaError

from models.errors import InfrastructureError, InvalidSettings
from models.news import NewsItem
from streams.bootstrap import Reached
from streams.instruments import IntakeInstruments, serve
from streams.intake.body import JSON, JSON_LINES, MOST_BYTES, BadBody, Judged, TooLarge, TooMany, judge, parts, unpacked
from streams.publish import BROKER_ANSWERS_WITHIN_MS, find_topic, producer, send_item
from streams.settings import Settings
from streams.wire import encode

WAY = "webhook"
PATH = "/v1/items"
RETRY_AFTER_SECONDS = 5
"""What a sender is told to wait when Kafka does not answer: a broker restarts in 2-5 s here."""
ENDS_WITHIN_SECONDS = 20.0
"""For the requests under way at SIGTERM: less than `parallax up` waits for its processes, more than Kafka is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one sender may take up (judgements).

    body_seconds: until a body is there, however slowly it comes. at_once: requests whose bodies are in memory together,
    10 MB each and as much again while it is taken apart; more wait, for wait_seconds.
    """

    body_seconds: float = 30.0
    at_once: int = 16
    wait_seconds: float = 30.0


class _Declined(Exception):
    """An answer other than that the items were looked at."""

    def __init__(self, status: int, error: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.told, self.headers = status, {"error": error, "detail": detail}, headers or {}


def run(settings: Settings, reached: Reached, *, clock: Callable[[], datetime], ready: Callable[[str], None]) -> None:
    """Take items until SIGTERM or SIGINT; `ready` is called with the server's URL once it answers.

    Raises:
        InvalidSettings: there is no token.
        InfrastructureError: the broker or its news topic is not there at the start, or the port is taken.
    """
    if not settings.receive_token:
        raise InvalidSettings(
            "PARALLAX_RECEIVE_TOKEN is not set: whoever knows it may send items; at least 16 characters that nobody "
            "guesses, such as those of `openssl rand -hex 16`"
        )
    instruments = IntakeInstruments()
    if settings.metrics_port:
        serve(instruments.registry, settings.metrics_host, settings.metrics_port)
    with producer(reached.bootstrap, gives_up=True) as sender:
        find_topic(sender, reached.bootstrap, reached.topics.news.name)
        door = Door(reached.topics.news.name, sender, instruments, token=settings.receive_token, clock=clock)
        asyncio.run(_until_signalled(door, settings, ready))


async def _until_signalled(door: "Door", settings: Settings, ready: Callable[[str], None]) -> None:
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    for signalled in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signalled, ending.set)
    async with listening(door, settings.receive_host, settings.receive_port) as url:
        ready(url)
        await ending.wait()


@asynccontextmanager
async def listening(door: "Door", host: str, port: int) -> AsyncIterator[str]:
    """Serve; gives the URL. At the end of the block nobody new is let in, and those under way get their answers.

    Raises:
        InfrastructureError: the address cannot be listened on.
    """
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post(PATH, door.post)
    app.router.add_get("/healthz", door.health)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, auto_decompress=False, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await _begin(site, host, port)
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
        await site.stop()
        await door.drained()  # aiohttp's own clean-up reads no more of a body that is still on its way
    finally:
        await runner.cleanup()
        door.close()


async def _begin(site: web.TCPSite, host: str, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        raise InfrastructureError(
            f"{host}:{port}: {error.strerror}: set PARALLAX_RECEIVE_HOST to an address of this machine and "
            "PARALLAX_RECEIVE_PORT to a free port, or to 0 for any"
        ) from None


class Door:
    """Answers requests; see docs/intake.md for what they are."""

    def __init__(
        self,
        topic: str,
        sender: KafkaProducer,
        instruments: IntakeInstruments,
        *,
        token: str,
        clock: Callable[[], datetime],
        limits: Limits = Limits(),
    ) -> None:
        """Send items to `topic`; `sender` is shared by all requests."""
        self._topic, self._sender, self._instruments = topic, sender, instruments
        self._expected, self._clock, self._limits = f"Bearer {token}".encode(), clock, limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._underway, self._idle, self._ending = 0, asyncio.Event(), False
        self._idle.set()
        self._one_by_one = threading.Lock()  # 10 MB of JSON can take 0.7 GB apart, and Python gains nothing by two
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix=WAY)  # kafka-python blocks

    async def drained(self) -> None:
        """Let no request in any more, and wait for those under way."""
        self._ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDS_WITHIN_SECONDS):
                await self._idle.wait()

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    async def health(self, _: web.Request) -> web.Response:
        """It answers; whether Kafka does, a request with items tells."""
        return _answer(200, {"ok": True})

    async def post(self, request: web.Request) -> web.Response:
        """Take the items of a request."""
        self._underway += 1
        self._idle.clear()
        try:
            made = await self._take(request)
        except _Declined as declined:
            made = _answer(declined.status, declined.told, declined.headers)
        finally:
            self._underway -= 1
            if not self._underway:
                self._idle.set()
        self._instruments.answers.labels(str(made.status)).inc()
        return made

    async def _take(self, request: web.Request) -> web.Response:
        self._admit(request)
        if self._ending:
            raise _busy("ending", "this `parallax receive` is about to end")
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise _busy("busy", f"more than {self._limits.at_once} requests at once; send this one again") from None
        try:
            body = await self._body(request)
            loop = asyncio.get_running_loop()
            judged = await loop.run_in_executor(self._threads, self._judge, body, request)
            await loop.run_in_executor(self._threads, self._send, judged.items)
        finally:
            self._places.release()
        return self._told(judged)

    def _admit(self, request: web.Request) -> None:
        """Decline by the headers alone what they are enough to decline."""
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            detail = "Authorization: Bearer and the token that PARALLAX_RECEIVE_TOKEN is where the items are taken"
            raise _Declined(401, "unauthorized", detail, {"WWW-Authenticate": "Bearer"})
        kind, charset = request.content_type, (request.charset or "utf-8").lower()
        if kind not in (JSON, JSON_LINES) or charset not in ("utf-8", "utf8"):
            detail = f"Content-Type: {request.headers.get('Content-Type', 'none')}; {JSON} or {JSON_LINES}, in UTF-8"
            raise _Declined(415, "media_type", detail)
        packed = _packing(request)
        if packed not in ("identity", "gzip"):
            raise _Declined(
                415, "content_encoding", f"Content-Encoding: {packed}; gzip or none", {"Accept-Encoding": "gzip"}
            )
        if (request.content_length or 0) > MOST_BYTES:
            raise _too_large()

    async def _body(self, request: web.Request) -> bytes:
        """The body as it comes, no further than the limit."""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await request.read()
        except TimeoutError:
            detail = f"the body was not there after {self._limits.body_seconds:g} s; nothing of it was taken"
            raise _Declined(408, "too_slow", detail) from None
        except web.HTTPRequestEntityTooLarge:
            raise _too_large() from None
        except web.RequestPayloadError as error:
            raise _Declined(400, "bad_body", f"the body is not all there: {error}") from None

    def _judge(self, body: bytes, request: web.Request) -> Judged:
        try:
            with self._one_by_one:
                whole = unpacked(body) if _packing(request) == "gzip" else body
                return judge(parts(whole, request.content_type), self._clock())
        except TooLarge:
            raise _too_large() from None
        except BadBody as error:
            raise _Declined(400, "bad_body", str(error)) from None
        except TooMany as error:
            raise _Declined(413, "too_many", str(error)) from None

    def _send(self, items: Sequence[tuple[NewsItem, bytes]]) -> None:
        """Returns once Kafka has all of them."""
        try:
            begun = [send_item(self._sender, self._topic, item, value) for item, value in items]
            for one in begun:
                one.get(timeout=2 * BROKER_ANSWERS_WITHIN_MS / 1000)  # by then it has given up itself
        except KafkaError as error:
            self._instruments.items.labels(WAY, "unsent").inc(len(items))
            detail = (
                f"Kafka did not take the items ({type(error).__name__}), or some of them only: send all of them again; "
                "one that comes twice is known by its id"
            )
            raise _busy("kafka", detail) from None

    def _told(self, judged: Judged) -> web.Response:
        self._instruments.items.labels(WAY, "accepted").inc(len(judged.items))
        self._instruments.items.labels(WAY, "refused").inc(len(judged.refused))
        for one in judged.refused:
            self._instruments.refused.labels(WAY, one.reason).inc()
        ids = [item.id for item, _ in judged.items]
        return _answer(202 if ids else 422, {"accepted": len(ids), "ids": ids, "refused": judged.refused})


def _packing(request: web.Request) -> str:
    return request.headers.get("Content-Encoding", "identity").lower()


def _busy(error: str, detail: str) -> _Declined:
    return _Declined(503, error, detail, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _too_large() -> _Declined:
    detail = f"more than {MOST_BYTES:,} bytes, before or after decompression: send the items in several requests"
    return _Declined(413, "too_large", detail)


def _answer(status: int, told: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    made = web.Response(status=status, body=encode(told) + b"\n", content_type=JSON, headers=headers)
    if status in (408, 413):  # the rest of the body is not waited for
        made.force_close()
    return made
