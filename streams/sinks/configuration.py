"""The sinks file: who is told of which alerts, how and when (examples/sinks.toml explains every line).

Terms are Alertmanager's where it has them. What differs: a sink without `group_by` gets each event by itself and at
once; nothing is repeated unless `repeat_interval_seconds` says so, because an alert here stays open for days.
"""

import base64
import binascii
import os
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.alerts import Basis, Kind, Severity
from models.errors import InvalidSettings
from streams.outbound import Hosts
from streams.toml_lines import line_of

FEWEST_SECRET_BYTES = 24
"""Of a signing secret; the Standard Webhooks specification asks for 24 to 64."""
DAY_SECONDS = 24 * 3600
Seconds = Annotated[float, Field(ge=0, le=30 * DAY_SECONDS)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Strict):
    """Which events fit: all that is stated must hold; of a list, any of its entries."""

    min_severity: Severity = "low"
    voices: tuple[str, ...] = ()
    narratives: tuple[str, ...] = ()
    types: tuple[Kind, ...] = ()
    basis: tuple[Basis, ...] = ()


class Route(Match):
    """A `[[route]]`: the events that fit go to these sinks."""

    sinks: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def match(self) -> Match:
        """What events must be to take it."""
        return Match(**self.model_dump(exclude={"sinks"}))


class Sink(_Strict):
    """A `[[sink]]`: one receiver. `address` and `secret` are what url, url_env and secret_env come to."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    kind: Literal["webhook", "apprise", "log"] | None = None
    url: str | None = None
    url_env: str | None = None
    secret_env: str | None = None
    match: Match = Match()
    allow: Hosts = ()
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    """A receiver that answers later than this is taken as down; it should take the message and work afterwards."""
    attempts: Annotated[int, Field(ge=1, le=100)] = 10
    """With the backoffs below: about 20 minutes on average until an event is given up."""
    backoff_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0
    most_backoff_seconds: Annotated[float, Field(gt=0, le=DAY_SECONDS)] = 300.0
    parallel: Annotated[int, Field(ge=1, le=100)] = 8
    """Deliveries under way at a time; of one group, and so of one alert, always one."""
    send_resolved: bool = True
    send_updates: bool | None = None
    replays: bool = False
    group_by: tuple[Literal["narrative", "alert"], ...] | None = None
    group_wait_seconds: Seconds = 30.0
    group_interval_seconds: Seconds = 300.0
    repeat_interval_seconds: Seconds = 0.0
    most_events: Annotated[int, Field(ge=1, le=1000)] = 50
    """Of one notification of a group: an event is about 20 kB, so a request stays near 1 MB."""
    digest: time | None = None
    format: Literal["text", "markdown"] = "text"

    @field_validator("digest", mode="before")
    @classmethod
    def _is_time_of_day(cls, value: object) -> object:
        if value is None or isinstance(value, time):
            return value
        try:
            hour, minute = (int(part) for part in str(value).split(":"))
            return time(hour, minute)
        except ValueError:
            raise ValueError('must be a time of day in UTC, as in digest = "07:00"') from None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.url and self.url_env:
            raise ValueError("url and url_env exclude each other")
        if (self.url or self.url_env) and self.kind == "log":
            raise ValueError("a log sink writes to standard output and has no url")
        if not (self.url or self.url_env or self.kind == "log"):
            raise ValueError("url (or url_env, the environment variable that holds it) is missing")
        if self.digest and self.group_by is not None:
            raise ValueError("digest and group_by exclude each other: a digest is one message a day")
        if self.secret_env and self.kind in ("apprise", "log"):
            raise ValueError("secret_env signs webhooks; this sink is none")
        return self

    @property
    def sends_updates(self) -> bool:
        """Whether `updated` events are sent: by default to programs and into a digest, not into a person's chat."""
        return self.send_updates if self.send_updates is not None else self.kind != "apprise" or self.digest is not None


class Receiver(_Strict):
    """A sink as it runs: its configuration, the matches of the routes that name it, and what its variables hold."""

    sink: Sink
    routes: tuple[Match, ...]
    """Empty: no route names it, and it gets all that its own `match` lets through."""
    kind: Literal["webhook", "apprise", "log"]
    address: str
    secret: bytes | None


class _File(_Strict):
    sink: Annotated[tuple[Sink, ...], Field(min_length=1)]
    route: tuple[Route, ...] = ()


