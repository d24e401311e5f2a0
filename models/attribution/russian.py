"""Russian: the frame that a verb of saying makes; cases tell subjects, so that word order is free."""

import re
from collections.abc import Sequence

from models.attribution.cues import JOINT as JOINT_SUBJECT
from models.attribution.hits import LAST, Hit
from models.attribution.mentions import Mention
from models.attribution.russian_cues import (
    DOCUMENT,
    GAVE_TO_UNDERSTAND,
    IMPERSONAL,
    NO_SIDE,
    ROLE,
    ROLE_ALONE,
    SAID,
    TELLING,
)
from models.attribution.subjects import in_relative
from models.news import JOINT, OTHER

_LOCATIVE = re.compile(rf"(?<![\w-])[ВвНн][оа]?\s+(?:{ROLE}\s+)?$")
_ASIDE = r",[^;:«»\"]{1,120},|\s*\([^)]{1,60}\)|\)|\s+[—–-]"
_ADVERB = (
    r"также|уже|ранее|снова|вновь|затем|ещё|еще|пока|тоже|не|же|лично|вечером|утром|днём|днем|ночью|накануне|сегодня|вчера|давно|всё|все|прямо"
    r"|позже|теперь|сам|сама|сами|[а-яё]+о|однако|при\s+этом|тем\s+временем"
)
_ADVERBS = frozenset(re.findall(r"[а-яё]{4,}", _ADVERB)) | {"если", "когда", "пока", "хотя"}
_BEFORE = re.compile(rf"(?:{_ASIDE}|\s+(?:{_ADVERB}|(?:в|во|на|по|после|со)\s+[^,;:«»\"]{{2,40}}))*\s+$")
_AFTER = re.compile(
    rf"(?:,[^;:«»\"]{{1,60}},|\s+(?:{_ADVERB}|(?:в|во|на|после)\s+[\w-]+(?:\s+[а-яё]+)?|журналистам|{ROLE}(?:\s+[А-ЯЁ]{{2,}})?"
    r"|[а-яё-]+(?:ший|щий|вшая|щая|нный)(?:\s+[^,;:«»\"]{2,30})?|\w+ей|президент|российск\w+|американск\w+|украинск\w+"
    r"|лидер|премьер|вице-президент))*\s+$"
)
_ROLE_BEFORE = re.compile(rf"(?<![\w-]){ROLE}\s+(?:\w+\s+)?$", re.I)
_TO_ROLE_GAP = re.compile(rf"(?:\s+(?:{_ADVERB}|журналистам|в\s+\w+))*\s+{ROLE}\s+$", re.I)
_OTHER_SUBJECT = re.compile(
    r"(?:(?<![\w-])(?!(?:Их|Его|Её|Ее|Это|Этот|Эти|Всё|Все|Об|О|На|В|По)\b)[А-ЯЁ][\w-]+|эксперты?|аналитики?|наблюдатели|источники?|политологи?|критики|депутаты?|сторонники|адвокаты?"
    r"|журналисты|газета|издание|агентство|телеканал|советник|чиновники?|лидеры|власти)"
    r"(?:\s+[\w-]+){0,2}?(?:,[^;«»]{1,100},)?(?:\s+(?:также|[а-яё]+о))?\s+$"
)
_PRONOUN = re.compile(rf"(?<![\w-])(?:[Оо]н|[Оо]на|[Оо]ни)(?:\s+(?:{_ADVERB}))*\s+$")
_THERE = re.compile(rf"\s*(?:(?:И|А|Но)\s+)?Там(?:\s+же)?(?:\s+(?:{_ADVERB}))*\s+", re.I)
_RELATIVE = re.compile(r"(?<![\w-])(?:которы\w+|котор\w+|что|где|чем|кого|чтобы|поскольку|так\s+как)\s+$")
_PRONOUN_AFTER = re.compile(r"\s+(?:он|она|они)\b")
_OTHER_AFTER = re.compile(r"\s+(?:[а-яё-]+\s+){0,3}[А-ЯЁ][а-яё]+")
_ROLE_CLOSES = re.compile(rf"\s+(?:{ROLE_ALONE.pattern})(?=\s*[.,!?»]|\s*$|\s+(?:в|на|и)\s)", re.I)
_ROLE_OPENS = re.compile(rf"(?<![\w-])(?:{ROLE_ALONE.pattern})\s+$", re.I)
_CLAUSE_OPENS = re.compile(r"(?:[,;:«»\"(—–-]|(?<![\w-])(?:и|а|но|как|что|также|затем|позже))\s*$", re.I)
_LED = re.compile(r"\s*(?:Во?|На|После|При|До|Со?|Накануне)\s[^,;:—«»\"]{2,60}")
"""A sentence's opening phrase, after which its subject may stand: «В разговоре с N он сказал»."""
_ADJECTIVE = re.compile(r"[а-яё-]+(?:ие|ые|их|ых|ой|ей)\s$")
_PREPOSITION = re.compile(
    r"(?<![\w-])(?:с|со|к|ко|у|от|до|для|о|об|обо|из|за|над|под|перед|при|про|без|против|между|через|около|ради|на|в|во"
    r"|по|словам|бывш\w+)\s+(?:[а-яё-]+\s+){0,2}$",
    re.I,
)
UNDECLINED = re.compile(r"(?:[оиуюэ]|[А-ЯЁ]{2,}|[А-ЯЁ]{2,}\s+\w+)$")
"""Names that are the same in every case, as far as their ends tell."""
_NO = re.compile(r"(?<![\w-])не\s+(?:[а-яё]+о\s+|стал\w*\s+)?$")
_IF = re.compile(
    r"(?<![\w-])(?:если|ли|кабы|пусть|когда\s+бы|(?:факт|то|того|тому|тем),\s+что)(?:\s+бы|\s+же|\s+только)?\s+(?:[вВ]\s+)?$",
    re.I,
)
_IN_IT = re.compile(r"\b[вВ]\s+н[её]м\b|\b[тТ]ам\s+(?:же|также)\b")
_JOINED = re.compile(r",?\s+и\s+(?:[а-яё-]+\s+){0,2}")


