"""One sentence: who is said in it to speak. Every hit is a frame found, with its rule, voice, confidence and place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.attribution.attached import attached
from models.attribution.cues import (
    ABOUT,
    BEFORE_NOUN,
    FIGURES,
    NOT_SIDE,
    NOUNS,
    PUBLISHING,
    SPEECH_NOUN,
    STRONG,
    WEAK,
    WORD,
)
from models.attribution.english import english
from models.attribution.hits import LAST, Hit
from models.attribution.mentions import Mention
from models.attribution.russian import UNDECLINED, russian
from models.attribution.russian_cues import CUES as RU_CUES
from models.attribution.russian_cues import IMPERSONAL
from models.attribution.russian_cues import NO_SIDE as RU_NO_SIDE
from models.attribution.russian_cues import PUBLISHING as RU_PUBLISHING
from models.attribution.russian_cues import ROLE as RU_ROLE
from models.attribution.russian_cues import SPEECH_NOUN as RU_SPEECH_NOUN
from models.attribution.russian_cues import TEXTS as RU_TEXTS
from models.attribution.subjects import only_tells
from models.news import OTHER

_ACCORDING = re.compile(
    r"\b[Aa]ccording\s+to\s+|\b[Ii]n the words of\s+"
    r"|\b[Aa]s\s+(?:reported|outlined|described|told|laid\s+out|put|summari[sz]ed|presented|announced|relayed|set\s+out)\s+by\s+|\b[Pp]er\s+(?=the\b)|\b[Пп]о\s+(?:словам|мнению|данным|версии"
    r"|утверждению|оценке"
    r"|оценкам|сведениям)\s+|\b[Сс]огласно\s+(?:заявлению\s+)?|\b[Сс]о\s+ссылкой\s+на\s+"
)
_RUSSIAN = RU_CUES | IMPERSONAL | RU_PUBLISHING | {"дал", "дала", "дали", "даёт", "дает"}
_QUOTES = re.compile(r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)|«[^»\n]*(?:»|$)|''[^\n]*?(?:''|$)")


_ASIDE = re.compile(r"[,.!?…]\s*[—–-]\s+(?=([а-яё]+)\s)[^«»“”\"—–]{3,120}?(?=[,.]\s*[—–-]\s)")
"""The speaker within Russian quotation marks: "«Да, — сказал он, — но …»"."""


def quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between quotation marks in text[start:end], marks included; one left open runs to the end."""
    found: list[tuple[int, int]] = []
    for match in _QUOTES.finditer(text, start, end):
        at = match.start()
        for aside in _ASIDE.finditer(text, at, match.end()):
            if aside[1] in RU_CUES:
                found.append((at, aside.start(1)))
                at = aside.end()
        found.append((at, match.end()))
    return found


def hits(
    text: str, start: int, end: int, mentions: Sequence[Mention], inside: Sequence[tuple[int, int]] | None = None
) -> list[Hit]:
    """The frames in a sentence, in order of their place.

    Args:
        inside: the quotations of the block around it, if known: one may begin in an earlier sentence.
    """
    inside = quoted(text, start, end) if inside is None else [one for one in inside if one[0] < end and one[1] > start]
    spoken = [one for one in mentions if not any(a < one.start < b for a, b in inside)]
    found = [
        *_by_verbs(text, start, end, spoken, inside),
        *_according(text, start, end, spoken),
        *_by_nouns(text, start, end, spoken),
        *_dashed(text, start, end, mentions),
    ]
    if beside := attached(text, start, end, spoken):
        found = [hit for hit in found if hit.end != beside.end] or [beside]
    kinds = {one.start: one.kind for one in spoken}
    found = [replace(hit, kind=kinds[hit.start]) if hit.start in kinds else hit for hit in found]
    return sorted(found, key=lambda hit: (hit.start, -hit.confidence))


