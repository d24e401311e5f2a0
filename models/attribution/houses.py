"""A house that a document names in full, and then by its kind alone: "the administration", «в ведомстве».

The full name that stands last before it tells whose it is; where that is another's ("Turkey's foreign ministry"), or
there is none, the kind alone says nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_EN = re.compile(
    r"(?<![\w-])(?P<head>[Aa]dministration|[Mm]inistry|[Dd]epartment|[Ee]mbassy|[Mm]ission|[Dd]elegation)"
    r"(?P<of>\s+(?:of|for)\b)?(?![\w-])"
)
_BEFORE = re.compile(r"(?<![\w’'.-])[\w’'.-]+(?=\s+$)")
_WITHIN = 40
"""Letters before the kind in which the word before it begins: a judgement."""
_ARTICLE = re.compile(r"[Tt]he")
_UNTOLD = re.compile(
    r"(?:[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Oo]ur|[Aa]n?|[Oo]ne|[Ee]ach|[Ee]very|[Tt]his|[Tt]hat|new|current|previous|last|next|own|of|and|in|on|to|for"
    r"|under|by|with|from|joint|whole|entire)"
)
"""Before the kind: neither a full name nor a name by its kind."""
_PORTFOLIO = re.compile(r"(?:[Ff]oreign|[Dd]efen[cs]e|[Ii]nterior|[Ff]inance|[Ee]nergy|[Jj]ustice|[Tt]rade|[Ss]tate)")
_RU = re.compile(
    r"(?<![\w-])(?P<head>[Мм]инистерств|[Вв]едомств|[Пп]осольств|[Дд]елегаци|[Аа]дминистраци)(?P<end>о|а|у|ом|е|я|и|ю|ей)(?![\w-])"
    r"(?P<of>\s+(?:[А-ЯЁ][\w-]*|[а-яё]+(?:ых|их|ой|ей|ого|его)|обороны|финансов|юстиции|энергетики|экономики|торговли|президента|города|области"
    r"|государств\w*|стран\w*|края|района))?"
)
_RU_FREE = re.compile(
    r"(?:[Вв]о?|[Пп]о|[Сс]о?|[Кк]|[Оо]т|[Ии]з|[Дд]о|[Дд]ля|[Оо]б?|и|а|но|[Сс]амо|[Ээ]то|что|как|где|пока|[а-яё]+(?:ло|ла|ет|ит))"
)
"""Before the kind in Russian, which has no article: a preposition, conjunction or verb; adjectives tell another's."""


@dataclass(frozen=True, slots=True)
class House:
    """text[start:end] names an institution of a voice: in full, or where nominative is given by its kind."""

    start: int
    end: int
    voice: str
    nominative: bool = True


GOVERNMENTS = "administration"
"""The kind that is a whole government, which a document need not name in full: its president's will do."""


def by_kind(text: str, named: Sequence[House], governed: Sequence[House] = ()) -> Iterator[House]:
    """Where a text names a house by its kind alone.

    Args:
        named: the institutions that it names in full, in order.
        governed: where it names a voice whose government is called GOVERNMENTS, in whatever way, in order.
    """
    yield from _english(text, named, governed)
    yield from _russian(text, named)


def _english(text: str, named: Sequence[House], governed: Sequence[House]) -> Iterator[House]:
    full: dict[str, tuple[str, str] | None] = {}
    """By kind: whose the last one was, and its name."""
    for match in _EN.finditer(text):
        kind, begins, before = match["head"].lower(), *_before(text, match.start())
        owner = _around(named, match.start())
        portfolio = _PORTFOLIO.fullmatch(before) and text[max(0, begins - 4) : begins].lower() == "the "
        if owner is not None:
            full[kind] = (owner.voice, text[owner.start : owner.end].lower())
        elif (_ARTICLE.fullmatch(before) and match["head"][0].islower() and not match["of"]) or portfolio:
            known = full.get(kind, _presidents(match, governed))
            if known and (not portfolio or before.lower() in known[1]):
                yield House(begins if portfolio else match.start(), match.end("head"), known[0])
        elif theirs := next((one for one in governed if begins < one.end < match.start()), None):
            full[kind] = (theirs.voice, kind)  # "President N.'s administration"
        elif before and not _UNTOLD.fullmatch(before):
            full[kind] = None


def _presidents(match: re.Match[str], governed: Sequence[House]) -> tuple[str, str] | None:
    """Whose administration it is where only its people were named before: that of the one voice that has one."""
    voices = {one.voice for one in governed if one.end <= match.start()}
    return (voices.pop(), GOVERNMENTS) if match["head"].lower() == GOVERNMENTS and len(voices) == 1 else None


def _russian(text: str, named: Sequence[House]) -> Iterator[House]:
    full: dict[str, str | None] = {}
    begun = 0
    last: str | None = None
    for match in _RU.finditer(text):
        while begun < len(named) and named[begun].start < match.start():
            last, begun = named[begun].voice, begun + 1
        kind, before = match["head"].lower(), _before(text, match.start())[1]
        owner = _around(named, match.start())
        if owner is not None:
            full[kind] = owner.voice
        elif match["of"] or (before and before[-1] != "." and not _RU_FREE.fullmatch(before)):
            full[kind] = last = None
        else:
            voice = last if kind == "ведомств" else full.get(kind)
            if voice:
                yield House(match.start(), match.end("end"), voice, match["end"] in ("о", "я"))


def _before(text: str, at: int) -> tuple[int, str]:
    """The word before a place, with where it begins; empty if there is none nearby."""
    found = _BEFORE.search(text, max(0, at - _WITHIN), at)
    return (found.start(), found[0]) if found else (at, "")


def _around(named: Sequence[House], at: int) -> House | None:
    return next((one for one in named if one.start <= at < one.end), None)
