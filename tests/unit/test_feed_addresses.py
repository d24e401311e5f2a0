"""Where fetching leads and where it does not: redirects, addresses inside the network, names, TLS."""

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.resolver import ThreadedResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from feed_server import (
    QUICK,
    FeedServer,
    Names,
    answer,
    failure_of,
    fetcher,
    redirect,
)

HERE = "127.0.0.1"
ITEMS = b"<rss>items</rss>"


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
