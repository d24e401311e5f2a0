"""One look at an address of the web: guarded, polite, and with a limit to everything that a server may draw out."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from importlib.metadata import version
from types import SimpleNamespace
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import DefaultResolver
from yarl import URL

from streams.feeds.addresses import address, shown, target
from streams.feeds.bodies import ACCEPTED_ENCODINGS, read_body
from streams.feeds.entries import Fetched, FetchFailed, Timeline
from streams.feeds.freshness import fresh_for, retry_after
from streams.feeds.politeness import Places
from streams.feeds.robots import MOST_BYTES as MOST_ROBOTS_BYTES
from streams.feeds.robots import Robots
from streams.feeds.unreachable import failed, said
from streams.outbound import Guard, guarded_connector

MOST_BYTES = 10_000_000
"""Of a body, decompressed. A judgement: the longest feeds, whole archives, have some megabytes."""
_ACCEPT = ", ".join(
    (
        *("application/atom+xml", "application/rss+xml", "application/feed+json"),
        *("application/xml;q=0.9", "text/html;q=0.8", "*/*;q=0.5"),
    )
)
_MOST_HEADER_BYTES = 32768
"""Of one header; aiohttp's own 8 KiB is less than some sites' Content-Security-Policy or Link. A judgement."""
_LONGEST_VALIDATOR = 1000
"""Characters of an ETag that is worth keeping; longer ones are not sent back. A judgement."""
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a fetch may take; all judgements. Times are seconds of the real clock, but for apart_seconds.

    connect_seconds: name, connection and TLS. first_seconds: from the request to the end of the headers.
    read_seconds: from any byte to the next. whole_seconds: all requests that redirects lead to, without
    waiting for places. apart_seconds: from one request to a host to the next, of the timeline. per_host, connections:
    requests at a time. redirects: hops.
    """

    connect_seconds: float = 15.0
    first_seconds: float = 30.0
    read_seconds: float = 30.0
    whole_seconds: float = 60.0
    apart_seconds: float = 1.0
    per_host: int = 2
    connections: int = 64
    redirects: int = 5


def agent(contact: str = "") -> str:
    """The User-Agent: Parallax, its version, and where whoever runs it can be reached.

    It has the form in which search engines' crawlers name themselves: state.gov, for one, is reported to refuse others.

    Args:
        contact: an address of the web or of mail.

    Raises:
        ValueError: it cannot stand in a header.
    """
    name = f"Parallax/{version('parallax-narratives')}"
    if not contact:
        return f"Mozilla/5.0 (compatible; {name})"
    if not (contact.isascii() and contact.isprintable()) or set("() ") & set(contact):
        raise ValueError(
            f"{contact!r} is no address of a page or of mail: write it in ASCII, without blanks or brackets"
        )
    return f"Mozilla/5.0 (compatible; {name}; +{contact})"


