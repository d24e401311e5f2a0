"""Every setting of Parallax in one frozen value, checked together before anything starts.

Sources, the first wins: arguments, the environment (`PARALLAX_*`), the file of `--config`, the defaults here.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.clustering.records import MOST_ACTIVE
from models.errors import InvalidSettings
from models.voices import Voices, voices_from_toml

PREFIX = "PARALLAX_"
SHIPPED_VOICES = Path(__file__).parent.parent / "models" / "voices.toml"


def _folder(kind: str) -> Path:
    return Path(getattr(platformdirs, f"user_{kind}_dir")("parallax", appauthor=False))


class Settings(BaseModel):
    """What a Parallax process is told; each field is also an environment variable, PARALLAX_ + its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    brokers: str = Field("", description="Kafka bootstrap servers, host:port[,host:port]; empty: the embedded broker")
    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = Field(
        "plaintext", description="how those brokers are spoken to: plaintext, ssl, sasl_plaintext or sasl_ssl"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="with sasl: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
    )
    sasl_username: str = Field("", description="with sasl: the principal's name")
    sasl_password: str = Field("", description="with sasl: its password")
    ssl_ca: str = Field("", description="with ssl: PEM file of who signs the brokers'; empty: whom the system trusts")
    ssl_certificate: str = Field("", description="with ssl: PEM file of this client's certificate, if they ask for one")
    ssl_key: str = Field("", description="with ssl: PEM file of its key, if that is a file of its own")
    data_dir: Path = Field(default_factory=lambda: _folder("state"), description="state: broker data, worker identity")
    cache_dir: Path = Field(default_factory=lambda: _folder("cache"), description="what can be made again: jars, model")
    model: str = Field("", description="a sentence-transformers folder or hub name; empty: multilingual-e5-small")
    voices: Path = Field(SHIPPED_VOICES, description="the voices file: who counts as whom")
    sinks: str = Field("", description="the sinks file: who is told of alerts, and how; empty: nobody")
    feeds: str = Field(
        "", description="the feeds file: what is watched; empty: data_dir's feeds.toml, else the shipped"
    )
    feeds_contact: str = Field(
        "", description="where sites may write to about this reader of feeds (URL or mail): part of its agent's name"
    )
    feeds_first_look_hours: Annotated[float, Field(ge=0)] = Field(
        24.0, description="how old an item may be to be published at the first look at its feed"
    )
    topic_prefix: str = Field("parallax.", description="begins every topic's name", pattern=r"^[A-Za-z0-9._-]{0,100}$")
    partitions: Annotated[int, Field(ge=1, le=256)] = Field(
        1,
        description="partitions of the news topic: as many workers can embed; above 1 their order is open",
    )
    encoder_threads: Annotated[int, Field(ge=1, le=64)] = Field(1, description="torch threads of one worker")
    batch: Annotated[int, Field(ge=1, le=512)] = Field(
        16, description="most items of one micro-batch; never waited for"
    )
    passages: Annotated[int, Field(ge=1, le=512)] = Field(
        12, description="most passages of a document that are encoded, spread over it; `compare` takes them all"
    )
    """As many as benchmarks/pairs.py calibrates with."""
    active: Annotated[int, Field(ge=100, le=5_000_000)] = Field(
        MOST_ACTIVE, description="most documents of the last 7 days that new ones are compared with; 25 kB each"
    )
    schema_registry: str = Field(
        "", description="URL of a schema registry, with user:password@ if it wants them; empty: alerts are plain JSON"
    )
    receive_host: str = Field("127.0.0.1", description="address that `parallax receive` listens on")
    receive_port: Annotated[int, Field(ge=0, le=65535)] = Field(0, description="and its port; 0: a free one")
    receive_token: str = Field(
        "", description="what a sender of items must know: 16 characters or more; `parallax receive` wants one"
    )
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = Field(0, description="the worker's /metrics; 0: none")
    metrics_host: str = Field("127.0.0.1", description="address that /metrics listens on")
    worker_id: str = Field("", description="stable name of this worker in its group; empty: made for data_dir")
    log_level: str = Field(
        "warning", description="debug, info, warning or error", pattern="^(debug|info|warning|error)$"
    )

    @field_validator("brokers")
    @classmethod
    def _is_list_of_addresses(cls, value: str) -> str:
        for address in filter(None, (part.strip() for part in value.split(","))):
            if (
                not re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[^\s:/,]+):\d{1,5}", address)
                or int(address.rpartition(":")[2]) > 65535
            ):
                raise ValueError(f"{address!r} is no host:port")
        return ",".join(filter(None, (part.strip() for part in value.split(","))))

    @field_validator("receive_token")
    @classmethod
    def _is_no_guess(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{16,}", value):
            raise ValueError("a token is at least 16 letters, digits and signs of ASCII, without spaces")
        return value

    @field_validator("schema_registry")
    @classmethod
    def _is_url(cls, value: str) -> str:
        try:
            at = urlsplit(value)
            good = at.scheme in ("http", "https") and at.hostname and at.port != 0 and not re.search(r"[?#\s]", value)
        except ValueError:  # a port that is no number up to 65535, or half an IPv6 address
            good = False
        if value and not good:
            raise ValueError("it is no URL such as https://user:password@registry.example:8081")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _is_secure(self) -> Self:
        if self.security != "plaintext" and not self.brokers:
            raise ValueError("PARALLAX_SECURITY is of the brokers that PARALLAX_BROKERS names, and it names none")
        if self.security.startswith("sasl") and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security} wants PARALLAX_SASL_USERNAME and PARALLAX_SASL_PASSWORD")
        if self.ssl_key and not self.ssl_certificate:
            raise ValueError("PARALLAX_SSL_KEY is the key of PARALLAX_SSL_CERTIFICATE, which is not set")
        return self

    @field_validator("feeds_contact")
    @classmethod
    def _can_stand_in_a_header(cls, value: str) -> str:
        if not re.fullmatch(r"[!-'*-~]*", value):  # ASCII that can be seen, without brackets
            raise ValueError("it is no URL or mail address: it must be without spaces, brackets and other letters")
        return value

    @field_validator("sinks", "feeds", "ssl_ca", "ssl_certificate", "ssl_key")
    @classmethod
    def _is_absolute_if_any(cls, value: str) -> str:
        return str(Path(value).expanduser().absolute()) if value else ""

    @field_validator("data_dir", "cache_dir", "voices")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def shown(name: str, value: object) -> str:
    """A setting's value for a person's eyes: without a password, or the credentials in the URL of a registry."""
    if name in ("sasl_password", "receive_token"):
        return "***" if value else ""
    return re.sub(r"(?s)^(\w*://)?.*@", r"\1***@", str(value)) if name == "schema_registry" else str(value)


