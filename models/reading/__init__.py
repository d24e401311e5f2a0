"""News items to clean text with structure: blocks (lines) and sentences, as offsets into the text.

A library for sentence splitting was weighed and left out: see `splitting`. HTML is parsed by selectolax (`page`).
"""

import re
from functools import lru_cache

from models.errors import InvalidItem
from models.news import Document, NewsItem
from models.reading.lines import blocks
from models.reading.page import lines_of_html
from models.reading.splitting import LONGEST_SENTENCE, sentences

__all__ = ["LONGEST_SENTENCE", "language", "read", "sentences", "text_of_html"]


def read(item: NewsItem) -> Document:
    """Read an item: its text as it stands, else the text of its HTML; the title is no part of it.

    Raises:
        InvalidItem: `no_words`.
    """
    text, headings = item.text, frozenset[int]()
    if not text and item.html:
        text, headings = _joined(item.html)
    if not any(map(str.isalnum, text)) and not any(map(str.isalnum, item.title)):
        raise InvalidItem("no_words", "neither text nor title holds a word")
    return Document(
        id=item.id,
        lang=language(item.lang, text or item.title),
        title=" ".join(item.title.split()),
        text=text,
        blocks=tuple(blocks(text, headings)),
    )


def text_of_html(html: str) -> str:
    """The readable text of HTML: one line a block, without scripts, navigation and forms."""
    return _joined(html)[0]


def _joined(html: str) -> tuple[str, frozenset[int]]:
    """The text of HTML, and where in it the lines begin that the page marks as headings."""
    at, headings, lines = 0, set(), lines_of_html(html)
    for line, heading in lines:
        if heading:
            headings.add(at)
        at += len(line) + 1
    return "\n".join(line for line, _ in lines), frozenset(headings)


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
