"""What sites ask of programs in robots.txt (RFC 9309): which addresses to leave alone, and how far apart to ask."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from protego import Protego
from yarl import URL

from streams.feeds.entries import FetchFailed, Timeline

TOKEN = "parallax"  # noqa: S105 - the name that robots.txt addresses us by
MOST_BYTES = 500 * 1024
"""RFC 9309, 2.5: what a reader has to read of a robots.txt at least; the rest is left."""
_KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: a copy is not used for longer, unless there is no other to be had."""
_AGAIN_SERVER = timedelta(minutes=5)
"""From an answer that the server cannot give it now to the next question; a judgement."""
_AGAIN_UNREACHABLE = timedelta(minutes=1)
"""The same where there was no answer: often it is our own network, and the feed's own backoff is longer soon."""
_MOST_KEPT_BYTES = 2_000_000
"""Of robots.txt as text, in all: some hundreds of usual ones. The worst read takes some thirty times that in memory."""
_ENTRY_BYTES = 1000
_LONGEST_DELAY_SECONDS = 60.0
"""A site that asks for a greater distance is asked once a minute all the same: feeds are made to be fetched. A
judgement."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_AGENT_LINE = re.compile(r"\s*user[-\s]*agent[\s:]*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site asks of us. delay_seconds: between two requests, at most a minute."""

    parsed: Protego
    delay_seconds: float

    def allows(self, url: URL) -> bool:
        """Whether an address may be fetched."""
        return self.parsed.can_fetch(str(url), TOKEN)


def rules_of(text: str) -> Rules:
    """The rules of a robots.txt's text, whatever it is; what cannot be read says nothing."""
    parsed = Protego.parse("\n".join(map(_about_us, text.splitlines())))
    return Rules(parsed, min(parsed.crawl_delay(TOKEN) or 0.0, _LONGEST_DELAY_SECONDS))


def _about_us(line: str) -> str:
    """A line as it is, but all other programs under one name.

    Protego keeps each rule of a group once for each program that the group names: 500 KiB of 300 names and 38,000
    rules took 26 s and 720 MB.
    """
    if (found := _AGENT_LINE.match(line)) is None:
        return line
    name = found[1].partition("#")[0].strip().lower()
    return f"User-agent: {name if name == '*' else TOKEN if re.split('[/ ]', name)[0] == TOKEN else 'another'}"


@dataclass(slots=True)
class _Site:
    rules: Rules | None = None
    failure: FetchFailed | None = None
    until: datetime = _NEVER
    size: int = _ENTRY_BYTES
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """The rules of every site asked so far; each site is asked once a day, and by one request however many wait.

    No file (4xx), a file elsewhere that redirects do not lead to, and one that cannot be read allow all. 429, 5xx and
    no answer forbid all until they are over, unless there is an older copy.

    Args:
        fetch: gets the body of an address, its first MOST_BYTES, without asking here.
    """

    def __init__(self, fetch: Callable[[URL], Awaitable[bytes]], timeline: Timeline) -> None:
        self._fetch, self._timeline = fetch, timeline
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._size = 0

    async def rules(self, url: URL) -> Rules:
        """The rules of an address's site.

        Raises:
            FetchFailed: they cannot be had now; "robots", or what keeps the site from being reached at all.
        """
        key = str(url.origin())
        if (site := self._sites.get(key)) is None:
            site = self._sites[key] = _Site()
            self._size += site.size
        self._sites.move_to_end(key)
        async with site.asking:
            if self._timeline.now() >= site.until:
                await self._ask(site, url.origin().with_path("/robots.txt"))
        self._forget()
        if site.rules is not None:
            return site.rules
        assert site.failure is not None
        raise _blocked(site.failure)

    async def _ask(self, site: _Site, url: URL) -> None:
        try:
            body = await self._fetch(url)
        except FetchFailed as failure:
            if again := _asked_again_after(failure):
                site.failure = failure
                site.until = self._timeline.now() + again
                return
            body = b""
        # in a thread: the longest takes a third of a second
        site.rules = await asyncio.to_thread(rules_of, body.decode("utf-8-sig", "replace"))
        site.failure, site.until = None, self._timeline.now() + _KEPT
        self._size += len(body) + _ENTRY_BYTES - site.size
        site.size = len(body) + _ENTRY_BYTES

    def _forget(self) -> None:
        """Those asked for longest ago, where all together are too long."""
        for key in list(self._sites):
            if self._size <= _MOST_KEPT_BYTES:
                return
            if not self._sites[key].asking.locked():
                self._size -= self._sites.pop(key).size


def _asked_again_after(failure: FetchFailed) -> timedelta | None:
    """When to ask for a robots.txt again that failed so; None: the site has none."""
    if failure.failure == "status":
        is_passing = failure.status is not None and (failure.status >= 500 or failure.status == 429)
        return max(_AGAIN_SERVER, failure.retry_after or timedelta(0)) if is_passing else None
    return _AGAIN_UNREACHABLE if failure.failure in ("dns", "connect", "tls", "timeout", "forbidden") else None


def _blocked(failure: FetchFailed) -> FetchFailed:
    """Why nothing of a site is fetched: for what keeps it from being reached that itself, else for its robots.txt."""
    kind = "robots" if failure.failure == "status" else failure.failure
    message = f"{failure}; nothing of this site is fetched before its robots.txt can be read"
    return FetchFailed(kind, message, status=failure.status, retry_after=failure.retry_after)
