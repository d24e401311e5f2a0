"""Whom "he", "they" or "the official" may mean: somebody of the same sentence, or whoever spoke last.

Who is named in what is said does not say it: in "Putin must act, he said" he is another. Somebody named earlier in the
sentence is meant where that is its subject ("When Putin arrived, he said …"), not an object or in a quotation.
"""

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from models.attribution.announcing import TELLING_NOUN
from models.attribution.cues import SAID
from models.attribution.hits import Hit
from models.attribution.mentions import Mention
from models.attribution.russian_cues import SAID as RU_SAID
from models.attribution.subjects import oblique
from models.news import OTHER

_SAID_BEFORE = ',”"?!»—–…'
"""What ends what is said before its frame."""
_LEADS_IN = re.compile(
    r"\s*(?:When|As|After|Before|While|Since|Once|If|Although|Though|In|On|At|During|Asked|Speaking|Having|With|Later"
    r"|Earlier|Then|Когда|После|Перед|Во?|На|Хотя|Если|Позже|Затем|Ранее)\b"
)
"""Opens a sentence in which the clause before the frame is no speech."""
_HOLDER = re.compile(
    r"president|leader|minister|secretary|officials?|spokes|diplomat|президент|лидер|министр|секретар|дипломат", re.I
)
_SOMEBODY = re.compile(
    r"[\s\"“]*(?:One|An?|Another|Some|Two|Three|Several|Many|Other|Одн[аои]н?|Другой|Другая|Некоторые|Несколько)\s+(?:[\w’-]+\s+){0,4}?"
    r"(?:residents?|farmers?|witness(?:es)?|m[ae]n|wom[ae]n|officials?|analysts?|experts?|students?|workers?|drivers?|mothers?"
    r"|fathers?|soldiers?|fighters?|rebels?|commanders?|villagers?|teachers?|doctors?|survivors?|relatives?|voters?|activists?"
    r"|lawyers?|lawmakers?|senators?|diplomats?|professors?|economists?|bankers?|priests?|pensioners?|жител\w+|фермер\w*"
    r"|очевид\w+|мужчин\w+|женщин\w+|эксперт\w*|аналитик\w*|депутат\w*|солдат\w*|водител\w+|сотрудник\w*)\b"
)
_GROUP = re.compile(
    r"[\s\"“]*(?:(?:But|And|Yet|Still|Meanwhile),?\s+)?(?:[Tt]he\s+)?(?:[\w’-]+\s+){0,2}?"
    r"(?:[Rr]ebels|[Ss]eparatists|[Mm]ilitants|[Pp]rotest[eo]rs|[Dd]emonstrators|[Ii]nsurgents|[Ff]ighters|[Oo]ccupiers|[Aa]ctivists|[Rr]esidents"
    r"|[Oo]pponents|[Cc]ritics|[Ss]upporters|[Ll]awmakers|[Ss]enators|[Dd]eputies|[Rr]epublicans|[Dd]emocrats|[Uu]krainians|[Ee]uropeans"
    r"|[Aa]nalysts|[Ee]xperts|[Oo]bservers|[Ww]itnesses|[Vv]illagers|[Ww]orkers|[Vv]oters|[Rr]elatives|[Hh]ostages|[Ss]oldiers|[Tt]roops"
    r"|[Пп]овстанцы|[Сс]епаратисты|[Оо]полченцы|[Бб]оевики|[Пп]ротестующие|[Дд]емонстранты|[Аа]ктивисты|[Жж]ители|[Оо]ппоненты"
    r"|[Кк]ритики|[Сс]торонники|[Дд]епутаты|[Сс]енаторы|[Рр]еспубликанцы|[Дд]емократы|[Аа]налитики|[Ээ]ксперты|[Оо]чевидцы)\b"
)
"""Opens a sentence with many who are no government: "they" are these from there on."""
_AND = (" and ", " и ")
_NAME = re.compile(r"(?<![\w’-])[A-ZА-ЯЁ][\w’-]+")
_TOKEN = re.compile(r"[\w’-]+")
_MARKED = re.compile(r"(?<=[a-z,] )[A-Z][\w’-]+(?: [A-Z][\w’-]+)*|(?<=[а-яё,] )[А-ЯЁ][\w’-]+(?: [А-ЯЁ][\w’-]+)*")
_SMALL = re.compile(r"(?<![\w’-])[a-zа-яё][\w’-]*")
_NO_SUBJECT = re.compile(
    r"in|on|at|by|for|from|with|to|of|after|before|when|while|as|if|since|during|despite|under|over|asked|about|во?|на|по"
    r"|после|при|до|из|от|с|со|к|об?|для|когда|если|пока",
    re.I,
)
_WHICH = re.compile(r"\b(?:(she|her|она|её|ее)|(he|him|his|он|его)|(they|them|their|они|их))\b", re.I)
_IT = re.compile(r"\bit\b", re.I)
_OPENS_WITHIN = 5
"""Words of a sentence among which its subject's name is looked for: a judgement."""


