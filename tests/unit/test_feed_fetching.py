"""Fetching from a hostile server: each trick has its own failure and message, and holds up nobody else."""

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from feed_server import QUICK, FakeTimeline, FeedServer, answer, endless, fetcher, head, redirect, silent

from streams.feeds.entries import FetchFailed
from streams.feeds.fetching import agent

HERE = "127.0.0.1"
ITEMS = b"<rss>items</rss>"


async def failure_of(fetching, url: str, **known: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        await fetching.get(url, **known)
    return failed.value


async def fetched_from(given, *, most_bytes: int = 1_000_000, **known: str):
    """What one answer of a server comes to: the Fetched, or the FetchFailed."""
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", given)
        try:
            return await fetching.get(server.url("/feed"), most_bytes=most_bytes, **known)
        except FetchFailed as failed:
            found = failed
    assert server.url("/feed") in str(found), "every message names the address"
    return found


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


async def test_an_answer_is_handed_on_as_it_came():
    found = await fetched_from(
        answer(
            ITEMS, Content_Type="text/html; charset=x", ETag='W/"1"', Last_Modified="then", Cache_Control="max-age=60"
        )
    )
    assert (found.body, found.content_type) == (ITEMS, "text/html; charset=x")
    assert (found.etag, found.last_modified, found.fresh_for) == ('W/"1"', "then", timedelta(minutes=1))
    assert (found.not_modified, found.moved_to) == (False, None)


async def test_who_asks_is_said_and_nothing_is_kept_between_two_requests():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", answer(ITEMS, Set_Cookie="who=you"))
        for _ in range(2):
            await fetching.get(server.url("/feed"))
        for one in server.asked:
            assert one.headers["user-agent"] == "Parallax/test"
            assert "cookie" not in one.headers
            assert one.headers["accept-encoding"] == "gzip, deflate, br, zstd"


def test_the_agent_names_version_and_contact_and_takes_nothing_that_breaks_a_header():
    assert agent("https://example.org/us").startswith("Parallax/0")
    assert agent("https://example.org/us").endswith(" (+https://example.org/us)")
    for wrong in ("two words", "line\r\nbreak", "(brackets)", "имя"):
        with pytest.raises(ValueError, match="no address"):
            agent(wrong)


# ---- conditional requests and statuses


async def test_what_is_known_is_asked_for_only_if_it_changed():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", answer(status=304, Cache_Control="max-age=600"))
        found = await fetching.get(server.url("/feed"), etag='"1"', last_modified="Thu, 20 Mar 2025 10:00:00 GMT")
        sent = server.asked_for("/feed")[0].headers
        assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "Thu, 20 Mar 2025 10:00:00 GMT")
        assert found.not_modified
        assert (found.etag, found.last_modified) == ('"1"', "Thu, 20 Mar 2025 10:00:00 GMT")
        assert found.fresh_for == timedelta(minutes=10)
        unasked = await failure_of(fetching, server.url("/feed"))
        assert (unasked.failure, unasked.status) == ("status", 304)
        for broken in ('"a\r\nX-Evil: 1"', '"ї"', '"' + "e" * 5000 + '"'):  # such as no server can mean
            await failure_of(fetching, server.url("/feed"), etag=broken)
            assert not {"if-none-match", "x-evil"} & server.asked[-1].headers.keys()


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 418, 500, 503, 599, 300])
async def test_a_status_that_is_no_answer_is_said(status):
    failed = await fetched_from(answer(status=status))
    assert (failed.failure, failed.status, failed.retry_after) == ("status", status, None)
    assert str(status) in str(failed)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 20 Mar 2025 12:30:00 GMT", timedelta(minutes=30)),  # the fake time is noon
        ("99999999999999999999", timedelta(days=1)),
        ("soon", None),
    ],
)
async def test_too_many_requests_tells_when_to_come_back(asked, kept):
    failed = await fetched_from(answer(status=429, Retry_After=asked))
    assert (failed.failure, failed.status, failed.retry_after) == ("status", 429, kept)


async def test_an_empty_body_is_a_body():
    assert (await fetched_from(answer())).body == b""


# ---- what a server may draw out, and what it may send


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (silent(), "no answer 0.3 s after the request"),
        (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.02), "no answer 0.3 s after the request"),
        (endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02), "no answer 0.3 s"),
        (silent(head(Content_Length=100) + b"half"), "stopped coming"),
        (endless(head(), b"x", 0.02), "not all there after 1 s"),
    ],
    ids=["silence", "slow headers", "endless hints", "a body that stops", "a body that dribbles"],
)
async def test_a_server_that_takes_its_time_is_left(given, said):
    failed = await fetched_from(given)
    assert failed.failure == "timeout"
    assert said in str(failed)


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        (endless(head(), bytes(65536)), "too_large"),
        (answer(bytes(1_000_001)), "too_large"),
        (silent(head(Content_Length=10**15)), "too_large"),  # said at once, without a byte of it
        (silent(head() + b"0" * 1_000_001), "too_large"),
        (answer(ITEMS, X="y" * 100_000), "too_large"),
        (answer(ITEMS, **{f"X{n}": "y" for n in range(300)}), "too_large"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "too_large"),
        (head(Content_Length=100) + b"half", "connect"),
        (head(Transfer_Encoding="chunked") + b"4\r\nhalf\r\n", "connect"),
        (b"", "connect"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "connect"),
        (answer(ITEMS, Content_Length="many"), "connect"),
    ],
)
async def test_what_is_too_much_or_not_all_there_is_refused(given, failure):
    assert (await fetched_from(given)).failure == failure