def _by_verbs(
    text: str, start: int, end: int, mentions: Sequence[Mention], inside: Sequence[tuple[int, int]]
) -> Iterator[Hit]:
    before = start
    for word in WORD.finditer(text, start, end):
        low = word.group().lower()
        if word.group()[0].isupper() and (low in NOUNS or word.start() == start):
            continue
        strong = low in STRONG
        if not (strong or low in WEAK or low in PUBLISHING or low in _RUSSIAN) or any(
            a < word.start() < b for a, b in inside
        ):
            continue
        if low in NOUNS and BEFORE_NOUN.search(text, max(start, word.start() - 24), word.start()):
            continue
        if low in RU_PUBLISHING and not RU_TEXTS.match(text, word.end(), end):
            continue
        if low in ABOUT and not ABOUT[low].match(text, word.end(), end):
            continue
        cue = (word.start(), word.end())
        hit = (
            russian(text, start, end, mentions, cue)
            if low in _RUSSIAN
            else english(text, start, end, mentions, cue, before, strong)
        )
        if hit and only_tells(text, start, end, hit):
            continue
        if hit:
            if low in PUBLISHING or low in RU_PUBLISHING:
                hit = replace(hit, confidence=0.55, rule="publisher")
            yield hit
            before = word.end()


def _according(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Hit]:
    for match in _ACCORDING.finditer(text, start, end):
        to = next((one for one in mentions if one.start >= match.end()), None)
        if (
            to is not None
            and re.fullmatch(r"(?:the\s+|a\s+|an\s+|[\w-]+\s+){0,2}", text[match.end() : to.start])
            and not NOT_SIDE.match(text, to.end)
            and not _of_a_body(text[match.end() : to.start], to)
        ):
            yield Hit(match.start(), to.end, to.voice, 0.85, "according-to")
        elif re.match(r"(?:him|them|her(?=[,.;])|его|её|ее|их)\b", text[match.end() : match.end() + 5]):
            yield Hit(match.start(), match.end(), LAST, 0.7, "pronoun", named=False)
        elif role := _BY_ROLE.match(text, match.end()):
            yield Hit(match.start(), role.end(), LAST, 0.65, "role", named=False)
        else:
            yield Hit(match.start(), match.end(), OTHER, 0.7, "other-according-to")
    if theirs := re.compile(r"[Пп]о\s+(?:его|её|ее|их)\s+(?:словам|мнению|оценке)").search(text, start, end):
        yield Hit(theirs.start(), theirs.end(), LAST, 0.7, "pronoun", named=False)


_BY_ROLE = re.compile(
    r"the\s+(?:(?:senior|top|high-ranking|deputy|vice|foreign|press|prime|same)\s+){0,2}"
    r"(?:diplomat|minister|spokes\w+|envoy|ambassador|negotiator|secretary|advis[eo]r|official|consul|representative|attach[eé])(?=[,.;]|$)"
    r"|(?:высокопоставленного\s+|официального\s+)?(?:дипломата|пресс-секретаря|представител(?:я|ьницы)|министра|замминистра|посла"
    r"|спецпосланника|советника|помощника|чиновника|переговорщика|консула)(?=[,.;]|$)"
)
"""A role alone, after "according to": whoever spoke last."""
_PORTFOLIO = r"(?:обороны|финансов|юстиции|энергетики|экономики|торговли|культуры|здравоохранения|внутренних\s+дел)"
_RU_OFFICE = re.compile(
    rf"(?:{RU_ROLE}|посольств\w*|постпред\w*|спецслужб\w*|разведк\w*|миссии|делегации|сторон\w+|[а-яё]+(?:ого|ей|ой|их|ым|ем))(?:\s+{_PORTFOLIO})?\s+",
    re.I,
)


def _of_a_body(gap: str, to: Mention) -> bool:
    """Whether a Russian noun between "according to" and a name makes it another's: «Центробанка России»."""
    if not re.search(r"[а-яё]", gap):
        return False
    return RU_NO_SIDE.search(gap) is not None or (to.country and _RU_OFFICE.fullmatch(gap) is None)


