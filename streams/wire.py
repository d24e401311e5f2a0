"""Values <-> JSON bytes: the contract with producers and subscribers.

A news item is read leniently, because anyone may produce one: unknown fields are ignored, an id is made where there
is none, and what cannot be an item is refused with a reason. The messages between the stages are our own: the JSON of
the dataclasses of `models`, with arrays as base64 of little-endian float16, and read back exactly.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import msgspec
import numpy as np

from models.errors import InvalidItem
from models.news import NewsItem

SCHEMA = "1"
"""Version of the messages between the stages; a message of another version is dead-lettered, not guessed at."""
MOST_BYTES = 1 << 20
"""Largest news item, in bytes (interfaces.md: over 1 MiB is refused)."""
HEADER_ITEM = "parallax-item"
HEADER_SCHEMA = "parallax-schema"
HEADER_AT = "parallax-at"
"""Event time for an item that carries none; `publish` and `replay` set it, other producers need not."""
HEADER_REPLAY = "parallax-replay"
"""The name of the replay that sent an item; passed on to whatever the item leads to."""

_TEXTS = ("id", "source", "url", "title", "text", "html", "lang", "feed", "speaks_for")
"""The fields of a news item that are texts."""

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """The JSON of a value of `models`, byte for byte the same for equal values."""
    return msgspec.json.encode(value, enc_hook=_array_to_bytes)


def decode(data: bytes, kind: type[T]) -> T:
    """The value of type `kind` whose JSON is `data`.

    Raises:
        InvalidItem: it is not one (`bad_message`).
    """
    try:
        return msgspec.json.decode(data, type=kind, dec_hook=_array_from_text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidItem("bad_message", f"not a {kind.__name__} of schema {SCHEMA}: {error}") from None


def decode_own(value: bytes | None, headers: Mapping[str, bytes], kind: type[T]) -> T:
    """A message between the stages; one that says no version is of this one, or it cannot be read.

    Raises:
        InvalidItem: it is of another version (`other_version`), or none (`bad_message`).
    """
    written = headers.get(HEADER_SCHEMA, SCHEMA.encode()).decode(errors="replace")
    if written != SCHEMA:
        raise InvalidItem(
            "other_version",
            f"a {kind.__name__} of schema {written}; this program reads {SCHEMA}: have one of that version read it",
        )
    return decode(value or b"", kind)


def _array_to_bytes(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.astype("<f2", copy=False).tobytes()
    raise TypeError(f"{type(value).__name__} does not travel between stages")


def _array_from_text(_kind: Any, value: Any) -> Any:
    return np.frombuffer(msgspec.convert(value, bytes, strict=False), dtype="<f2")


def decode_item(value: bytes | None, *, key: bytes | None = None, now: datetime) -> NewsItem:
    """A news item from the value (and key) of a message; a null value withdraws the item that the key names.

    Args:
        now: event time of an item that has no date of its own.

    Raises:
        InvalidItem: too_large, not_utf8, not_json, not_an_object, bad_field, bad_date, no_words.
    """
    if value is None:
        return NewsItem(id=_key_text(key), published_at=now, withdrawn=True)
    if len(value) > MOST_BYTES:
        raise InvalidItem("too_large", f"{len(value):,} bytes; at most {MOST_BYTES:,}")
    try:
        text = value.decode("utf-8-sig")  # a byte order mark at the start, as Windows programs write, is no text
    except UnicodeDecodeError as error:
        raise InvalidItem("not_utf8", f"byte {error.start}: {error.reason}") from None
    try:
        fields = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidItem("not_json", str(error)) from None
    if not isinstance(fields, dict):
        raise InvalidItem("not_an_object", f"a {type(fields).__name__}, not an object with text, html or title")
    return item_from_fields(fields, now=now)


def item_from_fields(fields: Mapping[str, Any], *, now: datetime) -> NewsItem:
    """A news item from the fields of a JSON object; see `decode_item`."""
    texts = {name: _text(fields, name) for name in _TEXTS}
    revision, withdrawn = fields.get("revision"), fields.get("withdrawn")
    if isinstance(revision, float) and revision.is_integer():  # JSON knows one kind of number: 2.0 is 2
        revision = int(revision)
    if revision is not None and (isinstance(revision, bool) or not isinstance(revision, int) or revision < 0):
        raise InvalidItem("bad_field", f"revision: {revision!r} is no number of 0 or more")
    if withdrawn is not None and not isinstance(withdrawn, bool):
        raise InvalidItem("bad_field", f"withdrawn: {withdrawn!r} is neither true nor false")
    if withdrawn and not texts["id"]:
        raise InvalidItem("bad_field", "id: a withdrawal must name the item that it withdraws")
    if not withdrawn and not any(letter.isalnum() for name in ("text", "html", "title") for letter in texts[name]):
        raise InvalidItem("no_words", "text, html and title hold no word")
    times = [moment(fields[name]) for name in ("published_at", "date") if fields.get(name) not in (None, "")]
    return NewsItem(
        id=texts["id"] or _made_id(texts),
        published_at=times[0] if times else now,
        source=texts["source"],
        url=texts["url"],
        title=texts["title"],
        text=texts["text"],
        html=texts["html"],
        lang=texts["lang"] or None,
        revision=revision or 0,
        withdrawn=bool(withdrawn),
        feed=texts["feed"] or None,
        speaks_for=texts["speaks_for"] or None,
        dated=bool(times),
    )


def moment(stamp: Any) -> datetime:
    """An ISO 8601 date or time as an aware UTC datetime; a bare date is its 00:00 UTC, a time without zone is UTC.

    Raises:
        InvalidItem: bad_date.
    """
    try:
        if len(stamp) == len("2025-03-18"):
            return datetime.combine(date.fromisoformat(stamp), time(), UTC)
        at = datetime.fromisoformat(stamp)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise InvalidItem("bad_date", f"published_at: {stamp!r} is no ISO 8601 date") from None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidItem("bad_field", f"{name}: a {type(value).__name__}, not a text")
    return value


def _made_id(texts: Mapping[str, str]) -> str:
    basis = texts["url"] or "\x1f".join((texts["source"], texts["title"], texts["text"] or texts["html"]))
    return hashlib.sha256(basis.encode()).hexdigest()[:32]


def _key_text(key: bytes | None) -> str:
    try:
        name = (key or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidItem("not_utf8", "the key of a tombstone is not UTF-8") from None
    if not name:
        raise InvalidItem("bad_field", "a null value withdraws the item that its key names, and there is no key")
    return name
