"""No connection to an address inside the network, unless it is allowed by name: the guard of whatever calls out.

The address is judged when the connection is made, after every resolution: a number in another notation, a redirect, or
a name whose answer changes between two looks leads to the same question. Inside is all that is not globally reachable:
this machine, private and shared ranges, link-local (cloud metadata services), multicast, reserved; and every IPv6
address that carries such an IPv4 address in it.
"""

import errno
import ipaddress
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from pydantic import AfterValidator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_REFUSED = "is inside the network"
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are the IPv4 address that a gateway connects to."""


class ForbiddenAddress(OSError):
    """A connection to inside the network was refused; its text names the address and how to allow it."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EACCES, message)

    def __str__(self) -> str:
        """What was refused, without the number."""
        return str(self.strerror)


def is_forbidden(error: OSError) -> bool:
    """Whether an address was refused here; of a name with several, aiohttp joins what became of each in one text."""
    return isinstance(error, ForbiddenAddress) or _REFUSED in str(error)


def _are_hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    for one in value:
        if not one or (any(sign in one for sign in "/: ") and not one.replace(":", "").isalnum()):
            raise ValueError(f"{one!r} is no host or address; write it without scheme, port or path")
    return value


Hosts = Annotated[tuple[str, ...], AfterValidator(_are_hosts)]
"""The `allow` of a configuration file, checked by pydantic."""


class Guard:
    """Which addresses may be reached: those outside, and of those inside the ones that `allow` names.

    Args:
        allow: host names and addresses. An allowed name stands for whatever it resolves to; an allowed address may be
            reached under any name.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._names = frozenset(one.lower().rstrip(".") for one in allow)
        self._addresses = frozenset(filter(None, map(_address, allow)))

    def allows_name(self, host: str) -> bool:
        """Whether a host may be reached wherever it lies."""
        return host.lower().rstrip(".") in self._names

    def check(self, address: str) -> None:
        """Let a resolved address pass.

        Raises:
            ForbiddenAddress: it lies inside, or is no address.
        """
        found = _address(address)
        if found is None or (is_inside(found) and found not in self._addresses):
            raise ForbiddenAddress(f"{address} {_REFUSED}: `allow` must name the host or the address")


def is_inside(address: Address) -> bool:
    """Whether an address is not one of the public internet, or may lead to one that is not."""
    return any(not one.is_global or one.is_multicast for one in (address, *_carried(address)))


def _carried(address: Address) -> Iterator[Address]:
    """IPv4 addresses within an IPv6 one: mapped, 6to4, Teredo (server and client), NAT64."""
    if isinstance(address, ipaddress.IPv6Address):
        yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


class _Allowed(str):
    """An address that an allowed name resolved to: it passes the guard, under this name only."""

    __slots__ = ()


class _Resolver(AbstractResolver):
    """Marks the addresses of allowed names; the socket is judged by the mark or by the address."""

    def __init__(self, guard: Guard, inner: AbstractResolver) -> None:
        self._guard, self._inner = guard, inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self._guard.allows_name(host):
            for one in found:
                one["host"] = _Allowed(one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


def guarded_connector(guard: Guard, *, limit: int, resolver: AbstractResolver | None = None) -> TCPConnector:
    """An aiohttp connector whose sockets are made for allowed addresses only; use it for every session that calls out.

    A refused connection is an aiohttp.ClientConnectorError whose `os_error` is a ForbiddenAddress.

    Args:
        limit: connections at a time.
        resolver: what finds the addresses of a name; default: the system, in the loop's threads.
    """

    def make(info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, where = info
        if not isinstance(where[0], _Allowed):
            guard.check(where[0])
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    inner = _Resolver(guard, resolver or ThreadedResolver())
    return TCPConnector(limit=limit, resolver=inner, socket_factory=make, ttl_dns_cache=60)


class ProcessGuard:
    """The guard for a whole process, whatever library in it connects, in whatever thread; it stays on for good.

    For programs of other people that open their own sockets. Here only addresses are seen at connect time, so an
    allowed name is resolved when the guard is made and its addresses are allowed from then on.

    Attributes:
        refused: what was refused so far, in words.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self.refused: list[str] = []
        self._guard = Guard((*allow, *(address for name in allow for address in _resolved(name))))
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            return
        where = arguments[1]
        if where is None:  # a message on a socket that is connected already
            return
        try:
            if not isinstance(where, tuple):
                raise ForbiddenAddress(f"{where!r} is on this machine")
            self._guard.check(str(where[0]))
        except ForbiddenAddress as error:
            self.refused.append(str(error))
            raise


def _resolved(name: str) -> list[str]:
    with suppress(OSError):
        return [str(info[4][0]) for info in socket.getaddrinfo(name, None)]
    return []
