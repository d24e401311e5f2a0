"""Where a text names a voice: institutions, metonyms and people, Russian ones in every case.

A person's mention counts while the person is in office; whose a surname alone is where a namesake or relative was
named, bearers.py tells; what is part of another's name, longer.py; who is no listed person and introduced by an office,
introduced.py. The longest name wins. An institution that carries
a listed surname ("the Biden administration") is bound by that person's dates.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from models.attribution.bearers import Bearers, Named, title_before
from models.attribution.bearing import bearings
from models.attribution.cues import ROLE
from models.attribution.given import OPENS, common_given, given_name, same_given
from models.attribution.houses import GOVERNMENTS, House, by_kind
from models.attribution.index import Index
from models.attribution.introduced import Owner, introductions
from models.attribution.longer import of_a_place, of_another, of_other_country
from models.attribution.names import gender_of, pattern_of, pattern_of_account
from models.voices import Person, Voice, Voices

Kind = Literal["institution", "metonym", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """text[start:end] names `voice`; `nominative` is False where Russian grammar rules out a subject."""

    start: int
    end: int
    voice: str
    kind: Kind
    nominative: bool
    gender: str = ""
    """Of a person: "f" or "m", where the given name tells."""
    country: bool = False
    """A metonym in whose offices' names it stands ("МИД России"): others speak there, too."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """An institution or metonym: whose, of what kind, its nominative, and the surname in it that dates it, if any."""

    voice: str
    kind: Kind
    nominative: str
    surname: str | None
    country: bool = False
    adjective: bool = False


