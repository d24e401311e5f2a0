"""News items to clean text with structure: blocks (lines) and sentences, as offsets into the text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from models.errors import InvalidItem
from models.news import Block, Document, NewsItem, Span

_BULLET = re.compile(r"\s*(?:[-–—•*·▪●]|\d{1,2}[.)])\s+\S")
_STOP = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s+[\"“‘«(\[—–-]*[A-ZА-ЯЁ0-9]|[A-ZА-ЯЁ][a-zа-яё]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Gov|Rep|Gen|Lt|Col|St|Jr|Sr|vs|No|Prof|Inc|Co|Jan|Feb|Aug|Sept|Oct|Nov|Dec|a\.m|p\.m|e\.g|i\.e|[A-Z]"
    r"|г|гг|им|ул|тыс|млн|млрд|руб|долл|проц|стр|ст|см|т\.е|т\.к|т\.д|т\.п|т\.н|и\.о|[А-ЯЁ])|(?:[A-Z]\.)+[A-Z])\.$"
)
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}$")
_BEGINS = re.compile(
    r"\s+(?:The|This|These|That|While|Whereas|Although|But|And|He|She|It|They|We|If|When|In|On|At|As|After|Before|His|Her"
    r"|Its|Their)\s"
)
"""After "the U.S." a sentence begins with one of these; any other capital may be a name ("the U.S. Senate")."""
_CLOSING = tuple('.!?:;…"”»’)')
_LONGEST_HEADING = 120
"""Characters: a line longer than that is a paragraph, whatever it ends with (a judgement)."""
LONGEST_SENTENCE = 1200
"""Characters: what runs on longer is a list or no prose; cutting it bounds the work (a judgement)."""
_LONGEST_LOOKBACK = 12
Kind = Literal["paragraph", "heading", "bullet", "table", "boilerplate"]
_SKIPPED = "script,style,noscript,template,nav,header,footer,aside,form,button,iframe,svg,figure"
_BLOCKS = "p,li,h1,h2,h3,h4,h5,h6,tr,blockquote,pre,dt,dd,div,section,article,br,td,th"


def read(item: NewsItem) -> Document:
    """Read an item: its text as it stands, else the text of its HTML; the title is no part of it.

    Raises:
        InvalidItem: `no_words`.
    """
    text = item.text or (text_of_html(item.html) if item.html else "")
    if not any(map(str.isalnum, text)) and not any(map(str.isalnum, item.title)):
        raise InvalidItem("no_words", "neither text nor title holds a word")
    return Document(
        id=item.id,
        lang=language(item.lang, text or item.title),
        title=" ".join(item.title.split()),
        text=text,
        blocks=tuple(blocks(text)),
    )


def text_of_html(html: str) -> str:
    """The readable text of HTML: one line a block, without scripts, navigation and forms."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html.encode("utf-8", "replace").decode())
    if tree.body is None:
        return ""
    tree.strip_tags(_SKIPPED.split(","))
    for node in tree.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    for node in tree.css("li"):
        if node.child is not None:
            node.child.insert_before("- ")
    lines = (" ".join(line.split()) for line in tree.body.text(separator=" ").splitlines())
    return "\n".join(line for line in lines if line and line != "-")


def language(declared: str | None, text: str) -> str:
    """ISO 639-1 code: as declared ("en-US" is en), else as the text reads."""
    code = (declared or "").strip().lower().replace("_", "-").partition("-")[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else _identify(text[:2000])


@lru_cache(maxsize=4096)
def _identify(text: str) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum("а" <= letter.lower() <= "я" or letter in "ёЁ" for letter in letters) > 0.5 * len(letters):
        return "uk" if re.search(r"[іїєґ]", text.lower()) else "ru"
    import py3langid

    return str(py3langid.classify(text.encode("utf-8", "replace").decode())[0])


def blocks(text: str) -> Iterator[Block]:
    """The lines of a text that hold a word or number, with their kinds and sentences."""
    for line in re.finditer(r"[^\r\n]*\S[^\r\n]*", text):
        body = line.group()
        start, end = line.start() + len(body) - len(body.lstrip()), line.start() + len(body.rstrip())
        if not any(map(str.isalnum, text[start:end])):
            continue
        kind = _kind(text[start:end])
        spans = (Span(start=start, end=end),) if kind in ("heading", "table") else tuple(sentences(text, start, end))
        yield Block(start=start, end=end, kind=kind, sentences=spans)


def _kind(line: str) -> Kind:
    if _BULLET.match(line):
        return "bullet"
    if line.count("|") >= 2 or line.count("\t") >= 2:
        return "table"
    if len(line) <= _LONGEST_HEADING and not line.endswith(_CLOSING) and len(line.split()) > 1:
        return "heading"
    return "paragraph"


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of text[start:end], English and Russian, in linear time; an endless one is cut at spaces."""
    for span in _sentences(text, start, end):
        at = span.start
        while span.end - at > LONGEST_SENTENCE:
            space = text.rfind(" ", at + LONGEST_SENTENCE // 2, at + LONGEST_SENTENCE)
            cut = space if space > 0 else at + LONGEST_SENTENCE
            yield Span(start=at, end=cut)
            at = cut + (space > 0)
        if any(map(str.isalnum, text[at : span.end])):
            yield Span(start=at, end=span.end)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() >= end:
            break
        mark = text[stop.start()]
        looked = text[max(at, stop.start() - _LONGEST_LOOKBACK) : stop.start() + 1]
        begins = _ACRONYM.search(looked) and _BEGINS.match(text, stop.end(), end)
        if mark == "." and _ABBREVIATION.search(looked) and not begins:
            continue
        if mark == "." and not text[stop.end()].isspace() and not text[stop.start() - 1 : stop.start()].islower():
            continue  # "U.S.Russia" is no end, "sectors.This" is one
        yield Span(start=at, end=stop.end())
        at = stop.end()
        while at < end and text[at].isspace():
            at += 1
    if at < end and any(map(str.isalnum, text[at:end])):
        yield Span(start=at, end=end)
