"""Whose a surname alone is, in a document that also names a relative or namesake of the person listed.

A courtesy title tells them apart where it can ("Mrs. N." is not William N.). Else a surname is the person's of that
surname who was named in full last, and again the listed person's from the next paragraph on, if the document names
that one in full first and at least as often as all the others.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.attribution.names import MEN, WOMEN
from models.voices import Person

_TITLE = re.compile(r"\b(?:(Mr)|(?:Mrs|Ms|Miss))\.?[ \xa0]$")


@dataclass(frozen=True, slots=True)
class Named:
    """A surname in a text.

    Attributes:
        start, end: with the given name, if there is one.
        known: (voice, person) of those listed whom the name fits; empty for another's full name.
        given: a given name that tells whose it is.
        title: the courtesy title before the surname alone, `m` or `f`.
        nominative: False where Russian grammar rules out a subject.
    """

    start: int
    end: int
    surname: str
    known: Sequence[tuple[str, Person]]
    given: str | None
    title: str | None
    nominative: bool


def title_before(text: str, start: int) -> str | None:
    """The courtesy title that text[:start] ends with: `m`, `f`, or none."""
    match = _TITLE.search(text, max(0, start - 6), start)
    return None if match is None else "m" if match[1] else "f"


@dataclass(slots=True)
class Bearers:
    """The bearers of one surname in a document: first all is counted, then asked, both in the order of the text."""

    listed: int = 0
    others: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    listed_are: set[str | None] = field(default_factory=set)
    others_are: set[str | None] = field(default_factory=set)
    _last_listed: bool = True
    _listed_came: bool = False
    _other_end: int = 0

    def count(self, one: Named) -> None:
        """Take in one place."""
        if one.title:
            self.titles[one.title] += 1
        if one.given and one.known:
            self.listed += 1
            self.listed_are.add(_gender(one.given))
        elif one.given:
            self.others += 1
            self.others_are.add(_gender(one.given))

    def is_listed(self, text: str, one: Named) -> bool:
        """Whether a place names the listed person."""
        if one.given:
            self._last_listed = bool(one.known)
            self._listed_came |= self._last_listed
            self._other_end = self._other_end if self._last_listed else one.end
            return self._last_listed
        if not one.known:
            return False
        if one.title and (told := self._by_title(one.title)) is not None:
            return told
        if self._last_listed:
            return True
        return self._listed_came and self.listed >= self.others and "\n" in text[self._other_end : one.start]

    def _by_title(self, title: str) -> bool | None:
        """Whether the title is the listed person's alone; None where it does not tell."""
        other = "f" if title == "m" else "m"
        if self.listed_are == {other}:
            return False
        if None in self.others_are:
            return None
        if title not in self.others_are:
            return True
        usual = other not in self.others_are and self.titles[other] > self.titles[title]
        return False if usual and self.listed_are != {title} else None


def _gender(given: str) -> str | None:
    return "f" if given in WOMEN else "m" if given in MEN else None