class Names:
    """The names of a voices file, ready to be found; made once for each."""

    def __init__(self, voices: Voices) -> None:
        """Compile."""
        self._people: dict[str, list[tuple[str, str, Person]]] = {}
        surnames: list[tuple[str, str, str]] = []
        for voice in voices.voices:
            for person in voice.people:
                for lang, name in person.names.items():
                    given, surname = name.split()[0], name.split()[-1]
                    if surname not in self._people:
                        surnames.append((surname, pattern_of(surname, lang), surname))
                    self._people.setdefault(surname, []).append((given, voice.id, person))
        self._surnames = Index(surnames)
        self._institutional = frozenset(
            word
            for voice in voices.voices
            for names in (*voice.institutions.values(), *voice.metonyms.values())
            for name in names
            for word in name.split()
        )
        self._administrations = frozenset(
            voice.id
            for voice in voices.voices
            if any(name.endswith(f" {GOVERNMENTS}") for names in voice.institutions.values() for name in names)
        )
        self._words = {voice.id: frozenset(_words_of(voice)) for voice in voices.voices}
        self._acronyms = frozenset(word for word in self._institutional if word.isupper())
        self._fixed = Index(one for voice in voices.voices for one in self._fixed_names(voice))
        self._offices = Index(one for voice in voices.voices for one in _offices_of(voice))

    def _fixed_names(self, voice: Voice) -> Iterator[tuple[str, str, _Fixed]]:
        institutions = [(lang, name) for lang, names in voice.institutions.items() for name in names]
        metonyms = [(lang, name) for lang, names in voice.metonyms.items() for name in names]
        listed = {name.casefold() for _, name in (*institutions, *metonyms)}
        own = [(lang, re.sub(r"^the ", "", name)) for lang, name in voice.names.items()]
        institutions += [one for one in own if one[1].casefold() not in listed]
        kinds: tuple[tuple[Kind, list[tuple[str, str]]], ...] = (("institution", institutions), ("metonym", metonyms))
        for kind, names in kinds:
            for lang, name in names:
                dated = next((word for word in name.split() if word in self._people), None)
                nominative = pattern_of(name, lang, declined=False)
                stands = re.compile(rf"\s(?:{pattern_of(name, lang)})$") if kind == "metonym" else None
                country = stands is not None and any(stands.search(one) for _, one in institutions)
                yield name, pattern_of(name, lang), _Fixed(voice.id, kind, nominative, dated, country)
        for lang, adjectives in voice.adjectives.items():
            for name in adjectives:
                nominative = pattern_of_account(name, lang, declined=False)
                kind = "institution" if lang == "ru" else "metonym"
                yield name, pattern_of_account(name, lang), _Fixed(voice.id, kind, nominative, None, adjective=True)

    def find(self, text: str, at: datetime | None) -> list[Mention]:
        """Every mention in order, apart; neighbours of one voice ("Kremlin spokesman Dmitry Peskov") are one.

        Args:
            at: the time that office-holders are judged by; None takes every person listed, whenever in office.
        """
        fixed = self._find_fixed(text, at)
        own = [one for one in fixed if not self._is_anothers(text, one)]
        people = list(self._find_people(text, at))
        own += _by_kind(text, own, [one for one in (*own, *people) if one.voice in self._administrations])
        return _apart(text, [*own, *people, *self._find_introduced(text, own, people)])

    def _find_introduced(self, text: str, own: list[Mention], people: list[Mention]) -> Iterator[Mention]:
        """People whom the text itself says to be a side's; see introduced.py."""
        owners = [Owner(one.start, one.end, one.voice, one.kind) for one in (*own, *people)]
        owners += [
            Owner(start, end, voice, kind)
            for start, end, (voice, kind) in self._offices.find(text)
            if kind == "adjective" or not _of_others(text, start, self._words[voice])
        ]
        found = introductions(text, sorted(owners, key=lambda one: one.start))
        for person in people:  # who is listed needs no office, but it is part of the name
            titled = next((one for one in found if person.start <= one.start < person.end), None)
            if titled is not None and titled.voice == person.voice and titled.opens < person.start:
                yield replace(person, start=titled.opens)
        for one in bearings(text, found, [(person.start, person.end) for person in people]) if found else ():
            yield Mention(
                start=one.start,
                end=one.end,
                voice=one.voice,
                kind="person",
                nominative=one.nominative,
                gender=gender_of(one.given),
            )

    def _is_anothers(self, text: str, one: Mention) -> bool:
        if one.kind == "metonym":
            return of_another(text, one.start, one.end)
        return of_other_country(text, one.start, self._words[one.voice])

    def written(self, text: str) -> list[Mention]:
        """The same of every name written, whoever is in office, also within others' names; not of adjectives."""
        return _apart(text, [*self._find_fixed(text, None, adjectives=False), *self._find_people(text, None)])

    def recased(self, line: str) -> str:
        """A line in capitals with a capital only where a word begins, but for acronyms that are names."""
        return _WORD.sub(
            lambda word: word.group() if word.group() in self._acronyms else word.group().capitalize(), line
        )

    def _find_fixed(self, text: str, at: datetime | None, *, adjectives: bool = True) -> Iterator[Mention]:
        for start, end, owner in self._fixed.find(text):
            if owner.adjective and not adjectives:
                continue
            if at is not None and owner.surname and not any(p.speaks_at(at) for _, _, p in self._people[owner.surname]):
                continue
            nominative = re.fullmatch(owner.nominative, text[start:end]) is not None
            kind, country = owner.kind, owner.country
            yield Mention(start=start, end=end, voice=owner.voice, kind=kind, nominative=nominative, country=country)

    def _find_people(self, text: str, at: datetime | None) -> Iterator[Mention]:
        named = list(self._named(text))
        bearers: dict[str, Bearers] = {}
        for one in named:
            bearers.setdefault(one.surname, Bearers()).count(one)
        for one in named:
            if not bearers[one.surname].is_listed(text, one):
                continue
            known = [person for person in one.known if at is None or person[1].speaks_at(at)]
            if known:
                voice, person = known[0]
                gender = gender_of(person.names.get("en", "").partition(" ")[0])
                yield Mention(
                    start=one.start, end=one.end, voice=voice, kind="person", nominative=one.nominative, gender=gender
                )

    def _named(self, text: str) -> Iterator[Named]:
        """Every place of a listed surname, with what stands before it."""
        once: set[tuple[str, str]] = set()
        done, before = 0, ""
        for place, end, surname in self._surnames.find(text):
            start, given = given_name(text, place, self._institutional)
            if start < done and before != surname:
                start, given = place, None  # "сказал Имяреку Имярек": no one's given name
            done, before = end, surname
            nominative = text[place:end].casefold() == surname.casefold()
            if given and not nominative and not common_given(given) and OPENS.search(text, max(0, start - 3), start):
                start, given = place, None  # "Ответ Имярека": a sentence's first word has its capital anyway
            known = [
                (voice, person) for own, voice, person in self._people[surname] if not given or same_given(given, own)
            ]
            full = bool(given and (known or common_given(given) or (given, surname) in once))
            if given and not full:
                once.add((given, surname))
            title = None if given else title_before(text, place)
            yield Named(start, end, surname, known, given if full else None, title, nominative)


