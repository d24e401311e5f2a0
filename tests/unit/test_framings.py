"""What the shipped encoder and calibration make of pairs of accounts in our own words (tests/data)."""

from typing import Any

import pytest
from framing import HELD, PAIRS
from framing import compared as compare_all

from models.comparing.comparison import Comparison

USUAL = 0.05


@pytest.fixture(scope="module", params=[PAIRS, HELD], ids=["known", "held"])
def pairs(request) -> list[dict[str, Any]]:
    """Those that the score was set with, and those that were written without knowing it."""
    return request.param


@pytest.fixture(scope="module")
def compared(pairs) -> dict[str, tuple[Comparison, Comparison]]:
    """Every pair, and with the sides swapped."""
    return compare_all(pairs)


def test_accounts_that_differ_in_form_alone_raise_no_alarm(pairs, compared) -> None:
    """Length, register, order, language, paraphrase: also of tense matters, also in each house's own manner."""
    found = {pair["id"]: compared[pair["id"]][0].p_value for pair in pairs if pair["kind"] == "same"}
    assert len(found) == 12
    assert {name: p for name, p in found.items() if p is None or p <= USUAL} == {}


def test_whatever_differs_in_substance_scores_above_whatever_differs_in_form_alone(pairs, compared) -> None:
    scores = {
        kind: [compared[pair["id"]][0].score for pair in pairs if pair["kind"] == kind] for kind in ("differs", "same")
    }
    assert len(scores["differs"]) == 8
    assert min(scores["differs"]) > max(scores["same"])


def test_what_raises_an_alarm_shows_sentences_that_are_opposed(compared) -> None:
    alarms = [found for found, _ in compared.values() if found.p_value is not None and found.p_value <= USUAL]
    assert alarms
    assert all(found.opposed for found in alarms)


def test_accounts_in_other_words_or_another_language_show_what_both_say(pairs, compared) -> None:
    agreed = {
        kind: [len(compared[pair["id"]][0].agreed) for pair in pairs if pair["kind"] == kind]
        for kind in ("differs", "same")
    }
    assert sum(map(bool, agreed["same"])) > 6, "most, as what both say may be a courtesy"
    assert sum(agreed["same"]) / 12 > sum(agreed["differs"]) / 8


def test_swapping_the_sides_changes_no_score(compared) -> None:
    assert all(here.score == there.score and here.interval == there.interval for here, there in compared.values())
