"""A frame found in a sentence."""

from dataclasses import dataclass

CUE = 0.7
"""A frame of at least this confidence overrides what the source, the turn or a lead says by default."""
LAST = "last"
"""The voice of a hit by pronoun or role: whoever spoke last."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame in text[start:end] that gives `voice` the speech around it; `voice` may be LAST."""

    start: int
    end: int
    voice: str
    confidence: float
    rule: str
    named: bool = True
    kind: str = ""
    """Of the mention that is its subject, where it stands first: person, institution or metonym."""