async def test_bytes_that_are_no_text_in_headers_come_to_no_error():
    found = await fetched_from(answer(ITEMS, ETag="\xff", Content_Type="text/\xff", Last_Modified="\xe9"))
    assert (found.body, found.etag, found.last_modified) == (ITEMS, "", "")
    assert found.content_type.isascii()


async def test_one_hosts_silence_keeps_no_other_waiting():
    limits = QUICK.__class__(first_seconds=20.0, connections=4)
    async with (
        FeedServer() as slow,
        FeedServer("127.0.0.2") as quick,
        fetcher(slow.host, quick.host, limits=limits) as fetching,
    ):
        slow.at("/feed", silent())
        quick.at("/feed", answer(ITEMS))
        hanging = [asyncio.ensure_future(fetching.get(slow.url("/feed"))) for _ in range(20)]
        try:
            async with asyncio.timeout(10):
                for _ in range(50):
                    assert (await fetching.get(quick.url("/feed"))).body == ITEMS
            assert not any(one.done() for one in hanging)
        finally:
            for one in hanging:
                one.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        slow.at("/feed", answer(ITEMS))
        assert (await fetching.get(slow.url("/feed"))).body == ITEMS, "a place given up is free again"


async def test_a_host_gets_two_requests_at_a_time_and_an_outside_one_a_second_apart():
    timeline = FakeTimeline()
    two = asyncio.Barrier(2)

    async def in_pairs(writer):
        await two.wait()
        writer.write(answer(ITEMS))

    async with FeedServer() as server, fetcher(HERE, timeline=timeline, resolver=Names(a_example=[HERE])) as fetching:
        server.at("/feed", in_pairs)
        await asyncio.gather(*(fetching.get(server.url("/feed")) for _ in range(6)))
        assert server.most_at_once == 2
        assert timeline.slept == []  # allowed by its address: one of the user's own
        await asyncio.gather(*(fetching.get(server.url("/feed", "a.example")) for _ in range(6)))
        assert timeline.at - FakeTimeline().at == timedelta(seconds=6)  # robots.txt was the first of seven


# ---- redirects


async def test_only_a_way_of_permanent_redirects_is_remembered():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/a", redirect("/b", 301))
        server.at("/b", redirect(server.url("/c"), 308))
        server.at("/c", answer(ITEMS))
        server.at("/d", redirect("/b", 307))
        found = await fetching.get(server.url("/a"))
        assert (found.body, found.url, found.moved_to) == (ITEMS, server.url("/c"), server.url("/c"))
        assert (await fetching.get(server.url("/d"))).moved_to is None
        assert (await fetching.get(server.url("/c"))).moved_to is None


@pytest.mark.parametrize(
    "target",
    ["/feed", "/other", "file:///etc/passwd", "gopher://127.0.0.1/", "http://", "http://[", "//:99999/", "data:,x"],
)
async def test_redirects_that_lead_nowhere_are_refused(target):
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", redirect(target))
        server.at("/other", redirect("/feed"))
        assert (await failure_of(fetching, server.url("/feed"))).failure == "redirects"


async def test_five_redirects_are_followed_and_six_are_not():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        for n in range(6):
            server.at(f"/{n}", redirect(f"/{n + 1}"))
        server.at("/6", answer(ITEMS))
        assert (await fetching.get(server.url("/1"))).body == ITEMS
        assert (await failure_of(fetching, server.url("/0"))).failure == "redirects"


async def test_a_password_goes_where_it_is_for_and_into_no_message():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", answer(ITEMS), redirect("/elsewhere"))
        server.at("/elsewhere", answer(status=500))
        with_password = server.url("/feed", f"user:secret@{HERE}")
        assert "secret" not in (await fetching.get(with_password)).url
        assert server.asked_for("/feed")[0].headers["authorization"].startswith("Basic ")
        assert "secret" not in str(await failure_of(fetching, with_password))
        assert "authorization" not in server.asked_for("/elsewhere")[0].headers


# ---- addresses inside the network


INSIDE = (
    "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "0.0.0.0",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]", "[64:ff9b::7f00:1]", "169.254.169.254",
    "[::ffff:169.254.169.254]", "metadata.example", "mapped.example", "loopback.example",
)  # fmt: skip


class Both(Names):
    """Names of the test, and else the system's: it reads numbers in every notation."""

    async def resolve(self, host, port=0, family=0):
        if host in self.names:
            return await super().resolve(host, port, family)
        return await ThreadedResolver().resolve(host, port, family)


