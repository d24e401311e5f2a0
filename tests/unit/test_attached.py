"""Speech beside a deed: what a side says of what it does, or of what is done to it."""

import pytest
from hearing import SPRING_2025, VOICES, K, W, evidence, last

from models.attribution.attached import attached
from models.attribution.mentions import names_of

ENGLISH = (
    "{capital} expelled two diplomats on Monday, accusing them of spying.",
    "{capital} and the European Union stepped up their pressure on Monday, accusing the rebels of stoking violence.",
    "{house} has cancelled the visit, calling it a waste of time.",
    "Accusing the rebels of bad faith, {capital} walked out of the talks.",
    "The decision drew a rebuke from {house}, which said it would harm the region.",
    "The proposal prompted an angry response from {capital}, which insisted that the border was closed.",
    "The vote angered {country}, which said it would respond in kind.",
    "The plan has the support of {house}, which says that it opens the way to peace.",
    "The move came under fire from {ministry}, where a spokesman said it was a step backwards.",
    "It drew criticism from {leader}, who said that it was a mistake.",
)
RUSSIAN = (
    "{capital} отменил{a} визит, заявив, что условия для него не созданы.",
    "{capital} выслал{a} двух дипломатов, обвинив их в шпионаже.",
    "Обвинив другую сторону в срыве переговоров, {capital} отозвал{a} делегацию.",
    "Решение вызвало критику {of_house}, который заявил, что оно вредит безопасности.",
    "Критика прозвучала из {of_house}, где назвали решение ошибкой.",
)
SIDES = {
    K: {
        "capital": "Moscow", "house": "the Kremlin", "country": "Russia", "ministry": "the Russian Foreign Ministry",
        "leader": "Mr. Putin",
    },
    W: {
        "capital": "Washington", "house": "the White House", "country": "the United States",
        "ministry": "the State Department", "leader": "Mr. Trump",
    },
}  # fmt: skip
RUSSIAN_SIDES = {
    K: {"capital": "Москва", "a": "а", "of_house": "Кремля"},
    W: {"capital": "Вашингтон", "a": "", "of_house": "Белого дома"},
}


def capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


@pytest.mark.parametrize("side", [K, W])
@pytest.mark.parametrize("sentence", ENGLISH)
def test_what_a_side_says_of_it_is_its_own(sentence: str, side: str) -> None:
    assert evidence(capitalised(sentence.format(**SIDES[side]))) == [side]


@pytest.mark.parametrize("side", [K, W])
@pytest.mark.parametrize("sentence", RUSSIAN)
def test_in_russian_too(sentence: str, side: str) -> None:
    assert evidence(sentence.format(**RUSSIAN_SIDES[side])) == [side]


@pytest.mark.parametrize("side", [K, W])
@pytest.mark.parametrize(
    "sentence",
    [
        "The analyst left {capital} on Monday, calling the mood there grim.",
        "Critics of {house}, which denies any role, were arrested.",
        "Residents fled {capital}, which analysts say is unprepared.",
        "{capital} beat the visitors on Sunday, extending its lead.",
        "{capital} expelled two diplomats on Monday, prompting protests.",
        "Analysts praised the bank, which said profits had risen despite the policies of {house}.",
        "The bill angered aides to {leader}, who were not asked.",
    ],
)
def test_what_others_say_beside_a_side_is_not(sentence: str, side: str) -> None:
    assert side not in evidence(capitalised(sentence.format(**SIDES[side])))


@pytest.mark.parametrize("capital", ["Moscow", "Washington"])
def test_a_capital_declares_as_a_city_does(capital: str) -> None:
    said, done = (f"He left {capital}, which {verb} a snow emergency on Sunday." for verb in ("denied", "declared"))
    mentions = names_of(VOICES).find(said, SPRING_2025)
    assert attached(said, 0, len(said), mentions) is not None
    assert attached(done, 0, len(done), mentions) is None


@pytest.mark.parametrize("side", [K, W])
def test_in_russian_neither(side: str) -> None:
    of_capital = {K: "Москву", W: "Вашингтон"}[side]
    assert evidence(f"Аналитик покинул {of_capital}, заявив, что работать стало невозможно.") == [None]


def test_a_frame_of_its_own_comes_first() -> None:
    text = "Dmitry Peskov took questions. He agreed with the White House, which had called the understanding narrow."
    assert last(text) != W
