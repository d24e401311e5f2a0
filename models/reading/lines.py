"""Lines of a text as blocks: what each is, and what of it is said."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from models.news import Block, Span
from models.reading.boilerplate import dateline, is_boilerplate
from models.reading.splitting import sentences

Kind = Literal["paragraph", "heading", "bullet", "table", "boilerplate"]
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_BREAK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|hr|img|table|tr|td|th|blockquote|section|article|figure)\b[^<>]{0,1000}>"
    r"|(?<!\*)\*(?:\s?\*){2}(?!\*)",
    re.I,
)
"""Marks of lines inside one: HTML, which feeds leave in a text, and a row of stars between two parts."""
_BULLET = re.compile(r"(?:[-–—•*·▪●◦‣►✓+o]|\(?\d{1,2}[.)]|\(?(?:[a-zа-я]|[ivx]{1,4})\)|[a-h]\.)\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[IVX]{1,4})[.)]\s+(?=\S)")
_SPEECH = re.compile(r"[—–-]\s.*[,.!?…][\"»”]?\s+[—–-]\s+[a-zа-яё]", re.S)
"""Direct speech between dashes, as Russian sets it: `— Мы готовы, — сказал он.`"""
_MARKED = re.compile(r"#{1,6}\s+\S|(\*\*|__)(?=\S)[^*_]{2,118}\1$")
"""Headings in Markdown."""
_CLOSING = tuple('.!?:;…"”»’)')
_LONGEST_HEADING = 120
"""Characters: a line longer than that is a paragraph, whatever it ends with (a judgement)."""
_WRAPPED = (40, 100)
"""Characters: plain text broken within sentences has lines of about this length (a judgement)."""
_FEWEST_WRAPS = 3
"""Breaks within a sentence from which a text counts as wrapped (a judgement)."""
_BLANK = " \t\xa0"


def blocks(text: str, headings: frozenset[int] = frozenset()) -> Iterator[Block]:
    """The lines of a text that hold a word or number, with their kinds and sentences.

    Lines that a mailer or typewriter broke within sentences are one block; a dateline is a block of its own
    (boilerplate), so that the paragraph after it begins with its first sentence. Boilerplate has no sentences.

    Args:
        headings: where lines begin that are known to be headings.
    """
    lines = list(_unwrapped(text, list(_lines(text))))
    for n, (start, end) in enumerate(lines):
        line = text[start:end]
        if is_boilerplate(line):
            yield Block(start=start, end=end, kind="boilerplate", sentences=())
            continue
        kind: Kind = "heading" if start in headings else _kind(line)
        if kind == "bullet" and _titled(line) and _alone(text, lines, n):
            kind = "heading"
        if kind == "paragraph" and (length := dateline(line)):
            yield Block(start=start, end=start + len(line[:length].rstrip()), kind="boilerplate", sentences=())
            start += length
            start += len(text[start:end]) - len(text[start:end].lstrip())
        spans = (Span(start=start, end=end),) if kind in ("heading", "table") else tuple(sentences(text, start, end))
        if spans:  # behind a dateline there may be nothing that is said
            yield Block(start=start, end=end, kind=kind, sentences=spans)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines that hold a word or number, without white space around them."""
    marked = "<" in text or "*" in text
    for line in _LINE.finditer(text):
        start = line.start()
        edges = [one.span() for one in _BREAK.finditer(text, *line.span())] if marked else []
        for a, b in [*edges, (line.end(), line.end())]:
            piece = text[start:a]
            begin, stop = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
            if any(map(str.isalnum, text[begin:stop])):
                yield begin, stop
            start = b


def _unwrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same lines, those joined that were broken within a sentence."""
    broken = [_goes_on(text, a, b) for a, b in pairwise(lines)]
    longest = max((end - start for start, end in lines), default=0)
    if longest > _WRAPPED[1] or sum(broken) < _FEWEST_WRAPS:
        yield from lines
        return
    first = 0
    for n, line in enumerate(lines):
        last = n + 1 == len(lines)
        if last or not (broken[n] or _full(text, line, lines[n + 1], longest)):
            yield lines[first][0], line[1]
            first = n + 1


def _goes_on(text: str, line: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a sentence runs from a line into the next: no stop, no blank line, no capital."""
    return (
        line[1] - line[0] >= _WRAPPED[0]
        and _adjacent(text, line, other)
        and not text[line[0] : line[1]].endswith(_CLOSING)
        and text[other[0]].islower()
    )


def _full(text: str, line: tuple[int, int], other: tuple[int, int], longest: int) -> bool:
    """Whether, in a text so broken, a line is full and the next goes on with its paragraph."""
    word = text[other[0] : other[1]].split(maxsplit=1)[0]
    return (
        _adjacent(text, line, other)
        and line[1] - line[0] + len(word) >= 0.9 * longest
        and _BULLET.match(text, other[0], other[1]) is None
    )


def _adjacent(text: str, line: tuple[int, int], other: tuple[int, int]) -> bool:
    gap = text[line[1] : other[0]]
    return len(gap) < 40 and gap.strip(_BLANK) in ("\n", "\r\n", "\r")


def _titled(line: str) -> bool:
    """Whether a line is a number and what could be a heading."""
    number = _NUMBERED.match(line)
    return number is not None and _kind(line[number.end() :]) == "heading"


def _alone(text: str, lines: list[tuple[int, int]], n: int) -> bool:
    """Whether a numbered line stands before text or other bullets, not in a numbered list."""
    near = [one for one in lines[max(0, n - 1) : n + 2] if one != lines[n]]
    if any(_NUMBERED.match(text, *one) for one in near) or n + 1 == len(lines):
        return False
    return _kind(text[slice(*lines[n + 1])]) in ("paragraph", "bullet")


def _kind(line: str) -> Kind:
    if line.count("|") >= 2 or line.count("\t") >= 2:
        return "table"
    if _MARKED.match(line) and len(line) <= _LONGEST_HEADING:
        return "heading"
    if _BULLET.match(line) and not (line[0] in "-–—" and _SPEECH.match(line[:2000])):
        return "bullet"
    if len(line) > _LONGEST_HEADING or line.endswith(_CLOSING):
        return "paragraph"
    return "heading" if len(line.split()) > 1 or (len(line) > 3 and line[0].isupper()) else "paragraph"
