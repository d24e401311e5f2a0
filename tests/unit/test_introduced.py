"""Who is introduced by a side's office speaks for it from there on; who is introduced otherwise does not."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.attribution import attribute
from models.attribution.mentions import names_of
from models.news import EVIDENCE_CONFIDENCE, NewsItem
from models.reading import read
from models.voices import voices_from_toml

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
AT = datetime(2023, 6, 1, tzinfo=UTC)

WHITE_HOUSE = (
    "U.S. envoy Nora Haldane arrived on Monday.",
    "U.S. ambassador to Russia Nora Haldane arrived on Monday.",
    "Nora Haldane, the under secretary of state for arms control, arrived on Monday.",
    "Nora Haldane, a spokeswoman for the U.S. mission, arrived on Monday.",
    "Nora Haldane, the Pentagon's press secretary, arrived on Monday.",
    "A spokeswoman for the US Justice Department, Nora Haldane, arrived on Monday.",
    "Deputy Director of the State Department's Office of Arms Control Nora Haldane arrived on Monday.",
    "Nora Haldane, a US State Department spokeswoman, arrived on Monday.",
    "Major Nora Haldane of the US Defense Department arrived on Monday.",
    "The State Department sent its special representative for grain, Nora Haldane, on Monday.",
    "Biden adviser Nora Haldane arrived on Monday.",
    "Nora Haldane, who heads the State Department's bureau of energy, arrived on Monday.",
    "Nora Haldane, Washington's chief negotiator, arrived on Monday.",
)
KREMLIN = (
    "Russian envoy Igor Vetlugin arrived on Monday.",
    "Russian ambassador to the United States Igor Vetlugin arrived on Monday.",
    "Igor Vetlugin, the deputy head of the Russian Security Council, arrived on Monday.",
    "Igor Vetlugin, a spokesman for the Russian mission, arrived on Monday.",
    "Igor Vetlugin, the Kremlin's press secretary, arrived on Monday.",
    "A spokesman for the Russian Justice Ministry, Igor Vetlugin, arrived on Monday.",
    "Deputy Director of the Russian Foreign Ministry's Department for Arms Control Igor Vetlugin arrived on Monday.",
    "Igor Vetlugin, a Russian Foreign Ministry spokesman, arrived on Monday.",
    "Major Igor Vetlugin of the Russian Defense Ministry arrived on Monday.",
    "The Russian Foreign Ministry sent its special representative for grain, Igor Vetlugin, on Monday.",
    "Putin adviser Igor Vetlugin arrived on Monday.",
    "Igor Vetlugin, who heads the Russian Foreign Ministry's bureau of energy, arrived on Monday.",
    "Igor Vetlugin, Moscow's chief negotiator, arrived on Monday.",
)
NOBODYS = (
    "Former U.S. ambassador {name} arrived on Monday.",
    "Former Russian ambassador {name} arrived on Monday.",
    "{name}, a former State Department spokesman, arrived on Monday.",
    "{name}, Turkey's ambassador to Russia, arrived on Monday.",
    "{name}, the Turkish ambassador to the United States, arrived on Monday.",
    "{name}, the ambassador in Moscow, arrived on Monday.",
    "Russian opposition leader {name} arrived on Monday.",
    "U.S. senator {name} arrived on Monday.",
    "{name}, an analyst at a Washington institute, arrived on Monday.",
    "{name}, director of the Russia program at a college, arrived on Monday.",
    "{name}, head of the Washington office of a charity, arrived on Monday.",
    "Russia and the chief negotiator, {name}, met on Monday.",
    "Vatican Secretary of State {name} arrived on Monday.",
    "Britain's national security adviser {name} arrived on Monday.",
    "Russian parliament deputy {name} arrived on Monday.",
)
RUSSIAN = (
    ("white_house", "Официальный представитель Госдепартамента Нора Холдейн прибыла в понедельник."),
    ("white_house", "Второй секретарь посольства США в Москве Нора Холдейн прибыла в понедельник."),
    ("white_house", "Представитель Пентагона полковник Нора Холдейн прибыла в понедельник."),
    ("white_house", "Нора Холдейн, замгоссекретаря США, прибыла в понедельник."),
    ("white_house", "Американский посол Нора Холдейн прибыла в понедельник."),
    ("white_house", "Пресс-атташе американского посольства Нора Холдейн прибыла в понедельник."),
    ("kremlin", "Официальный представитель МИД РФ Нора Холдейн прибыла в понедельник."),
    ("kremlin", "Второй секретарь посольства РФ в Вашингтоне Нора Холдейн прибыла в понедельник."),
    ("kremlin", "Представитель Минобороны РФ полковник Нора Холдейн прибыла в понедельник."),
    ("kremlin", "Нора Холдейн, замминистра обороны РФ, прибыла в понедельник."),
    ("kremlin", "Российский посол Нора Холдейн прибыла в понедельник."),
    ("kremlin", "Пресс-атташе российского посольства Нора Холдейн прибыла в понедельник."),
    (None, "Бывший американский посол Нора Холдейн прибыла в понедельник."),
    (None, "Бывший консул США во Владивостоке Нора Холдейн прибыла в понедельник."),
    (None, "Экс-представитель МИД РФ Нора Холдейн прибыла в понедельник."),
    (None, "Глава комитета сената США Нора Холдейн прибыла в понедельник."),
    (None, "Посол Турции в России Нора Холдейн прибыла в понедельник."),
)


def heard(text: str, lang: str = "en") -> list[str | None]:
    """Whose evidence the second paragraph's sentences are."""
    document = read(NewsItem(id="one", published_at=AT, text=text, lang=lang))
    passages = attribute(document, VOICES, source_voice=None, at=AT)
    later = document.text.index("\n")
    return [
        one.voice if one.voice in VOICES.pair and one.confidence >= EVIDENCE_CONFIDENCE else None
        for one in passages
        if one.start > later
    ]


