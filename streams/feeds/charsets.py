"""In which encoding a page's bytes are: what they themselves prove, then what is declared, then a guess."""

import codecs
import re

from trafilatura.utils import detect_encoding

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_HEAD = 4096
"""Bytes in which a page must declare its encoding. The HTML standard says 1024; some say it later."""
_SAMPLE = 8000
"""Bytes that a guess is made from; the library takes .01 s for so many."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\ufffd]")
_KNOWN = frozenset(
    f"""utf-8 utf-16 utf-16-le utf-16-be cp866 koi8-r koi8-u mac-cyrillic mac-roman gbk gb18030 big5 euc_jp euc_kr
    shift_jis {" ".join(f"cp{number}" for number in range(1250, 1259))}
    {" ".join(f"iso8859-{number}" for number in range(1, 17) if number != 12)}""".split()
)
"""Those of the Encoding standard: Python's others (escapes, IDNA) are no page's, and some are slow on long input."""
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gbk", "iso8859-9": "cp1254", "cp949": "euc_kr"}
"""What the Encoding standard takes a label for."""


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a page; never fails, what cannot be read is U+FFFD.

    What is UTF-8 but for a few bytes is taken for UTF-8 whatever is declared: no text in a legacy encoding is so by
    chance, and a page may be cut within a letter.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = [name for name in (_of_header(content_type), _of_head(body)) if name]
    if not (declared and declared[0].startswith("utf-16")):
        text = body.decode("utf-8", "replace")
        if (bad := text.count("\ufffd")) == 0 or bad < len(_BEYOND_ASCII.findall(text)):
            return text
    for name in (*declared, *_guessed(body)):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode(declared[0] if declared else "utf-8", "replace")


def _of_header(content_type: str) -> str | None:
    found = re.search(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", content_type, re.I)
    return _known(found[1]) if found else None


def _of_head(body: bytes) -> str | None:
    """A declaration is in ASCII, so that it can be read at all: one of UTF-16 stands in a page that is not."""
    found = _DECLARED.search(body[:_HEAD])
    name = _known(found[1].decode("ascii", "replace")) if found else None
    return None if name and name.startswith("utf-16") else name


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # ValueError: a label with a NUL
        return None
    name = _READ_AS.get(name, name)
    return name if name in _KNOWN else None


def _guessed(body: bytes) -> list[str]:
    """Encodings that the letters beyond ASCII speak for, the likeliest first; judged by the first of them."""
    first = _NOT_ASCII.search(body)
    at = first.start() if first else 0
    sample = body[max(0, at - _SAMPLE // 8) : at + _SAMPLE]
    return [name for guess in detect_encoding(sample) if (name := _known(guess))]
