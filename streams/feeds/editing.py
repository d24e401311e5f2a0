"""Adding to a feeds file and taking from it: the rest of the file, comments and all, stays as a person wrote it."""

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit

from models.errors import InfrastructureError, InvalidSettings
from streams.feeds.configuration import SHIPPED_FEEDS
from streams.feeds.entries import Feed
from streams.feeds.urls import normalised, shown_url, without_credentials
from streams.settings import Settings

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*feed[ \t]*\]\]")
OWN_FILE = "feeds.toml"
"""In the data directory: the user's own copy of the shipped file, from the first change on."""


def feeds_file(settings: Settings) -> Path:
    """The feeds file that is in force: the one named, else the data directory's own, else the shipped one."""
    if settings.feeds:
        return Path(settings.feeds)
    own = settings.data_dir / OWN_FILE
    return own if own.exists() else SHIPPED_FEEDS


def own_feeds_file(settings: Settings) -> tuple[Path, bool]:
    """The feeds file that may be changed, and whether it was made just now, as a copy of the shipped one.

    Raises:
        InfrastructureError: it cannot be made.
    """
    path = feeds_file(settings)
    if path != SHIPPED_FEEDS:
        return path, False
    own = settings.data_dir / OWN_FILE
    write(own, SHIPPED_FEEDS.read_bytes().decode())
    return own, True


def added(content: str, feeds: Sequence[Feed]) -> str:
    """The file with these feeds at its end.

    Raises:
        InvalidSettings: it has one of them already.
    """
    held = {normalised(str(one.get("url"))) for one in _tables(content)}
    tables = [table(feed) for feed in feeds]
    for feed in feeds:
        if (spelt := normalised(feed.url)) in held:
            raise InvalidSettings(f"{shown_url(feed.url)}: this feed is there already")
        held.add(spelt)
    if not feeds:
        return content
    if _is_inline(content):  # feed = [{…}]: no [[feed]] may stand beside it
        document = tomlkit.parse(content)
        document["feed"].extend(_inline(one) for one in tables)
        return tomlkit.dumps(document)
    end = "\r\n" if "\r\n" in content else "\n"
    new = "\n".join(f"[[feed]]\n{tomlkit.dumps(one)}" for one in tables).replace("\n", end)
    return content.rstrip() + 2 * end + new if content.strip() else new


def removed(content: str, url: str) -> str:
    """The file without the feed of this address; a name and password in it need not be given.

    Raises:
        InvalidSettings: there is none.
    """
    tables = _tables(content)
    wanted = normalised(url)
    at = next((n for n, one in enumerate(tables) if wanted in spellings(str(one.get("url")))), None)
    if at is None:
        raise InvalidSettings(f"{shown_url(url)}: there is no such feed; `parallax feeds list` names them")
    left = [*tables[:at], *tables[at + 1 :]]
    if not _is_inline(content):
        shorter = _without_lines(content, at)
        with suppress(tomllib.TOMLDecodeError):
            if _tables(shorter) == left:
                return shorter
    document = tomlkit.parse(content)  # written in some other way; a comment under the feed goes with it
    document["feed"].pop(at)
    return tomlkit.dumps(document)


def write(path: Path, content: str) -> None:
    """Put a file in its place whole: whoever reads it meanwhile has the old one or the new one.

    Raises:
        InfrastructureError: it cannot be written.
    """
    path = path.resolve()  # a link stays one
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise InfrastructureError(f"{path}: {error.strerror}: it could not be written") from None


def _tables(content: str) -> list[Mapping[str, Any]]:
    return list(tomllib.loads(content).get("feed", ()))


def _is_inline(content: str) -> bool:
    return isinstance(tomlkit.parse(content).get("feed"), tomlkit.items.Array)


def table(feed: Feed) -> dict[str, Any]:
    """A feed as a person would write it: what is as always is left out."""
    minutes = None if feed.interval is None else feed.interval.total_seconds() / 60
    values = {
        "url": feed.url,
        "voice": feed.voice,
        "lang": feed.lang,
        "interval_minutes": int(minutes) if minutes is not None and minutes.is_integer() else minutes,
        "kind": None if feed.kind == "feed" else feed.kind,
        "full_text": feed.full_text,
        "zone": None if feed.zone == "UTC" else feed.zone,
        "links": feed.links or None,
        "article": feed.article or None,
    }
    return {key: value for key, value in values.items() if value is not None}


def _inline(values: Mapping[str, Any]) -> tomlkit.items.InlineTable:
    made = tomlkit.inline_table()
    made.update(values)
    return made


def spellings(url: str) -> set[str]:
    """How the address may be named: as it stands, without what is secret in it, and as it is listed."""
    return {normalised(url), normalised(without_credentials(url)), normalised(shown_url(url))}


def _without_lines(content: str, at: int) -> str:
    """The file without the lines of its `at`-th [[feed]]; comments above it, and above the next one, stay.

    What looks like a header may stand in a text of many lines: the caller sees by what is left whether it was right.
    """
    lines = content.split("\n")
    headers = [*(n for n, line in enumerate(lines) if _HEADER.match(line)), len(lines)]
    begins, ends = headers[at : at + 2] if at + 1 < len(headers) else (0, 0)
    while ends > begins and (not lines[ends - 1].strip() or lines[ends - 1].lstrip().startswith("#")):
        ends -= 1
    if ends < len(lines) and not lines[ends].strip():
        ends += 1
    return "\n".join((*lines[:begins], *lines[ends:]))
