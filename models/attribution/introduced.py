"""People whom no voices file lists and the document introduces by their office, as a side's.

"Russian envoy N. N.", "N. N., a spokesman for the U.S. mission", «замглавы МИД РФ N. N.»: from there on the surname is
theirs (bearing.py).

Whoever is introduced otherwise is not: former officials, lawmakers, analysts in a capital, another country's envoys.
An office belongs to a side by an owner beside it: an institution, a place's name, an adjective, or a person in office;
or by itself ("the deputy secretary of state"), where the voices file says so.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.attribution.names import GIVEN_NAMES, NO_GIVEN_NAME

_WORDS = (
    r"(?:chief|press|senior|top|deputy|first|second|third|foreign|national|security|communications|policy|principal|lead"
    r"|assistant|associate|political|special|presidential|prime|vice|under|acting|new|newly|appointed|longtime|permanent"
    r"|defen[cs]e|interior|finance|energy|econom(?:ic|y)|trade|transport(?:ation)?|agricultur(?:e|al)|health|treasury"
    r"|commerce|justice|labou?r|education|culture|cultural|digital|industry|emergenc(?:y|ies)|natural|resources?"
    r"|homeland|arms|control|arms-control|cyber(?:security)?|climate|military|naval|air|nuclear|space|consular|legal"
    r"|humanitarian|sanctions|counterterrorism|border|migration|aviation|fisheries|science|environment(?:al)?|general"
    r"|ministry|department|ministry['’]s|department['’]s|mission|embassy|consulate|delegation|council|office|team"
    r"|mission['’]s|embassy['’]s|delegation['’]s|and|of|the|for|[a-z]+-ranking)"
)
_HEAD = (
    r"(?:spokes(?:man|woman|person)|secretary(?:-general)?|undersecretary|minister|ambassador(?:-at-large)?|envoy|negotiator|advis[eo]r"
    r"|aide|diplomat|official|representative|attach[eé]|consul(?:[ -]general)?|commissioner|coordinator"
    r"|(?:minister-)?counsell?or"
    r"|chief|director|head|chief\s+of\s+staff|charg[eé]\s+d['’]affaires|delegate|president|vice\s+president)"
)
NAME_WORD = r"(?:[A-Z][\w’'-]*\w|(?:[A-Z]|Capt|Gen|Col|Lt|Maj|Adm|Sgt|Dr)\.)"
_NAME = rf"{NAME_WORD}(?:[ \xa0](?:{NAME_WORD}|al|von|van|de|bin)){{0,2}}[ \xa0][A-Z][\w’'-]*\w"
_FIELD = (
    r"(?:,?\s+(?:for|of|on|in|at|to)\s+(?:the\s+)?(?:[A-Z][\w.’-]*|[a-z-]+)"
    r"(?:\s+(?:and\s+|of\s+|the\s+|for\s+)*(?:[A-Z][\w.’-]*|affairs|arms|control|policy|security|stability|matters"
    r"|operations|issues|non-?proliferation|relations|cooperation|trade|energy|rights|sanctions|space|cyberspace|talks"
    r"|forces?|services?|crimes?|development|growth|environment|intelligence|council)){0,5}?)?"
)
_OFFICE = rf"(?:{_WORDS}\s+){{0,6}}{_HEAD}(?![\w-])"
_TITLED = re.compile(rf"{_FIELD}(?P<comma>,)?\s+(?P<name>{_NAME})")
"""After an office: "U.S. envoy N. N.", "Russia's negotiator on grain, N. N.,"."""
_AFTER_COMMA = re.compile(r"\s*(?:[,.;:)—–]|(?:has|had|is|was|will|said|told|says|also|in)\b|\w+ed\b)")
_GOES_ON = re.compile(rf"(?:['’]s?)?\s+(?!and\b|of\b|the\b|for\b)(?i:{_OFFICE})")
"""After an owner: "Russia's chief negotiator"."""
_NO_STATES = re.compile(r"\s+(?:(?:\w+\s+)?(?:director|head|chief|coordinator)|[Rr]epresentative)(?![\w-])")
"""After a place: "the Washington director for a charity", and a member of the House."""
_THEN = re.compile(r"\bat the time\b")
_HOLDS = re.compile(rf"(?i:(?:{_WORDS}\s+)*{_HEAD})$")
_ARTICLE = (
    r"(?:who\s+(?:is|was\s+(?:named|appointed)|became|serves\s+as|works\s+as|acts\s+as)\s+|one\s+of\s+)?"
    r"(?:the\s+|an?\s+)?"
)
_OWN = r"(?:[A-Z][\w.]*\s+)?"
"""A country before its institution: "a US State Department spokesman"; those of others are no owners."""
_BODY = re.compile(
    rf"\s+(?!and\b|of\b|the\b|for\b)(?i:(?:{_WORDS}\s+){{0,3}}(?:ministry|department|embassy|mission|consulate(?:\s+general)?"
    r"|delegation|government|administration|side))(?![\w-])"
)
"""After a place or adjective: "the U.S. mission", "the Russian Trade Ministry"."""
_APPOSED = re.compile(rf"(?P<name>{_NAME})(?:,|\s+[—–(-])\s*{_ARTICLE}(?i:(?:{_WORDS}\s+){{0,4}}){_OWN}$")
"""Before an owner whose office follows: "N. N., the Pentagon's press secretary"."""
_HEADED = re.compile(rf"(?<![\w-])(?i:{_OFFICE})\s+(?:for|of|from|with|at)\s+(?:the\s+)?{_OWN}$")
"""Before an owner after which the name follows: "a spokesman for the US Justice Department, N. N., declined"."""
_PART = re.compile(
    r"(?:['’]s\s+[A-Z][\w-]+(?:\s+(?:for|of|and|the|[A-Z][\w-]+)){0,6}?)?(?P<comma>,)?\s+(?P<name>" + _NAME + ")"
)
_BODYS = r"(?:[Ii]ts|[Tt]he\s+(?:ministry|department|embassy|mission|council|consulate|delegation|administration)['’]s)"
_ITS = re.compile(rf"(?<![\w-]){_BODYS}\s+(?i:{_OFFICE}){_FIELD}(?P<comma>,)?\s+(?P<name>{_NAME})")
_THEIRS = re.compile(rf"(?P<name>{_NAME}),\s+(?:who\s+is\s+in\s+charge\s+of\s+)?{_BODYS}\s+(?i:{_OFFICE})")
"""An office of the institution named last: "Its spokesman N. N.", "N. N., the department's director"."""
_OF = re.compile(
    rf"(?P<name>{_NAME})(?:,\s+{_ARTICLE}(?i:{_OFFICE})\s+(?:for|of|from|with|at)\s+(?:the\s+)?|(?P<body>\s+of\s+the\s+)|,\s+who\s+"
    r"(?:heads|leads|runs|oversees|coordinates|chairs|represents|speaks\s+for|works\s+for|is\s+in\s+charge\s+of"
    rf"|is\s+responsible\s+for)\s+[^,.;:“”\"]{{0,60}}?){_OWN}$"
)
"""Before an owner whose office stands there, too: "N. N., a spokesman for the U.S. mission"."""
_ENDS = re.compile(r"\s*[,.;)—–]")
_PAST = re.compile(
    rf"(?:\b(?:[Ff]ormer|[Ee]x|[Tt]hen|[Rr]etired|[Oo]ne-time|[Oo]nce|[Ll]ate|[Ff]uture|[Pp]ro)[\s-]+(?:the\s+)?"
    rf"(?i:(?:{_WORDS}\s+){{0,3}}){_OWN}|\w-)$"
)
_RU_WORDS = (
    r"(?:перв\w{2,3}|втор\w{2,3}|трет\w{2,3}|старш\w{2,3}|официальн\w{2,3}|специальн\w{2,3}|постоянн\w{2,3}|чрезвычайн\w{2,3}|полномочн\w{2,3}|временн\w{2,3}"
    r"|торгов\w{2,3}|военн\w{2,3}|генеральн\w{2,3}|пресс-секретар\w|министра|главы|директора|руководителя|секретаря|помощника"
    r"|представителя|посла|госсекретаря|департамента|управления|пресс-службы|аппарата|министерства|посольства|делегации|миссии"
    r"|ведомства|комиссии|иностранных|внутренних|дел|обороны|финансов|юстиции|энергетики|экономики|экономического|развития"
    r"|торговли|промышленности|транспорта|здравоохранения|культуры|сельского|хозяйства|природных|ресурсов|науки|образования"
    r"|труда|цифрового|безопасности|национальной|информации|печати|и|при|в|во|на|по|совета|администрации"
    r"|правительства)"
)
_RU_HEAD = (
    r"(?:(?:пресс-|спец|гос|зам|вице-|статс-)?(?:секретарь|представитель(?:ница)?|посланник|посланница|министр|премьер|глава|советник"
    r"|советница|помощник|помощница|директор|переговорщик|координатор)|замглавы|замминистра|замгоссекретаря|замдиректора"
    r"|заместитель|посол|постпред|полпред|торгпред|(?:пресс-)?атташе|дипломат|(?:вице-)?консул|генконсул|советник-посланник|начальник|руководитель|поверенный|уполномоченный)"
)
_RU_RANK = r"(?:(?:(?:генерал|контр|вице)-)?(?:полковник|подполковник|майор|лейтенант|генерал|адмирал|капитан)\s+)?"
_RU_NAME = (
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?(?:\s+(?:[А-ЯЁ]\.|[А-ЯЁ][а-яё]+(?:ович|евич|овна|евна|ична)))?\s+[А-ЯЁ][\w’'-]+"
)
_RU_FIELD = r"(?:\s+(?:по|в|при|во|на)\s+[\w-]+(?:\s+[а-яё-]+){0,5}?){0,2}"
_RU_OWNED = re.compile(rf"{_RU_FIELD},?\s+(?<!\sв\s)(?<!\sна\s)(?<!\sпри\s){_RU_RANK}(?P<name>{_RU_NAME})")
_RU_BODY = re.compile(
    r"\s+(?:посольства|консульства|генконсульства|министерства|делегации|миссии|правительства|администрации)(?![\w-])"
)
_RU_BEFORE = re.compile(
    rf"(?<![\w-])(?P<past>(?i:бывш|тогдашн|экс-)[\w-]*\s+)?(?:{_RU_WORDS}\s+){{0,2}}(?i:{_RU_HEAD})(?:\s+{_RU_WORDS}){{0,5}}\s+$"
)
_RU_ADJECTIVE = re.compile(
    rf"\s+(?:{_RU_WORDS}\s+){{0,3}}(?i:{_RU_HEAD})(?:\s+{_RU_WORDS}){{0,5}}{_RU_FIELD},?\s+(?<!\sв\s)(?<!\sна\s)(?<!\sпри\s){_RU_RANK}(?P<name>{_RU_NAME})"
)
_RU_APPOSED = re.compile(
    rf"(?P<name>{_RU_NAME}),\s+(?:{_RU_WORDS}\s+){{0,2}}(?i:{_RU_HEAD})(?:\s+{_RU_WORDS}){{0,5}}\s+$"
)
MOST = 64
"""Introductions taken of a document, the first ones: each surname is looked for in all of it. A judgement."""
_BODY_WITHIN = 250
"""Letters after an institution in which "its spokesman" is its own. A judgement."""
_BEFORE = 160
"""Letters before an owner in which its bearer's name is looked for."""


