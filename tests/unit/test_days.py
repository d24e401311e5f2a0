"""The days of the week that a document opens with, in English and in Russian."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.days import OPENING_WORDS, opening_days
from models.encoding import Encoder
from models.news import NewsItem, Statement
from models.statements import make_statements
from streams.settings import load_settings, load_voices

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (1 << day for day in range(7))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The envoys met on Tuesday.", TUESDAY),
        ("Tuesday's talks go on through FRIDAY.", TUESDAY | FRIDAY),
        ("From Saturday to Sunday-evening, says the ministry.", SATURDAY | SUNDAY),
        ("They meet on Mondays, on a workday.", 0),
        ("Послы встретились во вторник, а в четверг улетели.", TUESDAY | THURSDAY),
        ("К понедельнику ждут ответа; пятницы для этого мало.", MONDAY | FRIDAY),
        ("Переговоры прошли в среду.", WEDNESDAY),
        ("Суд перенесли на среду.", WEDNESDAY),
        ("Завод загрязняет окружающую среду, а среда страдает.", 0),
        ("В субботу или в воскресенье", SATURDAY | SUNDAY),
    ],
)
def test_days_are_known_by_their_names_in_the_forms_that_say_when(text: str, days: int) -> None:
    assert opening_days("", text) == days
    assert opening_days(text, "") == days


def test_only_the_opening_says_when() -> None:
    filler = "word " * (OPENING_WORDS - 1)
    assert opening_days("Envoys meet", f"{filler} Monday") == MONDAY
    assert opening_days("Envoys meet", f"{filler} once Monday") == 0
    assert opening_days("Wednesday's talks", f"{filler} once Monday") == WEDNESDAY


def test_a_title_does_not_lend_its_last_word_to_the_text() -> None:
    assert opening_days("", "в\nсреду") == WEDNESDAY
    assert opening_days("Что это за вклад в", "среду обитания") == 0


def test_the_embed_stage_tells_the_days_of_a_text_and_whether_its_date_is_its_own(hashing_encoder: Encoder) -> None:
    voices = load_voices(load_settings().voices)
    at = datetime(2025, 3, 1, tzinfo=UTC)
    item = NewsItem(id="a", published_at=at, title="Friday's talks", text="Envoys will meet on Sunday.", lang="en")
    (made,) = make_statements([item], voices, hashing_encoder, most_passages=12)
    assert isinstance(made, Statement)
    assert made.days == FRIDAY | SUNDAY
    assert made.dated
    (made,) = make_statements([replace(item, dated=False)], voices, hashing_encoder, most_passages=12)
    assert isinstance(made, Statement)
    assert not made.dated


@given(title=st.text(max_size=50), text=st.text(max_size=500))
def test_whatever_the_text_there_are_seven_days(title: str, text: str) -> None:
    assert 0 <= opening_days(title, text) < 1 << 7
