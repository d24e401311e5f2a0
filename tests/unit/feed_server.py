"""A web server for the tests of feeds, over a real socket: what is asked of it is recorded, and it may answer anything.

    async with FeedServer() as server:
        server.at("/feed", answer(b"<rss/>"), answer(status=304))  # the last answer is given from then on
        server.at("/slow", dribbling(head()))

An answer is the bytes on the wire, or a function that writes them. A path that is not set answers 404.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Self

import pytest
from aiohttp.abc import AbstractResolver

from streams.feeds.entries import FetchFailed
from streams.feeds.fetching import Fetcher, Limits
from streams.outbound import Guard

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; names of headers are in lower case."""

    path: str
    headers: dict[str, str]


class FeedServer:
    """Listens on a free port of one address.

    Attributes:
        asked: every request so far, robots.txt included.
        most_at_once: of the requests that were under way together.
    """

    def __init__(self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        self.host, self._tls = host, tls
        self.asked: list[Asked] = []
        self.most_at_once = self._at_once = 0
        self._answers: dict[str, list[Answer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def at(self, path: str, *answers: Answer) -> None:
        """What a path answers, one after the other; the last one stays."""
        self._answers[path] = list(answers)

    def url(self, path: str, host: str | None = None) -> str:
        """The address of a path, under another name of this host where one is given."""
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def asked_for(self, path: str) -> list[Asked]:
        """The requests for one path."""
        return [one for one in self.asked if one.path == path]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            try:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                await self._answer(lines, writer)
            finally:
                writer.close()

    async def _answer(self, lines: list[str], writer: asyncio.StreamWriter) -> None:
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        asked = Asked(lines[0].split(" ")[1], {name.lower(): value for name, value in headers.items()})
        self.asked.append(asked)
        answers = self._answers.get(asked.path, [answer(status=404)])
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if isinstance(given, bytes):
                writer.write(given)
                await writer.drain()
            else:
                await given(writer)
        finally:
            self._at_once -= 1


def head(status: int = 200, **headers: str | int) -> bytes:
    """A status line and headers; underscores in their names are hyphens."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Odd"
    lines = [f"HTTP/1.1 {status} {phrase}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(body: bytes = b"", status: int = 200, **headers: str | int) -> bytes:
    """A whole answer."""
    return head(status, **{"Content_Length": len(body), **headers}) + body


def redirect(target: str, status: int = 302) -> bytes:
    return answer(status=status, Location=target)


def silent(begin: bytes = b"") -> Answer:
    """Writes a beginning, and then nothing for as long as the other side waits."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        await writer.drain()
        await asyncio.Event().wait()

    return write


def endless(begin: bytes, more: bytes, every_seconds: float = 0.0) -> Answer:
    """Writes a beginning, and then the same again and again, until the other side goes."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(every_seconds)

    return write


class FakeTimeline:
    """A time that goes on only by waiting for it: a sleep is over at once.

    Attributes:
        slept: the seconds of every sleep.
    """

    def __init__(self, at: datetime = datetime(2025, 3, 20, 12, tzinfo=UTC)) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


QUICK = Limits(connect_seconds=2.0, first_seconds=0.3, read_seconds=0.4, whole_seconds=1.0)
"""Short enough for tests, long enough for a busy machine to answer what it answers at once."""


def fetcher(
    *allow: str, timeline: FakeTimeline | None = None, limits: Limits = QUICK, resolver=None, tls=None
) -> Fetcher:
    """A fetcher that may reach what is allowed."""
    return Fetcher(
        guard=Guard(allow),
        timeline=timeline or FakeTimeline(),
        agent="Parallax/test",
        limits=limits,
        resolver=resolver,
        tls=tls,
    )


async def failure_of(fetching, url: str, **known: str) -> FetchFailed:
    """Why a fetch fails, as it must."""
    with pytest.raises(FetchFailed) as failed:
        await fetching.get(url, **known)
    return failed.value


class Names(AbstractResolver):
    """Names with the addresses that they have at each look, the last one from then on."""

    def __init__(self, **names: list[str]) -> None:
        self.names = {name.replace("_", "."): list(addresses) for name, addresses in names.items()}

    async def resolve(self, host, port=0, family=0):
        if host not in self.names:
            raise OSError(None, "Domain name not found")
        left = self.names[host]
        address = left.pop(0) if len(left) > 1 else left[0]
        family = 10 if ":" in address else 2
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass
