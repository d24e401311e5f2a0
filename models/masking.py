"""A passage without its attribution frame and with the names of the compared sides hidden.

With "The Kremlin said that …" left in, two identical contents differ by who says them: in the prototype they
alarmed every time, and 1 % of the time once the frame was stripped and the sides' names were masked.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from models.attribution.clauses import hits
from models.attribution.hits import Hit
from models.attribution.mentions import Mention, names_of, within
from models.reading import sentences
from models.voices import Voices

STAND_IN = {"ru": "сторона"}
"""What stands for either side's name, by language; English for every other."""
_ENGLISH = "the side"
_BEFORE = re.compile(
    r"[\s\"“«(]*(?:[-–—•*]\s+)?(?:(?:[A-Z][\w-]+ly|But|And|Yet|Still|Meanwhile|Moreover|However|Earlier|Later|Also"
    r"|In|On|At|During|As|While|while|Whereas|whereas|and|but|yet"
    r"|Nonetheless|Furthermore|Ранее|Позже|При этом|Кроме того|Как|как|В|[Вв] то время как"
    r"|[Тт]огда как|На|А|Но|а|но|и)\b[^,;:“”«»\"]{0,50},?\s+)?"
    r"(?:[Tt]he\s+|[Aa]s\s+|[Кк]ак\s+|в\s+|В\s+)?",
)
_AFTER = re.compile(
    r"(?:\s+(?:in|on|at|during|to|в|во|на|журналистам)\s[^,;:\"“”«»]{1,60}?)?"
    r"(?:\s*,?\s+(?:that|что|будто)\s+|\s*[,:]\s*(?=[\"“«])|\s*:\s*(?:[—–-]\s*)?|,\s*(?=\S))"
)
_CLOSE = re.compile(r"\s*(?:[,—–-]\s*)?(?:[—–-]\s*)?(?:(?:as|как)\s+)?(?:(?:the|в|во)\s+)?$", re.I)


def mask(text: str, voices: Voices, lang: str) -> str:
    """The passage's content: frames cut at the edges of its sentences, the pair's names replaced by one stand-in.

    A text with words stays one: a sentence that is nothing but a frame is kept, masked. White space is made single.
    """
    mentions = names_of(voices).find(text, None)
    hidden = [one for one in mentions if one.voice in voices.pair]
    made = []
    for span in sentences(text, 0, len(text)):
        start, end, tail = _content(text, span.start, span.end, within(mentions, span.start, span.end))
        made.append(_hide(text, start, end, hidden, STAND_IN.get(lang, _ENGLISH)) + tail)
    return " ".join(" ".join(made).split())


def _content(text: str, start: int, end: int, mentions: Sequence[Mention]) -> tuple[int, int, str]:
    """The part of a sentence without its frames at either edge, and the stop that a cut took with it."""
    found, tail = hits(text, start, end, mentions), ""
    for hit in found[:1]:
        begin = _after_frame(text, start, end, hit)
        if begin is not None and _has_words(text, begin, end):
            start = begin
    for hit in found[-1:]:
        stop = _before_frame(text, start, end, hit)
        if stop is not None and _has_words(text, start, stop):
            end, tail = stop, "."
    return start, end, tail


def _after_frame(text: str, start: int, end: int, hit: Hit) -> int | None:
    if not _BEFORE.fullmatch(text, start, hit.start):
        return None
    if hit.rule in ("according-to", "other-according-to", "colon"):
        comma = re.compile(r"[^,;:]{0,60}[,:]\s*|\s*").match(text, hit.end, end)
        return comma.end() if comma and (comma.group().strip() or hit.rule == "colon") else None
    after = _AFTER.match(text, hit.end, end)
    return after.end() if after else None


def _before_frame(text: str, start: int, end: int, hit: Hit) -> int | None:
    """Where the content ends, if nothing but the frame follows: `…, said X`."""
    rest = text[hit.end : end]
    if len(rest) > 60 or re.search(r"[\"“«;:]|\bthat\b|\bчто\b", rest):
        return None
    close = _CLOSE.search(text, max(start, hit.start - 16), hit.start)
    if close is None or close.start() <= start or not re.search(r"[,!?”»\"—–-]", text[close.start() - 1 : hit.start]):
        return None
    return close.start()


def _has_words(text: str, start: int, end: int) -> bool:
    return end > start and sum(map(str.isalpha, text[start:end])) > 1


def _hide(text: str, start: int, end: int, hidden: Sequence[Mention], stand_in: str) -> str:
    inside = within(list(hidden), start, end)
    inside = [one for one in inside if one.end <= end]
    edges = [start, *(place for one in inside for place in (_with_article(text, start, one.start), one.end)), end]
    pieces = [text[a:b] if n % 2 == 0 else stand_in for n, (a, b) in enumerate(pairwise(edges))]
    return "".join(pieces)


def _with_article(text: str, start: int, at: int) -> int:
    return at - 4 if at - 4 >= start and text[at - 4 : at].lower() == "the " else at
