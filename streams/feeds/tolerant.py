"""feedparser on bodies that nobody vouches for: its two parsers, driven so that no body takes them long.

feedparser reads what a feed of any vintage may hold, well-formed or not. Its own entry point is not called: it takes
minutes for half a megabyte made to that end (measured, feedparser 6.0.14: 50,000 document types 311 s, 200,000
unclosed comments 105 s, an author's name of 50,000 letters 10 s), fills 900 MB for 100 kB of references to one entity,
and does not say which element a content came in. Authors and categories, which are not kept, are not handled here;
what else may be large is bounded below.
"""

import codecs
import io
import re
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from typing import Any, ClassVar

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.encodings import convert_to_utf8, parse_content_type
from feedparser.exceptions import CharacterEncodingOverride
from feedparser.sanitizer import replace_doctype
from trafilatura.utils import detect_encoding

from streams.feeds.entries import FetchFailed

LONGEST_DECLARATION = 500
"""Characters of `<?xml …?>`; feedparser's search in it takes time with the cube of the length (a judgement)."""
LONGEST_PROLOGUE = 16_384
"""Bytes before the root element, whitespace folded: their reading takes time with the square, here .3 s (measured)."""
MOST_SIGNS = 1_000_000
"""Tags and references: 100,000 entries of five elements. feedparser takes 5 to 20 µs for each (measured)."""
DEEPEST = 1_000
"""Tags within each other (a judgement)."""
MOST_EXPANDED = 20_000_000
"""Characters that all references together could come to, were each one to the longest declared entity."""
NO_ENCODINGS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode_escape", "undefined", "utf-7"))
"""Codecs of Python's that no feed is in: slow on long bodies, or hiding what the body says."""
_LAST_RESORTS = ("windows-1252", "iso-8859-2")
"""What feedparser reads a body as when nothing else fits, and nearly anything does."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
FEWEST = 32
"""Bytes beyond ASCII to guess an encoding from (a judgement: some words)."""
_WIDE = {"utf-32-be": 4, "utf-32-le": 4, "utf-16-be": 2, "utf-16-le": 2, "cp037": 1}
_FULL_TEXT = ("full-text", "fulltext", "full_text")
"""Elements of the news aggregators' extensions to RSS (yandex:full-text and its kin): an article's whole text."""
_FAILING = ("cc", "creativeCommons", "creativecommons", "georss", "gml", "psc", "width", "height")
"""Namespaces and elements that are not kept, and whose handlers fail where they do not expect them."""
_TURBO = "http://turbo.yandex.ru"


class _Kept:
    """What is changed of both parsers. `complete` on a content: its element is one for whole articles."""

    namespaces: ClassVar[dict[str, str]] = {**StrictFeedParser.namespaces, _TURBO: "turbo"}
    _matchnamespaces: ClassVar[dict[str, str]] = {uri.lower(): name for uri, name in namespaces.items()}
    resolve_relative_uris = False
    sanitize_html = False
    contentparams: Any
    guidislink: Any
    namespacemap: Any
    _summaryKey: Any  # noqa: N815

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        super().unknown_starttag(self._known(tag), attrs)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        super().unknown_endtag(self._known(tag))  # type: ignore[misc]

    def _known(self, tag: str) -> str:
        prefix, _, name = tag.rpartition(":")
        if name in _FULL_TEXT:
            return "content:encoded"
        fails = self.namespacemap.get(prefix, prefix) in _FAILING or tag in _FAILING
        return f"unkept:{name}" if fails else tag

    def _start_content_encoded(self, attrs: Any) -> None:
        super()._start_content_encoded(attrs)  # type: ignore[misc]
        self.contentparams["complete"] = True

    _start_fullitem = _start_turbo_content = _start_content_encoded

    def _end_turbo_content(self) -> None:
        self._end_content()  # type: ignore[attr-defined]

    def _start_body(self, attrs: Any) -> None:
        super()._start_body(attrs)  # type: ignore[misc]
        self.contentparams["complete"] = True

    _start_xhtml_body = _start_body

    def _start_content(self, attrs: Any) -> None:
        """Of Atom; a second description or summary comes here, too, and is no whole article."""
        super()._start_content(attrs)  # type: ignore[misc]
        self.contentparams["complete"] = self._summaryKey != "content"

    def _start_id(self, attrs: Any) -> None:
        """Of Atom, not RSS's guid: an id is no address, and resolving it would tie it to where the feed was fetched."""
        super()._start_guid(attrs)  # type: ignore[misc]
        self.guidislink = False

    def _end_id(self) -> None:
        self._end_guid()  # type: ignore[attr-defined]

    def _start_media_description(self, _: Any) -> None:
        self.push("media_description", 1)  # type: ignore[attr-defined] # a picture's caption: no summary of the entry

    def _end_media_description(self) -> None:
        self.pop("media_description")  # type: ignore[attr-defined]

    def _start_category(self, _: Any) -> None:
        self.push("category", 1)  # type: ignore[attr-defined]

    def _end_category(self) -> None:
        self.pop("category")  # type: ignore[attr-defined]

    _start_keywords, _end_keywords = _start_category, _end_category

    def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:
        """Compares each category with all others of its entry: 8 s for 20,000 (measured)."""

    def _sync_author_detail(self, key: str = "author") -> None:
        """Looks for an address in a name, in time with the square of its length."""


