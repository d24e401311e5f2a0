"""Lines that say nothing of the event: what a site or agency puts around a text, by general rules in two languages.

A line is told by what it begins with or consists of; a line of prose that only mentions such a word is kept, which is
why most rules want the whole line and all want a short one.
"""

import re

LONGEST = 240
"""Characters: a longer line is a paragraph, however it begins (a judgement)."""

_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|August|September|October"
    r"|November|December)\.?"
)
_RU_MONTH = (
    r"(?:янв(?:аря)?|фев(?:р(?:аля)?)?|мар(?:та)?|апр(?:еля)?|мая|май|июн(?:я|ь)?|июл(?:я|ь)?|авг(?:уста)?"
    r"|сен(?:т(?:ября)?)?|окт(?:ября)?|ноя(?:б(?:ря)?)?|дек(?:абря)?)\.?"
)

_WHOLE = re.compile(
    r"""(?:
      for\ (?:immediate|planning)\ release | (?:embargoed|not\ for\ publication)\b.{0,60} | \#{2,} | -\s?30\s?-
    | -?\s?end\s?-? | ends | end\s+\d{1,2}:\d\d\s.{0,20} | advertisement s? | ad | sponsored(?:\ content)?
    | (?:share|print|email|save|listen|comments?|menu|search|home|close|copy\ link|link\ copied)
    | (?:share|print|e-?mail|save)\ (?:this|on|via|to|with)\b.{0,60}
    | (?:log|sign)\ ?in | sign\ up | register | skip\ to\ .{0,30} | back\ to\ top | top
    | (?:next|previous)\ (?:post|article|page|story)\b.{0,200}
    | (?:accept|reject|manage)(?:\ all)?\ cookies | privacy\ policy | terms\ (?:of|and)\ \w+ | contact\ us | about\ us
    | (?:facebook|twitter|x|telegram|vk|whatsapp|linkedin|reddit|email|youtube|instagram|viber|ok|messenger
      |вконтакте|одноклассники|телеграм|ютуб|дзен|[|,/·•\s])+
    | briefing\ room | statements\ and\ releases | speeches\ and\ remarks | office\ of\ the\ press\ secretary
    | \d{1,3}\ min(?:ute)?s?\ (?:read|ago) | (?:all\ )?(?:topics|tags)
    | text\ version | publication\ status | see\ also | full\ text | photo\ gallery | related\ \w+
    | more\ (?:on\ this\ \w+|from\ (?:the\ )?\w+(?:\ \w+)?|news|stories|coverage)
    | (?:you\ may|you\ might)\ also\ like.{0,40} | recommended\ (?:for\ you|reading|stories|articles|links)
    | поделиться(?:\ .{0,40})? | реклама | печать | распечатать | комментари[ия](?:\ .{0,20})? | главная | поиск | меню
    | наверх | вернуться\ .{0,40} | войти | регистрация | текстовая\ версия | смотрите\ также | см\.\ также
    | все\ (?:материалы|новости)\b.{0,30} | материалы\ по\ теме | по\ теме | (?:ещё|еще)\ по\ теме
    | новости\ партн[её]ров
    | выбор\ редакции | популярное | рекомендуем | для\ немедленной\ публикации | конец\ публикации
    | скопировать\ ссылку | ссылка\ скопирована | показать\ (?:ещё|еще)
    )[.:!]*""",
    re.I | re.X,
)
_BEGINNING = re.compile(
    r"""(?:
      (?:read|see|watch)\ (?:also|more|next|full\ (?:article|story|text))\b | also\ read\b | read\ the\ (?:full|whole
        |rest)\b
    | (?:related|recommended|more)\ (?:articles?|stor(?:y|ies)|topics?|news|coverage|posts?|reading|links?)\s*:
    | (?:subscribe|sign\ up)\ (?:to|for|now|here|today)\b | follow\ (?:us|@|\w+\ on\ (?:twitter|x|facebook|telegram))
    | click\ here\b | download\ (?:the|our)\ .{0,20}app\b | support\ (?:our|independent)\ journalism
    | (?:©|\(c\)\s|copyright\b)\s*(?:\d{4}|©|by\b|the\b|[A-ZА-ЯЁ]) | all\ rights\ reserved
    | (?:we|this\ (?:site|website))\ uses?\ cookies\b
    | by\ (?:using|continuing\ to\ (?:use|browse))\ (?:this|our|the)\ (?:site|website)
    | (?:file\ )?(?:photo|image|picture|video|caption|credit)s?(?:\ (?:by|credit|source|courtesy(?:\ of)?))?\s*:
    | (?:file\ )?(?:photo|image)\ (?:by|courtesy)\b | (?:AP|AFP|Reuters|EPA|Getty)\ (?:photo|images?)\b
    | (?:additional\ |with\ )?(?:reporting|editing|writing)\ by\ [A-Z]
    | (?:tags?|topics|keywords|filed\ under|categor(?:y|ies)|published\ in(?:\ sections?)?)\s*:
    | (?:last\ )?(?:updated|modified|published|posted|publication\ date)(?:\s*:|\ (?:on|at)\ (?:\d|[A-Z]))
    | (?:direct\ link|permalink|press\ contacts?|media\ contacts?|contacts?|e-?mail|tel|phone|fax)\s*:
    | https?://\S+$ | www\.\S+$
    | читайте\b(?:\ также|\ ещё|\ еще|\ по\ теме|\ нас|\ далее|\ подробнее|\s*:)
    | читать\ (?:также|далее|полностью|подробнее|ещё|еще|все)\b
    | подробнее\s*(?::|→|>|о\ том|на\ сайте|$) | подпи(?:сывайтесь|шитесь|сыв\w*|саться)\ на\b
    | следите\ за\b.{0,40}\bнов
    | (?:фото|видео|источник\ фото|иллюстрация|снимок|изображение)(?:\ (?:из|с)\b.{0,40})?\s*: | все\ права\ защищены
    | при\ (?:использовании|перепечатке|цитировании)\b.{0,80}\b(?:ссылк|обязательн)
    | (?:мы|(?:этот\ |наш\ )?сайт)\ использу(?:ем|ет)\b.{0,30}(?:cookie|куки) | использу[яе].{0,40}\bcookie
    | (?:теги?|рубрик[аи]|ключевые\ слова|темы|опубликован\w*\ в\ раздел(?:е|ах))\s*:
    | (?:дата\ публикации|опубликовано|обновлено)\s*:
    | (?:ссылка\ на\ материал|короткая\ ссылка|контакты|пресс-служба\ тел|тел\.)\s*: | скачайте\ .{0,30}приложени
    )""",
    re.I | re.X,
)
_CREDIT = re.compile(
    r"\(?(?:(?:AP|AFP|EPA|Reuters|Getty Images?|TASS|ТАСС|РИА Новости|Sputnik|Xinhua|Bloomberg|EFE|DPA|ANI|ZUMA"
    r"|Shutterstock)"
    r"\s*(?:Photo)?\s*[/|]\s*[\w .,/'’-]{0,80}|[\w .,'’-]{2,60}\s*[/|]\s*(?:AP|AFP|EPA|Reuters|Getty(?: Images)?|TASS"
    r"|ТАСС|РИА Новости|Sputnik"
    r"|Xinhua|Bloomberg|EFE|DPA|ZUMA|Pool|Shutterstock)(?:\s*(?:Photo|Images))?)\)?\.?"
)
_BYLINE = re.compile(
    r"By(?:\s+(?:[A-Z][\w.’'-]*|and|in|for|at|of|the|[,&|])){2,14}|(?:Автор"
    r"|Текст)\s*:\s*[А-ЯЁ][\w.-]*(?:\s[А-ЯЁ][\w.-]*){0,3}"
)
_STAMP = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}"
    rf"|\d{{1,2}}\s+{_RU_MONTH}(?:\s+\d{{4}})?(?:\s*(?:года|г\.?))?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
    r"(?:[\s,|•·–—-]*(?:at\s+|в\s+)?\d{1,2}:\d\d(?:\s*[AP]\.?M\.?)?(?:\s*(?:E[DS]?T|GMT|UTC|MSK|МСК))?)?"
    r"|\d{1,2}:\d\d(?:\s*[AP]\.?M\.?)?(?:\s*(?:E[DS]?T|GMT|UTC|MSK|МСК))?",
    re.I,
)
_MARKUP = re.compile(r"<[^<>]{0,1000}>|^[*_#>\s]+|[*_\s]+$")

