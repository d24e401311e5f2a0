"""The feeds file: what is watched, in whose voice and how often (docs/feeds.md explains every line)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from models.errors import InvalidSettings
from models.voices import Voices
from streams.feeds.entries import Feed, Kind
from streams.feeds.urls import host_of, is_web, normalised, shown_url
from streams.outbound import Hosts
from streams.toml_lines import line_of

SHIPPED_FEEDS = Path(__file__).parent / "feeds.toml"
CALLED = "the feeds file (--feeds, PARALLAX_FEEDS)"
SHORTEST_MINUTES, LONGEST_MINUTES = 1.0, 60.0
"""Between two looks at one feed: more often is impolite to a host that is not one's own, less often is no live news."""
Minutes = Annotated[float, Field(gt=0, le=LONGEST_MINUTES, allow_inf_nan=False)]
Fault = tuple[tuple[str | int, ...], str]
"""Where in the file, and what is wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A feeds file as read. allow: hosts and addresses inside the network that may be fetched all the same."""

    feeds: tuple[Feed, ...]
    allow: tuple[str, ...] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Feed(_Strict):
    url: str
    voice: str | None = None
    lang: str | None = None
    interval_minutes: Minutes | None = None
    kind: Kind = "feed"
    full_text: bool | None = None
    zone: str = "UTC"
    links: str = ""
    article: str = ""

    @field_validator("url")
    @classmethod
    def _is_web(cls, value: str) -> str:
        if not is_web(value):
            raise ValueError("it is no web address such as https://news.example.org/feed.xml")
        return value

    @field_validator("lang")
    @classmethod
    def _is_lang(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[a-z]{2,3}", value):
            raise ValueError("it is no language, such as en or ru")
        return value

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, LookupError, ValueError):  # not there, or no name of a zone at all
            raise ValueError("it is no time zone, such as Europe/Moscow (IANA)") from None
        return value

    @field_validator("links", "article")
    @classmethod
    def _is_selector(cls, value: str) -> str:
        try:
            LexborHTMLParser("").css(value or "a")
        except SelectolaxError:
            raise ValueError("it is no CSS selector, such as div.news a") from None
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "_Feed":
        if self.kind == "page" and not self.links:
            raise ValueError('a feed of kind "page" needs links, a CSS selector of the links to its articles')
        if self.kind != "page" and self.links:
            raise ValueError('links is of kind "page"; this feed lists its entries itself')
        return self


class _File(_Strict):
    allow: Hosts = ()
    feed: tuple[_Feed, ...] = ()


def new_feed(book: Voices, allow: tuple[str, ...] = (), **values: Any) -> Feed:
    """A feed from the values of a command's options, None where one was not given.

    Args:
        allow: as the file that it is for has it.

    Raises:
        InvalidSettings: names every value that is wrong, in one line.
    """
    given = {key: value for key, value in values.items() if value is not None}
    try:
        file = _File(allow=allow, feed=(_Feed(**given),))
    except ValidationError as error:
        faults = [_said({**fault, "loc": ("feed", *fault["loc"])}) for fault in error.errors()]
    else:
        faults = [what for _, what in _faults(file, book)]
        if not faults:
            return _as_feed(file.feed[0])
    raise InvalidSettings("; ".join(faults))


def load_feeds(path: Path, book: Voices) -> Configured:
    """The feeds of a file.

    Raises:
        InvalidSettings: the file cannot be read or is refused; names every fault as FILE:LINE: what, in one line.
    """
    return feeds_from_toml(read(path), str(path), book)


def read(path: Path) -> str:
    """A feeds file's content.

    Raises:
        InvalidSettings: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidSettings(f"{path}: {error.strerror}: {CALLED}") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{path}: not UTF-8: {CALLED}") from None


def feeds_from_toml(content: str, name: str, book: Voices) -> Configured:
    """The feeds of a file's content; see `load_feeds`. A file without any is one too: `parallax feeds add` fills it."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{name}:{line_of(content, ())}: {error}") from None
    try:
        file = _File(**table)
    except ValidationError as error:
        faults: list[Fault] = [(fault["loc"], _said(fault)) for fault in error.errors()]
    else:
        faults = list(_faults(file, book))
        if not faults:
            return Configured(feeds=tuple(map(_as_feed, file.feed)), allow=file.allow)
    raise InvalidSettings("; ".join(f"{name}:{line_of(content, where)}: {what}" for where, what in faults))


def _said(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"] if not isinstance(part, int)) or "the file"
    if fault["type"] == "extra_forbidden":
        known = _Feed if fault["loc"][0] == "feed" else _File
        return f"{key}: unknown key {fault['loc'][-1]!r}; there are {', '.join(known.model_fields)}"
    message = fault["msg"].removeprefix("Value error, ")
    value = fault["input"]
    if isinstance(value, str):
        value = shown_url(value)
    return f"{key} = {value!r}: {message}" if isinstance(value, str | int | float) else f"{key}: {message}"


def _faults(file: _File, book: Voices) -> Iterator[Fault]:
    """What only shows beside the other feeds, the voices and `allow`."""
    seen: set[str] = set()
    allow = {one.lower().rstrip(".") for one in file.allow}
    for at, feed in enumerate(file.feed):
        shown = shown_url(feed.url)
        if (spelt := normalised(feed.url)) in seen:
            yield ("feed", at, "url"), f"feed.url = {shown!r}: this feed stands above"
        seen.add(spelt)
        if feed.voice is not None and feed.voice not in book.ids:
            known = ", ".join(book.ids)
            yield ("feed", at, "voice"), f"feed.voice = {feed.voice!r}: the voices file knows {known}"
        minutes = feed.interval_minutes
        if minutes is not None and minutes < SHORTEST_MINUTES and host_of(feed.url) not in allow:
            yield (
                ("feed", at, "interval_minutes"),
                f"feed.interval_minutes = {minutes:g}: below {SHORTEST_MINUTES:g} only for a host that `allow` names",
            )


def _as_feed(one: _Feed) -> Feed:
    return Feed(
        url=one.url,
        kind=one.kind,
        voice=one.voice,
        lang=one.lang,
        interval=None if one.interval_minutes is None else timedelta(minutes=one.interval_minutes),
        full_text=one.full_text,
        zone=one.zone,
        links=one.links,
        article=one.article,
    )
