"""Speech that hangs on a sentence without being its frame: by a participle, or by a relative clause.

"Washington expelled two diplomats, accusing them of spying", "The vote drew a protest from the Kremlin, which said …",
«Москва отозвала посла, заявив, что …». The side acts or is acted upon, and what it says of that stands beside.
"""

import re
from collections.abc import Sequence

from models.attribution.cues import ABOUT, NOT_SIDE, NOUNS, PUBLISHING, STRONG
from models.attribution.hits import Hit
from models.attribution.mentions import Mention
from models.attribution.russian_cues import CUES as RU_CUES
from models.attribution.russian_cues import NO_SIDE as RU_NO_SIDE
from models.attribution.russian_cues import ROLE as RU_ROLE

RULE = "attached"
_CONFIDENCE = 0.75
_ING = (
    r"(?:accusing|arguing|asserting|blaming|calling(?!\s+(?:for|on|off)\b)|citing|claiming|condemning|criticizing|criticising|declaring|decrying"
    r"|denouncing|denying|describing|dismissing|insisting|maintaining|noting|pledging|portraying|promising|rejecting|saying"
    r"|stressing|threatening|urging|vowing|warning)"
)
_OPENS = re.compile(
    r"[\s\"“(]*(?:(?:But|And|Yet|Still|Then|Meanwhile|Also),?\s+|(?:On|In|At|Last|Earlier|Late|Later)\s[^,;:\"“”]{2,40},\s+)?"
    r"(?:[Tt]he\s+|[Mm]r\.\s+|[Mm]s\.\s+|[Mm]rs\.\s+|[Pp]resident\s+|[Ss]ecretary\s+)*"
)
"""What may stand before the sentence's subject."""
_ACTS = re.compile(
    r"(?:\s+and\s+(?:the\s+)?[A-Z][\w.]*(?:\s+[A-Z][\w.]*){0,3})?(?:\s+(?:has|have|had|also|later|then|on|late|[A-Z][a-z]+day|\w+ly))*"
    r"\s+(?:[a-z-]+ed|withdrew|cut|hit|sent|shut|put|held|took|drew|pulled|struck|broke|banned|left|went|threw|made|gave|began|rebuffed"
    r"|walked|stepped)\b[^.;:?!\"“”]{0,200}?,\s+(?:\w+ly\s+|also\s+)?"
    rf"(?P<ing>{_ING})\s+\w"
)
"""After a subject: what it did, and the participle."""
_LED = re.compile(
    rf"[\s\"“(]*(?:But\s+|And\s+|Yet\s+)?(?i:{_ING})\s[^.;:?!\"“”]{{3,160}},\s+(?:the\s+|Mr\.\s+|President\s+)*"
)
"""Before a subject: "Accusing Kyiv of bad faith, Moscow …"."""
_THEN = re.compile(r"\s+(?:has\s+|have\s+|had\s+|also\s+|\w+ly\s+)*[a-z]+")
_WHICH = re.compile(
    r",\s+(?:(?P<who>which|who)|where\s+(?:an?\s+|the\s+|senior\s+)*(?:spokes\w+|officials?|diplomats?|aides?))\s+"
    r"(?:(?:has|have|had|also|later|then|promptly|\w+ly)\s+)*(?P<verb>[a-z]+)\s+\w"
)
_CRITICISM = re.compile(r"[Кк]ритик(?:а|у|е|ой)\b")
"""Which looks like critics, and is nobody."""
_HAPPENS = frozenset(("declared", "declares", "announced", "announces", "reported", "reports", "confirmed"))
"""What a city does, too: "left Washington, which declared a snow emergency"."""
_AUXILIARY = r"(?:was|were|is|are|has|have|had|will|would|could|said|says|told|[a-z]+ed|[а-яё]+л[аио]?|[а-яё]+[ею]т)"
_GOES_ON = re.compile(rf"[^;:\"“”]*?,\s+{_AUXILIARY}\s")
"""After the verb: the main clause goes on, and the relative clause only tells of somebody."""
_FROM = re.compile(r"\b(?:from|of|by)\s+(?:the\s+|Mr\.\s+|Ms\.\s+|Mrs\.\s+|President\s+|[A-Z][\w.]*\s+)*$")
_RU_GERUND = (
    r"(?:(?:заяви|отмети|подчеркну|добави|обвини|назва|поясни|объясни|предупреди|пригрози|потребова|призва|напомни|указа|сообщи|уточни"
    r"|осуди|раскритикова|пообеща|сказа|отверг|опроверг|констатирова)(?:в|ши|нув)|сославшись|отвергнув|опровергнув|утверждая|настаивая|обвиняя"
    r"|называя|ссылаясь|призывая|требуя|отрицая|подчеркивая|подчёркивая|предупреждая|заявляя|отмечая|объясняя|угрожая)"
)
_RU_AFTER = re.compile(rf"[^.;:?!«»\"]{{3,200}}?,\s+(?:при\s+этом\s+|также\s+|[а-яё]+о\s+)?{_RU_GERUND}(?=[\s,])")
_RU_LED = re.compile(rf"[\s«\"(]*(?i:{_RU_GERUND})[\s,][^.;:?!«»\"]{{3,160}},\s+(?:[а-яё]+\s+)?")
_RU_OPENS = re.compile(rf"[\s«\"(]*(?:(?:А|Но|И|Ранее|Позже|Затем|Тем\s+временем)\s+)?(?:{RU_ROLE}\s+)?", re.I)
_RU_WHICH = re.compile(
    r",\s+(?:котор(?:ый|ая|ое|ые)|где)\s+(?:(?:также|ранее|позже|затем|тут\s+же|уже|[а-яё]+о)\s+)*(?P<verb>[а-яё]+)(?=[\s,])"
)