class _Strict(_Kept, StrictFeedParser):  # type: ignore[misc] # the library has no types
    open_tags = 0

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        self.open_tags += 1
        if self.open_tags > DEEPEST:
            raise FetchFailed("content", f"no feed: it has more than {DEEPEST:,} tags within each other")
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        self.open_tags -= 1
        super().unknown_endtag(tag)


class _Loose(_Kept, LooseFeedParser):  # type: ignore[misc] # the library has no types
    def handle_charref(self, ref: str) -> None:
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):  # no character: a surrogate, or beyond Unicode
            self.handle_data("\ufffd")


class Body:
    """A feed's body as UTF-8, without what would take its parser long.

    Attributes:
        data: the body, its XML declaration saying UTF-8.
        encoding: what it was in.
        problem: in words, where the encoding was not what the body says.

    Raises:
        FetchFailed: of kind "content"; no feed looks like this.
    """

    def __init__(self, body: bytes, content_type: str) -> None:
        told: dict[str, Any] = {}
        charset = parse_content_type(content_type)[1]
        headers = {"content-type": content_type if _is_usable(charset) else content_type.partition(";")[0]}
        if not content_type:
            headers = {}
        body = _declaration_apart(body)
        self.data: bytes = convert_to_utf8(headers, body, told)
        if (
            str(told["encoding"]).lower() in _LAST_RESORTS
            and "bozo" in told
            and len(_NOT_ASCII.findall(body)) >= FEWEST
        ):
            # nothing declared was true: before a guess that never fails, one by the frequency of letters
            for guess in filter(_is_usable, detect_encoding(body)[:1]):
                told = {}
                self.data = convert_to_utf8({"content-type": f"application/xml; charset={guess}"}, body, told)
        self.encoding = str(told["encoding"] or "utf-8")
        error = told.get("bozo_exception")
        # text/xml without a charset stood for US-ASCII in RFC 3023, no longer in RFC 7303, and never in practice
        told_wrong = isinstance(error, CharacterEncodingOverride) and not str(error).startswith(
            "document declared as us-ascii"
        )
        self.problem = str(error) if told_wrong else None


class Read:
    """What feedparser made of a body: feed and entries as its documentation describes them.

    Content and titles are as they stand, neither sanitised nor with links resolved. `problems`, in words.
    """

    def __init__(self, body: Body, url: str, root: int) -> None:
        data, entities = _bounded(body.data, root)
        parser, fault = _parsed(data, url, entities)
        self.feed: dict[str, Any] = parser.feeddata
        self.entries: list[dict[str, Any]] = parser.entries
        self.version: str = parser.version
        self.problems: list[str] = [body.problem] if body.problem else []
        if fault is not None:
            self.problems.append(f"not well-formed XML ({fault})")
            if parser.inentry and self.entries:
                self.entries.pop()
                self.problems.append("the body ends amid an entry: that one is left out")