def load_settings(environ: Mapping[str, str] = os.environ, config: Path | None = None, **arguments: Any) -> Settings:
    """Settings from arguments, environment and file.

    Raises:
        InvalidSettings: names every setting that is wrong, with its value and where it came from, in one line.
    """
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    if config is not None:
        for name, value in _from_file(config).items():
            values[name], origin[name] = value, f"{config}: {name}"
    for variable, value in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and name in Settings.model_fields and value != "":
            values[name], origin[name] = value, variable
    for name, value in arguments.items():
        if value is not None:
            values[name], origin[name] = value, f"--{name.replace('_', '-')}"
    try:
        return Settings(**values)
    except ValidationError as error:
        faults = [_fault(fault, origin) for fault in error.errors()]
        raise InvalidSettings("; ".join(faults) + " (`parallax config` lists every setting)") from None


def _fault(fault: Mapping[str, Any], origin: Mapping[str, str]) -> str:
    """What is wrong, in words; of several settings together it says itself which."""
    told = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return told
    name = str(fault["loc"][0])
    return f"{origin.get(name, name)} = {_quoted(name, fault.get('input'))}: {told}"


def _quoted(name: str, value: object) -> str:
    return repr(shown(name, value)) if isinstance(value, str) else repr(value)


def _from_file(config: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSettings(f"{config}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{config}: {error}") from None


def load_voices(path: Path) -> Voices:
    """The voices file at `path`.

    Raises:
        InvalidSettings: the file cannot be read or is refused; names file and line.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidSettings(f"{path}: {error.strerror}: the voices file (--voices, PARALLAX_VOICES)") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{path}: not UTF-8: the voices file (--voices, PARALLAX_VOICES)") from None
    return voices_from_toml(content, str(path))
