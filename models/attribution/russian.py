"""Russian: the frame that a verb of saying makes; cases tell subjects, so that word order is free."""

import re
from collections.abc import Sequence

from models.attribution.cues import JOINT as JOINT_SUBJECT
from models.attribution.hits import LAST, Hit
from models.attribution.mentions import Mention
from models.news import JOINT, OTHER

_RU_LOCATIVE = re.compile(r"(?<![\w-])[ВвНн][оа]?\s+$")
_RU_BEFORE = re.compile(
    r"(?:,[^;:«»\"]{1,120},|\s+[—–-]|\s+(?:также|уже|ранее|снова|вновь|затем|ещё|еще|не|же|[а-яё]+о"
    r"|в\s+[^,;]{2,40}))*\s+$"
)
_RU_AFTER = re.compile(
    r"(?:\s+(?:[а-яё]+о|также|(?:в|во|на)\s+[А-ЯЁ]?[а-яё-]+|накануне|ранее|журналистам|официальный|глава|министр|представитель|\w+ей"
    r"|помощник))*\s+$"
)
_RU_OTHER = re.compile(
    r"(?:[А-ЯЁ][\w-]+|эксперты?|аналитики?|наблюдатели|источники?|политологи?|критики|депутаты?"
    r"|журналисты)(?:,[^;«»]{1,100},)?(?:\s+[а-яё]+о)?\s+$"
)
_RU_PRONOUN = re.compile(r"(?<![\w-])(?:[Оо]н|[Оо]на|[Оо]ни)(?:\s+(?:также|ещё|еще|не|[а-яё]+о))*\s+$")


def russian(text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    """The frame of the verb at `cue`, a (start, end), if its subject is found."""
    at, stop = cue
    near = [one for one in mentions if at - 160 < one.start and one.start - stop < 60]
    for one in reversed([one for one in near if one.end <= at]):
        locative = _RU_LOCATIVE.search(text, max(start, one.start - 4), one.start) is not None and not one.nominative
        if _RU_BEFORE.fullmatch(text, one.end, at) and (one.nominative or locative):
            return Hit(one.start, stop, one.voice, 0.85, "cue-after" if not locative else "locative")
        break
    for one in [one for one in near if one.start > stop]:
        gap = text[stop : one.start]
        if re.fullmatch(r"\s+(?:\w+\s+)?(?:в|во|на)\s+", gap) and not one.nominative:
            return Hit(at, one.end, one.voice, 0.85, "locative")
        if one.nominative and _RU_AFTER.fullmatch(gap):
            return Hit(at, one.end, one.voice, 0.9, "cue-before")
        break
    if joint := [
        m for m in JOINT_SUBJECT.finditer(text, max(start, at - 60), at) if _RU_BEFORE.fullmatch(text, m.end(), at)
    ]:
        return Hit(joint[-1].start(), stop, JOINT, 0.85, "joint-cue")
    if _RU_PRONOUN.search(text, max(start, at - 40), at) or re.match(r"\s+(?:он|она|они)\b", text[stop : stop + 8]):
        return Hit(at, stop, LAST, 0.7, "pronoun", named=False)
    if _RU_OTHER.search(text, max(start, at - 140), at) or re.match(
        r"\s+(?:[а-яё]+\s+){0,3}[А-ЯЁ][а-яё]+", text[stop : min(end, stop + 60)]
    ):
        return Hit(at, stop, OTHER, 0.7, "other-cue")
    return None
