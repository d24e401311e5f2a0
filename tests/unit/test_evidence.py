"""The guarantee of the evidence: what a ledger may gain, and what it must give back."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evidence import (
    FEWEST_HISTORY,
    MOST_LISTED,
    STRENGTHS,
    Ledger,
    Pair,
    bet,
    merged,
    next_pair,
    paid,
    rejected,
    restarted,
    waiting,
    without,
)

AT = datetime(2022, 1, 1, tzinfo=UTC)


def ledger_of(*gains: float) -> Ledger:
    ledger = Ledger()
    for number, gain in enumerate(gains):
        ledger = paid(ledger, Pair(a=f"a{number}", b=f"b{number}", seq=number, log_e=(gain,) * len(STRENGTHS)))
    return ledger


def run(draw: np.random.Generator, shift: float, style: np.ndarray, pairs: int) -> float:
    """Largest log E over a narrative of pairs that differ by style, and by `shift` along a direction of its own."""
    dim = len(style)
    own = draw.normal(size=dim) / np.sqrt(dim)
    history = [style + draw.normal(size=dim) / 3 for _ in range(60)]
    ledger, past, largest = Ledger(), [], 0.0
    for number in range(pairs):
        difference = style + shift * own + draw.normal(size=dim) / 3
        payoffs = bet(difference, past, history)
        ledger = paid(ledger, Pair(a=f"a{number}", b=f"b{number}", seq=number, log_e=payoffs))
        past.append(difference)
        largest = max(largest, ledger.log_e_value)
    return largest


def test_usual_style_alone_is_established_no_oftener_than_alpha_at_any_look():
    draw = np.random.default_rng(5)
    runs = [run(draw, 0.0, 0.15 * np.ones(24) / np.sqrt(24), 50) for _ in range(80)]

    assert np.mean([one >= math.log(20) for one in runs]) <= 0.05


def test_a_difference_beyond_style_is_found():
    draw = np.random.default_rng(6)
    runs = [run(draw, 1.2, 0.15 * np.ones(24) / np.sqrt(24), 50) for _ in range(15)]

    assert np.mean([one >= math.log(20) for one in runs]) >= 0.8


def test_nothing_is_bet_before_the_usual_style_is_known():
    draw = np.random.default_rng(1)
    few = [draw.normal(size=8) for _ in range(FEWEST_HISTORY - 1)]

    assert bet(draw.normal(size=8), [draw.normal(size=8)], few) == (0.0,) * len(STRENGTHS)


@given(st.lists(st.floats(-5, 5), max_size=2 * MOST_LISTED))
def test_settling_old_pairs_loses_no_evidence(gains):
    ledger = ledger_of(*gains)

    assert ledger.count == len(gains)
    assert len(ledger.pairs) <= MOST_LISTED
    assert ledger.log_e_value == pytest.approx(sum(gains), abs=1e-9)


@given(st.lists(st.floats(-3, 3), max_size=9), st.lists(st.floats(-3, 3), max_size=9))
def test_merging_averages_wealth_and_never_multiplies_it(one, other):
    a, b = ledger_of(*one), ledger_of(*other)
    both = merged(a, b)

    if one or other:
        mean = (len(one) * math.exp(sum(one)) + len(other) * math.exp(sum(other))) / (len(one) + len(other))
        assert both.log_e_value == pytest.approx(math.log(mean), abs=1e-6)
    else:
        assert both.log_e_value == 0
    assert both.count == len(one) + len(other)


def test_a_withdrawn_document_takes_its_evidence_with_it():
    ledger = ledger_of(1.0, 2.0, 3.0)

    assert without(ledger, "b1").log_e_value == pytest.approx(4.0)
    assert without(ledger, "b1").head != ledger.head
    assert without(ledger, "nobody") == ledger


def test_a_withdrawn_document_of_a_settled_pair_leaves_no_gain():
    ledger = ledger_of(*([1.0] * (MOST_LISTED + 3)))

    assert without(ledger, "a0").log_e_value == pytest.approx(MOST_LISTED)


def test_a_restart_keeps_what_was_learnt_and_nothing_that_was_won():
    ledger = restarted(ledger_of(1.0, 2.0))

    assert ledger.log_e_value == 0
    assert [one.a for one in ledger.pairs] == ["a0", "a1"]


def test_documents_pair_within_48_hours_oldest_first_and_never_with_themselves():
    ledger = Ledger()
    for item in ("old", "a", "both"):
        ledger = waiting(ledger, item, on_a=True)
    for item in ("both", "b"):
        ledger = waiting(ledger, item, on_a=False)
    times = {"old": AT - timedelta(hours=100), "a": AT, "both": AT, "b": AT + timedelta(hours=47)}

    assert next_pair(ledger, times, times) == ("a", "both")
    assert next_pair(ledger, {name: at for name, at in times.items() if name != "a"}, times) == ("both", "b")
    assert next_pair(ledger, {"old": times["old"]}, times) is None


def test_e_bh_asks_more_of_one_narrative_among_many():
    assert rejected(math.log(30), [math.log(30)], 0.1)
    assert not rejected(math.log(30), [math.log(30)] + [0.0] * 9, 0.1)
    assert rejected(math.log(30), [math.log(30)] * 9 + [0.0], 0.1)
