"""Quotations that run over sentences: whose frame a sentence within one has."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from models.attribution.hits import Hit
from models.news import Span

QUOTED_SENTENCES = 30
"""A quotation's frame is looked for at most so many sentences away, which keeps the walk linear."""
LONGEST_QUOTATION = 800
"""Characters: what runs on longer within its marks has lost one of them (PolNeAR's train split: transcripts)."""
_QUOTATION = re.compile(r"[“\"«](?:(?:[^\s”\"»]+\s+){2}|[^”\"»]*[”\"»]?\s*$)|''")
"""Opens a sentence with a quotation of more than two words (not: a paper's name)."""
_GOES_ON = re.compile(
    r"[^\w]*(?:[a-zа-яё]|[A-ZА-ЯЁ][\w’-]+(?:\s+[A-ZА-ЯЁ][\w’-]+){0,3}\s+(?:said|says|asked|added|told)\b)"
)
"""Opens what goes on after a quotation: a small letter, or a name and its verb."""


def quotes(text: str, span: Span, within: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence opens with a quotation, or lies within one."""
    return _QUOTATION.match(text, span.start, span.end) is not None or any(
        a < span.start and span.end <= b + 2 and b - a < LONGEST_QUOTATION and text[b - 1] in '”"»' for a, b in within
    )


def near(quotes: Sequence[tuple[int, int]], span: Span) -> Sequence[tuple[int, int]]:
    """The quotations, in order and apart, that touch a span."""
    return quotes[
        bisect_right(quotes, span.start, key=lambda one: one[1]) : bisect_left(quotes, span.end, key=lambda one: one[0])
    ]


def around(
    text: str, n: int, spans: Sequence[Span], found: Sequence[list[Hit]], quotes: Sequence[tuple[int, int]]
) -> Hit | None:
    """The frame of a quotation that holds all of sentence `n`: from where it opens, else from where it closes.

    What follows a quotation is part of its frame where it does not open a sentence: `"Why?" he asked`.
    """
    span = spans[n]
    for start, end in quotes:
        if start <= span.start + 1 and span.end <= end + 2:
            beside = range(max(0, n - QUOTED_SENTENCES), min(len(spans), n + QUOTED_SENTENCES))
            touched = [
                m
                for m in beside
                if spans[m].end > start
                and (spans[m].start < end or (spans[m].start < end + 2 and _GOES_ON.match(text, spans[m].start)))
                and found[m]
            ]
            if touched:
                hit = found[touched[0]][-1 if touched[0] > n else 0]
                return replace(hit, confidence=min(hit.confidence, 0.75), rule="quote-continued")
    return None
