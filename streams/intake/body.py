"""What a sender posted, taken apart: each item as its own bytes, and judged by itself."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from models.errors import InvalidItem
from models.news import NewsItem
from streams.delivery.letters import LONGEST_DETAIL
from streams.wire import decode_item

JSON, JSON_LINES = "application/json", "application/x-ndjson"
MOST_BYTES = 10 * 1000 * 1000
"""Of one body, after decompression: ten of the largest items, or thousands of usual ones (a judgement)."""
MOST_ITEMS = 10_000
"""Of one body: what a sender who fills it with usual items of 1 kB sends (a judgement)."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TooLarge(Exception):
    """A body of more than MOST_BYTES."""


class BadBody(Exception):
    """A body that holds no items; the text says where it ends to be what it should be."""


class TooMany(Exception):
    """A body with more than MOST_ITEMS items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A part of a body that is no item. index: its place among the items of the body, from 0."""

    index: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The items of a body in their order, each with its bytes as they came, and what is none."""

    items: tuple[tuple[NewsItem, bytes], ...]
    refused: tuple[Refused, ...]


def unpacked(body: bytes) -> bytes:
    """What a gzip of one member or several holds, never more of it in memory than MOST_BYTES and a byte.

    Not left to aiohttp, which takes a gzip that ends too early for a whole one: lines would be missing, unnoticed.

    Raises:
        BadBody: it is no gzip, or not all of one.
        TooLarge: there is more in it.
    """
    made = b""
    while body:
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # with a gzip header
        try:
            made += member.decompress(body, MOST_BYTES + 1 - len(made))
        except zlib.error as error:
            raise BadBody(f"no gzip: {error}") from None
        if len(made) > MOST_BYTES:
            raise TooLarge
        if not member.eof:
            raise BadBody("the gzip ends too early")
        body = member.unused_data
    return made


def parts(body: bytes, content_type: str) -> list[bytes]:
    """The items of a body as they stand in it: a JSON object, the elements of an array, or lines that are not blank.

    Args:
        content_type: JSON or JSON_LINES.

    Raises:
        BadBody: it is not JSON, or there is nothing in it.
        TooMany: there are too many.
    """
    body = body.removeprefix(_BYTE_ORDER_MARK)
    if content_type == JSON_LINES:
        found = [line for line in map(bytes.strip, body.split(b"\n")) if line]
    else:
        found = _parts_of_json(body) if body.strip() else []
    if not found:
        raise BadBody("there is no item in it")
    if len(found) > MOST_ITEMS:
        raise TooMany(f"{len(found):,} items; at most {MOST_ITEMS:,}: send them in several requests")
    return found


def _parts_of_json(body: bytes) -> list[bytes]:
    try:
        body.decode("utf-8")
        if not body.lstrip().startswith(b"["):
            return [bytes(msgspec.json.decode(body, type=msgspec.Raw))]
        return [bytes(one) for one in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except UnicodeDecodeError as error:
        raise BadBody(f"not UTF-8: byte {error.start}: {error.reason}") from None
    except msgspec.MsgspecError as error:
        raise BadBody(f"not JSON: {error}; one item a line is {JSON_LINES}") from None
    except RecursionError:
        raise BadBody("not JSON that can be read: too deep") from None


def judge(found: Sequence[bytes], now: datetime) -> Judged:
    """Which of the parts are items, and why the others are not."""
    items: list[tuple[NewsItem, bytes]] = []
    refused: list[Refused] = []
    for index, value in enumerate(found):
        try:
            items.append((decode_item(value, now=now), value))
        except InvalidItem as error:
            refused.append(Refused(index=index, reason=error.reason, detail=error.detail[:LONGEST_DETAIL]))
    return Judged(items=tuple(items), refused=tuple(refused))