def _by_kind(text: str, own: Iterable[Mention], governed: Iterable[Mention]) -> list[Mention]:
    """Institutions that the text has named in full, where it names them by their kind."""
    return [
        Mention(start=one.start, end=one.end, voice=one.voice, kind="institution", nominative=one.nominative)
        for one in by_kind(text, _houses(one for one in own if one.kind == "institution"), _houses(governed))
    ]


def _houses(some: Iterable[Mention]) -> list[House]:
    return sorted((House(one.start, one.end, one.voice) for one in some), key=lambda one: one.start)


def _offices_of(voice: Voice) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """The offices that only a side has, and the adjectives that stand before others."""
    for lang, offices in voice.offices.items():
        for name in offices:
            yield name, pattern_of(name, lang), (voice.id, "office")
    for lang, adjectives in voice.adjectives.items():
        for name in adjectives:
            pattern = (
                rf"[{name[0].lower()}{name[0].upper()}]{re.escape(name[1:-2])}(?:ий|ая|ого|ой)"
                if lang == "ru"
                else re.escape(name)
            )
            yield name, pattern, (voice.id, "adjective")


def _of_others(text: str, start: int, own: frozenset[str]) -> bool:
    return of_other_country(text, start, own) or of_a_place(text, start, own)


def _words_of(voice: Voice) -> Iterator[str]:
    """The words of all names of a voice."""
    listed = (voice.institutions, voice.metonyms, voice.adjectives)
    names = [name for kind in listed for some in kind.values() for name in some]
    for name in (*names, *voice.names.values(), *(name for person in voice.people for name in person.names.values())):
        yield from name.split()


def within(mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """The mentions that lie in text[start:end]."""
    first = bisect_left(mentions, start, key=lambda one: one.start)
    last = bisect_left(mentions, end, lo=first, key=lambda one: one.start)
    return mentions[first:last]


def _apart(text: str, found: Iterable[Mention]) -> list[Mention]:
    """Mentions in order, apart, neighbours of one voice as one."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        before = kept[-1] if kept else None
        if before is None or one.start >= before.end:
            if before is not None and before.voice == one.voice and _joined(text[before.end : one.start]):
                kept[-1] = _merged(before, one)
            else:
                kept.append(one)
        elif one.end > before.end:
            kept[-1] = _merged(before, one)
    return kept


_BRIDGE = re.compile(rf"[ \xa0]+(?:{ROLE}[ \xa0]+)?|[ \xa0]\((?=[A-ZА-ЯЁ])")


def _joined(gap: str) -> bool:
    """Whether two names side by side are one: "Kremlin spokesman Dmitry Peskov"."""
    return len(gap) < 40 and _BRIDGE.fullmatch(gap) is not None


def _merged(a: Mention, b: Mention) -> Mention:
    kind: Kind = "person" if "person" in (a.kind, b.kind) else a.kind
    nominative = b.nominative and (a.nominative or b.kind == "person")  # "спецпредставитель президента РФ Имярек"
    return Mention(
        start=a.start,
        end=max(a.end, b.end),
        voice=a.voice,
        kind=kind,
        nominative=nominative,
        gender=a.gender or b.gender,
    )


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=8)
def names_of(voices: Voices) -> Names:
    """The patterns of a voices file."""
    return Names(voices)
