"""Parallax on a Kafka with TLS, SASL and an authorizer, under the access rules of docs/access.md."""

import datetime as dt
import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka.errors import TopicAuthorizationFailedError
from subscribers import TOOLS_LOCK
from system import Worker, followed, parallax

from models.errors import InfrastructureError
from streams.bootstrap import reach
from streams.broker import EmbeddedBroker
from streams.broker.jars import fetch_jars, find_java
from streams.demo import SAMPLES
from streams.present import present
from streams.publish import producer
from streams.settings import Settings, load_settings

pytestmark = pytest.mark.timeout(600)
DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
PASSWORDS = {name: f"{name}-secret" for name in ("parallax", "newsroom", "desk")}


class SecuredBroker(EmbeddedBroker):
    """The embedded Kafka with one listener more, which wants TLS and SASL; the plain one is for the administrator."""

    def secure(self, port: int, keys: Path) -> None:
        self._secured, self._keys = port, keys

    def _format(self, java: Path, jars: Path, bootstrap: str) -> None:
        super()._format(java, jars, bootstrap)
        properties = self.data_dir / "server.properties"
        text = properties.read_text("utf-8")
        for name in ("listeners", "advertised.listeners"):
            text = re.sub(rf"(?m)^{name}=", f"{name}=SECURED://127.0.0.1:{self._secured},", text)
        text = text.replace("protocol.map=", "protocol.map=SECURED:SASL_SSL,")
        users = " ".join(f'user_{name}="{password}"' for name, password in PASSWORDS.items())
        login = f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"
        more = {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
            "listener.name.secured.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.secured.plain.sasl.jaas.config": login,
            "listener.name.secured.ssl.keystore.type": "PEM",
            "listener.name.secured.ssl.keystore.location": str(self._keys),
        }
        properties.write_text(text + "".join(f"{name}={value}\n" for name, value in more.items()), "utf-8")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The broker's key with its certificate, and the certificate alone, which signs itself."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker of a test")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "keys.pem").write_bytes(private + made)
    (folder / "ca.pem").write_bytes(made)
    return folder / "keys.pem", folder / "ca.pem"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, certificate: tuple[Path, Path]) -> Iterator[str]:
    """The address that wants TLS and SASL, with the access rules of the document."""
    with SecuredBroker(tmp_path_factory.mktemp("secured"), cache_dir) as broker:
        port = free_port()
        broker.secure(port, certificate[0])
        plain = broker.start()
        jars = os.pathsep.join(f"{one}/*" for one in (fetch_jars(cache_dir, lock=TOOLS_LOCK), fetch_jars(cache_dir)))
        lines = re.findall(r"(?m)^kafka-acls\.sh (.*)$", DOCUMENT.read_text("utf-8"))
        assert lines
        for line in lines:
            words = line.replace("$BROKERS", plain).split()
            command = [str(find_java()), "-cp", jars, "org.apache.kafka.tools.AclCommand", *words]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        yield f"127.0.0.1:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(name: str, secured: str, certificate: tuple[Path, Path], folder: Path, **more: object) -> Settings:
    told = {
        "security": "sasl_ssl",
        "sasl_mechanism": "PLAIN",
        "sasl_username": name,
        "sasl_password": PASSWORDS[name],
        "ssl_ca": str(certificate[1]),
    }
    return load_settings({}, brokers=secured, data_dir=folder / name, **{**told, **more})


def test_each_principal_does_its_part_and_nothing_else(secured, certificate, tmp_path):
    workers, newsroom, desk = (settings_of(name, secured, certificate, tmp_path) for name in PASSWORDS)
    worker = Worker(workers)
    try:
        parallax(newsroom, "publish", "--as-is", str(SAMPLES), status=1)
        events = [json.loads(line) for line in followed(workers)]
        read = parallax(desk, "subscribe", "--group", "desk-1", "--from", "beginning", "--json", "--until-idle", "2")
        judged = parallax(desk, "feedback", events[0]["alert"], "confirm")
    finally:
        worker.end(signal.SIGTERM)

    topics = reach(workers).topics
    assert [json.loads(line)["id"] for line in read.stdout.splitlines()] == [one["id"] for one in events] != []
    assert json.loads(judged.stdout)["judgement"] == "confirm"
    assert [one.key.decode() for one in present(reach(workers).bootstrap, topics.feedback.name)] == [events[0]["alert"]]
    for who, topic in ((desk, topics.alerts.name), (newsroom, topics.alerts.name), (desk, topics.news.name)):
        assert_may_not_write(who, topic)
    with pytest.raises(InfrastructureError):
        list(present(reach(newsroom).bootstrap, topics.alerts.name))


def assert_may_not_write(who: Settings, topic: str) -> None:
    with producer(reach(who).bootstrap) as sender, pytest.raises(TopicAuthorizationFailedError):
        sender.send(topic, b"not mine").get(timeout=30)


def test_who_cannot_show_who_it_is_is_told_so_in_a_line(secured, certificate, tmp_path):
    wrong = ({"sasl_password": "guessed"}, {"security": "sasl_plaintext"}, {"ssl_ca": ""})
    strangers = [settings_of("desk", secured, certificate, tmp_path, **one) for one in wrong]

    with ThreadPoolExecutor() as pool:  # each takes as long as a broker may take to answer
        done = list(pool.map(lambda one: parallax(one, "alerts", status=1), strangers))

    for said in (one.stderr.decode().splitlines() for one in done):
        assert len(said) == 1
        assert secured in said[0]
        assert "guessed" not in said[0]
