"""The guard: what lies inside is not reached, however it is written, and what is allowed is."""

import asyncio
import ipaddress
import socket
import subprocess
import sys

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st

from streams.outbound import ForbiddenAddress, Guard, guarded_connector, is_forbidden, is_inside

INSIDE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "239.1.1.1", "255.255.255.255", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%1",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_refused(address):
    with pytest.raises(ForbiddenAddress, match="inside the network"):
        Guard().check(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_what_is_outside_passes(address):
    Guard().check(address)


def test_a_name_is_no_address():
    with pytest.raises(ForbiddenAddress):
        Guard(["localhost"]).check("localhost")


@given(st.ip_addresses(v=4))
def test_an_address_carried_in_another_is_judged_like_itself(address):
    for carrier in (f"::ffff:{address}", str(ipaddress.IPv6Address(0x64FF9B << 96 | int(address)))):
        if is_inside(address):
            with pytest.raises(ForbiddenAddress):
                Guard().check(carrier)
        else:
            Guard().check(carrier)


def test_an_allowed_address_passes_in_either_notation_and_its_neighbour_does_not():
    guard = Guard(["10.0.0.5"])
    guard.check("10.0.0.5")
    guard.check("::ffff:10.0.0.5")
    with pytest.raises(ForbiddenAddress):
        guard.check("10.0.0.6")


async def fetched(url: str, *allow: str) -> int:
    """The status from a server of ours on every loopback address; /away redirects to another one of them."""

    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://127.0.0.2:{port}/")

    async def here(_: web.Request) -> web.Response:
        return web.Response(text="inside")

    application = web.Application()
    application.add_routes([web.get("/", here), web.get("/away", away)])
    runner = web.AppRunner(application)
    await runner.setup()
    with socket.create_server(("", 0)) as listening:
        port = listening.getsockname()[1]
        await web.SockSite(runner, listening).start()
        try:
            async with (
                aiohttp.ClientSession(connector=guarded_connector(Guard(allow), limit=4)) as session,
                session.get(url.format(port=port)) as answer,
            ):
                return answer.status
        finally:
            await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
    ],
)
async def test_no_notation_of_this_machine_is_connected_to(url):
    with pytest.raises(aiohttp.ClientError) as refused:
        await fetched(url)
    ours = isinstance(getattr(refused.value, "os_error", None), ForbiddenAddress)
    assert ours or isinstance(refused.value, aiohttp.InvalidURL)  # aiohttp takes no number that is not dotted


async def test_a_name_with_several_addresses_inside_is_refused_as_one_with_one():
    class Both(AbstractResolver):
        async def resolve(self, host, port=0, family=0):
            families = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))
            told = {"hostname": host, "port": port, "proto": 0, "flags": 0}
            return [{**told, "host": address, "family": family} for family, address in families]

        async def close(self):
            pass

    connector = guarded_connector(Guard(), limit=1, resolver=Both())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as refused:
            await session.get("http://both.example/")
    assert is_forbidden(refused.value.os_error)
    assert not is_forbidden(ConnectionRefusedError(111, "Connection refused"))


async def test_an_allowed_name_is_reached_and_does_not_allow_its_address_under_another_name():
    assert await fetched("http://localhost:{port}/", "localhost") == 200
    with pytest.raises(aiohttp.ClientConnectorError):
        await fetched("http://127.0.0.1:{port}/", "localhost")


async def test_a_redirect_from_an_allowed_place_to_another_inside_is_refused():
    assert await fetched("http://127.0.0.1:{port}/", "127.0.0.1") == 200
    with pytest.raises(aiohttp.ClientConnectorError, match=r"127\.0\.0\.2 is inside"):
        await fetched("http://127.0.0.1:{port}/away", "127.0.0.1")


async def test_a_name_whose_answer_changes_is_judged_by_the_address_that_is_connected_to(monkeypatch):
    answers = iter(["8.8.8.8", "127.0.0.1"])
    loop = asyncio.get_running_loop()

    async def resolved(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolved)
    assert (await loop.getaddrinfo("changing.example", 80))[0][4][0] == "8.8.8.8"  # whoever checks first sees this
    async with aiohttp.ClientSession(connector=guarded_connector(Guard(), limit=1)) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match=r"127\.0\.0\.1 is inside"):
            await session.get("http://changing.example/")


PROCESS = """
import socket, sys, threading
from streams.outbound import ProcessGuard
guard = ProcessGuard(sys.argv[3:])
def go():
    try:
        socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5).close()
        print("reached")
    except OSError as error:
        print(type(error).__name__, guard.refused)
one = threading.Thread(target=go); one.start(); one.join()
"""


@pytest.mark.parametrize(
    ("host", "allow", "said"),
    [
        ("127.0.0.1", [], "ForbiddenAddress"),
        ("localhost", [], "ForbiddenAddress"),
        ("2130706433", [], "ForbiddenAddress"),
        ("127.0.0.1", ["127.0.0.1"], "reached"),
        ("localhost", ["localhost"], "reached"),
        ("127.0.0.2", ["127.0.0.1"], "ForbiddenAddress"),
    ],
)
def test_a_guarded_process_connects_nowhere_inside_from_any_thread(host, allow, said):
    with socket.create_server(("", 0)) as listening:
        port = str(listening.getsockname()[1])
        done = subprocess.run([sys.executable, "-c", PROCESS, host, port, *allow], capture_output=True, text=True)
    assert done.stdout.startswith(said), done.stdout + done.stderr
