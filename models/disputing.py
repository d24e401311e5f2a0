"""Which sentences dispute what another says: denials, accusations, "no such agreement", in English and Russian.

Two accounts of one event that agree hardly dispute anything, in whatever style they are written; two that differ in
substance do, on both sides (`benchmarks/accounts.py`, docs/measurements.md). That is a matter of words, not of who is
right, and the same words serve for every side. A sentence that names another voice of the file and not the other side
is about that one: allies who condemn a third do not dispute with each other. Nor does one that speaks for both.
"""

import re
from datetime import datetime

from models.attribution.mentions import names_of
from models.voices import Voices

_ENGLISH = (
    r"den(?:ies|ied|ying|ials?)", r"deny (?:that|any|it|this|having|the (?:claim|charge|accusation|allegation|report))",
    r"reject(?:s|ed|ing|ion)?", r"dismiss(?:es|ed|ing|ive)?", r"accus(?:e|es|ed|ing|ations?)", r"blam(?:e|es|ed|ing)",
    r"untrue", r"false(?:ly|hoods?)?", r"(?:an?|is|are|was|were|of|these|those|such|’s|'s|outright) lies?", r"lied",
    r"fabricat(?:e|es|ed|ing|ions?)", r"groundless", r"baseless", r"unfounded", r"nonsense", r"absurd(?:ity)?",
    r"provocat(?:ions?|ive)", r"contradict(?:s|ed|ing|ions?|ory)?", r"distort(?:s|ed|ing|ions?)?",
    r"misl(?:ead|eads|eading|ed)", r"misrepresent(?:s|ed|ing|ations?)?", r"unacceptable", r"ultimatums?",
    r"reckless(?:ly|ness)?", r"unilateral(?:ly)?", r"irresponsibl[ey]", r"hypocri(?:sy|tical)", r"pretexts?",
    r"invent(?:ed|ions?)", r"fiction(?:al)?", r"fantas(?:y|ies)",
    r"no (?:such|basis|evidence|proof|agreements?|promises?|commitments?|concessions?|undertakings?)",
    r"not (?:agreed?|discussed|true|promised?|part of|on the table|correspond)",
    r"never (?:agreed|promised|said|discussed|gave|offered)",
    r"(?:did|does|do) not (?:agree|recogni[sz]e|accept|correspond)",
)  # fmt: skip
_RUSSIAN = (
    r"отверг\w*", r"отклон\w+", r"опроверг\w*", r"отрица\w+", r"обвин\w+", r"голословн\w*", r"бездоказательн\w*",
    r"недостоверн\w*", r"лож(?:ь|ью|ный|ная|ное|ные|ных|ным|ными|но)", r"лж[её]т", r"вымы(?:сел|сл\w+)", r"выдум\w+",
    r"провокац\w+", r"неприемлем\w*", r"искаж\w+", r"абсурд\w*", r"безответственн\w*", r"ультиматум\w*",
    r"односторонн\w*", r"вопреки",
    r"не (?:соответству\w+|обсуждал\w*|договарив\w+|соглас\w+|обещал\w*|призна[её]т)",
    r"никаких (?:договор[её]нност\w+|доказательств|обещани\w+|обязательств|уступок)",
)  # fmt: skip
_FOR_BOTH = re.compile(
    r"\b(?:both|jointly|in common|common|share[ds]?|the (?:two|leaders|presidents|sides|parties|ministers))\b"
    r"|\b(?:об[ае]|обеи[хм]|обоих|обоим|стороны|лидеры|президенты|министры|общ(?:ая|ей|ее|ий|ую))\b",
    re.IGNORECASE,
)
_DISPUTE = re.compile(rf"(?<!\w)(?:{'|'.join((*_ENGLISH, *_RUSSIAN))})(?!\w)", re.IGNORECASE)


def disputes(text: str, voice: str, voices: Voices, at: datetime | None) -> bool:
    """Whether a passage of one side disputes something, and not what only a third voice says or does.

    Args:
        text: as it stands, unmasked. voice: whose it is, one of the pair. at: bounds office-holders; None: any of them.
    """
    if _DISPUTE.search(text) is None or _FOR_BOTH.search(text) is not None:
        return False
    named = {one.voice for one in names_of(voices).find(text, at)}
    return named <= set(voices.pair) or bool(named & (set(voices.pair) - {voice}))
