"""A country or capital in the name of another body gives that body no side's voice; before an office it does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.attribution import attribute
from models.attribution.longer import of_another
from models.attribution.mentions import names_of
from models.news import NewsItem
from models.reading import read
from models.voices import voices_from_toml

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
AT = datetime(2025, 12, 1, tzinfo=UTC)
ANOTHERS = (
    "The US Senate said the budget would pass by Friday.",
    "The U.S. Supreme Court said the duties were unlawful.",
    "According to the US Senate, the budget will pass.",
    "US House Democrats said the budget would fail.",
    "The US Senate leader said the vote could wait.",
    "The US Federal Reserve said rates would stay.",
    "U.S. Steel said it would close the plant.",
    "The Washington Institute said the plan had gaps.",
    "Washington Governor Ann Reed said the state would sue.",
    "The University of Washington said the figures were old.",
    "The Moscow Exchange said trading would resume on Monday.",
    "Moscow State University said the trial was over.",
    "Moscow Mayor Sergei Sobyanin said the metro would close early.",
    "Russia Today said its channel was blocked.",
    "According to Russia Today, the channel is blocked.",
    "Russia's Gazprom said the pipe was shut.",
    "The Bank of Russia said inflation would slow.",
    "The Communist Party of the Russian Federation said it would vote against the budget.",
    "The Israeli National Security Council said the plan was ready.",
    "Ukraine's National Security Council said the plan was ready.",
    "Canada's Treasury Department said the plan was ready.",
    "A U.S. nonprofit group said the plan was ready.",
    "A Russia scholar at the institute said the plan was ready.",
    "Верховный суд США заявил, что пошлины незаконны.",
    "ФРС США сообщила, что ставки останутся.",
    "Сенат США заявил, что бюджет не пройдёт.",
    "Верховный суд РФ заявил, что иск отклонён.",
    "ЦИК РФ сообщил, что явка выросла.",
    "Банк России заявил, что инфляция замедлится.",
    "По данным Центробанка России, инфляция замедлится.",
    "По словам главы Центробанка РФ, ставка сохранится.",
    "По мнению экспертов из Москвы, курс упадёт.",
    "Источник в Кремле сообщил, что план готов.",
    "Эксперты в Вашингтоне заявили, что план готов.",
)
SIDES_OWN = {
    "US Central Command said the strike hit a depot.": "white_house",
    "The US Navy said the ship would stay.": "white_house",
    "US Special Envoy Steve Witkoff said the talks were useful.": "white_house",
    "Washington on Monday said the deal was near.": "white_house",
    "The US Treasury said the sanctions remain.": "white_house",
    "Russia's Sergei Ryabkov said the talks go on.": "kremlin",
    "Russia's Deputy Foreign Minister said the talks go on.": "kremlin",
    "Moscow said the talks go on.": "kremlin",
    "Russia Says Grain Deal Holds": "kremlin",
    "Trump's National Security Council said the plan was ready.": "white_house",
    "Thursday's White House statement said the plan was ready.": "white_house",
    "America's State Department said the plan was ready.": "white_house",
    "Putin's Kremlin said the plan was ready.": "kremlin",
    "США заявили, что сделка близка.": "white_house",
    "МИД РФ заявил, что сделка близка.": "kremlin",
    "По словам министра обороны России, учения закончены.": "kremlin",
    "По данным спецслужб США, учения закончены.": "white_house",
    "По словам представителя Госдепартамента, связь есть.": "white_house",
    "В Москве заявили, что сделка близка.": "kremlin",
}
NAMES = ("Moscow", "Russia", "Washington", "US", "United States")


def heard(text: str) -> set[str | None]:
    lang = "ru" if any("а" <= letter <= "я" for letter in text) else "en"
    document = read(NewsItem(id="item", published_at=AT, text=text, lang=lang))
    return {one.voice for one in attribute(document, VOICES, source_voice=None, at=AT)} & {"kremlin", "white_house"}


@pytest.mark.parametrize("text", ANOTHERS)
def test_a_body_whose_name_holds_a_countrys_speaks_for_no_side(text: str):
    assert heard(text) == set()


@pytest.mark.parametrize("text", SIDES_OWN)
def test_offices_roles_and_people_after_a_countrys_name_speak_for_its_side(text: str):
    assert heard(text) == {SIDES_OWN[text]}


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from([*ANOTHERS, *SIDES_OWN]))
def test_which_country_it_is_changes_nothing(one: str, other: str, text: str):
    for name in NAMES:
        if name in text:
            texts = [text.replace(name, put, 1) for put in (one, other)]
            at = text.index(name)
            assert len({of_another(it, at, at + len(put)) for it, put in zip(texts, (one, other), strict=True)}) == 1
            break


def test_a_name_that_ends_its_sentence_is_not_part_of_the_next_ones_subject():
    text = "It has strained ties with Moscow. The White House said the visit stands. Few in Russia Today agreed."
    found = [text[one.start : one.end] for one in names_of(VOICES).find(text, AT)]
    assert found == ["Moscow", "White House"]
