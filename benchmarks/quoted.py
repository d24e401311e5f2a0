"""Who a labelled sentence is heard from, for benchmarks/accounts.py, introduced.py, real_news.py and sections.py."""

from collections import Counter
from collections.abc import Sequence

from models.news import EVIDENCE_CONFIDENCE, Document, Passage

OUTCOMES = ("right", "missed", "wrong_side", "left_alone", "false")


def said(document: Document, passages: Sequence[Passage], quote: str, pair: Sequence[str]) -> str | None:
    """The voice of the pair that has most of the letters of `quote` as evidence; None: nobody's."""
    start = document.text.index(quote)
    return said_there(passages, start, start + len(quote), pair)


def said_there(passages: Sequence[Passage], start: int, end: int, pair: Sequence[str]) -> str | None:
    """The same of a place in a document's text."""
    votes = Counter[str | None]()
    for one in passages:
        side = one.voice in pair and one.confidence >= EVIDENCE_CONFIDENCE
        votes[one.voice if side else None] += max(0, min(end, one.end) - max(start, one.start))
    return votes.most_common(1)[0][0] if votes else None


def outcome(gold: str | None, voice: str | None) -> str:
    """One of OUTCOMES. gold: whose it is, None nobody's; voice: whom it is heard from."""
    if gold is None:
        return "left_alone" if voice is None else "false"
    return "right" if voice == gold else "missed" if voice is None else "wrong_side"
