"""Where a text names somebody whom it has introduced by an office."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.attribution.given import same_given
from models.attribution.introduced import NAME_WORD, Introduced
from models.attribution.names import GIVEN_NAMES, NO_GIVEN_NAME, pattern_of

_LONGEST_GIVEN = 40
_OPENING = re.compile(r"(?:^|[.!?…”\"]\s+|\n)$")
"""Where a word has its capital anyway: a surname that is also a word of the text ("Price") is not seen there."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """text[start:end] names somebody who was introduced; `nominative` as of a mention."""

    start: int
    end: int
    voice: str
    given: str
    nominative: bool


def bearings(text: str, found: Sequence[Introduced], listed: Sequence[tuple[int, int]]) -> Iterator[Bearing]:
    """Every place that names somebody introduced, from the introduction on.

    Where another of the surname is named in full, the surname is that one's until the first is named in full again.

    Args:
        listed: places of listed people in order, whom no introduction renames.
    """
    starts = [start for start, _ in listed]
    for surname in dict.fromkeys(one.surname for one in found):
        mine = [one for one in found if one.surname == surname]
        for match, bearer in _borne(text, surname, mine):
            place = match.end("given") if match["given"] else match.start()
            at = bisect_right(starts, place)
            if bearer is not None and not (at and place < listed[at - 1][1]):
                nominative = bearer.lang == "en" or match.group().split()[-1] == surname
                introduced = match.start() <= bearer.start < match.end()
                start = min(match.start(), bearer.opens) if introduced else match.start()
                yield Bearing(start, match.end(), bearer.voice, bearer.given, nominative)


def _borne(text: str, surname: str, mine: Sequence[Introduced]) -> Iterator[tuple[re.Match[str], Introduced | None]]:
    """The places of a surname from its introduction on, with who is meant there; None: another, or nobody."""
    lang = mine[0].lang
    before = NAME_WORD if lang == "en" else "[А-ЯЁ][а-яё]+"
    pattern = re.compile(rf"(?<![\w-])(?P<given>{before}[ \xa0])?{pattern_of(surname, lang)}(?![\w-])")
    everyday = lang == "en" and re.search(rf"(?<![\w-]){re.escape(surname.lower())}(?![\w-])", text) is not None
    now: Introduced | None = None
    for match in pattern.finditer(text, max(0, mine[0].start - _LONGEST_GIVEN)):
        if match.end() <= mine[0].start:
            continue
        now = next((one for one in mine if match.start() <= one.start < match.end()), now)
        given = (match["given"] or "").strip()
        if given and not NO_GIVEN_NAME.fullmatch(given):
            known = next((one for one in mine if same_given(given, one.given)), None)
            now = None if known is None and given in GIVEN_NAMES else known or now
        opens = everyday and not given and _OPENING.search(text, max(0, match.start() - 3), match.start())
        yield match, None if opens else now
