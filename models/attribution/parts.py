"""Several speakers in one sentence: where a clause with a subject and a verb of saying of its own begins.

"Moscow argues that …; Washington says that …" is two speakers, "Lavrov said that Washington says one thing and does
another" is one who reports the other. A clause is a speaker's own if it opens with its frame after a boundary, has
something to say, and is not the continuation of what the speaker before it says:

| boundary | nested, if the frame before takes a clause ("said that …") and the new clause |
| --- | --- |
| `;` | has its tense shifted back ("Washington had promised …") |
| while, but, a comma; а, но | is shifted back, or its verb is none of reporting ("wants", "rejects") |
| and, и | is shifted back, or neither "that" nor a quotation follows its verb |
| any, within "said that while …, " | always: the boundary belongs to what is said |

The table is a judgement on constructions, checked on sentences of PolNeAR's train split and of the two-sided stream.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.attribution.cues import SAID
from models.attribution.hits import Hit
from models.attribution.russian_cues import CUES as RU_CUES
from models.news import OTHER

Part = tuple[int, int, Hit | None]
"""A stretch of a sentence and the frame that rules it; the first stretch may have none."""

_BOUNDARY = re.compile(
    r"(?P<stop>;\s+)"
    r"|(?P<contrast>,?\s+(?:while|whereas|whilst)\s+|,\s+(?:but|yet|although|though)\s+"
    r"|,?\s+(?:в\s+то\s+время\s+как|тогда\s+как|между\s+тем\s+как)\s+|,\s+(?:а|но|зато|однако|хотя)\s+)"
    r"|(?P<and>,?\s+(?:and|и)\s+)"
    r"|(?P<comma>,[\"”»]?\s+)"
)
_ANYWHERE = re.compile(r";|\b(?:[Ww]hile|[Ww]hereas|whilst|в\s+то\s+время\s+как|тогда\s+как)\b")
"""Boundaries after which the frame may stand anywhere in its clause; after the others it opens the clause."""
_OPENING = re.compile(
    r"(?:(?:in\s+turn|for\s+(?:its|his|her|their)\s+part|by\s+contrast|meanwhile|in\s+response"
    r"|(?:on|in|at)\s+(?!wh)[\w ]{2,30}|в\s+свою\s+очередь|в\s+ответ|тем\s+временем|напротив),?\s+)?"
    r"(?:(?:the|a|an|his|her|their|its|then|new|current|of"
    r"|(?!(?:Wh|Since|As|After|Before|If|Because|Once|Until|Though|Although|How|That)\w*\s)[A-ZА-ЯЁ][\w.’-]*"
    r"|[a-z-]*(?:president|minister|secretary|spokes\w+"
    r"|leader|counterpart)|[а-яё]+(?:ий|ый|ой|ая)|его|её|ее|их|сам|сама|в|во|на|[а-яё-]*(?:президент|министр|глава|лидер"
    r"|коллега|секретарь|представитель(?:ница)?))\s+){0,5}"
)
_BREAK = re.compile(
    r"[,;:—–(\"“«][\s)\"”»]*(?:(?:but|and|yet|while|whereas|а|но|и|однако)\s+)?|\s(?:but|and|while|а|но|и)\s+"
    r"|[-–—•*]\s+|(?:While|Whereas|But|And|Yet|However|А|Но|И|Однако|В\s+то\s+время\s+как)\s+"
)
"""After what a main clause may begin."""
_BACKWARD = frozenset(("cue-last", "cue-before", "dash"))
"""Rules of frames that rule what stands before them."""
_NOUNS = frozenset(("possessive", "noun-from"))
"""Rules of frames that may be a mere phrase ("From Moscow's point of view, officials …")."""
_COMPLEMENT = re.compile(r"(?:\s+[\w’.-]+){0,6}?,?\s+(?:that|что|будто)\b|:\s+(?![\"“«—–-])")
_SPOKEN = re.compile(r"(?:(?:\s+[\w’.-]+){0,6}?[,:])?\s*(?:[—–-]\s*)?[\"“«]|\s*:")
_REPORTS = "refers referred say reply replies respond responds argue claim insist note tell tells told answered answers"
_REPORTING = SAID.union(_REPORTS.split())
_RU_REPORTING = re.compile(
    r"\b(?:заяв|сообщ|сказа|отме[тч]|подч[её]рк|говор|утвержда|отве[тч]|возра[жз]|указ|добав|пояс|уточн|счита|упом|назва|назыв)\w*\b"
)
_SHIFTED = re.compile(r"\bhad\b|[’']d\b")
_SUBORDINATE = re.compile(
    r"(?:,?\s+(?:that|что))?,?\s+(?:while|when|if|although|though|as|since|because|after|before|once|unless|until|in|on|at"
    r"|during|for|despite|хотя|если|когда|пока|поскольку|после|во?|на|несмотря)\b"
)
_LED = re.compile(
    r"[\s\"“«(]*(?:While|Whereas|Although|Though|As|When|After|If|Where|Given|Despite|Asked|(?!According)[A-Z][a-z]+ing"
    r"|В\s+то\s+время\s+как|Тогда\s+как|Хотя|Если|Когда|Пока|После\s+того,?\s+как|Несмотря)\s+"
)
"""What opens a sentence whose first comma ends the clause: "While Moscow argues …, Washington …"."""
_PARENTHESIS = re.compile(r"\s*,(?!\s*[\"“«])(?!\s+(?:that|что)\b)")
_NO_CLAUSE = re.compile(r"\s*[,;:\"“«]|\s+(?:of|about|for|against|over|on(?!\s+[A-Z]))\s")
"""After a verb of reporting: no clause follows ("insists on talks")."""
_RELATIVE = re.compile(r"\b(?:who|which|котор\w+)\b")
_NAMES_JOINED = re.compile(r"(?<![\w’.-])[A-ZА-ЯЁ][\w’.-]*\s?$")
_OPEN_FRAME = re.compile(r"\b(?:that|что)\s*,?\s*$")
_BLANK = r"[\s(,;.!?\"“”«»—–-]*"
_EMPTY = re.compile(
    rf"{_BLANK}(?:(?:as|and|but|while|whereas|how|как|и|а|но|the|then|also|in|в|во)[\s,]+)*{_BLANK}", re.I
)
_AS = re.compile(r"[\s(\"“«]*(?:as|как)\s", re.I)
_WHEN = re.compile(
    rf"{_BLANK}(?:(?:on|in|at|during|last|this|earlier|later|to|в|во|на|накануне|ранее|вчера|сегодня)\b[^,;:]{{0,60}})?"
    rf"{_BLANK}"
)
"""What around a frame says nothing: "As Putin noted on Monday, …"."""


def parts(
    text: str, start: int, end: int, found: Sequence[Hit], quotes: Sequence[tuple[int, int]] = ()
) -> tuple[Part, ...]:
    """The stretches of text[start:end] by speaker, in order and apart; one alone unless several speak.

    Args:
        found: the sentence's frames in order of their place, only sure ones that name their voice.
        quotes: the quotations around; no boundary lies inside one.

    Returns:
        The frame of the first stretch is None if the stretch has none, or if it is the only one and its frame is not
        told here.
    """
    opened = list(_openings(text, start, end, found, quotes))
    if len(opened) == 1:
        return ((start, end, opened[0][1] if opened[0][1] not in found[:1] else None),)
    edges = [*(place for place, _ in opened), end]
    made: list[Part] = []
    for (_, ruling), (a, b) in zip(opened, pairwise(edges), strict=True):
        closing = [one for one in found if a <= one.start < b and one.rule in ("cue-last", "cue-before")]
        made.append((a, b, closing[-1] if closing else ruling))
    return tuple(made)


def outermost(found: Sequence[Hit]) -> Hit | None:
    """The frame around all others: the one that closes the sentence, else the first."""
    if found and found[-1].rule == "dash":
        return found[-1]
    owned = bool(found) and found[0].rule == "possessive"  # «Слова N отвергли в Москве»: Moscow's word about his
    closing = [hit for hit in found if hit.rule in ("cue-last", "cue-before") or (owned and hit.rule == "locative")]
    if closing:
        return closing[-1]
    if found and not found[0].named and (told := [hit for hit in found if hit.rule == "according-to"]):
        return told[-1]  # "He urged …, according to a White House statement": the statement's, whoever he is
    sided = [hit for hit in found if hit.voice != OTHER]
    if not sided:
        return found[0] if found else None
    return found[0] if found[0].voice == OTHER and found[0].rule in ("other-cue", "named-other") else sided[0]


def _openings(
    text: str, start: int, end: int, found: Sequence[Hit], quotes: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Hit | None]]:
    """(place, frame) of the sentence's start and of each boundary at which another speaker begins."""
    bounds = [one for one in _BOUNDARY.finditer(text, start, end) if not _inside(one.start(), quotes)]
    since, ruling, led = start, None, _LED.match(text, start, end)
    for hit in found:
        bound = _bound(text, hit, [one for one in bounds if since < one.start() and one.end() <= hit.start])
        kind = bound.lastgroup if bound else None
        if bound is None or not _says(text, bound.end(), end, hit) or (ruling is None and _loose(bound)):
            ruling = ruling or hit
            continue
        first_comma = led is not None and kind == "comma"
        if ruling is not None:
            if led and first_comma and not _OPENING.fullmatch(text, led.end(), ruling.start):
                ruling, led = hit, None  # "While not all that Moscow says is true, Washington says …"
                continue
            if ruling.voice == hit.voice or not _says(text, since, bound.start(), ruling):
                continue
            if kind in ("comma", "and") and not first_comma and _NOUNS & {hit.rule, ruling.rule}:
                continue
            if not first_comma and _nested(text, end, ruling, bound, hit):
                continue
        yield since, ruling
        since, ruling, led = bound.start(), hit, None
    yield since, ruling


