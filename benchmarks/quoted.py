"""Who a labelled sentence is heard from, for benchmarks/accounts.py and benchmarks/introduced.py."""

from collections import Counter
from collections.abc import Sequence

from models.news import EVIDENCE_CONFIDENCE, Document, Passage


def said(document: Document, passages: Sequence[Passage], quote: str, pair: Sequence[str]) -> str | None:
    """The voice of the pair that has most of the letters of `quote` as evidence; None: nobody's."""
    start = document.text.index(quote)
    end, votes = start + len(quote), Counter[str | None]()
    for one in passages:
        side = one.voice in pair and one.confidence >= EVIDENCE_CONFIDENCE
        votes[one.voice if side else None] += max(0, min(end, one.end) - max(start, one.start))
    return votes.most_common(1)[0][0]
