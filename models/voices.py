"""Who counts as whom: the voices file as values (interfaces.md describes the file)."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from models.errors import InvalidSettings
from models.news import JOINT, OTHER

LANGUAGES = ("en", "ru")
KINDS = ("institutions", "metonyms", "adjectives", "offices")
KEYS = {"name", "sources", "people", *KINDS}
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")
SPEAKS_AS = "voice:"
"""A source `voice:ID` speaks with that voice: for texts that came without an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who speaks for a voice, within the time in office; `names` by language, in full."""

    names: Mapping[str, str]
    since: datetime | None = None
    until: datetime | None = None

    def speaks_at(self, at: datetime) -> bool:
        """Whether the person was in office then: from `since` on and before `until`."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice: its name, the hosts that publish for it, what it is called, and who speaks for it."""

    id: str
    names: Mapping[str, str]
    sources: tuple[str, ...] = ()
    institutions: Mapping[str, tuple[str, ...]]
    metonyms: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]
    offices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The voices file: every voice, and the pair that is compared."""

    pair: tuple[str, str]
    voices: tuple[Voice, ...]
    digest: str

    def __hash__(self) -> int:
        """Of the file's content: tables of names are made once for each value."""
        return hash((self.digest, self.pair))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the file's order."""
        return tuple(voice.id for voice in self.voices)

    def names(self, voice: str) -> Mapping[str, str]:
        """What a voice is called, by language."""
        return next(one.names for one in self.voices if one.id == voice)

    def name(self, voice: str, lang: str) -> str:
        """What a voice is called in a language, else in the first language that the file has, else its id."""
        names = self.names(voice)
        return names.get(lang) or next(iter(names.values()), voice)

    def voice_of_source(self, source: str, url: str) -> str | None:
        """The voice that a source publishes for: `source` if it is a host, else the URL's host; sub-domains count."""
        if source.startswith(SPEAKS_AS):
            named = source.removeprefix(SPEAKS_AS)
            return named if named in self.ids else None
        host = source.lower().strip(".")
        if not _HOST.fullmatch(host):
            try:
                host = (urlsplit(url).hostname or "").lower()
            except ValueError:
                return None
        owners = {known: voice.id for voice in self.voices for known in voice.sources}
        labels = host.split(".")
        return next((owners[tail] for n in range(len(labels)) if (tail := ".".join(labels[n:])) in owners), None)

    def source_of(self, voice: str) -> str:
        """A source that `voice_of_source` takes for that voice."""
        return SPEAKS_AS + voice

    def with_pair(self, a: str, b: str) -> "Voices":
        """The same voices with another pair to compare."""
        return replace(self, pair=(a, b))


def voices_from_toml(content: str, name: str) -> Voices:
    """The voices of a file.

    Args:
        name: of the file, for messages.

    Raises:
        InvalidSettings: one line that names file, line, table and field (docs/voices.md lists what is refused).
    """
    reader = _Reader(content, name)
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line = where.group(1) if where else max(1, len(content.splitlines()))
        raise InvalidSettings(f"{name}:{line}: {error}") from None
    if unknown := sorted(set(table) - {"pair", "voices"}):
        raise reader.fault(unknown[0], f"unknown key {unknown[0]!r}: the file has `pair` and `[voices.ID]`")
    voices = tuple(
        _voice(reader.inside(f"voices.{key}"), key, value)
        for key, value in reader.tables(table.get("voices"), "voices")
    )
    pair = table.get("pair")
    if not isinstance(pair, list) or len(pair) != 2 or len(set(map(str, pair))) != 2:
        raise reader.fault("pair", '`pair` must name the two voices that are compared, as in pair = ["north", "south"]')
    known = {voice.id for voice in voices}
    for one in pair:
        if one not in known:
            raise reader.fault("pair", f"the pair names {one!r}, which is no [voices.{one}] of the file")
    _refuse_shared_names(reader, voices)
    digest = hashlib.sha256(content.encode(errors="replace")).hexdigest()[:16]
    return Voices(pair=(pair[0], pair[1]), voices=voices, digest=digest)