@dataclass(frozen=True, slots=True)
class Owner:
    """text[start:end] names whom an office beside it belongs to.

    kind: "adjective", "office" (an office that only this side has), or as of a mention.
    """

    start: int
    end: int
    voice: str
    kind: str


@dataclass(frozen=True, slots=True)
class Introduced:
    """Who bears the surname at `start`, and from there on, by the office that stands beside it.

    opens: where the title begins that leads to the name, else the name itself.
    """

    start: int
    opens: int
    voice: str
    given: str
    surname: str
    lang: str


def introductions(text: str, owners: Sequence[Owner]) -> list[Introduced]:
    """The people that a text introduces as a side's, in the order of the text.

    Args:
        owners: in order; those that are another's ("Ukraine's Foreign Ministry") left out.
    """
    found = [one for owner in owners for one in (*_english(text, owner), *_russian(text, owner))]
    bodies = [one for one in owners if one.kind == "institution" or _BODY.match(text, one.end)]
    for pattern in (_ITS, _THEIRS):
        for match in pattern.finditer(text) if bodies else ():
            last = _named_last(text, bodies, match)
            if last and (pattern is _THEIRS or not match["comma"] or _AFTER_COMMA.match(text, match.end())):
                found += _named(match, last)
    starts = [one.start for one in owners]
    apart = [one for one in found if not _within(owners, starts, one.start)]
    return sorted(apart, key=lambda one: one.start)[:MOST]


