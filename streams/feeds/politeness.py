"""How many requests are under way, in all and to each host, and how far apart two to one host are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from yarl import URL

from streams.feeds.entries import Timeline
from streams.outbound import Guard

_MOST_HOSTS = 1000
"""Hosts remembered before those that need it no longer are forgotten."""


class _Host:
    """One host: who may ask, and when."""

    def __init__(self, at_once: int) -> None:
        self.free = asyncio.Semaphore(at_once)
        self.users = 0
        self.next_at = datetime.min.replace(tzinfo=UTC)


class Places:
    """Places for requests, in the order of asking for them. Waiting for one has no limit of time.

    A host that is allowed by name or address is one of the user's own: each of its ports counts by itself, and
    requests to it need no distance but the one that its robots.txt asks for.

    Args:
        connections: requests at a time, in all.
        per_host: requests at a time to a host.
        apart_seconds: from the start of one request to a host to that of the next, in time of the timeline.
    """

    def __init__(
        self, guard: Guard, timeline: Timeline, *, connections: int, per_host: int, apart_seconds: float
    ) -> None:
        self._guard, self._timeline = guard, timeline
        self._all, self._per_host, self._apart_seconds = asyncio.Semaphore(connections), per_host, apart_seconds
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def place(self, url: URL, *, delay_seconds: float = 0.0) -> AsyncIterator[None]:
        """Hold a place for a request.

        Args:
            delay_seconds: the distance that the host itself asks for.
        """
        name = url.host or ""
        is_own = self._guard.allows_name(name)
        host = self._host(f"{name}:{url.port}" if is_own else name)
        apart = timedelta(seconds=max(delay_seconds, 0.0 if is_own else self._apart_seconds))
        host.users += 1
        try:
            # the host's place before one of all, so that who waits for a slow host keeps nobody else waiting
            async with host.free:
                await self._wait_turn(host, apart)
                async with self._all:
                    yield
        finally:
            host.users -= 1

    async def _wait_turn(self, host: _Host, apart: timedelta) -> None:
        now = self._timeline.now()
        turn = max(now, host.next_at)
        host.next_at = turn + apart
        if turn > now:
            await self._timeline.sleep((turn - now).total_seconds())

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that are remembered."""
        return tuple(self._hosts)

    def _host(self, key: str) -> _Host:
        if key not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
            now = self._timeline.now()
            self._hosts = {known: one for known, one in self._hosts.items() if one.users or one.next_at > now}
        return self._hosts.setdefault(key, _Host(self._per_host))