def russian(text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    """The frame of the verb at `cue`, a (start, end), if its subject is found and it does speak."""
    at, stop = cue
    verb = text[at:stop].lower()
    if verb in IMPERSONAL:
        return _of_document(text, start, end, mentions, cue)
    if verb in ("дал", "дала", "дали", "даёт", "дает") and not GAVE_TO_UNDERSTAND.match(text, stop):
        return None
    near = [one for one in mentions if at - 160 < one.start and one.start - stop < 80]
    hit = (
        _subject_before(text, start, near, cue)
        or _subject_after(text, start, near, cue)
        or _unlisted(text, start, end, near, cue)
    )
    if hit is None or _IF.search(text, max(start, hit.start - 20), hit.start):
        return None
    denied = verb in SAID and _NO.search(text, max(start, at - 24), at)
    return None if denied else hit


def _subject_before(text: str, start: int, near: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    at, stop = cue
    before = [one for one in near if one.end <= at]
    for one in reversed(before[-3:]):
        if in_relative(text, start, one, at):
            continue
        if not _BEFORE.fullmatch(text, one.end, at):
            break
        place = _LOCATIVE.search(text, max(start, one.start - 40), one.start)
        if place and _not_only_nominative(text, one):
            if NO_SIDE.search(text, max(start, place.start() - 50), place.start()):
                return Hit(one.start, stop, OTHER, 0.75, "named-other")
            return _in_place(one, one.start, stop)
        role = _ROLE_BEFORE.search(text, max(start, one.start - 60), one.start)
        if one.country and not role and not _opens_clause(text, start, one.start) and _owned(text, start, one):
            return Hit(one.start, stop, OTHER, 0.75, "named-other")
        if NO_SIDE.search(text, max(start, one.start - 50), one.start):
            return Hit(one.start, stop, OTHER, 0.75, "named-other")
        if (one.nominative and not _governed(text, start, one)) or (role and not _governed(text, start, one, role)):
            return _joined(text, before, one, stop) or Hit(one.start, stop, one.voice, 0.85, "cue-after")
    return None


def _subject_after(text: str, start: int, near: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    at, stop = cue
    since = stop
    for one in [one for one in near if one.start > stop]:
        gap = text[since : one.start]
        if one.kind == "person" and not one.nominative and gap.isspace():
            since = one.end  # "заявил Путину N.": to whom
            continue
        if re.fullmatch(rf"\s+(?:\w+\s+)?(?:в|во|на)\s+(?:{ROLE}\s+)?", gap) and _not_only_nominative(text, one):
            return _in_place(one, at, one.end)
        if NO_SIDE.search(gap) and len(gap) < 60:
            return Hit(at, one.end, OTHER, 0.75, "named-other")
        if one.kind != "person" and not _opens_clause(text, start, at):
            break  # "поблагодарил Кремль": an object
        if (one.nominative and _AFTER.fullmatch(gap)) or _TO_ROLE_GAP.fullmatch(gap):
            return Hit(at, one.end, one.voice, 0.9, "cue-before")
        break
    return None


_ACCOUNT = re.compile(rf"\s(?:{TELLING})$")
_NOUN = re.compile(r"(?<![\w-])([А-ЯЁа-яё-]{4,}|[А-ЯЁ]{2,}|[Сс]уд)\s+$")


def _owned(text: str, start: int, one: Mention) -> bool:
    """Whether a country that is the same in every case belongs to the noun before it: "Сенат США", "ФРС США"."""
    noun = _NOUN.search(text, max(start, one.start - 30), one.start)
    return noun is not None and UNDECLINED.search(text[one.start : one.end]) is not None and noun[1] not in _ADVERBS


def _in_place(one: Mention, start: int, end: int) -> Hit:
    """A frame such as "В Кремле заявили"; in a whole country it may be anyone, and is no evidence."""
    return Hit(start, end, one.voice, 0.5 if one.country else 0.85, "locative")


def _unlisted(text: str, start: int, end: int, near: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    """Both sides, a pronoun or role, or a speaker of no side."""
    at, stop = cue
    for subject in reversed(list(JOINT_SUBJECT.finditer(text, max(start, at - 60), at))):
        described = _ADJECTIVE.search(text, max(start, subject.start() - 20), subject.start())
        if not described and _BEFORE.fullmatch(text, subject.end(), at):
            return Hit(subject.start(), stop, JOINT, 0.85, "joint-cue")
        break
    pronoun = _PRONOUN.search(text, max(start, at - 40), at)
    if _PRONOUN_AFTER.match(text, stop) or (pronoun and _opens_clause(text, start, pronoun.start(), led=True)):
        relative = pronoun and _RELATIVE.search(text, max(start, pronoun.start() - 30), pronoun.start())
        after = _PRONOUN_AFTER.match(text, stop)
        first, last = (pronoun.start() if pronoun and not after else at), (after.end() if after else stop)
        return Hit(first, last, LAST, 0.55 if relative else 0.7, "pronoun", named=False)
    if _THERE.fullmatch(text, start, at):
        return Hit(at, stop, LAST, 0.65, "role", named=False)
    role = _ROLE_OPENS.search(text, max(start, at - 60), at)
    if (role and _opens_clause(text, start, role.start())) or _ROLE_CLOSES.match(text, stop, end):
        return Hit(at, stop, LAST, 0.65, "role", named=False)
    if _closes(text, start, end, cue):
        return Hit(at, stop, OTHER, 0.75, "cue-last")
    other = _OTHER_SUBJECT.search(text, max(start, at - 140), at)
    listed = other is not None and any(one.nominative and one.start <= other.start() < one.end for one in near)
    if (other and not listed) or _OTHER_AFTER.match(text, stop, min(end, stop + 60)):
        return Hit(at, stop, OTHER, 0.7, "other-cue")
    return None


_BEFORE_CLOSING = re.compile(r"[,»\"”—–-]\s*$")
_CLOSING = re.compile(r"\s+(?!что\b|о\b|об\b)[\w«\"“][^,;:!?]{1,90}$")


def _closes(text: str, start: int, end: int, cue: tuple[int, int]) -> bool:
    """Whether a verb and someone unlisted close the sentence: "…, считает политолог", "…, сообщает газета"."""
    at, stop = cue
    return (
        at - start > 15
        and _BEFORE_CLOSING.search(text, max(start, at - 3), at) is not None
        and _CLOSING.match(text, stop, end) is not None
    )


def _opens_clause(text: str, start: int, at: int, *, led: bool = False) -> bool:
    """Whether a clause begins at `at`: at the sentence's start, after a mark or "как"; led: or its opening phrase."""
    if led and _LED.fullmatch(text, start, at):
        return True
    before = text[max(start, at - 60) : at]
    adverbs = re.search(rf"(?:(?<!\w)(?:{_ADVERB})\s+)*$", before)
    before = before[: adverbs.start()] if adverbs else before
    return not before.strip() or _CLAUSE_OPENS.search(before) is not None


def _joined(text: str, before: Sequence[Mention], one: Mention, stop: int) -> Hit | None:
    """Two voices with one verb: "Лавров и Рубио заявили"."""
    mate = next((two for two in before if _JOINED.fullmatch(text, two.end, one.start)), None)
    if mate is None or mate.voice == one.voice or not mate.nominative:
        return None
    return Hit(mate.start, stop, JOINT, 0.85, "joint-cue") if text[:stop].endswith(("ли", "ют", "ят", "ны")) else None


def _of_document(text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    """The frame "В сообщении Кремля говорится", "говорится в заявлении Госдепа"; of an unnamed one: who spoke last."""
    at, stop = cue
    for a, b in ((max(start, at - 60), at), (stop, min(end, stop + 60))):
        whose = next(
            (one for one in mentions if a <= one.start < b and _ACCOUNT.search(text, one.start, one.end)), None
        )
        if whose:
            return Hit(min(at, whose.start), max(stop, whose.end), whose.voice, 0.85, "document")
        document = DOCUMENT.search(text, a, b)
        owner = next((one for one in mentions if document and document.end() <= one.start < document.end() + 30), None)
        if document and owner and a <= owner.start < b and not NO_SIDE.search(text[document.end() : owner.start]):
            return Hit(min(at, document.start()), max(stop, owner.end), owner.voice, 0.85, "document")
        unnamed = document and not re.search(r"\s[А-ЯЁ]", text[document.end() : min(b, document.end() + 30)])
        cited = _IN_IT.search(text, a, b) or (document if unnamed else None)
        if cited:
            return Hit(min(at, cited.start()), stop, LAST, 0.65, "role", named=False)
    return None


def _not_only_nominative(text: str, one: Mention) -> bool:
    return not one.nominative or UNDECLINED.search(text[one.start : one.end]) is not None


def _governed(text: str, start: int, one: Mention, role: re.Match[str] | None = None) -> bool:
    """Whether a preposition before a name that is the same in every case, or before its role, rules a subject out."""
    if role is None and not UNDECLINED.search(text[one.start : one.end]):
        return False
    at = role.start() if role else one.start
    return _PREPOSITION.search(text, max(start, at - 40), at) is not None