def _named_last(text: str, bodies: Sequence[Owner], match: re.Match[str]) -> Owner | None:
    """The institution that "its" or "the ministry's" means: near, and a small "its" in the same sentence."""
    before = bisect_right(bodies, match.start(), key=lambda one: one.end)
    if not before or match.start() - bodies[before - 1].end >= _BODY_WITHIN:
        return None
    last = bodies[before - 1]
    ended = re.search(r"[.!?]\s", text[last.end : match.start()]) is not None
    return None if ended and match.group().startswith("its") else last


def _within(owners: Sequence[Owner], starts: Sequence[int], at: int) -> bool:
    """Whether a surname is part of an owner's name: "of the United States"."""
    before = bisect_right(starts, at)
    return before > 0 and at < owners[before - 1].end and owners[before - 1].kind in ("institution", "metonym")


def _english(text: str, owner: Owner) -> Iterator[Introduced]:
    window = max(0, owner.start - _BEFORE)
    if _PAST.search(text, max(0, owner.start - 40), owner.start):
        return
    body = _BODY.match(text, owner.end) if owner.kind in ("metonym", "adjective") else None
    end, kind = (body.end(), "institution") if body else (owner.end, owner.kind)
    if kind == "office" or _HOLDS.search(text, owner.start, end):
        office = end
    else:
        goes_on = _GOES_ON.match(text, end)
        office = goes_on.end() if goes_on and not (kind == "metonym" and _NO_STATES.match(text, end)) else 0
    titled, opens = _TITLED.match(text, office) if office else None, owner.start
    if titled is None and kind == "institution" and (headed := _HEADED.search(text, window, owner.start)):
        titled, opens = _PART.match(text, end), headed.start()
        if titled and not _AFTER_COMMA.match(text, titled.end()):
            titled = None  # "director of the White House's Office of Public Engagement and …"
    if titled and _THEN.search(titled.group()):
        return
    if titled and (not titled["comma"] or _AFTER_COMMA.match(text, titled.end())):
        yield from _named(titled, owner, opens)
    elif office and (apposed := _APPOSED.search(text, window, owner.start)):
        yield from _named(apposed, owner)
    elif (
        (kind == "institution" or (kind == "metonym" and _ENDS.match(text, end)))
        and (of := _OF.search(text, window, owner.start))
        and (not of["body"] or _is_person(of["name"]))
    ):
        yield from _named(of, owner)