_POSSESSED = re.compile(
    rf"[’']s?\s+(?:[\w-]+\s+){{0,2}}?(?!campaign|office|administration|team|rhetoric|discourse){SPEECH_NOUN}\b"
    r"(?!,?\s+(?:which\s+)?(?:ha(?:s|ve|d)\s+)?(?:c[ao]me|drew|drawn|spark|trigger|caus|prompt|appear|help|met|has\s+been))"
)
"""Not what the words set off: "Trump's comments drew criticism"."""
_LIKENED = re.compile(r"[’']s?\s+(?:own\s+)?(?:version|answer|reply)\s+(?:of|to)\s+[A-Z]")
"""Nor what is like another: "Russia's version of Facebook"."""
_POSITION_IS = re.compile(
    rf"\s+(?:[\w-]+\s+)?{SPEECH_NOUN}\s+(?:is|was|remains|has\s+been)\s+(?:\w+ly\s+|still\s+)?that\b"
)
"""A name without a possessive before such a noun: "the Kremlin position is that …"."""
_FROM_NOUN = re.compile(rf"^(?:[\w’-]+\s+){{0,4}}{SPEECH_NOUN}\s+(?:from|by|of)\s+(?:the\s+)?$")
_CONTESTED = re.compile(
    r"\b(?:reject|den(?:y|ies|ied)|dismiss|disput|refut|rebut|rebuff|brush|ridicul|mock|question|contest|challeng|counter"
    r"|scoff|deplor|critici[sz]|condemn|respond|react|contradict)\w*\b"
)
"""Verbs before a noun of speech: whose speech it is does not speak here, whoever contests it does."""
_RU_NOUN_OF = re.compile(
    r"^(?:(?:[вп]о?|согласно|с\s+точки\s+зрения)\s+)?"
    rf"(?:[а-яё-]+(?:[ыио]й|[ая]я|[ое]е|[ыи]е|[ое]го|[ое]м|[уы]ю|ую|[ыи]х|[ыи]м)\s+){{0,2}}{RU_SPEECH_NOUN}\s+$",
    re.I,
)
_OPENING = re.compile(
    r"^[\s\"“«(]*(?:(?:[A-Z][\w-]+,\s+)?(?:[Ff]rom|[Ii]n|[Bb]ut|[Aa]nd|[Ww]hile|[Tt]hough|[Yy]et|[Tt]o)?\s*(?:the\s+"
    r"|[Tt]he\s+)?|(?:с|С)\s+точки\s+зрения\s+)$"
)


_LABEL = re.compile(r"(?:[’']s?)?:")
_DASH = re.compile(r"\s[—–]\s+(?=[^—–.!?]{2,60}$)")
_SOURCE = re.compile(
    r"(?:the\s+)?(?:[A-ZА-ЯЁ]|(?:[\w-]+\s+){0,3}(?:expert|economist|analyst|envoy|official|newspaper|media|report|outlet|source|poll|data"
    r"|paper|agency|diplomat|lawmaker|senator|minister|ministry|эксперт|политолог|СМИ|источник|газета|депутат|сенатор|посол)s?\b)"
)


def _dashed(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Hit]:
    """The source after a headline's last dash: `Talks to go on — Kremlin`."""
    dash = next(reversed(list(_DASH.finditer(text, start, end))), None)
    if dash is None or end - start > 200:
        return
    named = next((one for one in mentions if dash.end() <= one.start <= dash.end() + 4), None)
    if named is not None and named.nominative and end - named.end <= 30:
        apart = NOT_SIDE.match(text, named.end)
        yield Hit(dash.start(), end, OTHER if apart else named.voice, 0.8, "dash")
    elif _SOURCE.match(text, dash.end(), end):
        yield Hit(dash.start(), end, OTHER, 0.8, "dash")


def _by_nouns(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Hit]:
    """The possessive as subject ("the Kremlin's account hints"), the noun's source, and `Name: …`."""
    for n, one in enumerate(mentions):
        before = text[start : one.start]
        if len(before) > 80:
            before = re.split(r"[,;]\s+", before)[-1]
        if len(before) > 60:
            continue
        opening = n == 0 and _LABEL.match(text, one.end) and before.strip('"“«( ').lower() in ("", "the")
        if opening and not FIGURES.match(text, one.end, end):
            yield Hit(one.start, one.end + 1, one.voice, 0.8, "colon")
        clause = re.split(r"[,;]\s+", before)[-1]
        if (
            (_POSSESSED.match(text, one.end, end) or _POSITION_IS.match(text, one.end, end))
            and (_OPENING.match(before) or _OPENING.match(clause))
            and not NOT_SIDE.match(text, one.end)
            and not _LIKENED.match(text, one.end)
        ):
            yield Hit(one.start, one.end, one.voice, 0.7, "possessive")
        elif (
            _FROM_NOUN.match(before)
            and not _CONTESTED.search(before)
            and not re.match(r"\s+and\s", text[one.end : one.end + 6])
        ):
            yield Hit(one.start, one.end, one.voice, 0.65, "noun-from")
        elif (not one.nominative or UNDECLINED.search(text[one.start : one.end])) and _RU_NOUN_OF.match(before):
            yield Hit(one.start, one.end, one.voice, 0.7, "possessive")
