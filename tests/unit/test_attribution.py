"""Who is heard in a text: one line a construction, English and Russian, in the project's own words."""

import pytest
from hearing import OTHERS, J, K, W, Y, evidence, last

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
    # what another claims of a side
    ("The former premier criticized a deputy's statement in Brussels that Russia allegedly wants the port.", None),
    ("The former premier criticized a deputy's statement in Brussels that Washington allegedly wants the port.", None),
    ("The general repeated his warning that the Kremlin demands a share of the harbour.", None),
    ("The general repeated his warning that the White House demands a share of the harbour.", None),
    ("The Kremlin dismissed the claim that Washington wants the port.", K),
    ("The White House dismissed the claim that Moscow wants the port.", W),
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
    ("Такое решение в Кремле мотивировали тем, что порт не готов к зиме.", K),
    ("Такое решение в Белом доме мотивировали тем, что порт не готов к зиме.", W),
    ("Владимир Путин обосновал запрет заботой о моряках.", K),
    ("Дональд Трамп обосновал запрет заботой о моряках.", W),
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
