"""Calls of heads of state that one narrative of the two-sided stream holds, for stories.py: with whom is each?

Readouts of calls are written alike whoever called. Two of calls with different people are of one matter only by chance;
two with one person the same may be one call's, or two of one week.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from models.news import Statement

_CALL = re.compile(r"conversation|[Cc]all|spoke")
_WITH = re.compile(r"(?:conversation|conversations|[Cc]all|[Tt]alks|spoke)s? (?:with|of) (.*)")
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_TITLES = """
    President Prime Minister Federal Chancellor Foreign Secretary State Republic Premier King Prince Crown Head General
    NATO US Advisor National Security Leaders European Union Council Commission Joe Joseph Biden Jr
    Ukraine Russia Russian
"""


def people(title: str) -> frozenset[str]:
    """Names of those whom the title of a readout says were called, titles and the usual sides left out; maybe none."""
    found = _WITH.search(title) if _CALL.search(title) else None
    return frozenset(_NAME.findall(found[1].replace("’s", " "))) - frozenset(_TITLES.split()) if found else frozenset()


def calls(stream: Sequence[Statement], narratives: Sequence[str | None]) -> dict[str, object]:
    """Pairs of calls in one narrative by whether they share a name, and narratives that hold both sides."""
    held: dict[str | None, list[frozenset[str]]] = defaultdict(list)
    voices: dict[str | None, set[str | None]] = defaultdict(set)
    for one, name in zip(stream, narratives, strict=True):
        voices[name].add(one.voice)
        if named := people(one.title):
            held[name].append(named)
    pairs = [(a, b) for some in held.values() for i, a in enumerate(some) for b in some[:i]]
    same = sum(bool(a & b) for a, b in pairs)
    both = sum({"kremlin", "white_house"} <= some for some in voices.values())
    return {"pairs": [len(pairs) - same, same], "both_sides": both}