def _loose(bound: re.Match[str]) -> bool:
    """Whether a boundary needs a frame before it: "In Geneva, Moscow said …" is one clause."""
    return bound.lastgroup == "comma" or (bound.lastgroup == "and" and not bound.group().startswith(","))


def _inside(at: int, quotes: Sequence[tuple[int, int]]) -> bool:
    return any(a < at < b - 1 for a, b in quotes)


def _bound(text: str, hit: Hit, bounds: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The boundary that opens the clause of a frame."""
    backward = _backward(text, hit) or "according" in hit.rule or _PARENTHESIS.match(text, hit.end) is not None
    if _RELATIVE.search(text[hit.start : hit.end]):
        return None
    for bound in reversed(bounds):
        if _ANYWHERE.search(bound.group()):
            return bound
        if backward or (bound.lastgroup == "and" and _NAMES_JOINED.search(text, bound.start() - 30, bound.start() + 1)):
            continue
        if _OPENING.fullmatch(text, bound.end(), hit.start):
            return bound
    return None


def opens(text: str, start: int, hit: Hit) -> bool:
    """Whether a frame rules a main clause of text[start:]; not: "since Moscow announced …", "what Moscow says"."""
    if _RELATIVE.search(text[hit.start : hit.end]):
        return False
    if _backward(text, hit) or _OPENING.fullmatch(text, start, hit.start):
        return True
    breaks = _BREAK.finditer(text, max(start, hit.start - 120), hit.start)
    return any(_OPENING.fullmatch(text, one.end(), hit.start) for one in breaks)


def _backward(text: str, hit: Hit) -> bool:
    """Whether a frame rules what stands before it: `…," said X`."""
    return hit.rule in _BACKWARD or (hit.voice == OTHER and text[hit.start : hit.end].lower() in SAID | RU_CUES)


def _says(text: str, start: int, end: int, hit: Hit) -> bool:
    """Whether a clause holds more than its frame."""
    before = _EMPTY.fullmatch(text, start, hit.start) is None and _OPENING.fullmatch(text, start, hit.start) is None
    if _backward(text, hit):
        return before
    if "according" in hit.rule and not before:
        return "," in text[hit.end : end].rstrip(", ")
    after = _WHEN if _AS.match(text, start, hit.start) else _EMPTY
    return before or after.fullmatch(text, min(hit.end, end), end) is None


def _nested(text: str, end: int, ruling: Hit, bound: re.Match[str], hit: Hit) -> bool:
    """Whether a new clause is what the speaker before it says."""
    kind, cue = bound.lastgroup, text[hit.start : hit.end]
    between = text[ruling.end : bound.start()]
    if not _takes_clause(text, end, ruling):
        return False
    if _SHIFTED.search(cue):
        return True
    if kind == "contrast" and ("according" in ruling.rule or _parallel(text, ruling, between, hit)):
        return False
    if kind == "stop":
        return False
    within = _SUBORDINATE.match(between) if kind == "comma" else None
    if _OPEN_FRAME.search(between) or (within and "," not in between[within.end() :]):
        return True
    spoken = _COMPLEMENT.match(text, hit.end, end) or _SPOKEN.match(text, hit.end, end)
    if kind == "and":
        return not spoken
    return not spoken and cue.split()[-1].lower() not in _REPORTING and not _RU_REPORTING.search(cue)


def _parallel(text: str, ruling: Hit, between: str, hit: Hit) -> bool:
    """Whether two speakers are of one kind: "Moscow says that …, but Washington calls it …"."""
    subject = text[hit.start : hit.end].split()[0].removesuffix("’s")
    return ruling.kind == hit.kind != "" and not _OPEN_FRAME.search(between) and subject not in between


def _takes_clause(text: str, end: int, hit: Hit) -> bool:
    """Whether what is said follows as a clause, with "that" or without ("said the talks were over")."""
    if _backward(text, hit):
        return False
    if hit.rule in ("according-to", "other-according-to"):
        return True
    cue = text[hit.start : hit.end].split()[-1].lower()
    return bool(_COMPLEMENT.match(text, hit.end, end)) or (
        cue in _REPORTING and not _NO_CLAUSE.match(text, hit.end, end)
    )
