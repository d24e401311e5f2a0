"""Transcripts: whose turn it is, from the labels of a whole document (see labels.py)."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from models.attribution.cues import FIGURES
from models.attribution.labels import Label, label_at
from models.attribution.mentions import Mention
from models.news import Block

Turn = Label
LABELLED = 0.25
"""Share of a third party's lines, from the first label on, that must carry one: `Name: …` alone is a headline's form
too, and the voice of a label holds until the next (a judgement; interviews have .3 to 1)."""
_OFFICE_LABEL = re.compile(
    r"((?:President|Prime Minister|Foreign Minister|Президент|Министр)(?:\s(?:of|[A-ZА-ЯЁ][\w’'-]*)){2,6})"
    r"(?:\s?\([^()]{1,60}\))?\s?:\s+"
)
_LONGEST_PREAMBLE = 250
_BEGINS = re.compile(r"[\"“«(\[—–…-]*\s?[A-ZÀ-ÞА-ЯЁ0-9…]")


def turns(
    text: str, blocks: Sequence[Block], named: Callable[[str], Mention | None], source_voice: str | None
) -> dict[int, Turn]:
    """Turns by the start of their sentence; empty where the text is no transcript.

    Args:
        named: the last mention in a text; labels in capitals are asked for as titles ("President Biden").
        source_voice: the voice that publishes the text, if any.
    """
    opening: dict[int, Label] = {}
    inside: dict[int, Label] = {}
    lines = [block for block in blocks if block.kind not in ("table", "boilerplate")]
    for block in lines:
        for span in block.sentences:
            opens = span.start == block.start
            label = label_at(text, span.start, block.end if opens else span.end, named, source_voice)
            label = label or _after_preamble(text, span.start, span.end, named, source_voice)
            if label is not None and source_voice is None and FIGURES.match(text, label.speech, block.end):
                continue
            if label is not None and opens:
                opening[span.start] = label
            elif label is not None and _may_stand_inside(text, label):
                inside[span.start] = label
    counts = Counter(label.name for label in opening.values() if label.lone)
    found = {at: label for at, label in opening.items() if not label.lone or counts[label.name] > 1} | inside
    certain = [label for label in found.values() if label.certain]
    many = len(certain) > 1 or (certain and (source_voice or len(found) > 1))
    if not many or not (source_voice or _labelled(lines, found)):
        return {}
    return dict(sorted(found.items()))


def _may_stand_inside(text: str, label: Label) -> bool:
    """Whether a label counts within a line: a sure one, or a full name before what begins a sentence."""
    if label.rule == "question" or label.certain:
        return True
    return not label.lone and label.rule == "turn-other" and _BEGINS.match(text, label.speech) is not None


def _labelled(lines: Sequence[Block], found: dict[int, Label]) -> bool:
    first = min(found)
    after = [block for block in lines if block.end > first]
    return len(found) >= LABELLED * len(after)


def _after_preamble(
    text: str, start: int, end: int, named: Callable[[str], Mention | None], source_voice: str | None
) -> Label | None:
    """The house's own label after a title that ran into it: "Beginning of talks President of Russia N. N.: …"."""
    if source_voice is None or text.find(":", start, min(end, start + _LONGEST_PREAMBLE)) < 0:
        return None
    match = _OFFICE_LABEL.search(text, start, min(end, start + _LONGEST_PREAMBLE))
    if match is None:
        return None
    who = named(match.group(1))
    if who is None or who.kind != "person" or who.voice != source_voice or who.end != len(match.group(1)):
        return None
    return Label(match.end(), source_voice, "turn", True)
