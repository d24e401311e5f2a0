"""Given names before surnames: where a full name begins, and whether two given names are one's."""

import re
from collections.abc import Set

from models.attribution.names import GIVEN_GAP, GIVEN_NAMES, NO_GIVEN_NAME, RU_TOLD

OPENS = re.compile(r"(?:^|[.!?…»\n]\s*|[«\"“(])$")
_PLACE = re.compile(r"(?<!\w)(?:[Вв]о?|[Ии]з)[ \xa0]$")
"""What before a capitalised word makes it a place: "прибывший в Вену Имярек"."""


def given_name(text: str, start: int, institutional: Set[str]) -> tuple[int, str | None]:
    """Where a full name begins, and the given name, if a capitalised word that is no title stands before."""
    before = GIVEN_GAP.search(text, max(0, start - 40), start)
    if not before:
        return start, None
    words = list(re.finditer(r"\S+", before.group()))
    initials = [word for word in words if re.fullmatch(r"[A-ZА-ЯЁ]\.", word.group())]
    names = [word for word in words if word not in initials]
    last = names[-1].group() if names else ""
    if not names or NO_GIVEN_NAME.match(last) or RU_TOLD.fullmatch(last) or last in institutional:
        return start, None
    given = names[-1]
    if _PLACE.search(text, max(0, before.start() + given.start() - 4), before.start() + given.start()):
        return start, None
    if len(names) > 1 and re.search(r"(?:ович|евич|овн|евн)", given.group()):
        given = names[-2]  # a patronymic stands between given name and surname
    return before.start() + given.start(), given.group()


def same_given(given: str, own: str) -> bool:
    """Whether two given names may be one: in another case, in another spelling, or by an initial's dot."""
    stem = own[: max(2, len(own) - 2)]
    return given.startswith(stem) or (len(given) > 2 and own.startswith(given.rstrip(".")))


def common_given(given: str) -> bool:
    """Whether a common given name, in Russian in any case."""
    return given in GIVEN_NAMES or any(
        given[:-cut] + end in GIVEN_NAMES for cut in (1, 2) for end in ("", "й", "я", "а", "ь")
    )
