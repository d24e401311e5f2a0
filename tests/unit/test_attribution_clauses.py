"""Several speakers in one sentence, speech within speech, and what a side publishes itself."""

import pytest
from hearing import EVIDENCE_CONFIDENCE, OTHERS, J, K, W, Y, evidence, heard

from models.attribution.unsaid import silent

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“Why would anybody want that?” Peskov asked.", "“Why would anybody want that?”"),
        ("«Зачем это кому-то нужно?» — спросил Песков.", "«Зачем это кому-то нужно?»"),
        ("“There is no need of it,” Peskov said.", "“There is no need of it,” Peskov said."),
        ("Peskov asked: “Why would anybody want that?”", "Peskov asked: “Why would anybody want that?”"),
    ],
)
def test_a_frame_after_a_quotation_closed_as_a_sentence_is_the_writers_own(text, said):
    (passage,) = [one for one in heard(text) if one.voice == K]
    assert passage.text == said == text[passage.start : passage.end]


@pytest.mark.parametrize(
    ("text", "tells_of_silence"),
    [
        ("Obama did not directly address the issues of women in combat.", True),
        ("The Kremlin hasn’t commented on the report.", True),
        ("Obama did not rule out a meeting in the autumn.", False),
        ("Obama did not address the issues but said that talks would go on.", False),
        ("Obama “did not address” the issues.", False),
        ("Obama addressed the issues.", False),
    ],
)
def test_a_sentence_about_silence_alone_is_told(text, tells_of_silence):
    assert silent(text) is tells_of_silence
