"""Names as patterns: Russian ones in every case; and what is no given name before a surname."""

import re

from models.attribution.cues import OFFICIAL, TELLING
from models.attribution.russian_cues import ACCOUNT as RU_ACCOUNT
from models.attribution.russian_cues import OFFICIAL as RU_OFFICIAL
from models.attribution.russian_cues import TELLING as RU_TELLING

_ENDINGS: tuple[tuple[str, str], ...] = (
    (r"(?:ск|цк|ний)(ий)$", "ий|ого|ому|им|ом"),
    (r"(ый)$", "ый|ого|ому|ым|ом"),
    (r"(ий)$", "ий|его|ему|им|ем|ия|ию|ии"),
    (r"(?:ов|ев|ёв|ин|ск)(ая|а)$", "ая|ой|ую|а|у|ы|е"),
    (r"(ая)$", "ая|ой|ую"),
    (r"(ые|ие)$", "ые|ых|ым|ыми|ие|их|им|ими"),
    (r"(ия)$", "ия|ии|ию|ией"),
    (r"(а)$", "а|ы|и|е|у|ой"),
    (r"(я)$", "я|и|е|ю|ей"),
    (r"(й)$", "й|я|ю|ем|е"),
    (r"(ь)$", "ь|я|ю|ем|ём|е|и"),
    (r"(ы)$", "ы|ов|ам|ами|ах"),
    (r"(и)$", "и|ей|ям|ями|ях"),
    (r"(о|е)$", "о|е|а|у|ом|ем|я|ю"),
    (r"[бвгджзклмнпрстфхцчшщ]()$", "|а|у|ом|ым|е|ам|ами|ах|ы"),
)
"""Case endings by the ending of the nominative: an over-wide net, since only capitalised names are put through it."""
_INDECLINABLE = re.compile(r"[А-ЯЁ]{2,}$|.*(?:у|ю|э)$")


def pattern_of(name: str, lang: str, *, declined: bool = True) -> str:
    """A pattern for a name: spaces of any kind, Russian in every case unless not `declined`.

    A small letter of the file stands for a capital too ("президент России" begins a sentence); so does the first
    letter of every later word ("Russian foreign ministry"), but the first word's capital is kept: names are told by
    it.
    """
    words = [_declined(word) if lang == "ru" and declined else re.escape(word) for word in name.split()]
    words = [re.sub("['’]", "['’]", word) for word in words]
    return r"\s+".join(
        _either_case(pattern, word, first=n == 0)
        for n, (pattern, word) in enumerate(zip(words, name.split(), strict=True))
    )


_MODIFIED = (
    r"(?:(?:own|official|defen[cs]e|foreign|military|government|public|initial|first|written|full|short|shorter|longer"
    r"|later|latest|stated)\s+)?"
)
_RU_ADJECTIVE = "ий|ый|ая|ое|ие|ые|ого|ому|им|ым|ом|ой|ую|их|ых|ими|ыми"
_RU_NOMINATIVE = "ий|ый|ая|ое|ие|ые"


def pattern_of_account(adjective: str, lang: str, *, declined: bool = True) -> str:
    """A pattern for an adjective where it names whose account or official is meant, not what is of a country.

    In English the noun is looked for and not taken, as after a name ("the Russian readout", "a Russian envoy"); in
    Russian, where both are declined, it is a part of the name («в российском заявлении»).
    """
    if lang == "ru":
        stem = f"[{adjective[0].lower()}{adjective[0].upper()}]{re.escape(adjective[1:-2])}"
        endings = _RU_ADJECTIVE if declined else _RU_NOMINATIVE
        return rf"{stem}(?:{endings})\s+(?i:(?:официальн\w+\s+)?(?:{RU_TELLING}|{RU_OFFICIAL}))"
    return re.escape(adjective) + (rf"(?i:(?=\s+{_MODIFIED}(?:{TELLING}|{OFFICIAL})(?![\w-])))" if declined else "")


def _either_case(pattern: str, word: str, *, first: bool) -> str:
    letter = word[0]
    if not letter.isalpha() or (first and letter.isupper()) or word.isupper():
        return pattern
    return f"[{letter.lower()}{letter.upper()}]{pattern[1:]}"


