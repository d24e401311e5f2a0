"""Whom "he", "they" or "the official" may mean: somebody of the same sentence, or whoever spoke last.

Who is named in what is said does not say it: in "Putin must act, he said" he is another. Somebody named earlier in the
sentence is meant where that is its subject ("When Putin arrived, he said …"), not an object or in a quotation.
"""

import re
from collections.abc import Sequence

from models.attribution.cues import PREPOSITION
from models.attribution.hits import Hit
from models.attribution.mentions import Mention

_SAID_BEFORE = ',”"?!»—–…'
"""What ends what is said before its frame."""
_LEADS_IN = re.compile(
    r"[\s\"“«]*(?:When|As|After|Before|While|Since|Once|If|Although|Though|In|On|At|During|Asked|Speaking|Having|With|Later"
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


def meant(
    text: str, start: int, hit: Hit, mentions: Sequence[Mention], quotes: Sequence[tuple[int, int]]
) -> str | None:
    """The voice of whom the frame `hit` means, if the sentence from `start` on names them before it."""
    before = text[start : hit.start].rstrip()
    if before[-1:] and before[-1] in _SAID_BEFORE and not _LEADS_IN.match(before):
        return None
    for one in mentions:
        if one.end > hit.start:
            break
        if one.kind != "person" and not (one.kind == "institution" and _HOLDER.search(text, one.start, one.end)):
            continue
        if not any(a < one.start < b for a, b in quotes) and not _oblique(text, start, one):
            return one.voice
    return None


def somebody(text: str, start: int, end: int) -> bool:
    """Whether a sentence introduces somebody without a name: "One local resident was at work"."""
    return _SOMEBODY.match(text, start, end) is not None


def _oblique(text: str, start: int, one: Mention) -> bool:
    return not one.nominative or PREPOSITION.search(text, max(start, one.start - 40), one.start) is not None