def load_sinks(path: str, environ: Mapping[str, str] = os.environ) -> tuple[Receiver, ...]:
    """The sinks of a file, ready to run.

    Raises:
        InvalidSettings: the file cannot be read or is refused; names every fault as FILE:LINE: what, in one line.
    """
    try:
        content = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidSettings(f"{path}: {error.strerror}: the sinks file (--sinks, PARALLAX_SINKS)") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{path}: not UTF-8: the sinks file (--sinks, PARALLAX_SINKS)") from None
    return sinks_from_toml(content, path, environ)


def sinks_from_toml(content: str, name: str, environ: Mapping[str, str]) -> tuple[Receiver, ...]:
    """The sinks of a file's content; see `load_sinks`."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{name}:{line_of(content, ())}: {error}") from None
    try:
        file = _File(**table)
    except ValidationError as error:
        found = error.errors()
        # a list of sinks one of which is refused counts as empty, too: said only of a list that is
        faults = [(fault["loc"], _said(fault)) for fault in found if fault["type"] != "too_short" or len(found) == 1]
    else:
        faults = [*_references(file), *_unset(file, environ)]
        if not faults:
            return tuple(_receiver(sink, file.route, environ) for sink in file.sink)
    raise InvalidSettings("; ".join(f"{name}:{line_of(content, where)}: {what}" for where, what in faults))


def _said(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"] if not isinstance(part, int)) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key {fault['loc'][-1]!r}"
    message = fault["msg"].removeprefix("Value error, ")
    is_shown = isinstance(fault["input"], str | int | float) and fault["loc"][-1] != "url"  # which may hold a secret
    return f"{key} = {fault['input']!r}: {message}" if is_shown else f"{key}: {message}"


def _references(file: _File) -> list[tuple[tuple[str | int, ...], str]]:
    names = [sink.name for sink in file.sink]
    faults: list[tuple[tuple[str | int, ...], str]] = [
        (("sink", at, "name"), f"sink.name = {name!r}: a sink of this name stands above")
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    for at, route in enumerate(file.route):
        faults += [
            (("route", at, "sinks"), f"route.sinks: no [[sink]] has the name {name!r}")
            for name in route.sinks
            if name not in names
        ]
    return faults


def _unset(file: _File, environ: Mapping[str, str]) -> list[tuple[tuple[str | int, ...], str]]:
    faults: list[tuple[tuple[str | int, ...], str]] = []
    for at, sink in enumerate(file.sink):
        for key in ("url_env", "secret_env"):
            if (variable := getattr(sink, key)) and not environ.get(variable):
                faults.append((("sink", at, key), f"sink.{key}: the environment variable {variable} is not set"))
        if sink.secret_env and environ.get(sink.secret_env) and (wrong := _secret_fault(environ[sink.secret_env])):
            faults.append((("sink", at, "secret_env"), f"sink.secret_env: {sink.secret_env} {wrong}"))
        address = sink.url or environ.get(sink.url_env or "", "")
        if _kind(sink, address) == "webhook" and address and not address.lower().startswith(("http://", "https://")):
            key = "url" if sink.url else "url_env"
            faults.append((("sink", at, key), f"sink.{key}: a webhook's url begins with https:// or http://"))
        if sink.secret_env and _kind(sink, address) != "webhook":
            faults.append((("sink", at, "secret_env"), "sink.secret_env: it signs webhooks; this sink is none"))
    return faults


def _kind(sink: Sink, address: str) -> Literal["webhook", "apprise", "log"]:
    return sink.kind or ("webhook" if address.lower().startswith(("http://", "https://")) else "apprise")


def _receiver(sink: Sink, routes: tuple[Route, ...], environ: Mapping[str, str]) -> Receiver:
    address = sink.url or environ.get(sink.url_env or "", "")
    kind = _kind(sink, address)
    return Receiver(
        sink=sink.model_copy(update={"kind": kind}),
        routes=tuple(route.match for route in routes if sink.name in route.sinks),
        kind=kind,
        address=address,
        secret=_secret(environ[sink.secret_env]) if sink.secret_env else None,
    )


def _secret(text: str) -> bytes:
    return base64.b64decode(text.removeprefix("whsec_") + "==", validate=False)


def _secret_fault(text: str) -> str | None:
    try:
        held = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        held = b""
    if len(held) >= FEWEST_SECRET_BYTES:
        return None
    return (
        f"must hold whsec_ and at least {FEWEST_SECRET_BYTES} random bytes in base64: "
        """python -c 'import base64, secrets; print("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())'"""
    )
