"""One label of a transcript: `MS. PSAKI:`, `Q`, `Вопрос:`, `President of Russia Vladimir Putin:`, `Д.Песков:`.

Who it is, is told in this order: a reporter's mark; an answer's mark; a journalist, moderator or other floor; a person
of the voices file, with title, initials or in capitals; an office of the house without a name; a guest's title; a title
that the house's own people carry; any other name, which is nobody's voice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from models.attribution.mentions import Mention
from models.news import OTHER

_UPPER = "A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁ"
_MARKS = r"(?:[*_>#\s]|<[^<>]{1,80}>)"
OPENING = re.compile(rf"{_MARKS}*+")
"""What may stand before a label: Markdown, tags, a row of stars."""
_AFTER = rf"(?:{_MARKS}*+:{_MARKS}*+|{_MARKS}*+[.](?:[*_]+|\s)\s*)"
_NOTE = r"(?:\s{0,3}[(\[][^()\[\]\n]{1,100}[)\]])?"
_Q = re.compile(
    rf"Q(?:\d{{0,2}}\s{{0,3}}{_AFTER}|(?:[*_]|</\w{{1,8}}>)+\s*|\s{{2,8}}(?=\S)|\t\s*"
    rf"|[ \xa0](?=[{_UPPER}\"“«‘'(\[…—–-])|\s*$)"
)
_QUESTION = re.compile(
    rf"(?:Questions?|QUESTIONS?|Вопрос|ВОПРОС|Реплика|РЕПЛИКА|Remarks?|REMARK|Из зала|Журналисты?|ЖУРНАЛИСТЫ?"
    rf"|Корреспондент|КОРРЕСПОНДЕНТ|Reporters?|REPORTERS?|Journalists?|Correspondent|PRESS|THE PRESS)"
    rf"(?:\s(?:from|of|by|от|из)\s[^:.\n]{{1,60}})?\s?\d{{0,2}}{_NOTE}(?:{_AFTER}|\s*$)"
)
_ANSWER = re.compile(
    rf"(?:Answer|ANSWER|A\d{{0,2}}(?=\s?[:.])|Ответ"
    rf"|ОТВЕТ)(?P<whose>\s[{_UPPER}][^:.\n]{{0,6}}\.?[^:.\n]{{0,50}})?{_NOTE}{_AFTER}"
)
_LABEL = re.compile(
    rf"([{_UPPER}][^:\n!?\"“”«»<>*()\[\]]{{0,140}}?)(?P<note>{_NOTE})\s{{0,3}}(?:[*_]|</\w{{1,8}}>)*+:(?=[\s*_<]|$)"
    rf"(?:[*_]|</\w{{1,8}}>)*+\s*"
)
_DIRECTION = re.compile(r"(?:[(\[][^()\[\]\n]{1,80}[)\]]\s*)")
"""What a label is followed by that is not said: `(As interpreted.)`."""
_JOINT = r"of|the|to|and|for|at|de|von|van|der|den|bin|al|ibn|el|la|du|on|in|и|фон|де|аль"
_WORD = rf"[{_UPPER}][\w.’'-]*,?"
_CAPITALS = re.compile(rf"[{_UPPER}](?:[{_UPPER} .,’'&/-]|\bMc(?=[A-Z])|\bO’(?=[A-Z]))*")
_NAMED = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|{_JOINT})){{1,15}}")
_INITIALS = re.compile(rf"(?:[{_UPPER}]\.\s?(?:-[{_UPPER}]\.\s?)?){{1,3}}[{_UPPER}][\w’'-]+(?:\s[{_UPPER}][\w’'-]+)?")
_RU_ROLE = re.compile(
    r"(?:президент|министр|глав[аы]|секретарь|представител|посол|помощник|директор|председател|спикер|депутат|канцлер"
    r"|премьер|губернатор|руководител|заместител|зам|советник|генерал|лидер)",
    re.I,
)
_RU_TITLED = re.compile(r"[А-ЯЁ][А-Яа-яЁё «»\".,–-]{2,120}")
_FLOOR = re.compile(
    r"\b(?:moderator|aide|child|audience|participants?|interpreter|translator|crowd|reporter|press(?! secretary"
    r"| office)|journalist"
    r"|correspondent|presenter|host|anchor|operator|speaker \d|voices?|student|protester|newspaper|television"
    r"|news agency"
    r"|ведущ\w+|модератор|журналист\w*|корреспондент\w*|переводчик|участни\w+|телекомпани\w+|телеканал\w*|газет\w+"
    r"|информагентств\w+|агентств\w+|зал|голос\w*)\b",
    re.I,
)
_NO_SPEAKER = re.compile(
    r"(?:SUBJECT|NOTE|FACT\s?SHEET|MEMORANDUM|TO (?:THE|ALL)\b|FROM\b|UPDATED?|TOPIC|DATE|TIME|PLACE|LOCATION|CONTACT"
    r"|VIDEO|READOUT"
    r"|STATEMENT|BACKGROUND$|SUMMARY|RE$|VIA|WATCH|WHAT|WHO|WHEN|WHERE|WHY|HOW|THE (?:BOTTOM|FACTS?)|Dear\b|Уважаем"
    r"|Дорог"
    r"|(?:The|This|That|These|Those|And|But|So|First|Second|Third|Finally|One|My|Our|We|I|It|He|She|They|Here|Let"
    r"|Also|Now|Of"
    r"|For|In|On|As|At|To|If|Then|No|Yes|Look|You|Your|Section|Sec|Article|Part|Chapter|Point|Question|Key|Next|More"
    r"|By|With|From"
    r"|Это|Так|И|А|Но|Во-первых|Во-вторых|Первое|Второе|Третье|Наконец|Статья|Глава|Пункт|Часть|Раздел|Мы|Я|Он|Она"
    r"|Они|По|На"
    r"|Вот|Всё|Все|Если|Как|О|Об|Для|При)(?:[\s,]|$)(?!President\b|Vice\b))"
)
_OWN_OFFICE = re.compile(
    r"(?:the\s)?(?:(?:mr|madam)\.?\s)?(?:vice[ -])?president(?:\sof\s(?:russia|the\sunited\sstates"
    r"|the\srussian\sfederation))?"
    r"|(?:official\s|press\s)?(?:spokes(?:man|woman|person)|press\ssecretary)|(?:the\s)?(?:foreign\s|prime\s)?minister"
    r"|(?:the\s)?secretary(?:\sof\s\w+)?|(?:вице-)?президент(?:\sроссии|\sрф|\sсша)?|пресс-секретарь(?:\sпрезидента.*)?"
    r"|официальн\w+\sпредставитель.{0,30}|министр(?:\sиностранных\sдел.{0,20})?",
    re.I,
)
_OWN_VICE = re.compile(r"VICE PRESIDENT [A-Z’'-]+$")
_JOINED = re.compile(rf"(?:^|\s)(?:{_JOINT})$|[,;]$")
_OFFICE_OF = re.compile(
    r"\b(?:President|Minister|Premier|Chair\w*|Head|Leader|Secretary|Ministry|Government) of(?: the)?$"
)
_APPOSITION = re.compile(
    r",\s(?:the\s)?(?:[\w’'-]+\s){0,3}(?:[Ss]ecretary|[Mm]inister|[Pp]resident|[Ss]pokes\w+|[Aa]mbassador"
    r"|[Aa]dvis[eo]r|[Aa]ide"
    r"|[Dd]irector|[Rr]epresentative)(?:\s(?:of|for|to)\s[\w’' -]{2,60})?"
)
_FULL_NAME = re.compile(
    r"(?:MS|MR|MRS|MISS)\.?\s(?!(?:VAN|VON|DE|DER|EL|AL|LA|LE|ST|SAN|MC|MAC"
    r"|O)[.\s])[A-ZÀ-Þ’'-]{3,}\s[A-ZÀ-Þ’'-]{3,}(?:\s.*)?"
)
"""The house's own people go by their surnames in its transcripts; a private guest is given in full."""
_GUEST = re.compile(
    r"\b(?:(?<!VICE )PRESIDENT|PRIME MINISTER|MINISTER|CHANCELLOR|KING|QUEEN|EMPEROR|AMIR|EMIR|SULTAN|PREMIER|TAOISEACH"
    r"|(?:CROWN )?PRINCE(?:SS)?"
    r"|SECRETARY[ -]GENERAL|DIRECTOR[ -]GENERAL|GENERAL SECRETARY|FOREIGN SECRETARY|HOME SECRETARY|HIGH REPRESENTATIVE"
    r"|HIS|HER|POPE|CARDINAL|ARCHBISHOP|RABBI|REVEREND|BISHOP|PATRIARCH|SENATOR|GOVERNOR|MAYOR|REPRESENTATIVE"
    r"|CONGRESS\w*|SPEAKER|FIRST LADY|LEADER|CHAIRMAN|CHAIRWOMAN|CEO|JUSTICE|JUDGE|MAJESTY|EXCELLENCY|HIGHNESS)\b"
)
_TITLED = re.compile(
    r"(?:MS|MR|MRS|DR|SECRETARY|ADMINISTRATOR|AMBASSADOR|GENERAL|ADMIRAL|DIRECTOR|SURGEON|ATTORNEY|PRESS|DEPUTY|UNDER"
    r"|ASSISTANT|COMMISSIONER|SPOKES\w+|SENIOR|OFFICIAL|ADMINISTRATION|BACKGROUND|DOCTOR|COORDINATOR|COUNSEL\w*|TRADE"
    r"|NATIONAL|CHIEF|STATE|DEFEN[SC]E|COLONEL|CAPTAIN|SPECIAL|ACTING)\b"
)


