"""What an analyst says of an alert: that it is right, or what is wrong with it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Judgement = Literal["confirm", "wrong_voice", "wrong_narrative", "not_divergent"]
JUDGEMENTS: tuple[Judgement, ...] = ("confirm", "wrong_voice", "wrong_narrative", "not_divergent")
OF_A_DOCUMENT = ("wrong_voice", "wrong_narrative")
"""Judgements that must name a document of the alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One judgement of one alert.

    alert: its id. judgement: confirm, or what is wrong. at: when it was said. item: the document that it is about, for
    wrong_voice and wrong_narrative. start, end: the stretch of the document's text that has the wrong voice, in Unicode
    code points; None for all of it. voice: whose words it really is, empty for neither side's. by: the analyst's name.
    note: the analyst's words.
    """

    alert: str
    judgement: Judgement
    at: datetime
    item: str = ""
    start: int | None = None
    end: int | None = None
    voice: str = ""
    by: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """The same for the same words of the same person at the same time."""
        told = (self.alert, self.judgement, self.at.isoformat(), self.item, self.start, self.end, self.voice, self.by)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def covers(self, start: int, end: int) -> bool:
        """Whether it is about text[start:end] of its document, or a part of that."""
        if self.start is None or self.end is None:
            return True
        return start < self.end and self.start < end
