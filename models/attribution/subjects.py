"""Which of the names before a verb may be its subject, and which verbs only tell of one."""

import re
from collections.abc import Sequence

from models.attribution.cues import PREPOSITION, SPEECH_NOUN, STRONG
from models.attribution.hits import Hit
from models.attribution.mentions import Mention
from models.attribution.russian_cues import CUES as RU_CUES

_RELATIVE = re.compile(r",\s+(?:(?:с|о|к|от|у|в|на|при)\s+)?(?:who|which|whose|whom|котор\w+)\b[^,;:]*$")
_RELATIVE_ENDS = re.compile(r"[^,;:]*,\s*(?:(?:\w+ly|также|ранее|[а-яё]+о)\s+)?$")


def in_relative(text: str, start: int, one: Mention, at: int) -> bool:
    """Whether a relative clause holds a name and ends before the verb: "N., who had challenged Putin, said"."""
    before = _RELATIVE.search(text, max(start, one.start - 160), one.start)
    return before is not None and _RELATIVE_ENDS.fullmatch(text, one.end, at) is not None


_OPENS_RELATIVE = re.compile(r",\s+(?:which|whom|who|whose|что|котор\w+)\s+(?:the\s+)?$")
_GOES_ON = re.compile(r"[^,;:\"“]{0,80},\s+(?:(?:has|had|have|also|later|then|\w+ly)\s+)*(\w+)")


def only_tells(text: str, start: int, end: int, hit: Hit) -> bool:
    """Whether a frame only tells of the subject, who speaks after it: "Moscow, which N. has criticised, said"."""
    if not _OPENS_RELATIVE.search(text, max(start, hit.start - 20), hit.start):
        return False
    goes_on = _GOES_ON.match(text, hit.end, end)
    return goes_on is not None and goes_on[1].lower() in STRONG | RU_CUES


def oblique(text: str, start: int, one: Mention) -> bool:
    """Whether a preposition or the like before a name says that it is no subject."""
    found = PREPOSITION.search(text, max(start, one.start - 40), one.start)
    if not found or not one.nominative:
        return bool(found) or not one.nominative
    return not re.search(
        rf"(?:{SPEECH_NOUN})\s+(?:from|by|of)\s+(?:the\s+)?$", text[max(start, one.start - 40) : one.start]
    )


def is_subject(text: str, one: Mention) -> bool:
    """Whether an institution that opens a sentence does what it tells: "The White House put it differently"."""
    after = text[one.end : one.end + 2]
    return one.kind == "institution" and one.nominative and after[:1] == " " and after[1:].islower()


_AND = re.compile(r"\s+and\s+(?:the\s+)?")
_PAIR_OPENS = re.compile(r"[\s\"“]*(?:[A-Z][^,;:\"“]{0,60},\s+)?(?:(?:[Tt]he|But|And|Then|Later|Still|[Bb]oth)\s+)*")


def paired(text: str, left: Sequence[Mention], subject: Mention) -> bool:
    """Whether two voices open the sentence with one verb: "Moscow and Washington said that …"."""
    if len(left) != 2 or left[1] is not subject or left[0].voice == subject.voice:
        return False
    opening = max(text.rfind("\n", 0, left[0].start) + 1, left[0].start - 80)
    before = re.split(r"(?<=[.!?])\s", text[opening : left[0].start])[-1]
    return _AND.fullmatch(text, left[0].end, subject.start) is not None and _PAIR_OPENS.fullmatch(before) is not None


_NEW_CLAUSE = re.compile(r"(?<![\w’.-])[a-z][\w’-]*(?P<comma>,)?[”\"]?\s+and\s+(?:the\s+|[A-Z][a-z]+\s+){0,2}$")
_OPENING_AND = re.compile(r"and\s+(?:the\s+|[A-Z][a-z]+\s+){0,2}")


def new_clause(text: str, start: int, before: int, one: Mention) -> bool:
    """Whether an "and" before a name joins clauses, not names: `called the talks useful and the White House said`.

    It does after a frame or after the sentence's only comma; a capital before it is another name.
    """
    if not one.nominative:
        return False
    if _OPENING_AND.fullmatch(text, start, one.start):
        return True
    joins = _NEW_CLAUSE.search(text, max(start, one.start - 40), one.start)
    return joins is not None and (
        before > start or (joins["comma"] is not None and text.count(",", start, one.start) == 1)
    )
