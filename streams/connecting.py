"""How a broker is reached: its addresses and the security that it asks for, as each Kafka library wants to be told."""

import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from models.errors import InvalidSettings

Protocol: TypeAlias = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
Mechanism: TypeAlias = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, kw_only=True)
class Broker:
    """The brokers of a cluster that wants more than an address.

    servers: host:port[,host:port]. username, password: for the sasl protocols. ca: PEM file of who signs the brokers'
    certificates, None for the system's. certificate, key: PEM files of this client's own, where the brokers ask for it.
    """

    servers: str
    protocol: Protocol = "plaintext"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __str__(self) -> str:
        """The addresses, for messages."""
        return self.servers

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """What TLS connections are made with; None without TLS.

        Raises:
            InvalidSettings: a file cannot be read, or is none of the kind.
        """
        if self.protocol not in ("ssl", "sasl_ssl"):
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(one) for one in (self.ca, self.certificate, self.key) if one is not None)
            raise InvalidSettings(
                f"PARALLAX_SSL_CA, PARALLAX_SSL_CERTIFICATE, PARALLAX_SSL_KEY: {files}: {error}"
            ) from None
        return context


Where: TypeAlias = str | Broker
"""A broker: host:port[,host:port] of one that asks for nothing, or a Broker."""


def connection(where: Where) -> dict[str, Any]:
    """The arguments by which kafka-python's and aiokafka's clients connect.

    Raises:
        InvalidSettings: a file of the TLS settings cannot be read.
    """
    if isinstance(where, str):
        return {"bootstrap_servers": where.split(",")}
    made: dict[str, Any] = {"bootstrap_servers": where.servers.split(","), "security_protocol": where.protocol.upper()}
    if where.tls is not None:
        made["ssl_context"] = where.tls
    if where.protocol.startswith("sasl"):
        made["sasl_mechanism"] = where.mechanism
        made["sasl_plain_username"], made["sasl_plain_password"] = where.username, where.password
    return made