@dataclass(frozen=True, slots=True)
class Label:
    """The speech begins at `speech`, in `voice`.

    certain: such labels make a text a transcript. lone: one word, which is a label only where it recurs.
    """

    speech: int
    voice: str | None
    rule: str
    certain: bool
    name: str = ""
    lone: bool = False


def label_at(
    text: str, start: int, end: int, who: Callable[[str], Mention | None], source_voice: str | None
) -> Label | None:
    """The label that text[start:end] begins with.

    Args:
        who: the last mention of a voice in a text.
        source_voice: the voice of the house, if it publishes the text.
    """
    if opening := OPENING.match(text, start, end):
        start = opening.end()
    if match := _Q.match(text, start, end) or _QUESTION.match(text, start, end):
        return Label(match.end(), OTHER, "question", True)
    if match := _ANSWER.match(text, start, end):
        whose = who(match["whose"]) if match["whose"] else None
        return Label(match.end(), whose.voice if whose else source_voice, "turn", whose is not None)
    match = _LABEL.match(text, start, min(end, start + 300))
    if match is None:
        return None
    name, note = match.group(1).strip(" .,-–—"), match["note"]
    told = _told(name, note, who, source_voice)
    if told is None:
        return None
    voice, rule, certain = told
    note_after = _DIRECTION.match(text, match.end(), end)
    speech = note_after.end() if note_after and note_after.end() < end else match.end()
    return Label(speech, voice, rule, certain, name, rule == "turn-other" and not certain and " " not in name)


