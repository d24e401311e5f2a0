"""Whose points a line announces that bullets follow: "Key takeaways from their perspective include:".

A line that ends with a colon announces a side's points if a frame in it names the side or whoever spoke last, if it is
worded as such a heading ("Moscow's key points:"), if it opens with the side and calls what follows by a noun of points
("The Kremlin readout lists these outcomes:"), or if it has such a noun while the side is speaking. Without a colon it
must have a frame and point to what follows ("He stressed the following."), or open with a side's account. Under a
heading that announces a side's points every line leads to them, unless others have been heard or are named.
"""

import re
from collections.abc import Sequence

from models.attribution import announcing as english
from models.attribution import russian_announcing as russian
from models.attribution.cues import ACCOUNT, NOT_SIDE, SAID
from models.attribution.headings import section_of
from models.attribution.hits import CUE, LAST, Hit
from models.attribution.mentions import Mention
from models.attribution.russian_cues import SAID as RU_SAID
from models.news import JOINT, OTHER, Span

ANNOUNCED = 0.8
"""What a heading or line that announces a side's points gives them, before a bullet's share: a judgement."""
_CARRIED = 0.7
"""The same of a noun of points while a side is speaking, and of a line without a colon."""
_LONGEST = 3
"""Sentences of a paragraph that may lead to bullets without a colon: a judgement."""
_SHORT = 3
"""Words of a line that only leads on ("In it:"): a judgement."""
POINTS = re.compile(
    r"\b(?:key|main|following|major|central|core|points?|takeaways?|aspects?|priorities|elements|demands|messages"
    r"|highlights|positions?|conditions|requirements|reasons|arguments|goals|proposals|steps|principles|items"
    r"|ключев\w+|основн\w+|следующ\w+|пункт\w*|тезис\w*|услови\w*|требовани\w*|причин\w*|предложени\w*|цел\w*)\b",
    re.I,
)
OTHERS = re.compile(
    r"\b(?:analysts?|experts?|observers?|critics?|analysis|recommendations?|bloggers?|эксперт\w*|аналитик\w*|блогер\w*"
    r"|политолог\w*)\b",
    re.I,
)
_OTHERS_NEAR = re.compile(
    r"\b(?:democrat\w*|republican\w*|senators?|lawmakers?|congress\w*|commentators?|allies|europe\w*|economists?"
    r"|historians?|opponents?|scholars?|watchers?|diplomats|facts|we"
    r"|former\s+(?:[\w-]+\s+)?(?:officials?|ambassadors?|diplomats?|aides?|advis)"
    r"|(?:reporters|journalists)\s+(?:on|found|have|who|say)|fault|wrong|unclear|missing|unease|questions\s+remain|unanswered|unresolved"
    r"|демократ\w*|республикан\w*|сенатор\w*|депутат\w*|союзник\w*|историк\w*|критик\w*|европе\w*|наблюдател\w*"
    r"|независим\w*|неясн\w*|бывш\w*|непонятн\w*|оппозици\w*)\b",
    re.I,
)
"""Who else a paragraph under a side's heading may hand over to."""
_RESULTS = re.compile(rf"\b(?:{ACCOUNT}|outcomes?|results?|agreements?|items?|elements?|aspects?)\b", re.I)
_SPOKEN = SAID | RU_SAID
_OPENING = re.compile(r"[\s\"“«(]*(?:(?:[Ff]or|[Ii]n\s+its\s+\w+|[Aa]s\s+for|[Ff]or\s+its\s+part),?\s+)?(?:[Tt]he\s+)?")


def told_by(text: str, start: int, end: int, mentions: Sequence[Mention]) -> str | None:
    """The one side whose account a sentence opens with: "The statement issued by the Kremlin …"."""
    if (first := _alone(text, end, mentions)) is None:
        return None
    by = english.TOLD_BY.fullmatch(text, start, first.start) or russian.TOLD_BY.fullmatch(text, start, first.start)
    owned = _OPENING.fullmatch(text, start, first.start) and english.TOLD.match(text, first.end, end)
    opens = not text[start : first.start].strip('"“«( ')
    return first.voice if by or owned or (opens and russian.TOLD.search(text, start, first.end)) else None


def _alone(text: str, end: int, mentions: Sequence[Mention]) -> Mention | None:
    """The first mention of the one side that a sentence names, if any."""
    if len({one.voice for one in mentions}) != 1 or NOT_SIDE.match(text, mentions[0].end, end):
        return None
    return mentions[0]


def lead(
    text: str,
    sentences: Sequence[Span],
    found: Sequence[Hit],
    mentions: Sequence[Mention],
    *,
    speaking: str | None,
    section: str | None,
    own: bool,
) -> tuple[str | None, float]:
    """The voice of the bullets that may follow a block, and how sure; (None, 0.0) if nobody's.

    Args:
        sentences: of the block; the last is the line that may lead.
        found: the frames in the last sentence.
        mentions: those in it, in order.
        speaking: who was heard last in this section, if anyone.
        section: the voice that the section's heading names first.
        own: whether that heading announces the voice's points.
    """
    start, end = sentences[-1].start, sentences[-1].end
    if OTHERS.search(text, start, end):
        return None, 0.0
    others = (
        not {one.voice for one in mentions} <= {section}
        or any(hit.voice == OTHER for hit in found)
        or _OTHERS_NEAR.search(text, start, end) is not None
    )
    handed = others or _OTHERS_NEAR.search(text, sentences[0].start, start) is not None
    theirs = own and speaking in (None, section) and not handed
    default = (section, ANNOUNCED) if theirs else (None, 0.0)
    voice = speaking or section
    heard = voice not in (None, OTHER, JOINT) and any(
        hit.voice == voice if hit.named else hit.voice == LAST and not handed for hit in found
    )
    if text[end - 1] in ":?":
        announced = section_of(text, start, end, mentions)
        if announced and announced.own:
            return announced.voice, ANNOUNCED
    if text[end - 1] == ":":
        if heard:
            return voice, ANNOUNCED
        first = _alone(text, end, mentions)
        if first and _OPENING.fullmatch(text, start, first.start) and _RESULTS.search(text, first.end, end - 1):
            return first.voice, ANNOUNCED
        pointed = POINTS.search(text, start, end) or len(text[start:end].split()) <= _SHORT
        return (voice, _CARRIED) if voice and pointed and not theirs and not (handed and section) else default
    if len(sentences) <= _LONGEST and not theirs and _leads_on(text, start, end, heard=heard, mentions=mentions):
        return voice, _CARRIED
    return default


def _leads_on(text: str, start: int, end: int, *, heard: bool, mentions: Sequence[Mention]) -> bool:
    """Whether a sentence without a colon leads to bullets: it points to them, or tells of an account."""
    below = english.BELOW.search(text, start, end) or russian.BELOW.search(text, start, end)
    return (heard and below is not None) or told_by(text, start, end, mentions) is not None


def overrides(text: str, hit: Hit, lead: str | None) -> bool:
    """Whether a frame in a bullet tells whose it is, whoever the lead announced.

    Among a side's points, what both sides or the other side are said to want or propose is that side's word; and what
    nobody says aloud ("European security demands …") is no other speaker.
    """
    if not hit.named or hit.confidence < CUE or (lead and hit.voice == JOINT):
        return False
    if lead in (None, OTHER, JOINT) or hit.voice == lead:
        return True
    spoken = hit.rule in ("cue-last", "cue-before", "dash", "colon") or "according" in hit.rule
    return spoken or bool(_SPOKEN & set(text[hit.start : hit.end].lower().split()))
