"""The fields of an entry: markup made safe or taken off, addresses absolute, languages as codes, and the key."""

import hashlib
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from feedparser.sanitizer import _sanitize_html
from feedparser.urls import resolve_relative_uris

_TO_K = ("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd")
_FROM_M = ("mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr")
_INLINE = frozenset((*_TO_K, *_FROM_M, "!"))
"""Tags within a word or a line, "!" for a comment; where any other stands, words end."""
_TAG = re.compile(r"<(?:!--.*?-->|/?([A-Za-z][^\s/<>]*+)[^<>]*+>|[!?][^<>]*+>)", re.S)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_ISO_639_2 = {"eng": "en", "rus": "ru", "ukr": "uk"}
_NO_LANGUAGE = ("und", "mul", "zxx", "mis")
_SCHEMES = ("http", "https")
LONGEST_ADDRESS = 8_000
"""RFC 9110 asks receivers for at least so much; longer ones are data, not addresses."""


def line_of(text: str) -> str:
    """The text in one line: whitespace folded, control characters left out."""
    return " ".join(_CONTROL.sub("", text).split())


def lines_of(text: str) -> str:
    """The text with whitespace folded within its lines, and at most one line empty between two."""
    lines = (line_of(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def has_markup(html: str) -> bool:
    """Whether there is a tag in it."""
    return bool(re.search(r"<[A-Za-z]", html))


def without_tags(html: str) -> str:
    """HTML without its tags and comments, entities resolved; a space where a tag ends a word."""
    unclosed = html.find("<!--", html.rfind("-->") + 1)  # hides what follows; and the search for its end is quadratic
    html = html if unclosed < 0 else html[:unclosed]
    return unescape(_TAG.sub(lambda tag: "" if (tag[1] or "!").lower() in _INLINE else " ", html))


def sanitised(html: str, base: str, media_type: str = "text/html") -> str:
    """The HTML with scripts, styles and whatever else can act left out, links absolute: as feedparser does it.

    Its own functions, because they are called on what is kept only, and not on an unclosed comment: the search for
    the end of one took 105 s for 800 kB (measured, feedparser 6.0.14).
    """
    unclosed = html.find("<!--", html.rfind(">") + 1)
    html = html if unclosed < 0 else html[:unclosed]
    try:
        resolved = resolve_relative_uris(html, base, "utf-8", media_type)
        return str(_sanitize_html(resolved, "utf-8", media_type))
    except (ValueError, OverflowError):  # a character reference that is no number Python reads
        return without_tags(html)


def address(link: str, base: str) -> str:
    """The link made absolute, if it leads to the web; else "".  Whitespace within, as of a folded line, is dropped."""
    link = "".join(_CONTROL.sub("", link).split()) if len(link) <= LONGEST_ADDRESS else ""
    if not link or re.match(r"https?:(?!//[^/])|//+\Z", link, re.I):  # without a host, which the base would lend it
        return ""
    try:
        absolute = urljoin(base, link)
        parts = urlsplit(absolute)
        return absolute if parts.scheme in _SCHEMES and parts.hostname else ""
    except ValueError:
        return ""


def language(tag: str | None) -> str | None:
    """The primary subtag of a language tag ("ru" of "ru-RU"), in its shortest form; None for what names none."""
    primary = re.split(r"[-_;,\s]", (tag or "").strip(), maxsplit=1)[0].lower()
    primary = _ISO_639_2.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) and primary not in _NO_LANGUAGE else None


def key_of(identifier: str, link: str, title: str, content: str) -> str:
    """What tells an entry from others: its identifier, else its link, else SHA-256 of title and content."""
    return identifier or link or hashlib.sha256(f"{title}\n{content}".encode("utf-8", "replace")).hexdigest()