def _declined(word: str) -> str:
    if "-" in word:
        return "-".join(_declined(part) for part in word.split("-"))
    if _INDECLINABLE.match(word):
        return re.escape(word)
    if word in ("дом", "Дом"):
        return "дом(?:|а|у|ом|е)"
    for ending, forms in _ENDINGS:
        if found := re.search(ending, word):
            return re.escape(word[: found.start(1)]) + f"(?:{forms})"
    return re.escape(word)


GIVEN_GAP = re.compile(
    r"(?:(?<![\w-])(?:[A-ZА-ЯЁ]\.|(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen)\.|[A-ZА-ЯЁ][\w’'-]*)[ \xa0]+){1,3}$"
)
"""Capitalised words right before a surname."""

NO_GIVEN_NAME = re.compile(
    r"(?:President|Vice|Former|Ex|Mr|Mrs|Ms|Dr|Secretary|Minister|Prime|Premier|Chancellor|Foreign|Press|Spokes\w+"
    r"|Ambassador|Deputy"
    r"|Senator|Sen|Rep|Gov|Governor|General|Gen|Chairman|Chief|Director|Envoy|Leader|Candidate|Nominee|Republicans?"
    r"|Democrats?"
    r"|Democratic|Presidential|National|Security|Advis[eo]r|State|Defen[cs]e"
    r"|The|A|An|In|On|But|And|As|When|While|For|If|At|By|That|Then|So|Yet|Since|Because|After|Before|With"
    r"|Without|From|To"
    r"|Although|Though|Whether|Like|Unlike|Is|Was|Did|Does|Has|Had|Will|Would|Can|Could|Should|Even|Only|Both|Not"
    r"|Now|Here|There"
    r"|Today|Yesterday|Earlier|Later|Meanwhile|Moreover|However|Still|Also|Instead|Asked|Told|Sunday|Monday|Tuesday"
    r"|Wednesday"
    r"|Thursday|Friday|Saturday|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?!(?:Anatoly|Vitaly|Vasily|Emily|Kelly|Sally|Billy)\b)\w+ly|What"
    r"|Why|How|Who|Where|Which|About|Under|Over|Against|Among|Between|Of|Or|Nor|Dear|Pro|Anti|Near|Behind|Beside|Inside|Outside|Around|Through|Across|During|Despite|Until|Once|Per|Via|Amid|Beyond|Above|Below"
    r"|Neither|Either|Everything|Nothing|Something|Anything|All|Everyone|Many|Some|Most|Few|Never|No|Yes|Team"
    r"|Candidate|Hey"
    r"|Президент\w*|Министр\w*|Глав\w*|Помощник\w*|Посл?\w{0,2}|Посол|Госсекретар\w*|Господин\w*|Г-н"
    r"|Вице-президент\w*|Как|По|В|На|Но"
    r"|А|И|Сам|Когда|Если|Что|Об|О|От|Для|При|Это|Ранее|Позже|Затем|Накануне|Однако|Также|Тем|Ещё|Еще|Уже|С|У|К"
    r"|Премьер\w*|Лидер\w*"
    r"|Кандидат\w*|Пресс-секретар\w*|Спецпосланник\w*|Замглав\w*|Официальн\w*|Вчера|Сегодня|После|Между)\.?$"
)
"""Words that are no given name though capitalised before a surname: titles, offices, and what begins sentences."""
RU_TOLD = re.compile(
    rf"{RU_ACCOUNT}|(?:брифинг|интервью|выступлени|реч|обращени|встреч|визит|письм|пост|твит)\w*", re.I
)
"""Nouns with a capital because they open a line, before a surname that is the same in every case: «Заявления N.»."""

