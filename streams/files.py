"""News items from files: JSON Lines, plain text or HTML, in the order given."""

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.errors import InvalidItem, InvalidSettings
from models.news import NewsItem
from streams.wire import decode_item

STANDARD_INPUT = "-"
Refuse = Callable[[str, InvalidItem], None]
"""Called with `file:line` and the reason for each line that is no item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a JSON Lines file, or a whole file of another kind (number 0), as bytes; `where` is for messages."""

    where: str
    value: bytes
    whole_file: bool


def lines(paths: Sequence[str], *, jsonl: bool = False) -> Iterator[Line]:
    """The lines of `.jsonl` files and the whole of other files; `-` is standard input, JSON Lines if `jsonl`.

    Raises:
        InvalidSettings: a file cannot be read.
    """
    for path in paths:
        try:
            if path == STANDARD_INPUT:
                yield from _of(sys.stdin.buffer.read(), "standard input", jsonl)
            elif path.endswith(".jsonl") or jsonl:
                with Path(path).open("rb") as file:
                    yield from _numbered(iter(file), path)
            else:
                yield from _of(Path(path).read_bytes(), path, False)
        except OSError as error:
            raise InvalidSettings(f"{path}: {error.strerror}") from None


def _of(content: bytes, where: str, jsonl: bool) -> Iterator[Line]:
    if jsonl:
        yield from _numbered(iter(content.splitlines()), where)
    else:
        yield Line(where=where, value=content, whole_file=True)


def _numbered(raw: Iterator[bytes], where: str) -> Iterator[Line]:
    for number, line in enumerate(raw, 1):
        if value := line.strip():
            yield Line(where=f"{where}:{number}", value=value, whole_file=False)


class EventTime:
    """The latest event time seen: when an item without a date happens (interfaces.md)."""

    def __init__(self, start: datetime) -> None:
        """Start at `start`, which holds until an item with a date comes."""
        self._latest: datetime | None = None
        self._start = start

    @property
    def now(self) -> datetime:
        """The time of an undated item that comes now."""
        return self._latest or self._start

    def saw(self, item: NewsItem) -> None:
        """Take note of an item's time; one that was given this clock's own time tells nothing new."""
        if item.published_at != self.now:
            self._latest = max(self._latest or item.published_at, item.published_at)


def item_of(line: Line, now: datetime) -> NewsItem:
    """The news item of a line; a plain file's id is the hash of its text.

    Raises:
        InvalidItem: it is none.
    """
    if not line.whole_file:
        return decode_item(line.value, now=now)
    try:
        text = line.value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidItem("not_utf8", f"byte {error.start}: {error.reason}") from None
    if not any(letter.isalnum() for letter in text):
        raise InvalidItem("no_words", "the text holds no word")
    is_html = line.where.lower().endswith((".html", ".htm")) or text.lstrip()[:15].lower().startswith(
        ("<!doctype html", "<html")
    )
    return NewsItem(
        id=hashlib.sha256(text.encode()).hexdigest()[:32],
        published_at=now,
        html=text if is_html else "",
        text="" if is_html else text,
        dated=False,
    )


def items(paths: Sequence[str], *, start: datetime, refuse: Refuse, jsonl: bool = False) -> Iterator[NewsItem]:
    """The items of files; a line that is none goes to `refuse`."""
    time = EventTime(start)
    for line in lines(paths, jsonl=jsonl):
        try:
            item = item_of(line, time.now)
        except InvalidItem as error:
            refuse(line.where, error)
            continue
        time.saw(item)
        yield item