@pytest.mark.parametrize("opening", WHITE_HOUSE)
def test_whom_an_american_office_introduces_speaks_for_the_white_house(opening: str) -> None:
    after = '"The list is final," Haldane said. "It will not change." She added that the rest could wait.'
    assert heard(f"{opening}\n\n{after}") == ["white_house"] * 3


@pytest.mark.parametrize("opening", KREMLIN)
def test_whom_a_russian_office_introduces_speaks_for_the_kremlin(opening: str) -> None:
    after = '"The list is final," Vetlugin said. "It will not change." He added that the rest could wait.'
    assert heard(f"{opening}\n\n{after}") == ["kremlin"] * 3


@pytest.mark.parametrize("opening", NOBODYS)
def test_whom_no_office_of_a_side_introduces_speaks_for_none(opening: str) -> None:
    after = '"The list is final," Haldane said. "It will not change." She added that the rest could wait.'
    assert heard(f"{opening.format(name='Nora Haldane')}\n\n{after}") == [None] * 3


@pytest.mark.parametrize(("voice", "opening"), RUSSIAN)
def test_in_russian_too(voice: str | None, opening: str) -> None:
    after = "«Список окончательный», — сказала Холдейн. По словам Холдейн, остальное подождёт."
    assert heard(f"{opening}\n\n{after}", "ru") == [voice] * 2


def test_a_namesake_does_not_inherit_the_office() -> None:
    text = (
        "Russian envoy Igor Vetlugin arrived on Monday.\n\nFarmer Pavel Vetlugin watched him. "
        '"The road is bad," Vetlugin said.\n\nIgor Vetlugin waved. "The talks go on," Vetlugin said.'
    )
    assert heard(text) == [None, None, None, "kremlin"]


def test_a_surname_that_is_a_word_is_nobodys_where_it_opens_a_sentence() -> None:
    text = (
        "U.S. envoy Nora Price arrived on Monday.\n\nThe price of grain fell. Price talks added little, traders said. "
        "The list, Price said, is final."
    )
    assert heard(text)[1:] == [None, "white_house"]


def test_somebody_unheard_of_who_opens_a_sentence_is_who_he_is_next() -> None:
    text = (
        'U.S. envoy Nora Haldane arrived.\n\n"The list is final," Haldane said. '
        "Vetlugin gave a similar account. The date was firm, he said."
    )
    assert heard(text) == ["white_house", None, None]


def test_it_is_the_house_that_opened_the_sentence_before() -> None:
    text = (
        'The day ended.\n\nMoscow was first. "It is done," Peskov said. The White House put it differently. '
        "Nothing was agreed, it said."
    )
    assert heard(text)[-1] == "white_house"


@given(st.text("abcN. ,'’HrU.SRusianoyemtkf\n", max_size=200))
def test_names_lie_in_the_text_apart_and_in_order(tail: str) -> None:
    text = "U.S. envoy Nora Haldane said. Russian envoy Igor Vetlugin said. " + tail
    found = names_of(VOICES).find(text, AT)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Об этом заявил постпред РФ при международных организациях в Вене Михаил Ульянов.", "kremlin"),
        ("Об этом заявил спецпосланник США по Украине в Киеве Кит Келлог.", "white_house"),
    ],
)
def test_the_office_of_somebody_listed_belongs_to_the_name(text: str, side: str) -> None:
    item = NewsItem(id="t", published_at=datetime(2025, 6, 1, tzinfo=UTC), text=text)
    (one,) = attribute(read(item), VOICES, source_voice=None, at=item.published_at)
    assert (one.voice, one.rule) == (side, "cue-before")