def attached(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Hit | None:
    """Such speech in a sentence that has no frame.

    Args:
        mentions: those that stand in no quotation, in order.
    """
    for n, one in enumerate(mentions):
        if NOT_SIDE.match(text, one.end):
            continue
        if text[one.end - 1] > "\u0400":
            found = _russian(text, start, end, one, first=n == 0)
        else:
            found = _english(text, start, end, one, first=n == 0)
        if found is not None:
            return Hit(*found, one.voice, _CONFIDENCE, RULE)
    return None


def _english(text: str, start: int, end: int, one: Mention, *, first: bool) -> tuple[int, int] | None:
    if first and _OPENS.fullmatch(text, start, one.start) and (acts := _ACTS.match(text, one.end, end)):
        return one.start, acts.end("ing")
    if _LED.fullmatch(text, start, one.start) and _THEN.match(text, one.end, end):
        return start, one.end
    which = _WHICH.match(text, one.end, end)
    if which is None or _GOES_ON.match(text, which.end("verb"), end):
        return None
    verb = which["verb"]
    if one.kind == "metonym" and verb in _HAPPENS:
        return None
    tells = verb in STRONG and verb not in PUBLISHING and not (verb in NOUNS and verb.endswith(("t", "k", "m", "e")))
    if not tells or (verb in ABOUT and not ABOUT[verb].match(text, which.end("verb"), end)):
        return None
    if (one.kind == "person") != (which["who"] == "who"):
        return None
    return (one.start, which.end("verb")) if one.kind != "person" or _FROM.search(text, start, one.start) else None


def _russian(text: str, start: int, end: int, one: Mention, *, first: bool) -> tuple[int, int] | None:
    if RU_NO_SIDE.search(_CRITICISM.sub("", text[max(start, one.start - 50) : one.start])):
        return None
    if one.nominative:
        if first and _RU_OPENS.fullmatch(text, start, one.start) and (after := _RU_AFTER.match(text, one.end, end)):
            return one.start, after.end()
        if _RU_LED.fullmatch(text, start, one.start):
            return start, one.end
    which = _RU_WHICH.match(text, one.end, end)
    if which is None or one.kind == "person" or which["verb"] not in RU_CUES:
        return None
    if _GOES_ON.match(text, which.end("verb"), end):
        return None
    return one.start, which.end("verb")
