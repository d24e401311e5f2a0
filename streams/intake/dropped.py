"""A dropped file as lines that may be items, by its name's ending; in memory is at most what a message can be."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from typing import BinaryIO

from models.errors import InvalidItem
from models.news import NewsItem
from streams.files import Line, item_of
from streams.publish import value_of
from streams.topics import LARGEST_LETTER_BYTES, LARGEST_MESSAGE_BYTES
from streams.wire import MOST_BYTES

LINES, OBJECT, TEXTS = ".jsonl", ".json", (".txt", ".html", ".htm")
KINDS = (LINES, OBJECT, *TEXTS)
LONGEST = LARGEST_MESSAGE_BYTES - (LARGEST_LETTER_BYTES - LARGEST_MESSAGE_BYTES)
"""Bytes of a line that are read: with the headers that a dead letter adds, what a message can be."""


class Unreadable(Exception):
    """A file that is not read at all; the text says why."""


@contextmanager
def opened(path: PurePath) -> Iterator[BinaryIO]:
    """A dropped file, never what a link in its place leads to.

    Raises:
        Unreadable: it is a link or none of KINDS, or the system does not let it be read.
        FileNotFoundError: it is gone.
    """
    if path.suffix.lower() not in KINDS:
        raise Unreadable(f"unknown_kind: {path.suffix or 'a name without an ending'}; {', '.join(KINDS)} are read")
    try:
        file = open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")  # noqa: SIM115 - closed below
    except FileNotFoundError:
        raise
    except OSError as error:
        link = os.path.islink(path)
        raise Unreadable("a link: put the file itself here" if link else f"unreadable: {error.strerror}") from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable("no regular file")
        yield file


def lines_of(file: BinaryIO, name: str) -> Iterator[Line]:
    """The lines of a `.jsonl`, without blank ones; the whole of another file. Of each at most LONGEST + 1 bytes."""
    suffix = PurePath(name).suffix.lower()
    if suffix != LINES:
        yield Line(where=name, value=file.read(LONGEST + 1), whole_file=suffix != OBJECT)
        return
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        value = end = raw if _is_cut(raw) else raw.strip()
        if value:
            yield Line(where=f"{name}:{number}", value=value, whole_file=False)
        while _is_cut(end):
            end = file.readline(LONGEST + 1)


def _is_cut(raw: bytes) -> bool:
    return len(raw) > LONGEST and not raw.endswith(b"\n")


def read(line: Line, at: datetime) -> tuple[NewsItem, bytes]:
    """The item of a line, and what is sent of it.

    Args:
        at: when an item happens that says nothing of it.

    Raises:
        InvalidItem: it is none.
    """
    if len(line.value) > MOST_BYTES:
        size = f"{len(line.value):,}" if len(line.value) <= LONGEST else f"more than {LONGEST:,}"
        raise InvalidItem("too_large", f"{size} bytes; at most {MOST_BYTES:,}")
    item = item_of(line, at)
    value = value_of(line, item)
    if len(value) > MOST_BYTES:
        raise InvalidItem("too_large", f"{len(value):,} bytes as an item; at most {MOST_BYTES:,}")
    return item, value


def changed_at(mtime_ns: int) -> datetime:
    """A file's time of change.

    Raises:
        Unreadable: it is beyond the calendar.
    """
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unreadable("bad_date: its time of change is beyond the calendar: `touch` it") from None
