"""Who is heard in a text: one line a construction, English and Russian, in the project's own words."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models.attribution
from models.attribution import attribute
from models.news import EVIDENCE_CONFIDENCE, NewsItem, Passage
from models.reading import read
from models.voices import Voices, voices_from_toml

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
K, W, Y, J, OTHERS = "kremlin", "white_house", "kyiv", "joint", "other"
WINTER_2021 = datetime(2021, 12, 8, tzinfo=UTC)
SPRING_2025 = datetime(2025, 3, 20, tzinfo=UTC)


def heard(text: str, source: str = "", at: datetime = SPRING_2025, voices: Voices = VOICES) -> tuple[Passage, ...]:
    item = NewsItem(id="t", published_at=at, source=source, text=text)
    return attribute(read(item), voices, source_voice=voices.voice_of_source(source, ""), at=at)


def evidence(text: str, source: str = "", at: datetime = SPRING_2025) -> list[str | None]:
    """Voices of the passages, with None where the passage is no evidence."""
    return [p.voice if p.confidence >= EVIDENCE_CONFIDENCE else None for p in heard(text, source, at)]


def last(text: str, source: str = "", at: datetime = SPRING_2025) -> str | None:
    return evidence(text, source, at)[-1]


ENGLISH = [
    # the subject before the cue
    ("The Kremlin said that the talks had been useful.", K),
    ("The White House said the talks had been useful.", W),
    ("Moscow warned that it would answer any new deployment.", K),
    ("Washington insisted that nothing had been promised.", W),
    ("Kremlin spokesman Dmitry Peskov told reporters that no date was fixed.", K),
    ("White House press secretary Karoline Leavitt noted that the president was ready.", W),
    ("Peskov, who travelled with the delegation, described the mood as sober.", K),
    ("President Trump has repeatedly argued that the war must end.", W),
    ("Putin on Tuesday proposed a pause in the strikes.", K),
    ("Russian officials emphasized the need for guarantees.", K),
    ("U.S. officials emphasized the need for verification.", W),
    ("The Russian foreign ministry denied the report.", K),
    ("The State Department confirmed the visit.", W),
    ("In a statement on Friday, the Kremlin called the sanctions unlawful.", K),
    ("Trump expressed a desire to meet soon.", W),
    ("The Trump administration has stressed that aid will continue.", W),
    ("Marco Rubio, speaking in Paris, suggested that time was short.", W),
    ("Zelensky said that Ukraine would not give up land.", Y),
    # the subject after the cue, or last
    ("“The line is open,” said Peskov.", K),
    ("The line is open, said Karoline Leavitt.", W),
    ("“We are ready for talks,” Lavrov said.", K),
    ("Talks could resume within a week, the White House said.", W),
    ("Talks could resume within a week, Rubio said on Sunday.", W),
    ("“It was a frank exchange,” the Kremlin added.", K),
    # inside
    ("“The line,” Peskov noted, “has never been closed.”", K),
    ("The deal, Vance argued, would cost Europe nothing.", W),
    # according to
    ("According to the Kremlin, the call lasted an hour.", K),
    ("According to White House officials, the call was short.", W),
    ("The call lasted an hour, according to Peskov.", K),
    ("According to diplomatic analysts, the call changes little.", OTHERS),
    # possessives and nouns
    ("The Kremlin’s account hints at a longer list of demands.", K),
    ("The White House’s readout makes no mention of sanctions.", W),
    ("From the White House’s vantage point, channels must stay open.", W),
    ("A statement from the Kremlin listed three conditions.", K),
    ("The offer was described by the Kremlin as a step forward.", K),
    ("The plan was rejected by the White House as one-sided.", W),
    # name and colon
    ("Peskov: no summit is planned this month", K),
    ("White House: no summit is planned this month", W),
    ("Talks will go on next week — Kremlin", K),
    ("Talks will go on next week — Rubio", W),
    ("Moscow says talks go on — newspaper", OTHERS),
    ("Washington insists on a pull-out — economist", OTHERS),
    # participle
    ("Trump walked out to the cameras, saying the deal was close.", W),
    # both sides
    ("Both leaders emphasized the need for calm.", J),
    ("The two presidents agreed to speak again.", J),
    ("Russian officials noted that both leaders had stressed calm.", K),
    # no voice of a side
    ("The price of gas rose in the first week of spring.", None),
    ("Dialogue between Trump and Putin has highlighted old divisions.", None),
    ("Diplomats rejected fresh demands from Washington.", OTHERS),
    ("Sanctions on Moscow expire in the summer.", None),
    ("The delegation flew from Moscow to Washington.", None),
    ("Talks with Putin will continue, analysts said.", OTHERS),
    ("Emmanuel Macron said that Europe must be heard.", OTHERS),
    ("Chancellor Friedrich Merz warned Putin against delay.", OTHERS),
    ("Trump supporters said the trip was a triumph.", OTHERS),
    ("Kremlin critics argued that the vote was unfair.", OTHERS),
    ("Hunter Biden said he had paid what he owed.", None),
    ("Melania Trump said she would travel in May.", None),
    ("The protest outside the White House ended at noon.", None),
    ("A former Kremlin aide said the plan was old.", OTHERS),
    ("Former US Security Adviser John Doe said the plan was old.", OTHERS),
    ("Moscow’s claim that the talks failed was an excuse, Macron said.", OTHERS),
    # one frame around another: the outer speaker's
    ("Moscow argues that talks may resume, the White House said on Monday.", W),
    ("Moscow argues that talks may resume, Leavitt told reporters.", W),
    ("Asked whether Moscow had agreed to talk, Leavitt said that it had.", W),
    ("While not all that Washington says is new, Peskov said that he would listen.", K),
    ("Trump spoke of a new start.", W),
    ("Rubio made clear that time was short.", W),
]  # fmt: skip


@pytest.mark.parametrize(("text", "voice"), ENGLISH)
def test_an_english_sentence_is_given_to_the_one_who_speaks_in_it(text: str, voice: str | None) -> None:
    said = last(text)
    assert said == voice if voice in (K, W, Y, J) else said in (None, OTHERS)


RUSSIAN = [
    ("Кремль заявил, что переговоры были полезны.", K),
    ("Белый дом заявил, что переговоры были полезны.", W),
    ("Песков сообщил, что дата встречи не назначена.", K),
    ("Пресс-секретарь президента России Дмитрий Песков отметил, что дата не назначена.", K),
    ("Дональд Трамп подчеркнул, что война должна закончиться.", W),
    ("Москва предупредила, что ответит на размещение ракет.", K),
    ("Вашингтон утверждает, что ничего не обещал.", W),
    ("МИД России опроверг эти сообщения.", K),
    ("Госдепартамент подтвердил визит.", W),
    ("Мария Захарова назвала санкции незаконными.", K),
    ("Марко Рубио считает, что времени осталось мало.", W),
    ("Лавров, выступая в Анкаре, указал на условия договора.", K),
    ("Владимир Зеленский заявил, что Украина не уступит.", Y),
    ("Путин также добавил, что контакты продолжатся.", K),
    ("Российская сторона выразила готовность к диалогу.", K),
    ("Американская сторона выразила готовность к диалогу.", W),
    ("Канал связи открыт, заявил Песков.", K),
    ("Канал связи открыт, сообщила Кэролайн Левитт.", W),
    ("«Мы готовы к переговорам», — сказал Лавров.", K),
    ("«Мы готовы к переговорам», — подчеркнул Марко Рубио.", W),
    ("Инициативу Трампа надо изучить, заявил Лавров.", K),
    ("Предложение Путина неприемлемо, отметил Рубио.", W),
    ("Встреча пройдет в мае, заявил журналистам Дмитрий Песков.", K),
    ("В Кремле отметили, что срок не назван.", K),
    ("В Белом доме отметили, что срок не назван.", W),
    ("Как сообщили в Кремле, разговор длился час.", K),
    ("Как сообщили в Белом доме, разговор длился час.", W),
    ("В Москве заявили, что ответят зеркально.", K),
    ("В Вашингтоне заявили, что ответят зеркально.", W),
    ("По словам Пескова, разговор длился час.", K),
    ("По словам Трампа, разговор длился час.", W),
    ("По мнению Лаврова, условия не изменились.", K),
    ("Разговор длился час, по словам Рубио.", W),
    ("По данным Кремля, разговор длился час.", K),
    ("Согласно заявлению Белого дома, разговор был коротким.", W),
    ("Позиция Кремля остаётся прежней.", K),
    ("Позиция Вашингтона остаётся прежней.", W),
    ("Песков: саммит в этом месяце не планируется", K),
    ("Трамп: саммит в этом месяце не планируется", W),
    ("Переговоры продолжатся — Кремль", K),
    ("Москва заявила об успехе — эксперт", OTHERS),
    ("Оба лидера подчеркнули важность диалога.", J),
    ("Стороны отметили важность диалога.", J),
    ("Обе стороны заявили о готовности к диалогу.", J),
    ("Кремль заявил, что стороны отметили важность диалога.", K),
    ("Делегация прилетела в Москву утром.", None),
    ("Москва встретила гостей дождём.", None),
    ("Цены на газ выросли в марте.", None),
    ("Встреча Путина и Трампа пройдет в мае.", None),
    ("Эксперты считают, что Москва выиграла время.", OTHERS),
    ("Эмманюэль Макрон заявил, что Европу надо услышать.", OTHERS),
    ("Канцлер Фридрих Мерц предупредил Путина.", OTHERS),
    ("Санкции против Москвы истекают летом.", None),
    ("Мелания Трамп сообщила о поездке.", None),
    ("Хантер Байден заявил, что всё заплатил.", None),
    ("Самолёт вылетел из Вашингтона в Киев.", None),
    ("Аналитики отмечают, что требования Вашингтона не новы.", OTHERS),
    ("Дмитрия Пескова спросили о сроках.", None),
    ("Путину передали письмо.", None),
    ("О визите Лаврова сообщил Эрдоган.", OTHERS),
    ("«Диалог нужен», — подчеркнул глава МИД Турции Хакан Фидан.", OTHERS),
    ("По словам экспертов, требования Москвы не новы.", OTHERS),
    ("Москва требует уступок, заявил в Париже Марко Рубио.", W),
    ("Вашингтон отвечает, что условия не изменились.", W),
]  # fmt: skip


@pytest.mark.parametrize(("text", "voice"), RUSSIAN)
def test_a_russian_sentence_is_given_to_the_one_who_speaks_in_it(text: str, voice: str | None) -> None:
    said = last(text)
    assert said == voice if voice in (K, W, Y, J) else said in (None, OTHERS)


CARRIED = [
    # pronouns, roles, quotations and bullets carry the voice on
    ("Peskov said the line was open.\nHe added that no call was planned.", [K, K]),
    ("Russian officials noted progress. They described the call as a first step.", [K, K]),
    ("Leavitt answered briefly, the White House said. The spokeswoman added that more would follow.", [W, W]),
    ("“The line is open,” said Peskov. “No one closed it.”", [K, K]),
    ("“The line is open. No one closed it,” said Peskov.", [K, K]),
    ("“The line is open. No one closed it. Ask them,” said Rubio.", [W, W, W]),
    ("Macron said Europe must be heard.\nHe added that Putin knew it.", [OTHERS, OTHERS]),
    ("The White House emphasized three points:\n- An open channel between the capitals.\n- A longer truce.", [W, W, W]),
    ("The Kremlin listed its demands. Key points of their position include:\n- An end to sanctions.", [K, K, K]),
    ("Experts stress three points:\n- The truce is fragile.", [OTHERS]),
    ("Песков заявил, что связь есть.\nОн добавил, что звонка не будет.", [K, K]),
    ("Трамп заявил, что связь есть. По его словам, звонок будет.", [W, W]),
    ("«Связь есть. Её никто не закрывал», — сказал Лавров.", [K, K]),
    ("Белый дом подчеркнул три основных пункта:\n- Связь между столицами.\n- Долгое перемирие.", [W, W, W]),
    # headings
    ("Kremlin’s response to the offer\nA recent briefing noted that equality comes first.", [None, K]),
    ("White House Perspective on the Call\nThe statement noted that channels stay open.", [None, W]),
    ("Позиция Москвы по сделке\nКремль заявил о готовности.", [None, K]),
    # two voices in one sentence
    ("The Kremlin called the talks a success, while the White House said much remained open.", [K, W]),
    ("While the White House praised the text, the Kremlin said the text was unfinished.", [W, K]),
    ("The Kremlin praised the text; Washington said it was too short.", [K, W]),
    ("The call was framed by the Kremlin as a success, while U.S. officials emphasized the open points.", [K, W]),
    ("Кремль назвал переговоры успехом, а Белый дом заявил, что многое не решено.", [K, W]),
    ("Песков заявил о прогрессе, в то время как Госдепартамент сообщил о разногласиях.", [K, W]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "voices"), CARRIED)
def test_a_voice_carries_over_lines_and_splits_at_contrasts(text: str, voices: list[str | None]) -> None:
    said = evidence(text)
    assert [one for one in said if len(said) == len(voices) or one is not None] == voices


TWO_SPEAKERS = [
    # (the first clause, the second, their voices): the sentence is both, one after the other
    ("Moscow argues that NATO broke its word;", "Washington says that no word was given.", K, W),
    ("Washington argues that the border is fixed;", "Moscow says that it is not.", W, K),
    ("Rubio says that talks help;", "Moscow rejects the idea.", W, K),
    ("Moscow spoke of a threat;", "Rubio, for his part, said that the door was open.", K, W),
    ("While Moscow argues that NATO broke its word,", "Washington says that no word was given.", K, W),
    ("When Washington says that talks help,", "Moscow rejects the idea.", W, K),
    ("Moscow says the talks failed,", "Washington replies the talks never began.", K, W),
    ("Rubio says that the offer stands,", "Lavrov replies that nobody has seen it.", W, K),
    ("Moscow insists that it plans nothing,", "but Washington says it has proof.", K, W),
    ("Moscow insists on guarantees,", "but Washington calls them a bluff.", K, W),
    ("The Kremlin called the talks useful", "and the White House said that much was open.", K, W),
    ("Trump warned Putin of sanctions,", "and Putin answered that they would be a mistake.", W, K),
    ("According to the Kremlin, the call was useful,", "while the White House said it was short.", K, W),
    ("“We are ready,” said Peskov;", "“we are not,” said Karoline Leavitt.", K, W),
    ("“The line is open,” Peskov said,", "while Leavitt replied that no one had called.", K, W),
    ("The Kremlin said that the talks were useful,", "while analysts said that they had failed.", K, OTHERS),
    ("Москва утверждает, что слово нарушено;", "Вашингтон заявляет, что его не давали.", K, W),
    ("Американский президент говорил о санкциях;", "Владимир Путин ответил, что они не новы.", W, K),
    ("Москва заявляет, что переговоры сорваны,", "а Вашингтон отвечает, что они не начинались.", K, W),
    ("Москва назвала учения угрозой,", "Вашингтон ответил, что они плановые.", K, W),
    ("В Кремле заявили, что уступок не будет,", "в Вашингтоне ответили, что ждут их.", K, W),
    ("По словам Пескова, разговор был полезен,", "а Белый дом сообщил, что он был коротким.", K, W),
    ("Кремль настаивает на гарантиях,", "но Белый дом считает их лишними.", K, W),
    ("В то время как Москва утверждает, что слово нарушено,", "Вашингтон отвергает упрёк.", K, W),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "voice", "other"), TWO_SPEAKERS)
def test_two_speakers_in_one_sentence_are_two_spans(first: str, second: str, voice: str, other: str) -> None:
    told = [(one.text.rstrip(",;"), one.voice) for one in heard(f"{first} {second}")]
    assert told == [(first.rstrip(",;"), voice), (second, other)]


NESTED = [
    ("Lavrov said that Trump had promised peace.", K),
    ("Lavrov said that Trump had promised peace, while Washington had demanded more.", K),
    ("Rubio said that Moscow had promised peace; the Kremlin had then asked for time.", W),
    ("The Kremlin said that Washington says one thing and does another.", K),
    ("The White House said that Moscow says one thing and does another.", W),
    ("The Kremlin said that Moscow wants peace and Washington wants time.", K),
    ("Lavrov said that while Moscow argues for peace, Washington says that war goes on.", K),
    ("Lavrov said that in the talks, Washington says one thing.", K),
    ("Rubio said that Washington was ready, but that Moscow rejected talks.", W),
    ("Leavitt said that Washington was ready, but Moscow rejected talks.", W),
    ("As Putin noted on Monday, Trump promised to call.", K),
    ("According to the Kremlin, Washington promised to call.", K),
    ("“Moscow says one thing, and Washington says another,” Peskov said.", K),
    ("Rubio said: “Washington says one thing; Moscow says another.”", W),
    ("Rubio told reporters that Putin had asked for the call and that Trump had agreed.", W),
    ("Moscow, which denies the report, said that Washington spreads it.", K),
    ("Лавров заявил, что Трамп обещал мир.", K),
    ("Кремль заявил, что Вашингтон говорит одно, а делает другое.", K),
    ("Белый дом заявил, что Москва говорит одно, а делает другое.", W),
    ("В Кремле отметили, что в Вашингтоне заявили о санкциях.", K),
    ("Песков заявил, что Москва готова, а Вашингтон отвергает диалог.", K),
    ("Лавров заявил, что, когда Москва предлагает мир, Вашингтон говорит о войне.", K),
    ("Путин рассказал, что Трамп предложил встречу и что Москва готова.", K),
    ("Белый дом сообщил: Трамп предупредил Путина, а Путин потребовал гарантий.", W),
    ("Как отметил Путин, Трамп заявил о готовности к диалогу.", K),
]  # fmt: skip


@pytest.mark.parametrize(("text", "voice"), NESTED)
@pytest.mark.parametrize("source", ["", "own"])
def test_speech_within_speech_is_one_span_of_the_outer_speaker(text: str, voice: str, source: str) -> None:
    own = {K: "kremlin.ru", W: "whitehouse.gov"}[voice] if source else ""
    assert evidence(text, own) == [voice]


OWN = [
    ("The talks were held in the presidential palace.", "en.kremlin.ru", K),
    ("The talks were held in the Oval Office.", "www.whitehouse.gov", W),
    ("Vladimir Putin stressed that the terms had not changed.", "kremlin.ru", K),
    ("Donald Trump said that he would not sign the text.", "kremlin.ru", W),
    ("President Putin said that he would not sign the text.", "whitehouse.gov", K),
    ("Both leaders stressed the need for calm.", "whitehouse.gov", J),
    ("Emmanuel Macron said that Europe must be heard.", "kremlin.ru", OTHERS),
    ("Переговоры прошли в Кремле.", "kremlin.ru", K),
    ("Дональд Трамп заявил, что не подпишет текст.", "kremlin.ru", W),
    ("The President stressed that work goes on.", "president.gov.ua", Y),
    # its own office-holder as the subject
    ("President Trump made the same points to President Putin in their video call.", "state.gov", W),
    ("President Putin made the same points to President Trump in their video call.", "kremlin.ru", K),
    ("The President told his counterpart that the offer stands.", "whitehouse.gov", W),
    ("Президент сообщил Дональду Трампу, что условия прежние.", "kremlin.ru", K),
    ("“Work goes on,” said the Head of State.", "president.gov.ua", Y),
    # what another said, in passing
    ("The rate has fallen since Putin announced the plan.", "whitehouse.gov", W),
    ("We know what Washington says.", "kremlin.ru", K),
    ("This is no exercise, as Moscow claims.", "whitehouse.gov", W),
    ("After years of talks, Russia wanted to end them.", "whitehouse.gov", W),
]


OWN_TWO = [
    ("We welcome the talks; the Kremlin said that they were useless.", "state.gov", [W, K]),
    ("Vladimir Putin said that the door was open, and Donald Trump replied that he would call.", "kremlin.ru", [K, W]),
    ("The Kremlin claims a threat, but President Trump made clear that there is none.", "whitehouse.gov", [K, W]),
    ("The two Presidents met for an hour, and President Putin said that he would wait.", "whitehouse.gov", [W, K]),
    ("Американский президент говорил о санкциях; Владимир Путин ответил, что они не новы.", "kremlin.ru", [W, K]),
    ("Дональд Трамп заявил о тревоге, а Владимир Путин ответил, что войска дома.", "kremlin.ru", [W, K]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "voices"), OWN_TWO)
def test_what_a_side_publishes_is_parted_where_another_speaks(text: str, source: str, voices: list[str]) -> None:
    assert evidence(text, source) == voices


@pytest.mark.parametrize(("text", "source", "voice"), OWN)
def test_what_a_side_publishes_is_its_own_unless_it_reports_another(text: str, source: str, voice: str) -> None:
    assert evidence(text, source) == [voice]


def test_the_prior_of_a_source_is_just_evidence() -> None:
    only = heard("The talks were held in the palace.", "kremlin.ru")[0]
    assert (only.rule, only.confidence) == ("prior", EVIDENCE_CONFIDENCE)


TURNS = [
    ("whitehouse.gov", ["MS. PSAKI:  We will see.", "Q    Did Putin say why?", "MS. PSAKI:  No."], [W, OTHERS, W]),
    ("whitehouse.gov", ["Q    Does the White House agree?", "MS. PSAKI: It does.", "That is all."], [OTHERS, W, W]),
    ("whitehouse.gov", ["SENIOR ADMINISTRATION OFFICIAL: We are ready.", "Q    When?"], [W, OTHERS]),
    (
        "whitehouse.gov",
        ["THE PRESIDENT: Thanks.", "PRIME MINISTER DRAGHI: Thank you.", "We came far."],
        [W, OTHERS, OTHERS],
    ),
    ("whitehouse.gov", ["PRESIDENT BIDEN: Welcome to you.", "PRESIDENT ZELENSKYY: Thank you, Mr. President."], [W, Y]),
    (
        "whitehouse.gov",
        ["MODERATOR: Let us begin the call.", "MR. SULLIVAN: We called on Russia to leave."],
        [OTHERS, W],
    ),
    (
        "kremlin.ru",
        ["Vladimir Putin: Hello.", "Question: What of the White House?", "Vladimir Putin: Ask."],
        [K, OTHERS, K],
    ),
    ("kremlin.ru", ["Владимир Путин: День.", "Вопрос: Что в Белом доме?", "Владимир Путин: Спросите."], [K, OTHERS, K]),
    ("kremlin.ru", ["Vladimir Putin: Welcome.", "Emmanuel Macron: Thanks.", "We came to talk."], [K, OTHERS, OTHERS]),
    ("kremlin.ru", ["Владимир Путин: День.", "Эмманюэль Макрон: Спасибо.", "Дмитрий Песков: Всё."], [K, OTHERS, K]),
    ("", ["Vladimir Putin: Good afternoon.", "Question: Why now?", "Vladimir Putin: Why not."], [K, OTHERS, K]),
    ("", ["Donald Trump: A good deal.", "Volodymyr Zelensky: It is not signed.", "Question: Why?"], [W, Y, OTHERS]),
]


@pytest.mark.parametrize(("source", "text", "voices"), TURNS)
def test_in_a_transcript_the_label_says_whose_turn_it_is(source: str, text: list[str], voices: list[str]) -> None:
    at = WINTER_2021 if re.search("PSAKI|BIDEN|SULLIVAN", str(text)) else SPRING_2025
    assert evidence("\n".join(text), source, at) == voices


def test_every_rule_stands_in_the_table_of_the_package() -> None:
    texts = [text for text, *_ in (*ENGLISH, *RUSSIAN, *CARRIED)]
    used = {one.rule for text in texts for one in heard(text)}
    used |= {one.rule for text, source, _ in OWN for one in heard(text, source)}
    used |= {one.rule for source, lines, _ in TURNS for one in heard("\n".join(lines), source)}
    table = [row.split("|")[1] for row in (models.attribution.__doc__ or "").splitlines() if row.startswith("| ")]
    assert used <= {rule.strip() for row in table for rule in row.split(",")}
    assert len(used) > 20


def test_a_label_is_no_part_of_what_is_said() -> None:
    first = heard("MS. PSAKI:  We will see.\nQ    When?", "whitehouse.gov", WINTER_2021)[0]
    assert first.text == "We will see."


def test_a_label_like_line_makes_no_transcript() -> None:
    assert evidence("Background: The talks began in May.\nThe Kremlin said they went well.") == [None, K]


def test_an_office_holder_speaks_only_while_in_office() -> None:
    text = "Joe Biden said that the alliance was strong."
    assert last(text, at=datetime(2022, 5, 1, tzinfo=UTC)) == W
    assert last(text, at=datetime(2025, 5, 1, tzinfo=UTC)) != W
    administration = "The Biden administration said that the alliance was strong."
    assert last(administration, at=datetime(2022, 5, 1, tzinfo=UTC)) == W
    assert last(administration, at=datetime(2025, 5, 1, tzinfo=UTC)) != W


def test_a_surname_alone_is_the_person_of_that_surname_named_last() -> None:
    assert last("Hunter Biden arrived. Biden said that he was tired.", at=datetime(2022, 5, 1, tzinfo=UTC)) != W
    assert (
        last("Hunter Biden arrived with Joe Biden. Biden said that he was tired.", at=datetime(2022, 5, 1, tzinfo=UTC))
        == W
    )


def test_swapping_the_sides_swaps_the_voices() -> None:
    text = "The Kremlin said that talks go on. {} argued that the White House had said nothing. Both sides agreed."
    swapped = text.replace("The Kremlin", "§").replace("the White House", "the Kremlin")
    swapped = swapped.replace("§", "The White House")
    mirror = {K: W, W: K}
    assert [mirror.get(v or "", v) for v in evidence(text.format("Rubio"))] == evidence(swapped.format("Lavrov"))


NASTY = st.lists(
    st.sampled_from(
        [
            *"aZ .,:;\"“”«»'’\n\t-|QК",
            "Kremlin said ",
            "Песков заявил",
            "Белый дом",
            "\ud800",
            "\u200f",
            "U.S. ",
            "Q  ",
            "- x",
            "MS. PSAKI: ",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(text=NASTY, source=st.sampled_from(["", "kremlin.ru", "whitehouse.gov"]))
def test_passages_lie_in_order_apart_and_are_slices_of_the_text(text: str, source: str) -> None:
    if not any(map(str.isalnum, text)):
        return
    end = 0
    for one in heard(text, source):
        assert end <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]
        assert 0 <= one.confidence <= 1
        assert one.voice in {*VOICES.ids, J, OTHERS, None}
        end = one.end


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "The Kremlin said ",
        "“a ",
        "said, ",
        "Песков заявил, ",
        "a, b; ",
        "U.S. ",
        "Trump, ",
        "He said: “x” ",
        "Kremlin’s ",
        "A-",
        "Name Name ",
    ],
)
def test_time_grows_with_the_length_of_a_line_and_no_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        document = read(NewsItem(id="t", published_at=SPRING_2025, text=text))
        begin = time.process_time()
        attribute(document, VOICES, source_voice=None, at=SPRING_2025)
        return time.process_time() - begin

    short, long = min(seconds(20_000) for _ in range(3)), seconds(200_000)
    assert long < 40 * short + 0.5
