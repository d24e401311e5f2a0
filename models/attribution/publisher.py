"""For whom a document speaks by default: its source's voice, both sides together, or the house its letterhead names."""

import re
from datetime import datetime

from models.attribution.mentions import names_of
from models.news import JOINT, Document
from models.voices import Voices

_JOINT_TITLE = re.compile(
    r"\W*(?:[\w.’'&/,–-]+\s+){0,8}?(?:joint\s+(?:\w+\s+)?(?:statement|declaration|communiqu[eé])"
    r"|совместн(?:ое|ая)\s+(?:[а-яё-]+\s+)?(?:заявление|декларация|коммюнике))\b",
    re.I,
)
_WE = re.compile(
    r"(?:\bwe\b|\bour\b|\bthe (?:two )?(?:presidents|leaders|sides|parties|ministers|countries)\b"
    r"|\bмы\b|\bстороны\b|\bпрезиденты\b|\bлидеры\b|\bминистры\b|\bобе стороны\b)",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:issues?|adopts?|signs?|release[sd]?|следует|принял\w*|подписал\w*|опубликова\w*|обнародова\w*)\b", re.I
)
_RELEASE = re.compile(
    r"(?:for immediate release|office of the (?:press secretary|spokesperson)|press (?:release|statement)"
    r"|пресс-(?:релиз|служба)|для немедленной публикации|заявление для прессы)\W*",
    re.I,
)
_LETTERHEAD_LINES = 5
"""Lines of a text among which a letterhead is looked for (a judgement)."""


def publisher(document: Document, voices: Voices, source_voice: str | None, at: datetime) -> str | None:
    """The voice of a document's own words.

    A text titled as a joint statement of two sides of the voices file, and written as one ("we", "the sides"), is
    JOINT wherever it stands. A text without a known source that opens with the letterhead of a side — its
    institution alone on a line, and a line that marks a release — is that side's.
    """
    text, title = document.text, document.title
    top = document.blocks[:_LETTERHEAD_LINES]
    names = names_of(voices)
    opening = title or (text[top[0].start : top[0].end] if top else "")
    if len(opening) < 300 and _JOINT_TITLE.match(opening) and not _REPORTED.search(opening):
        parties = opening + "\n" + (text[top[0].start : top[0].start + 300] if top else "")
        sides = {one.voice for one in names.find(parties, at)} & set(voices.pair)
        if len(sides) == 2 and _WE.search(text, 0, 3000):
            return JOINT
    if source_voice is not None:
        return source_voice
    lines = [text[block.start : block.end].strip(" .,:*#") for block in top if block.end - block.start < 120]
    if not any(_RELEASE.fullmatch(line) for line in lines):
        return None
    for line in lines:
        called = line.title() if line.isupper() else line
        for one in names.find(called, at):
            before, after = called[: one.start].strip().lower(), called[one.end :].strip()
            if one.kind == "institution" and before in ("", "the") and not after:
                return one.voice
    return None