@pytest.mark.parametrize("host", INSIDE)
async def test_nothing_inside_is_connected_to_straight_or_by_a_redirect(host):
    names = Both(
        metadata_example=["169.254.169.254"], mapped_example=["::ffff:127.0.0.1"], loopback_example=["127.0.0.1"]
    )
    async with (
        FeedServer("127.0.0.2") as outside,
        FeedServer() as inside,
        fetcher("127.0.0.2", resolver=names) as fetching,
    ):
        outside.at("/feed", redirect(inside.url("/feed", host)))
        for url in (inside.url("/feed", host), outside.url("/feed")):
            failed = await failure_of(fetching, url)
            assert failed.failure == "forbidden", failed
            assert inside.asked == []
        assert outside.asked_for("/feed")


@pytest.mark.parametrize("host", [one for one in INSIDE if not one.endswith(".example")])
async def test_nor_with_the_resolver_that_is_the_default(host):
    async with FeedServer() as inside, fetcher() as fetching:
        # c-ares knows names and no odd numbers, which to it are names without an address
        assert (await failure_of(fetching, inside.url("/feed", host))).failure in ("forbidden", "dns")
        assert inside.asked == []


async def test_a_name_whose_answer_changes_is_judged_by_the_address_connected_to():
    names = Names(changing_example=["8.8.8.8", "127.0.0.1"])
    async with FeedServer() as inside, fetcher(resolver=names) as fetching:
        assert (await names.resolve("changing.example"))[0]["host"] == "8.8.8.8"  # whoever looks first sees this
        failed = await failure_of(fetching, inside.url("/feed", "changing.example"))
        assert failed.failure == "forbidden"
        assert inside.asked == []


async def test_a_name_without_an_address_and_a_port_without_a_server_are_told_apart():
    async with FeedServer() as server, fetcher(HERE, resolver=Names()) as fetching:
        unknown = await failure_of(fetching, "http://nowhere.example/feed")
    async with fetcher(HERE) as fetching:
        assert (await failure_of(fetching, server.url("/feed"))).failure == "connect"
    assert unknown.failure == "dns"
    assert "nowhere.example" in str(unknown)


async def test_a_name_server_that_hangs_is_given_up():
    class Hanging(Names):
        async def resolve(self, host, port=0, family=0):
            await asyncio.Event().wait()

    limits = QUICK.__class__(connect_seconds=0.2)
    async with fetcher(resolver=Hanging(), limits=limits) as fetching:
        failed = await failure_of(fetching, "http://slow.example/feed")
    assert failed.failure == "timeout"
    assert "no connection in time" in str(failed)


@pytest.mark.parametrize(
    "url", ["", "feed", "file:///etc/passwd", "ftp://example.org/", "http://", "http://a:b/", "https://["]
)
async def test_an_address_that_is_none_of_the_web_is_said_to_be_so(url):
    async with fetcher() as fetching:
        assert "no address of the web" in str(await failure_of(fetching, url))


# ---- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server that vouches for itself, and of a client that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    async with FeedServer(tls=certificate[0]) as server, fetcher(HERE) as fetching:
        failed = await failure_of(fetching, server.url("/feed"))
        assert failed.failure == "tls"
        assert "certificate" in str(failed)
        assert server.asked == []


async def test_a_server_without_tls_is_no_secure_one():
    async def refuse(_reader, writer):
        writer.write(answer(status=400))
        writer.close()

    async with await asyncio.start_server(refuse, HERE, 0) as plain, fetcher(HERE) as fetching:
        port = plain.sockets[0].getsockname()[1]
        assert (await failure_of(fetching, f"https://{HERE}:{port}/feed")).failure == "tls"


async def test_no_redirect_leads_out_of_tls_and_one_may_lead_into_it(certificate):
    async with (
        FeedServer(tls=certificate[0]) as secure,
        FeedServer() as plain,
        fetcher(HERE, tls=certificate[1]) as fetching,
    ):
        secure.at("/down", redirect(plain.url("/feed")))
        plain.at("/up", redirect(secure.url("/feed"), 301))
        secure.at("/feed", answer(ITEMS))
        assert (await failure_of(fetching, secure.url("/down"))).failure == "redirects"
        assert plain.asked == []
        found = await fetching.get(plain.url("/up"))
        assert (found.body, found.moved_to) == (ITEMS, secure.url("/feed"))


async def test_a_handshake_that_hangs_is_given_up(certificate):
    async def hang(_reader, _writer):
        await asyncio.Event().wait()

    hanging = await asyncio.start_server(hang, HERE, 0)
    port = hanging.sockets[0].getsockname()[1]
    async with fetcher(HERE, limits=QUICK.__class__(connect_seconds=0.2)) as fetching:
        failed = await failure_of(fetching, f"https://{HERE}:{port}/feed")
    hanging.close()
    assert failed.failure == "timeout"
