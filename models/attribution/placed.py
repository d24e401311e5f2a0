"""A side's place or house that only tells where another is, or whose: "analysts in Moscow", "Russia's opposition".

The judge learned from a campaign's news, where nearly every source that names a camp is the camp's. In dispatches
from two capitals many are not: unless an official, a statement or an office stands before "in Moscow" or after
"Russia's", another is speaking. In an institution speak its own, but for sources and whoever is merely close to it.
"""

import re

from models.attribution.cues import ACCOUNT, ROLE
from models.attribution.longer import OFFICE

_PLACED = re.compile(
    r"(?:([A-Z][\w-]+)\s+)?([\w’'-]+),?\s+"
    r"(?:(?P<in>in|at|inside|from|based\s+in)|to|with|against|near|outside|around|across|close\s+to|familiar\s+with)\s+(?:the\s+)?$"
)
_SPEAKS = re.compile(
    rf"(?:{ROLE}|{ACCOUNT}|officers?|staffers?|speech|remarks?|press|release|memo|cable|report|guards?|capital|website|site|page|feed|channel)",
    re.I,
)
_SOURCES = re.compile(
    r"(?:sources?|person|persons|people|someone|anyone|insiders?|democrats?|republicans?|correspondents?|reporters?"
    r"|journalists?|protesters?|visitors?|guests?)",
    re.I,
)
_OPENS = re.compile(
    r"(?:The|An?|Some|Senior|Top|Other|One|Two|Three|Several|Many|Press|Chief|Former|Foreign|Interior|Prime)"
)
"""What may open a sentence before "officials in Moscow"; with "Turkish" before them they are Turkey's."""
_BELONGS = re.compile(r"[’']s?\s+(?:(?:top|chief|senior|lead|own|new|former)\s+)?$")
_HIS = re.compile(r"\s+(?:[a-z-]+\s+){0,2}[a-z-]+")
"""Before and after a place: "the fund's top Moscow official"."""
_OWNER = re.compile(r"[’']s?\s+((?:[\w-]+\s+){0,2}[\w-]+)")


def placed(text: str, start: int, end: int, *, institution: bool) -> bool:
    """Whether text[start:end], a place or institution, stands in a source that is another's."""
    where = _PLACED.search(text, max(0, start - 60), start)
    if where is not None:
        before, head = where[1] or "The", where[2]
        if institution and where["in"]:
            return _SOURCES.fullmatch(head) is not None
        if (
            not _speaks(head)
            or head.lower().startswith("diplomat")
            or not (_OPENS.fullmatch(before) or OFFICE.fullmatch(before))
        ):
            return True
    if not institution and _BELONGS.search(text, max(0, start - 16), start) and _HIS.match(text, end):
        return True
    owned = _OWNER.match(text, end)
    return owned is not None and not any(word[0].isupper() or _speaks(word) for word in owned[1].split())


def _speaks(word: str) -> bool:
    return (OFFICE.fullmatch(word) or _SPEAKS.fullmatch(word)) is not None
