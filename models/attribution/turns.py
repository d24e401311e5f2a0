"""Transcripts: labels that say whose turn it is (`MS. PSAKI:`, `Q`, `Question:`, `Вопрос:`, `Vladimir Putin:`)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.attribution.mentions import Mention
from models.news import OTHER, Block

_QUESTION = re.compile(
    r"(?:Q(?:\s*:|\s{1,8}(?=\S)|\t)|(?:Question|QUESTION|Вопрос|ВОПРОС|Реплика|Remark|REPORTERS?"
    r"|Reporter)\s*(?:\([^)]{1,60}\)\s*)?[:.])\s*"
)
_ANSWER = re.compile(r"(?:Answer|ANSWER|A|Ответ|ОТВЕТ)\s*:\s+")
_LABEL = re.compile(r"((?:[A-ZА-ЯЁ][^:\n!?\"“”«»]{1,80}?))(?:\s*\([^)\n]{1,60}\))?\s*:(?=\s)\s*")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯЁĀĒĪŌŪŠŽČĻŅŖĶĢ][A-ZÀ-ÖØ-ÞА-ЯЁĀĒĪŌŪŠŽČĻŅŖĶĢ .,’'-]*$")
_NAMED = re.compile(
    r"(?:[A-ZА-ЯЁ][\w.’'-]*|of|the|and|for|de|von|van|al|by)(?:\s+(?:[A-ZА-ЯЁ][\w.’'-]*|of|the|and|for|de|von|van|al"
    r"|by)){1,9}$"
)
_FLOOR = re.compile(r"(?:MODERATOR|AIDE|CHILD|AUDIENCE|PARTICIPANT|INTERPRETER|CROWD|REPORTER|PRESS|Moderator|Ведущ)")
_OWN_OFFICE = re.compile(r"(?:THE (?:VICE )?PRESIDENT|(?:MR|MADAM)\. (?:VICE )?PRESIDENT|VICE PRESIDENT [A-Z]+)$")
_GUEST = re.compile(
    r"(?:PRIME MINISTER|PRESIDENT|CHANCELLOR|KING|QUEEN|EMPEROR|AMIR|EMIR|SULTAN|PREMIER|TAOISEACH|CROWN PRINCE"
    r"|FOREIGN MINISTER"
    r"|SECRETARY[ -]GENERAL|HIS |HER |POPE|SENATOR|GOVERNOR|MAYOR|REPRESENTATIVE|CONGRESS|SPEAKER|FIRST LADY"
    r"|THE FIRST LADY|LEADER|CHAIRMAN)\b"
)
_TITLED = re.compile(
    r"(?:MS|MR|MRS|DR|SECRETARY|ADMINISTRATOR|AMBASSADOR|GENERAL|ADMIRAL|DIRECTOR|SURGEON|ATTORNEY|PRESS|DEPUTY"
    r"|UNDER|ASSISTANT"
    r"|COMMISSIONER|SPOKES\w+|SENIOR|OFFICIAL|ADMINISTRATION|BACKGROUND|DOCTOR|COORDINATOR|COUNSEL\w*|TRADE|NATIONAL"
    r"|CHIEF|STATE|DEFENSE)\b"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A label: the speech begins at `speech`, in `voice`; `certain` labels make a text a transcript."""

    speech: int
    voice: str | None
    rule: str
    certain: bool


def turns(
    text: str,
    blocks: Sequence[Block],
    mentions: Sequence[Mention],
    named: Callable[[str], Mention | None],
    source_voice: str | None,
) -> dict[int, Turn]:
    """Turns by the start of their sentence; empty where the text is no transcript.

    Args:
        named: the last mention in a text; labels in capitals are asked for as titles ("President Biden").
    """
    ends = {one.end: one for one in mentions}
    found: dict[int, Turn] = {}
    for block in blocks:
        if block.kind == "table":
            continue
        for span in block.sentences:
            opens = span.start == block.start
            turn = _turn(text, span.start, block.end if opens else span.end, named, ends, source_voice)
            if turn and (opens or (turn.certain and turn.rule in ("turn", "question"))):
                found[span.start] = turn
    certain = [turn for turn in found.values() if turn.certain]
    return found if len(certain) > 1 or (certain and (source_voice or len(found) > 1)) else {}


def _turn(
    text: str,
    start: int,
    end: int,
    who: Callable[[str], Mention | None],
    ends: Mapping[int, Mention],
    source_voice: str | None,
) -> Turn | None:
    if match := _QUESTION.match(text, start, end):
        return Turn(match.end(), OTHER, "question", True)
    if match := _ANSWER.match(text, start, end):
        return Turn(match.end(), source_voice, "turn", False)
    match = _LABEL.match(text, start, end)
    if not match or match.end() >= end:
        return None
    label, tail = match.group(1).strip(), match.start(1) + len(match.group(1).rstrip())
    if (named := ends.get(tail)) and (named.kind == "person" or named.start == start):
        certain = named.kind == "person" and (
            named.start == start or _NAMED.match(label) is not None or label.isupper()
        )
        return Turn(match.end(), named.voice, "turn", certain)
    if _CAPITALS.match(label) and len(label.split()) <= 7 and len(label) > 2:
        return _capitals(label, match.end(), who(label.title()), source_voice)
    if _NAMED.match(label) and len(label.split()) <= 10:
        return Turn(match.end(), OTHER, "turn-other", False)
    return None


def _capitals(label: str, speech: int, named: Mention | None, source_voice: str | None) -> Turn:
    if named is not None and (named.kind == "person" or named.start == 0):
        return Turn(speech, named.voice, "turn", True)
    if _FLOOR.match(label):
        return Turn(speech, OTHER, "turn-other", True)
    if source_voice and (_OWN_OFFICE.match(label) or (_TITLED.match(label) and not _GUEST.match(label))):
        return Turn(speech, source_voice, "turn-title", True)
    titled = bool(_OWN_OFFICE.match(label) or _TITLED.match(label) or _GUEST.match(label))
    return Turn(speech, OTHER, "turn-other", titled)
