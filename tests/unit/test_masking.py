"""What is left of a passage once its frame is cut and the sides' names are hidden."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.masking import mask
from models.voices import voices_from_toml

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")

CONTENT = {
    "en": [
        "the talks were useful",
        "no date for the summit is fixed",
        "Ukraine will be on the agenda",
        "sanctions must be lifted before any truce",
        "Putin and Trump may meet in May",
        "the two sides disagree on the text",
    ],
    "ru": [
        "переговоры были полезны",
        "дата встречи не назначена",
        "Украина будет в повестке",
        "санкции надо снять до перемирия",
        "Путин и Трамп встретятся в мае",
        "текст ещё не готов",
    ],
}
NAMES = {
    "en": [
        ("the Kremlin", "the White House"),
        ("Moscow", "Washington"),
        ("Russia", "the United States"),
        ("Vladimir Putin", "Donald Trump"),
        ("Russian officials", "U.S. officials"),
        ("Kremlin spokesman Dmitry Peskov", "White House press secretary Karoline Leavitt"),
        ("the Russian foreign ministry", "the State Department"),
        ("Lavrov", "Rubio"),
    ],
    "ru": [
        ("Кремль", "Белый дом"),
        ("Песков", "Трамп"),
        ("Дмитрий Песков", "Марко Рубио"),
        ("МИД России", "Госдепартамент"),
        ("президент России Владимир Путин", "президент США Дональд Трамп"),
    ],
}
FRAMES = {
    "en": [
        "{Name} said that {content}.",
        "{Name} has insisted that {content}.",
        "{Name} noted on Monday that {content}.",
        "In a statement, {name} warned that {content}.",
        "According to {name}, {content}.",
        "{Content}, according to {name}.",
        "{Content}, {name} said.",
        "{Content}, {name} said on Tuesday.",
        "“{Content},” {name} added.",
        "{Name}: {content}.",
        "{Name} described the outcome: {content}.",
    ],
    "ru": [
        "{Name} заявил, что {content}.",
        "{Name} также отметил, что {content}.",
        "{Content}, заявил {name}.",
        "«{Content}», — сказал {name}.",
        "{Name}: {content}.",
    ],
}
OBLIQUE = [
    ("По словам {}, {content}.", ("Пескова", "Трампа")),
    ("По данным {}, {content}.", ("Кремля", "Белого дома")),
    ("В {} отметили, что {content}.", ("Кремле", "Белом доме")),
    ("Как сообщили в {}, {content}.", ("Кремле", "Белом доме")),
    ("{content}, сообщили в {}.", ("Москве", "Вашингтоне")),
]


def framed(frame: str, name: str, content: str) -> str:
    capital = name[0].upper() + name[1:]
    return frame.format(name=name, Name=capital, content=content, Content=content[0].upper() + content[1:])


@pytest.mark.parametrize("lang", ["en", "ru"])
@given(data=st.data())
def test_the_same_content_masks_alike_whichever_side_says_it(lang: str, data: st.DataObject) -> None:
    frame, content = data.draw(st.sampled_from(FRAMES[lang])), data.draw(st.sampled_from(CONTENT[lang]))
    one, other = data.draw(st.sampled_from(NAMES[lang]))
    assert mask(framed(frame, one, content), VOICES, lang) == mask(framed(frame, other, content), VOICES, lang)


@pytest.mark.parametrize(("frame", "names"), OBLIQUE)
@pytest.mark.parametrize("content", CONTENT["ru"])
def test_a_russian_name_in_another_case_masks_alike(frame: str, names: tuple[str, str], content: str) -> None:
    one, other = (mask(frame.format(name, content=content), VOICES, "ru") for name in names)
    assert one == other


@pytest.mark.parametrize(
    ("text", "lang", "masked"),
    [
        ("The Kremlin said that the talks were useful.", "en", "the talks were useful."),
        ("The talks were useful, the White House said.", "en", "The talks were useful."),
        ("According to Peskov, the talks were useful.", "en", "the talks were useful."),
        ("and the White House said that the talks were useful.", "en", "the talks were useful."),
        ("Песков заявил, что переговоры полезны.", "ru", "переговоры полезны."),
        ("а Белый дом ответил, что переговоры полезны.", "ru", "переговоры полезны."),
        ("в то время как Кремль заявил, что переговоры полезны.", "ru", "переговоры полезны."),
        ("Переговоры полезны, отметили в Белом доме.", "ru", "Переговоры полезны."),
        ("The Kremlin said that Washington must decide.", "en", "the side must decide."),
        ("Ukraine must decide.", "en", "Ukraine must decide."),
    ],
)
def test_the_frame_goes_and_the_content_stays(text: str, lang: str, masked: str) -> None:
    assert mask(text, VOICES, lang) == masked


@pytest.mark.parametrize("name", ["Kremlin", "White House", "Moscow", "Washington", "Putin", "Trump"])
def test_no_name_of_the_pair_is_left(name: str) -> None:
    text = f"Guests of the {name} came. {name} said that {name} and the {name}’s friends met. Near {name}, it rained."
    assert name not in mask(text, VOICES, "en")


def test_a_sentence_that_is_all_frame_is_kept() -> None:
    assert mask("Putin said.", VOICES, "en") == "the side said."


def test_another_pair_hides_other_names() -> None:
    assert mask("Kyiv must decide with Moscow.", VOICES.with_pair("kyiv", "white_house"), "en") == (
        "the side must decide with Moscow."
    )


@given(
    st.lists(
        st.sampled_from(["The Kremlin ", "said ", "that ", "Песков ", "заявил, что ", ", ", "“", "x", ". ", "\ud800"])
    )
)
def test_a_text_with_words_never_becomes_empty(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert bool(mask(text, VOICES, "en")) or not any(map(str.isalnum, text))