_PLACE = (
    r"(?:[A-ZА-ЯЁ][A-ZА-ЯЁ.’'-]+(?:[ /][A-ZА-ЯЁ][A-ZА-ЯЁ.’'-]*){0,4}"
    r"|[A-ZА-ЯЁ][a-zа-яё.’'-]+(?:[ -][A-ZА-ЯЁ][a-zа-яё.’'-]+){0,2})"
)
_REGION = r"(?:,\s+[A-ZА-ЯЁ][\w.]*(?:\s[A-ZА-ЯЁ][\w.]*){0,2})?"
_DAY = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}\s+(?:{_MONTH}|{_RU_MONTH})(?:\s+\d{{4}})?(?:\s*(?:года"
    rf"|г\.))?)"
)
_AGENCY = r"(?:\([A-ZА-ЯЁ«\"][^()\n]{1,40}\)|/[A-ZА-ЯЁ][^/\n]{1,40}/\.?)"
_NAME = r"[A-ZА-ЯЁ«\"][\w.»\"-]*(?:\s[A-ZА-ЯЁ«\"][\w.»\"-]*){0,2}"
_CAPITALS = r"[A-ZА-ЯЁ]{4}[A-ZА-ЯЁ.’'-]*(?:[ -][A-ZА-ЯЁ][A-ZА-ЯЁ.’'-]*){0,3}"
_DASH = r"(?:—|–|--|-)"
_DATELINE = re.compile(
    rf"(?:{_PLACE}{_REGION}[,.]\s+{_DAY}[,.]?\s*"
    rf"(?:(?:{_DASH}\s*)?{_AGENCY}\s*(?:{_DASH}\s+)?|{_DASH}\s+{_NAME}\.\s+|{_DASH}\s+|{_NAME}\s+{_DASH}\s+)"
    rf"|{_PLACE}{_REGION}[,.]?\s+(?:{_AGENCY}\s*{_DASH}\s+|/[A-ZА-ЯЁ][^/\n]{{1,40}}/\.?\s*(?:{_DASH}\s+)?)"
    rf"|{_CAPITALS}{_REGION}\s+(?:—|–|--)\s+(?=[\"“«]?[A-ZА-ЯЁ]))"
)


def is_boilerplate(line: str) -> bool:
    """Whether a line, without white space around it, is no part of what the text says."""
    if len(line) > LONGEST:
        return len(line) < 4 * LONGEST and _BEGINNING.match(line) is not None and "cookie" in line.lower()
    bare = _MARKUP.sub("", line).strip() if line[:1] in "<*_#> " or line[-1:] in ">*_" else line
    return bool(
        _WHOLE.fullmatch(bare)
        or _BEGINNING.match(bare)
        or _CREDIT.fullmatch(bare)
        or (len(bare) < 100 and (_BYLINE.fullmatch(bare) or _STAMP.fullmatch(bare)))
    )


def dateline(line: str) -> int:
    """How many characters of a line are its dateline: `MOSCOW, Jan 3 (Agency) — `; 0 if it has none."""
    found = _DATELINE.match(line, 0, 140)
    return found.end() if found and found.end() < len(line) else 0
