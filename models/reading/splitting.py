"""Sentences, English and Russian, in linear time.

Own rules rather than a library: on the 101 cases of tests/unit/test_reading_sentences.py these split 101 as they
should, razdel 84 (Russian alone 47 of 50), pysbd 73; on news they read 14 MB/s, razdel 7 to 9, pysbd .2. The cases are
ours, which favours our rules; what razdel did better on real news was looked over and taken in (docs/measurements.md).
"""

import re
from collections.abc import Iterator

from models.news import Span

LONGEST_SENTENCE = 1200
"""Characters: what runs on longer is a list or no prose; cutting it bounds the work (a judgement)."""
_LONGEST_LOOKBACK = 16
_OPENING = r"(?:[\"“„‘«(\[*_¿¡]|''|<[^<>]{1,80}>|[—–-]\s{1,3})*+"
_STOP = re.compile(
    r"(?<![.!?…])[.!?…]++(?:[\"”’»)\]*_]|''|\[\d{1,3}\]){0,8}+"
    rf"(?=\s++{_OPENING}[A-ZÀ-ÞĀ-ŽА-ЯЁ0-9•]|[(\[“«]?[A-ZА-ЯЁ](?:[a-zа-яё]|\s)|\s*+$)"
)
_NEVER_LAST = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|MR|MRS|MS|DR|Dr|Prof|Sen|SEN|Gov|GOV|Rep|REP|Gen|GEN|Lt|LT|Col|COL|Maj|Capt|Sgt|Cmdr|Adm|ADM"
    r"|Hon|Rev|Amb|Pres"
    r"|St|Ft|Mt|vs|Messrs|Mmes|Mme|Sec|Art|Fig|e\.g|i\.e|cf|al|approx"
    r"|гр|им|ул|пр-т|просп|пер|пл|наб|пос|дер|обл|стр|ст|кв|корп|оф|см|ср|напр|св|акад|проф|доц|канд|зам|пом|гл|ген"
    r"|полк|подп"
    r"|кап|лейт|сен|рис|табл|п|пп|абз|ок|англ|нем|фр|лат|греч|яп|кит|тов|гос|г-н|г-жа|о|с|оз|т\.е|т\. е|т\.к|т\. к"
    r"|т\.н|т\. н"
    r"|т\.ч|и\.о|и\. о|врио|тел|до н|н|янв|фев|февр|апр|авг|сент|окт|нояб|ноя|дек)|[№§])\.$"
)
_SOMETIMES_LAST = re.compile(
    r"(?:\b(?:Jr|Sr|Inc|Co|Corp|Ltd|Bros|etc|[ap]\.\s?m|Ph\.D|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Dept|Ave|Blvd"
    r"|г|гг|в|вв|экз|мин|сек|ч|км|кг|н\.э|н\. э|д)"
    r"|(?:\b[A-Z]\.)+[A-Z])\.$"
)
_INITIAL = re.compile(r"(?:^|[\s(\"“«.-])(?:[A-Z]|[А-ЯЁ]|Дж|Ю|Я)\.$")
_NUMBER_SIGN = re.compile(r"\b(?:No|Nos|Vol|pp|Ch)\.$")
_ENUMERATOR = re.compile(r"\W*(?:(?:Section|Sec\.|Art\.|Article|Статья|Ст\.|Пункт|Глава)\s+)?(?:\d{1,3}|[IVX]{1,5})\.")
_BEGINS = re.compile(
    r"\s+[\"“«(]?(?:The|This|These|That|Those|While|Whereas|Although|But|And|He|She|It|They|We|If|When|In|On|At|As"
    r"|After|Before"
    r"|His|Her|Its|Their|There|However|Meanwhile|Since|For|To|With|You|What|Our|My|So|No|Not"
    r"|Это|Этот|Эта|Эти|Он|Она|Оно|Они|Мы|Вы|Но|А|И|Как|При|По|На|В|Во|К|С|Со|О|Об|Однако|Также|Кроме|После|Затем"
    r"|Тогда|Если|Когда"
    r"|Так|Его|Её|Ее|Их|Там|Тем|Что|Для|До|За|Из|От|У|Не|Ранее|Позже|Сейчас|Поэтому)[,\s]"
)
"""What begins a sentence after an abbreviation that may end one; any other capital may be a name ("the U.S.
Senate")."""
_ENDS = re.compile(r"\b(?:т\.\s?[дп]|др|тыс|млн|млрд|трлн|руб|коп|долл|проц|чел|etc)\.$")
"""Before a capital letter these end a sentence: what they would go on with is written small."""
_SPEAKER = re.compile(
    r"\s+(?:[A-Z][\w.’'-]*\s+){1,4}(?:said|says|asked|asks|wrote|writes|added|adds|replied|tweeted|told|wondered)\b"
    r"|\s+[—–-]\s+(?:[А-ЯЁ][\w.-]*\s+){1,3}(?:сказал|заявил|спросил|ответил|написал|добавил|отметил|подчеркнул)\w*"
)
"""After a question or exclamation in quotation marks: who asked it belongs to the sentence (`"Why?" Smith asked.`)."""
_SITE = re.compile(r"(?:Ru|RU|Com|COM|Org|Net|Info|Su|Ua|Gov)\b")


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of text[start:end], English and Russian, in linear time; an endless one is cut at spaces."""
    for span in _sentences(text, start, end):
        at = span.start
        while span.end - at > LONGEST_SENTENCE:
            space = text.rfind(" ", at + LONGEST_SENTENCE // 2, at + LONGEST_SENTENCE)
            cut = space if space > 0 else at + LONGEST_SENTENCE
            yield Span(start=at, end=cut)
            at = cut + (space > 0)
        if any(map(str.isalnum, text[at : span.end])):
            yield Span(start=at, end=span.end)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() >= end:
            break
        if stop.start() < at or _goes_on(text, at, stop, end):
            continue
        yield Span(start=at, end=stop.end())
        at = stop.end()
        while at < end and text[at].isspace():
            at += 1
    if at < end and any(map(str.isalnum, text[at:end])):
        yield Span(start=at, end=end)


def _goes_on(text: str, at: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `at` goes on after a stop before a capital letter or a figure."""
    before, after = stop.start(), stop.end()
    if not text[after].isspace() and (
        not (text[before - 1 : before].islower() or text[after - 1] in '"”»)]…!?') or _SITE.match(text, after)
    ):
        return True  # "U.S.Russia" is no end, "sectors.This" is one
    mark = stop.group()
    if mark[0] in "?!" and len(mark) > 1 and _SPEAKER.match(text, after, min(end, after + 120)):
        return True
    if mark != ".":
        return False
    looked = text[max(at, before - _LONGEST_LOOKBACK) : before + 1]
    if _NEVER_LAST.search(looked) or (before - at < 24 and _ENUMERATOR.fullmatch(text, at, before + 1)):
        return True
    if _NUMBER_SIGN.search(looked):
        return text[after : after + 2].strip().isdigit()
    if _ENDS.search(looked):
        return False
    if _SOMETIMES_LAST.search(looked):
        return _BEGINS.match(text, after, min(end, after + 24)) is None
    return _INITIAL.search(looked) is not None