def _named(match: re.Match[str], owner: Owner, opens: int | None = None) -> Iterator[Introduced]:
    words = list(re.finditer(r"\S+", match["name"]))
    while words and _is_title(words[0][0]):
        del words[0]
    given = next((one[0] for one in reversed(words[:-1]) if one[0][0].isupper() and one[0][-1] != "."), None)
    if given is not None and not _is_title(words[-1][0]) and words[-1][0] not in _NO_SURNAME:
        surname = re.sub("['’]s?$", "", words[-1][0])
        start, name = match.start("name") + words[-1].start(), match.start("name") + words[0].start()
        yield Introduced(start, name if opens is None else opens, owner.voice, given, surname, "en")


_RANK = re.compile(
    r"(?:Major|Lieutenant|Colonel|General|Captain|Admiral|Rear|Vice|Commander|Lt|Col|Gen|Maj|Adm|Capt|Sgt|Professor|Sir|Army|Navy|Air|Force)\.?"
)


_NO_SURNAME = ("States", "Nations", "Kingdom", "Union")


def _is_person(name: str) -> bool:
    """Not "East Room": a rank or a common given name opens it."""
    first = name.split()[0]
    return first in GIVEN_NAMES or _RANK.fullmatch(first) is not None


def _is_title(word: str) -> bool:
    known = NO_GIVEN_NAME.fullmatch(word) is not None and word not in GIVEN_NAMES
    return known or _RANK.fullmatch(word) is not None


def _russian(text: str, owner: Owner) -> Iterator[Introduced]:
    window, end = max(0, owner.start - _BEFORE), owner.end
    if _RU_PAST.search(text, window, owner.start):
        return
    body = _RU_BODY.match(text, end) if owner.kind == "adjective" else None
    match, opens = None, owner.start
    if owner.kind == "adjective" and body is None:
        match = _RU_ADJECTIVE.match(text, end)
    else:
        end = body.end() if body else end
        before = _RU_BEFORE.search(text, window, owner.start)
        if before and not before["past"]:
            match, opens = _RU_OWNED.match(text, end), before.start()
        elif _RU_ITSELF.match(text, owner.start, end):
            match = _RU_OWNED.match(text, end)
        if match is None and (match := _RU_APPOSED.search(text, window, owner.start)):
            opens = match.start("name")
    if match:
        words = match["name"].split()
        yield Introduced(match.end("name") - len(words[-1]), opens, owner.voice, words[0], words[-1], "ru")


_RU_ITSELF = re.compile(rf"(?i:{_RU_HEAD})(?![\w-])")
_RU_PAST = re.compile(r"(?i:бывш|тогдашн|экс-)[\w-]*\s+(?:[а-яё-]+\s+){0,4}$")