_GIVEN = """Barack Jen Kamala Karine Karoline Kayleigh Lynne Nikki Oksana Tammy Yulia
Adam Alan Alex Alexander Alexei Alice Amanda Amy Andrea Andrei Andrew Andriy Anna Anne Anthony Anton
Arthur Ashley Barbara Barron Beau Ben Benjamin Bernard Beth Betty Bill Bob Boris Brad Brandon Brian Carl Carol
Caroline Catherine Charles Charlotte Chelsea Chris Christian Christina Christine Christopher Cindy Claire Craig Dan
Daniel David Dean Deborah Denis Dennis Diana Dmitri Dmitry Donna Doug Douglas Ed Edward Elena Elizabeth Ellen Emily
Emma Eric Erik Eugene Evan Evelyn Frank Fred Gary George Gerald Gleb Gordon Grace Greg Gregory Hannah Harold Harry
Heather Heidi Helen Henry Howard Hugh Hunter Ian Igor Ilya Irina Ivan Ivana Ivanka Jack Jacob James Jan Jane Janet
Jared Jason Jean Jeff Jeffrey Jennifer Jeremy Jerry Jessica Jill Jim Jimmy Joan Joe John Jon Jonathan Jordan Joseph
Joshua Juan Judith Judy Julia Julie Justin Karen Kate Katherine Kathleen Keith Kelly Ken Kenneth Kevin Kim Kirill
Konstantin Kyle Lara Larry Laura Lauren Lee Leo Leonid Linda Lisa Liza Louis Lucas Lucy Lyudmila Maksim Marc
Margaret Maria Marina Mark Martin Mary Matt Matthew Max Maxim Megan Melania Melissa Michael Michelle Mike Mikhail
Mitt Monica Nancy Natalia Natasha Nathan Neil Nicholas Nick Nicole Nikita Nikolai Nina Oleg Oleksandr Olena Olga
Oliver Pamela Patricia Patrick Paul Pavel Peter Petr Phil Philip Rachel Ralph Raymond Rebecca Richard Rick Rob
Robert Roger Roman Ron Ronald Rose Roy Russell Ruth Ryan Sam Samuel Sandra Sara Sarah Scott Sean Sergei Sergey
Shannon Sharon Simon Sophia Stanislav Stephanie Stephen Steve Steven Stuart Susan Svetlana Sylvia Tatiana Ted Teresa
Terry Theresa Thomas Tiffany Tim Timothy Todd Tom Tony Usha Valentina Valery Vanessa Vera Victor Victoria Viktor
Vincent Virginia Vitaly Vladimir Volodymyr Walter Wayne Wendy William Yelena Yuri Yury Zach Александр Алексей Алена
Алёна Анастасия Анатолий Андрей Анна Антон Артём Артур Борис Вадим Валентина Валерий Василий Вера Вероника Виктор
Виктория Виталий Владимир Владислав Вячеслав Галина Геннадий Георгий Глеб Григорий Дарья Денис Дмитрий Евгений
Евгения Екатерина Елена Елизавета Иван Иванка Игорь Илья Ирина Кирилл Константин Ксения Лариса Леонид Любовь Людмила
Максим Мария Марина Мелания Михаил Надежда Наталья Никита Николай Нина Олег Ольга Павел Пётр Петр Роман Руслан
Светлана Сергей Станислав Степан Тарас Татьяна Тимур Федор Фёдор Хантер Юлия Юрий Яна Ярослав Джилл Мишель Дональд"""
GIVEN_NAMES = frozenset(_GIVEN.split())
"""Common given names: before a listed surname, one that is not its bearer's names a relative or namesake."""
_WOMEN = """Jen Kamala Karine Karoline Kayleigh Lynne Nikki Oksana Tammy Yulia
Alice Amanda Amy Andrea Anna Anne Ashley Barbara Beth Betty Carol Caroline Catherine Charlotte Chelsea
Christina Christine Cindy Claire Deborah Diana Donna Elena Elizabeth Ellen Emily Emma Evelyn Grace Hannah Heather
Heidi Helen Hillary Irina Ivana Ivanka Jane Janet Jennifer Jessica Jill Joan Judith Judy Julia Julie Karen Kate
Katherine Kathleen Lara Laura Lauren Linda Lisa Liza Lyudmila Margaret Maria Marina Mary Megan Melania Melissa
Michelle Monica Nancy Natalia Natasha Nicole Nina Olena Olga Pamela Patricia Rachel Rebecca Rose Ruth Sandra Sara
Sarah Sharon Sophia Stephanie Susan Svetlana Sylvia Tatiana Teresa Theresa Tiffany Usha Valentina Vanessa Vera
Victoria Virginia Wendy Yelena"""
_EITHER = "Alex Jan Jean Jordan Kelly Kim Lee Sam Sasha Shannon"
WOMEN = frozenset(_WOMEN.split())
MEN = (GIVEN_NAMES | {"Donald", "Marco"}) - WOMEN - frozenset(_EITHER.split())
"""Whom a "Mrs." and a "Mr." may name; English alone, where such titles stand before surnames."""


def gender_of(given: str) -> str:
    """Whether "she" ("f") or "he" ("m") is said of a given name's bearer; "" where the name does not tell."""
    return "f" if given in WOMEN else "m" if given in MEN else ""