def proper_names(text: str) -> frozenset[str]:
    """The words of a text that are capitalised within sentences, and never small."""
    marked = (word for name in _MARKED.findall(text) for word in name.split())
    return frozenset(marked) - {word.capitalize() for word in _SMALL.findall(text)}


def meant(
    text: str,
    start: int,
    hit: Hit,
    mentions: Sequence[Mention],
    quotes: Sequence[tuple[int, int]],
    proper: Container[str],
) -> Mention | str | None:
    """Who is meant by the frame `hit`, if the sentence from `start` on names them before it; OTHER for no side's.

    Args:
        mentions: those in the sentence, in order.
        quotes: the quotations that touch it.
        proper: see `proper_names`.
    """
    if _IT.search(text, hit.start, hit.end):
        return next((one for one in mentions[:1] if _opens_alone(text, start, hit, one, quotes)), None)
    which, many = _WHICH.search(text, hit.start, hit.end), _GROUP.match(text, start, hit.start)
    if which and which[3] and many and not text.startswith(_AND, many.end()):
        return OTHER
    before = text[start : hit.start].rstrip()
    led = _LEADS_IN.match(before)
    if before[-1:] and before[-1] in _SAID_BEFORE and not led:
        return None
    found = next((one for one in mentions if _may_be_meant(text, start, hit, one, quotes)), None)
    if led and before:
        stop = found.start if found else hit.start
        word = next((one for one in _NAME.finditer(text, start + led.end(), stop) if one[0] in proper), None)
        if word and not any(one.start <= word.start() < one.end for one in mentions) and _direct(text, word.start()):
            return OTHER
    return found


def _may_be_meant(text: str, start: int, hit: Hit, one: Mention, quotes: Sequence[tuple[int, int]]) -> bool:
    if one.end > hit.start or any(a < one.start < b for a, b in quotes) or oblique(text, start, one):
        return False
    return one.kind == "person" or (one.kind == "institution" and _HOLDER.search(text, one.start, one.end) is not None)


def _opens_alone(text: str, start: int, hit: Hit, one: Mention, quotes: Sequence[tuple[int, int]]) -> bool:
    """Whether a house or capital opens the sentence as its subject: "The White House was blunter: never, it said"."""
    quoted = any(a < one.start < b for a, b in quotes)
    at_once = _AT_ONCE.fullmatch(text, start, one.start) is not None
    owner = text[one.end : one.end + 2] in ("’s", "'s") or not one.nominative
    return one.kind != "person" and one.end <= hit.start and at_once and not quoted and not owner


_AT_ONCE = re.compile(r"\W*(?:[Tt]he\s+|[Bb]ut\s+|[Aa]nd\s+|Although\s+|Though\s+|While\s+|As\s+|When\s+)*")


def _direct(text: str, at: int) -> bool:
    """Whether no preposition stands before a name."""
    before = text[max(0, at - 24) : at].split()
    return not before or _NO_SUBJECT.fullmatch(before[-1]) is None or before[-1].lower() in ("when", "as", "while")


def fits(text: str, hit: Hit, person: Mention | None) -> bool:
    """Whether the pronoun of a frame can mean the person who spoke last; "they" means nobody alone."""
    which = _WHICH.search(text, hit.start, hit.end)
    if which is None or person is None:
        return True
    if which[3]:
        return False
    return person.gender == "" or person.gender == ("f" if which[1] else "m")


def introduces(text: str, start: int, end: int, mentions: Sequence[Mention], proper: Container[str]) -> bool:
    """Whether a sentence opens with somebody who is no side's: "One local resident", "Nega is", "UN chief Ban was"."""
    if _SOMEBODY.match(text, start, end) or _GROUP.match(text, start, end):
        return True
    for n, word in enumerate(_TOKEN.finditer(text, start, end)):
        if n == _OPENS_WITHIN or _NO_SUBJECT.fullmatch(word[0]) or (n and word[0].islower()):
            return False
        if any(one.start <= word.start() < one.end for one in mentions):
            return False
        if word[0] in proper or (word[0][0].isupper() and unheard_of(word[0])):
            return True
    return False


@lru_cache(maxsize=1 << 14)
def unheard_of(word: str) -> bool:
    """Whether a word is none of its language's commonest (wordfreq, Speer 2022): with a capital, somebody's name."""
    from wordfreq import zipf_frequency

    return bool(zipf_frequency(word.lower(), "ru" if word[0] > "\u0400" else "en") == 0)


def says(text: str, start: int, end: int) -> bool:
    """Whether a sentence holds a verb of saying whose subject is no account: without a known one it is another's."""
    said = next((word for word in _TOKEN.finditer(text, start, end) if word[0] in SAID or word[0] in RU_SAID), None)
    return said is not None and not TELLING_NOUN.search(text, start, said.start())