@dataclass(frozen=True, slots=True)
class _Hop:
    """An answer that leads on."""

    target: URL
    is_permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is sent, and what of the answer is taken."""

    headers: dict[str, str]
    most_bytes: int
    is_robots: bool = False


class Fetcher:
    """Fetches addresses; use it as an asynchronous context manager, which holds the connections.

    Any number of fetches may be under way. A slow site holds up its own only: at most `per_host` of the places.

    Args:
        guard: which addresses may be reached.
        timeline: what distances between requests and the age of robots.txt are measured by.
        agent: the User-Agent, see `agent`.
        resolver: what finds the addresses of a name; whoever made it closes it. Default: aiohttp's choice, which takes
            no threads where it can: a name server that hangs would hold up whatever else waits for a thread.
        tls: how servers prove who they are; default: the certificates of the system.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        timeline: Timeline,
        agent: str,
        limits: Limits | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard, self._timeline, self._agent, self._tls = guard, timeline, agent, tls
        self._limits, self._resolver = limits or Limits(), resolver
        self._places = Places(
            guard,
            timeline,
            connections=self._limits.connections,
            per_host=self._limits.per_host,
            apart_seconds=self._limits.apart_seconds,
        )
        self._robots = Robots(self._robots_body, timeline)

    async def __aenter__(self) -> Self:
        """Ready to fetch."""
        tracing = aiohttp.TraceConfig()
        tracing.on_request_headers_sent.append(self._await_first)
        connections = self._limits.connections
        self._own_resolver = None if self._resolver else DefaultResolver()
        self._session = aiohttp.ClientSession(
            connector=guarded_connector(self._guard, limit=connections, resolver=self._resolver or self._own_resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED_ENCODINGS},
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._limits.connect_seconds, sock_read=self._limits.read_seconds
            ),
            trust_env=False,
            auto_decompress=False,
            max_line_size=_MOST_HEADER_BYTES,
            max_field_size=_MOST_HEADER_BYTES,
            trace_configs=[tracing],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._session.close()
        if self._own_resolver is not None:  # aiohttp closes none that it did not make
            await self._own_resolver.close()

    async def get(self, url: str, *, etag: str = "", last_modified: str = "", most_bytes: int = MOST_BYTES) -> Fetched:
        """Fetch an address, when its host's turn comes, and follow redirects, as far as robots.txt lets us.

        Args:
            etag: of the answer known already, to get `not_modified` where it is still the one.
            last_modified: the same, of that answer's Last-Modified.
            most_bytes: of the body, as it comes and decompressed.

        Raises:
            FetchFailed: there is no such answer; nothing else is raised.
        """
        headers = {}
        if etag := _validator(etag):
            headers["If-None-Match"] = etag
        if last_modified := _validator(last_modified):
            headers["If-Modified-Since"] = last_modified
        return await self._follow(address(url), _Question(headers=headers, most_bytes=most_bytes))

    async def _robots_body(self, url: URL) -> bytes:
        return (await self._follow(url, _Question(headers={}, most_bytes=MOST_ROBOTS_BYTES, is_robots=True))).body

    async def _follow(self, first: URL, question: _Question) -> Fetched:
        clock = asyncio.get_running_loop().time
        at, seen, left, is_permanent = first, {first}, self._limits.whole_seconds, True
        while True:
            delay_seconds = 0.0 if question.is_robots else await self._permitted(at)
            async with self._places.place(at, delay_seconds=delay_seconds):
                began = clock()
                answer = await self._ask(at, question, left)
                left -= clock() - began
            if isinstance(answer, Fetched):
                moved_to = answer.url if at != first and is_permanent else None
                return replace(answer, moved_to=moved_to)
            is_permanent = is_permanent and answer.is_permanent
            self._check_hop(at, answer.target, seen, first)
            seen.add(answer.target)
            at = answer.target

    async def _permitted(self, url: URL) -> float:
        """The distance that the site asks for, in seconds, where its rules let the address be fetched."""
        rules = await self._robots.rules(url)
        if not rules.allows(url):
            message = (
                f"{shown(url)}: the site's robots.txt asks programs not to fetch this; take another of its addresses"
            )
            raise FetchFailed("robots", message)
        return rules.delay_seconds

    def _check_hop(self, at: URL, target: URL, seen: set[URL], first: URL) -> None:
        if target in seen:
            raise FetchFailed("redirects", f"{shown(first)}: redirects in a circle, by way of {shown(target)}")
        if len(seen) > self._limits.redirects:
            raise FetchFailed("redirects", f"{shown(first)}: more than {self._limits.redirects} redirects")
        if at.scheme == "https" and target.scheme == "http":
            message = f"{shown(at)}: redirects from https to {shown(target)}, where anyone on the way could change it"
            raise FetchFailed("redirects", message)

    async def _ask(self, url: URL, question: _Question, seconds: float) -> Fetched | _Hop:
        """One request, in at most so many seconds."""
        try:
            async with asyncio.timeout(seconds) as whole, self._answering(url, question) as answer:
                return await self._taken(url, question, answer)
        except FetchFailed as failure:
            raise FetchFailed(
                failure.failure, f"{shown(url)}: {failure}", status=failure.status, retry_after=failure.retry_after
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError) and whole.expired():
                message = f"{shown(url)}: not all there after {self._limits.whole_seconds:g} s"
                raise FetchFailed("timeout", message) from None
            raise failed(url, error) from None

    @asynccontextmanager
    async def _answering(self, url: URL, question: _Question) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer whose headers are there; what is not read of it is dropped, with the connection."""
        try:
            async with asyncio.timeout(None) as first:
                answer = await self._session.get(
                    url,
                    headers=question.headers,
                    allow_redirects=False,
                    ssl=self._tls or True,
                    trace_request_ctx=first,
                )
        except TimeoutError:
            if first.expired():
                raise FetchFailed("timeout", f"no answer {self._limits.first_seconds:g} s after the request") from None
            raise
        try:
            yield answer
        finally:
            answer.close()

    async def _await_first(self, _: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        """Once a request is sent: the time for its headers begins."""
        first: asyncio.Timeout = context.trace_request_ctx
        first.reschedule(asyncio.get_running_loop().time() + self._limits.first_seconds)

    async def _taken(self, url: URL, question: _Question, answer: aiohttp.ClientResponse) -> Fetched | _Hop:
        status, headers, now = answer.status, answer.headers, self._timeline.now()
        if status in _MOVED and (location := headers.get("Location")):
            return _Hop(target(url, location), status in _MOVED_FOR_GOOD)
        is_known = status == HTTPStatus.NOT_MODIFIED and bool(question.headers)
        if status != HTTPStatus.OK and not is_known:
            after = retry_after(headers.get("Retry-After"), now)
            raise FetchFailed("status", said(status), status=status, retry_after=after)
        if (answer.content_length or 0) > question.most_bytes and not question.is_robots:
            raise FetchFailed("too_large", f"{answer.content_length:,} bytes, more than {question.most_bytes:,}")
        encoding = ", ".join(headers.getall("Content-Encoding", []))
        chunks = answer.content.iter_any()
        body = b"" if is_known else await read_body(chunks, encoding, question.most_bytes, cut=question.is_robots)
        sent = question.headers if is_known else {}
        return Fetched(
            url=str(url.with_user(None)),
            body=body,
            content_type=_plain(headers.get("Content-Type", "")),
            not_modified=is_known,
            etag=_validator(headers.get("ETag", "")) or sent.get("If-None-Match", ""),
            last_modified=_validator(headers.get("Last-Modified", "")) or sent.get("If-Modified-Since", ""),
            fresh_for=fresh_for(headers, now),
        )


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _validator(text: str) -> str:
    """A validator that can be sent back as it came, else none."""
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_VALIDATOR else ""
