"""Whose account a section gives, by its heading: "Moscow's Framing", "How the White House Sees It", «Позиция Кремля».

Two things are told apart. A heading may name a side first, which settles who "the statement" is below it. And it may
announce the side's own points, so that a bullet under it is the side's without a word of who says so; a heading that
tells of the side's deeds, of what others make of its words, or of both sides announces no points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.attribution import announcing as english
from models.attribution import russian_announcing as russian
from models.attribution.cues import NOT_SIDE, SPEECH_NOUN
from models.attribution.mentions import Mention
from models.attribution.russian_cues import SPEECH_NOUN as RU_SPEECH_NOUN

_BARE = re.compile(rf"{english.MARK}(?:the\s+)?", re.I)
_SAID_OF = re.compile(rf"(?:[’']s?)?\s+(?:(?!sa(?:ys?|id)\b|\w+ed\b)\w+\s+)?{SPEECH_NOUN}\b", re.I)
_SAID_BY = re.compile(rf"(?:{SPEECH_NOUN})\s+(?:from|by|of)\s+(?:the\s+)?$|{RU_SPEECH_NOUN}\s+(?:из\s+)?$", re.I)
_TAIL = re.compile(english.TAIL)
_ENDS = re.compile(english.ENDING)
_ENDS_LABEL = re.compile(english.ENDING + r"\)?")
_OPENS = re.compile(r"\W*(?:\w+\W+)?(?:the\s+)?", re.I)
_PAIRED = re.compile(r"(?:[’']s?)?(?:\s+[\w-]+)?,?\s*(?:and|&|или|и|vs\.?|versus|,|/|-|–)\s")
_JOINS = re.compile(r"\b(?:and|vs\.?|versus|и)\b")


@dataclass(frozen=True, slots=True)
class Section:
    """A section in which "the statement" is `voice`'s; `own`: its bullets are that voice's points, too."""

    voice: str
    own: bool


def section_of(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Section | None:
    """What the heading text[start:end] opens; None where it names no side first.

    Args:
        mentions: those within the heading, in order.
    """
    if not mentions:
        return None
    first, several = mentions[0], len({one.voice for one in mentions}) > 1
    if NOT_SIDE.match(text, first.end) or (several and _PAIRED.match(text[first.end : end])):
        return None
    others = english.OTHERS.search(text, start, end) or russian.OTHERS.search(text, start, end)
    joined = several and _JOINS.search(text, first.end, end)
    own = not others and not joined and _announces(text, start, end, first)
    return Section(first.voice, own) if own or _names_first(text, start, end, first) else None


def bare(text: str, start: int, end: int, mentions: Sequence[Mention]) -> str | None:
    """The voice whose name is all of a heading: "The Kremlin"."""
    if len(mentions) != 1 or not _BARE.fullmatch(text, start, mentions[0].start):
        return None
    return mentions[0].voice if _ENDS.fullmatch(text, mentions[0].end, end) else None


def _names_first(text: str, start: int, end: int, first: Mention) -> bool:
    """Whether a heading opens with a side and a noun of speech, or with such a noun and whose it is."""
    before = text[start : first.start]
    opens = _OPENS.fullmatch(before)
    return bool(opens and _SAID_OF.match(text[first.end : end])) or _SAID_BY.search(before) is not None


def _announces(text: str, start: int, end: int, first: Mention) -> bool:
    """Whether a heading announces what the side named first says, sees or wants."""
    opens, after = text[start : first.start], text[first.end : end]
    if any(one.fullmatch(opens) for one in (english.SEEN_FROM, russian.VERSION, russian.OF)):
        return any(one.match(after) for one in (russian.TAIL, _TAIL, english.OWNED))
    if english.LABELS.fullmatch(opens) or russian.LABELS.fullmatch(opens):
        return _ENDS_LABEL.fullmatch(after) is not None
    if english.ASKED.fullmatch(opens) or english.AS_SEES.fullmatch(opens):
        says = english.REASONED if english.REASONS.match(opens) else english.SAYS
        if says.match(after):
            return not english.UNSAID.search(after)
    if russian.ASKED.match(text, start, end):
        return bool(russian.SAYS.search(text, start, end)) and not russian.UNSAID.search(text, start, end)
    if not english.INTRODUCED.fullmatch(opens):
        return False
    if russian.TOLD.search(text, first.start, first.end):
        return True
    forms = (english.OWNED, english.LABELLED, english.WORDS, english.RESPONDS, russian.LABELLED)
    return any(one.match(after) for one in forms)