def _told(
    name: str, note: str, who: Callable[[str], Mention | None], source_voice: str | None
) -> tuple[str | None, str, bool] | None:
    """(voice, rule, certain) of a label's name, if it is one."""
    if not name or len(name.split()) > 16:
        return None
    capitals = _CAPITALS.fullmatch(name) is not None and len(name) > 2
    called = name.title() if capitals else name
    if (listed := who(called)) and (voice := _listed(called, listed)):
        return voice
    if _FLOOR.search(name) and (capitals or len(name.split()) == 1 or _NAMED.fullmatch(name) or _named_in_part(name)):
        return OTHER, "turn-other", True
    if note and _FLOOR.search(note) and (_NAMED.fullmatch(name) or _INITIALS.fullmatch(name)):
        return OTHER, "turn-other", True
    if _OWN_OFFICE.fullmatch(name):
        return (source_voice, "turn-title", True) if source_voice else (OTHER, "turn-other", capitals)
    if _NO_SPEAKER.match(name):
        return None
    if capitals and len(name.split()) <= 8:
        return _titled(name, source_voice)
    if _INITIALS.fullmatch(name):
        return OTHER, "turn-other", True
    if _NAMED.fullmatch(name) or (_RU_TITLED.fullmatch(name) and _RU_ROLE.search(name) and _named_in_part(name)):
        return OTHER, "turn-other", False
    return (OTHER, "turn-other", False) if re.fullmatch(rf"[{_UPPER}][\w-]+", name) else None


def _named_in_part(name: str) -> bool:
    """Whether a label ends in a name: "NBC News correspondent Keir Simmons"."""
    return re.search(rf"[{_UPPER}][\w.’'-]+\s[{_UPPER}][\w’'-]+$|[{_UPPER}]\.\s?[{_UPPER}][\w-]+$", name) is not None


def _listed(name: str, one: Mention) -> tuple[str | None, str, bool] | None:
    """A person of the voices file who is all of a label, or all but a title, initials or the card of a web page."""
    before, after = name[: one.start].strip(), name[one.end :]
    if one.kind == "institution" and not before and not after:
        return one.voice, "turn", False
    titled = re.match(r"President |Президент ", name) is not None and one.kind == "institution" and not before
    if titled and re.fullmatch(rf"(?:\s{_WORD}){{1,3}}", after):
        return one.voice, "turn", True  # "President of Ukraine N. N.", whoever holds the office
    if one.kind != "person":
        return None
    if _JOINED.search(before) and not _OFFICE_OF.search(before):
        return None
    surname = re.escape(name[one.start : one.end].split()[-1])
    card = re.match(rf"\s+(?:\w+\s+)?{surname}\b", after) is not None
    if after and not card and not _APPOSITION.fullmatch(after):
        return None
    certain = not before or _NAMED.fullmatch(f"{before} X") is not None or before.isupper()
    initials = re.fullmatch(rf"(?:[{_UPPER}]\.\s?(?:-[{_UPPER}]\.\s?)?){{1,3}}", before) is not None
    if certain or initials or (_RU_ROLE.search(before) and _RU_TITLED.fullmatch(name)):
        return one.voice, "turn", True
    return None


def _titled(name: str, source_voice: str | None) -> tuple[str | None, str, bool]:
    """A label in capitals that names nobody of the voices file: the house by its titles, or another."""
    if source_voice and (
        _OWN_VICE.match(name) or (_TITLED.match(name) and not (_GUEST.search(name) or _FULL_NAME.match(name)))
    ):
        return source_voice, "turn-title", True
    return OTHER, "turn-other", bool(_OWN_VICE.match(name) or _TITLED.match(name) or _GUEST.search(name))