def _voice(reader: "_Reader", key: str, value: Mapping[str, Any]) -> Voice:
    if key in (JOINT, OTHER) or not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        raise reader.fault(
            f"voices.{key}", f"{key!r} cannot be a voice's id: small letters, digits and _, not {JOINT} or {OTHER}"
        )
    if unknown := sorted(set(value) - KEYS):
        raise reader.fault(unknown[0], f"unknown key {unknown[0]!r}: a voice has {', '.join(sorted(KEYS))}")
    listed = {
        kind: {lang: tuple(reader.texts(kind, some)) for lang, some in reader.by_language(value.get(kind), kind)}
        for kind in KINDS
    }
    people = value.get("people", [])
    if not isinstance(people, list):
        raise reader.fault("people", "`people` must be a list of tables")
    return Voice(
        id=key,
        names={lang: reader.text("name", one) for lang, one in reader.by_language(value.get("name"), "name")},
        sources=tuple(_host(reader, one) for one in reader.texts("sources", value.get("sources", []))),
        institutions=listed["institutions"],
        metonyms=listed["metonyms"],
        adjectives=listed["adjectives"],
        offices=listed["offices"],
        people=tuple(_person(reader, one) for one in people),
    )


def _host(reader: "_Reader", value: str) -> str:
    host = value.lower().strip(".")
    if not _HOST.fullmatch(host):
        raise reader.fault(
            value, f"`sources`: {value!r} is no host; write it as in whitehouse.example, without https://"
        )
    return host


def _person(reader: "_Reader", value: object) -> Person:
    if not isinstance(value, dict):
        raise reader.fault("people", f'`people`: a person is a table such as {{ en = "…" }}, not {value!r}')
    named = {key: one for key, one in value.items() if key not in ("from", "until")}
    names = {lang: reader.text("people", one) for lang, one in reader.by_language(named, "people")}
    if not names:
        raise reader.fault("people", "`people`: a person without a name")
    first = next(iter(names.values()))
    since, until = reader.day(value.get("from"), first), reader.day(value.get("until"), first)
    if since is not None and until is not None and until <= since:
        raise reader.fault(
            first, f"`people`: {first} is in office until {until:%Y-%m-%d}, not after from, {since:%Y-%m-%d}"
        )
    return Person(names=names, since=since, until=until)


def _refuse_shared_names(reader: "_Reader", voices: Sequence[Voice]) -> None:
    owners: dict[str, str] = {}
    for voice in voices:
        for name in _called(voice):
            owner = owners.setdefault(name.casefold(), voice.id)
            if owner != voice.id:
                raise reader.fault(name, f"{name!r} stands in two voices, {owner} and {voice.id}", last=True)


def _called(voice: Voice) -> Iterator[str]:
    yield from voice.sources
    for listed in (voice.institutions, voice.metonyms, voice.adjectives, voice.offices):
        for names in listed.values():
            yield from names
    for person in voice.people:
        yield from person.names.values()


class _Reader:
    """Checks the shape of values, and finds the line of what is wrong."""

    def __init__(self, content: str, name: str, table: str = "") -> None:
        self._content, self._name, self._table = content, name, table
        lines = list(enumerate(content.splitlines() or [""], 1))
        begins = next((n for n, line in lines if line.strip().startswith((f"[{table}]", f"[{table}."))), 1)
        self._lines = [one for one in lines if one[0] >= begins]

    def inside(self, table: str) -> "_Reader":
        """A reader of one table: its faults name it, and are looked for from its header on."""
        return _Reader(self._content, self._name, table)

    def fault(self, near: str, message: str, *, last: bool = False) -> InvalidSettings:
        """An error that names the first line, or the last, that holds `near`."""
        lines = [n for n, line in self._lines if near.casefold() in line.casefold()] or [self._lines[0][0]]
        where = f"[{self._table}]: " if self._table else ""
        return InvalidSettings(f"{self._name}:{lines[-1 if last else 0]}: {where}{message}")

    def tables(self, value: object, key: str) -> list[tuple[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, dict) or (
            key == "voices" and not all(isinstance(one, dict) for one in value.values())
        ):
            raise self.fault(key, f"`{key}` must be a table")
        return list(value.items())

    def by_language(self, value: object, key: str) -> list[tuple[str, Any]]:
        """A table whose keys are languages."""
        held = self.tables(value, key)
        for lang, _ in held:
            if not re.fullmatch(r"[a-z]{2,3}", lang):
                raise self.fault(lang, f"`{key}`: {lang!r} is no language, such as en or ru")
        return held

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.fault(str(value).strip() or key, f"`{key}`: {value!r} is no text")
        return value

    def texts(self, key: str, value: object) -> list[str]:
        if not isinstance(value, list):
            raise self.fault(key, f"`{key}` must be a list of texts")
        return [self.text(key, one) for one in value]

    def day(self, value: object, who: str) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise self.fault(str(value), f"`people`: {who}: {value!r} is no date") from None
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
