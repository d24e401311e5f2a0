"""Terms: what a document is about, in English and in Russian."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.terms import LEAD_WORDS, LONGEST, MOST_TERMS, lead, stem, terms, usual_frequency


def test_a_lead_is_the_title_and_the_first_words() -> None:
    words = [f"w{number}" for number in range(200)]
    made = lead("A title", " ".join(words))
    assert made.startswith("A title. w0 w1")
    assert made.split()[2:] == words[:LEAD_WORDS]
    assert lead("", "Only text") == "Only text"
    assert lead("Only a title", "") == "Only a title."


def test_forms_of_a_word_are_one_term() -> None:
    english = dict(terms("", "they negotiated; negotiating, one negotiates", "en"))
    assert english["negoti"] == 3.0
    russian = dict(terms("", "о переговорах, к переговорам, без переговоров", "ru"))
    assert russian["переговор"] == 3.0


def test_the_title_weighs_double_and_a_capital_inside_a_sentence_more() -> None:
    weights = dict(terms("grain harvest", "Harvest rose. They met in Odesa about grain", "en"))
    assert weights["harvest"] == 3.0
    assert weights["grain"] == 3.0
    assert weights["odesa"] == 1.5


def test_neighbouring_capitalised_words_are_a_name_but_not_across_sentences() -> None:
    weights = dict(terms("", "Envoys flew on Monday. Anna Petrova received them", "en"))
    assert weights["anna petrova"] == 0.7
    assert "monday anna" not in weights


def test_words_beyond_the_opening_do_not_count() -> None:
    assert "harbour" not in dict(terms("", "word " * 400 + "harbour", "en"))


def test_terms_come_by_falling_weight_and_the_lightest_are_left_out() -> None:
    title = " ".join(f"title{number}" for number in range(110))
    made = terms(title, " ".join(f"body{number}" for number in range(300)) + " unseen", "en")
    assert len(made) == MOST_TERMS
    assert [weight for _, weight in made] == [2.0] * 110 + [1.0] * 290
    assert terms("", "harbour ferry ferry", "en")[0] == ("ferri", 2.0)


@settings(deadline=None)
@given(title=st.text(max_size=300), text=st.text(max_size=3000), lang=st.sampled_from(["en", "ru", "uk"]))
def test_whatever_the_text_terms_are_bounded_positive_and_the_same_again(title: str, text: str, lang: str) -> None:
    made = terms(title, text, lang)
    assert made == terms(title, text, lang)
    assert len(made) <= MOST_TERMS
    assert all(weight > 0 and len(term) <= 2 * LONGEST + 1 for term, weight in made)
    assert len({term for term, _ in made}) == len(made)


def test_common_words_are_known_to_be_common_in_both_languages() -> None:
    assert usual_frequency("the") > 100 * usual_frequency("pipelin")
    assert usual_frequency("что") > 100 * usual_frequency("трубопровод")
    assert usual_frequency("anna petrova") < usual_frequency("anna")


@pytest.fixture
def restless_threads():
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless_threads")
def test_stages_that_work_at_the_same_time_get_the_stems_that_each_would_get_alone() -> None:
    endings = ("", "s", "ing", "ation", "fulness", "ized", "ively")
    made = [f"{chr(97 + a)}{chr(97 + b)}rter{ending}" for a in range(20) for b in range(20) for ending in endings]
    alone = [stem.__wrapped__(word) for word in made]
    with ThreadPoolExecutor(4) as pool:
        for together in pool.map(lambda _: [stem.__wrapped__(word) for word in made], range(4)):
            assert together == alone
