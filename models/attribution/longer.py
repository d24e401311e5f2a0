"""Bodies that no side speaks by: "the US Senate", "the Bank of Russia", "Ukraine's National Security Council".

What such a body says, its country's government has not said. In English a name that goes on with capitals is another's,
unless it goes on to an office of the executive ("US Central Command"), a role ("Moscow's envoy") or a verb of saying (a
headline's "Russia Says"). Russian tells whose a noun is by its case (russian.py).
"""

import re
from collections.abc import Iterable

from models.attribution.cues import ACCOUNT, NOUNS, ROLE, SPEECH_NOUN, STRONG, WEAK

_RUN = re.compile(
    r"(?:[’']s?)?((?:[ \xa0](?!(?:The|A|An|In|On|At|But|And|It|He|She|They|We|This|That|As|If|When|While|After|Before"
    r"|Is|Are|Was|Were|Has|Have|Had|Will|Would|Can|Could|Must|Should|May|Might|Did|Does|Do|Now|Still|Also|Itself|Really"
    r"|Actually|Currently|Officially"
    r"|(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day|(?:Jan|Febr)uary|March|April|May|June|July|August"
    r"|(?:Sept|Nov|Dec)ember|October)\b)"
    r"[A-Z][\w&’'.-]*){1,5})"
)
_AFTER = re.compile(r"(?:[’']s?)?[ \xa0]")
_OF = re.compile(r"((?:(?<![\w.-])[A-Z][\w’'-]*[ \xa0]){1,5})(?:of|for)[ \xa0](?:the[ \xa0])?$")
_APART = re.compile(
    r"(?:Senate|Senators?|Sen\.|House|Congress\w*|Rep\.|Supreme|District|Court|Federal[ \xa0]Reserve|Fed|Democrats?"
    r"|Republicans?|[Mm]ayor|Governor|Gov\.|City|Post|Times|Today|[Pp]olice)(?![\w-])"
)
"""Bodies that are not the executive's, whoever of them speaks ("US Senate leaders")."""
OFFICE = re.compile(
    rf"(?:{ROLE}|{SPEECH_NOUN}|{ACCOUNT}|Vice|Defen[cs]e|Treasury|Justice|Commerce|Homeland|Attorney|Embassy|Mission|Consul\w*"
    r"|Department|Ministry|Agency|Bureau|Command|Army|Navy|Naval|Air|Marines?|Space|Coast|Military|Forces?|Armed"
    r"|Intelligence|Cabinet|Security|Delegation|Authorities|Side|Affairs|Finance|Trade|Prime|Premier"
    r"|Governments?)[.,’']*",
    re.I,
)
_ROLE_FOLLOWS = re.compile(rf"[ \xa0](?:[a-z-]+[ \xa0])?{ROLE}\b")
_SAYING = frozenset(word for word in STRONG | WEAK if word not in NOUNS or word.endswith(("s", "ed")))
"""Verbs that a headline's name may go on with; not the noun of "Moscow State Circus"."""


_OF_COUNTRY = re.compile(
    r"(?<![\w.-])(?:([A-Z][\w.-]*)[’']s?|([A-Z][a-z]+(?:[aei]an|ish|ese|ench|eek|[^aeiou]i)|German))[ \xa0]$"
)
_TIMES = re.compile(
    r"(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day|(?:Janu|Febru)ary|March|April|May|June|July|August|\w+ber|Today"
)


def of_other_country(text: str, start: int, own: Iterable[str]) -> bool:
    """Whether the body named from text[start] is another country's: "Ukraine's National Security Council".

    Args:
        own: words of the names of the voice that it would be.
    """
    whose = _OF_COUNTRY.search(text, max(0, start - 40), start)
    if whose is None:
        return False
    word = whose[1] or whose[2] or whose[0].strip()
    return _TIMES.fullmatch(word) is None and not any(one.startswith(word) for one in own)


_PLACE = re.compile(r"(?<![\w-])([A-Z][a-z]+)[ \xa0]$")
_STEP = re.compile(
    r"President|Deputy|Under|Assistant|Acting|Principal|Associate|The|Then|And|But|When|While|As|Former|New|His|Her|In|On|At"
    r"|For|By|With|To|From|Both|Even|Only|Now|Later|Earlier|Said|After|Before"
)


def of_a_place(text: str, start: int, own: Iterable[str]) -> bool:
    """Whether a capital before an office says whose it is, and another's: "Vatican Secretary of State".

    Args:
        own: as in `of_other_country`.
    """
    place = _PLACE.search(text, max(0, start - 30), start)
    return place is not None and not _STEP.fullmatch(place[1]) and place[1] not in own


def of_another(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], a country or capital, is a part of the name of a body that does not speak for it."""
    after = _AFTER.match(text, end)
    if after and _APART.match(text, after.end()):
        return True
    goes_on = _RUN.match(text, end)
    if goes_on:
        words = goes_on[1].split()
        if words[0].lower().rstrip(".") not in _SAYING and not (
            any(map(OFFICE.fullmatch, words)) or _ROLE_FOLLOWS.match(text, goes_on.end())
        ):
            return True
    owner = _OF.search(text, max(0, start - 60), start)
    return owner is not None and not any(map(OFFICE.fullmatch, owner[1].split()))