def _parsed(data: bytes, url: str, entities: dict[str, str]) -> tuple[Any, str | None]:
    """The parser when it is through, and why the strict one could not be it."""
    strict = _Strict(url, None, "utf-8")
    reader = xml.sax.make_parser()  # noqa: S317 # of entities only harmless ones are left, see _bounded
    reader.setFeature(xml.sax.handler.feature_namespaces, 1)
    reader.setFeature(xml.sax.handler.feature_external_ges, 0)
    reader.setContentHandler(strict)
    reader.setErrorHandler(strict)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
        return strict, None
    except xml.sax.SAXException as error:
        fault = error.getMessage()
    except (
        LookupError,
        TypeError,
        ValueError,
    ) as error:  # of its own handlers, where they meet what they do not expect
        fault = f"{type(error).__name__}: {error}"
    loose = _Loose(url, None, "utf-8", entities)
    loose.feed(data.decode("utf-8", "replace"))
    return loose, fault


def _bounded(data: bytes, root: int) -> tuple[bytes, dict[str, str]]:
    """The body with its document type reduced to harmless entities, and these.

    Args:
        root: where the root element begins.
    """
    prologue = re.sub(rb"\s+", lambda run: b"\n" if b"\n" in run[0] else b" ", data[:root])
    if len(prologue) > LONGEST_PROLOGUE:
        raise FetchFailed("content", f"no feed: {len(prologue):,} bytes come before its root element")
    signs = data.count(b"<") + data.count(b"&")
    if signs > MOST_SIGNS:
        raise FetchFailed("content", f"no feed: it holds {signs:,} tags and references, more than {MOST_SIGNS:,}")
    _, data, entities = replace_doctype(prologue + data[root:])
    if max(map(len, entities.values()), default=0) * data.count(b"&") > MOST_EXPANDED:
        raise FetchFailed("content", "no feed: its entities would expand without measure")
    return data, entities


def _declaration_apart(body: bytes) -> bytes:
    """The body with a line's end behind its XML declaration, to which feedparser's search for the encoding keeps.

    A declaration of an encoding that no feed is in is left out.
    """
    code, at = "latin-1", 0
    for mark, name in ((codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF32_LE, "utf-32-le")):
        if body.startswith(mark):
            code, at = name, 4
    for mark, name in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if not at and body.startswith(mark):
            code, at = name, 2
    if body.startswith(codecs.BOM_UTF8):
        at = 3
    if not at:
        code = next((name for name in _WIDE if body.startswith("<?".encode(name))), code)
    if code == "latin-1" and not at:
        body = body.lstrip()
    width = _WIDE.get(code, 1)
    begin = body[at : at + LONGEST_DECLARATION * width].decode(code, "replace")
    if not begin.startswith("<?"):
        return body
    declaration, closed, rest = begin.partition("?>")
    if not closed:
        raise FetchFailed("content", f"no feed: its XML declaration does not end in {LONGEST_DECLARATION} characters")
    end = at + len(declaration + closed) * width
    if not all(map(_is_usable, re.findall(r"encoding\s*=\s*[\"']([^\"']*)", declaration))):
        return body[:at] + body[end:]
    return body if rest.startswith("\n") else body[:end] + "\n".encode(code) + body[end:]


def _is_usable(encoding: str) -> bool:
    """Whether it may be asked for; that it exists is another matter."""
    if not re.fullmatch(r"[A-Za-z0-9._:+-]{0,40}", encoding):
        return False
    try:
        return codecs.lookup(encoding).name not in NO_ENCODINGS
    except LookupError:
        return True
