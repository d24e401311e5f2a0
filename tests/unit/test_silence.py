"""A side that falls silent while the other goes on: how surely, and one event for each silence."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placing import PAIR, START, comparer, joined, kinds, restored, statement, stored

from models.silence import _chance, silence

K, W = PAIR


def spoken(voices: str, *, hours: float = 12) -> list[tuple[frozenset[str], object]]:
    """A document of the first side for each k, of the second for each w, of both for each b."""
    sides = {"k": frozenset({K}), "w": frozenset({W}), "b": frozenset(PAIR)}
    return [(sides[one], START + timedelta(hours=hours * number)) for number, one in enumerate(voices)]


def test_the_chance_is_the_share_of_orders_with_so_many_of_one_side_last():
    orders = list(permutations("kkwwwwww"))
    found = silence(spoken("kkk" + "w" * 40), PAIR)

    assert found is not None
    assert (found.voice, found.documents, found.since) == (K, 40, spoken("kkk")[2][1])
    assert found.p_value == pytest.approx(6 / (43 * 42 * 41), rel=1e-3)
    assert _chance(4, 8, 2) == pytest.approx(sum(set(one[-4:]) == {"w"} for one in orders) / len(orders))


@given(st.lists(st.sampled_from("kwb"), max_size=80).map("".join))
def test_the_sides_are_treated_alike(voices):
    swapped = voices.translate(str.maketrans("kw", "wk"))
    one, other = silence(spoken(voices), PAIR), silence(spoken(swapped), PAIR)

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert {one.voice, other.voice} == set(PAIR)
        assert (one.documents, one.p_value, one.since) == (other.documents, other.p_value, other.since)


@pytest.mark.parametrize(
    ("voices", "hours", "why"),
    [
        ("kwkw" * 10, 12, "both speak"),
        ("w" * 60, 12, "the other never spoke"),
        ("k" + "w" * 60, 12, "the other spoke once"),
        ("kkkk" + "w" * 3, 12, "three in a row are no surprise"),
        ("kkkk" + "w" * 40 + "b", 12, "the last lets both speak"),
        ("kkkk" + "w" * 40, 0.5, "it is too soon to say"),
    ],
)
def test_no_side_is_called_silent_where(voices, hours, why):
    assert silence(spoken(voices, hours=hours), PAIR) is None, why


def test_an_open_alert_tells_of_each_silence_once():
    stage, records, told = comparer(), {}, []
    for number, one in enumerate("kwkwwwkw" + "k" * 40 + "w" + "k" * 50):
        voice = K if one == "k" else W
        taken = stage.take(joined(statement(f"{one}{number}", voice, at=START + timedelta(hours=12 * number))))
        records = stored(records, taken.changes)
        told += [(number, event) for event in taken.events if ".silence." in event.type]
        if number == 60:
            stage = restored(records)

    assert [event.silence.voice for _, event in told] == [W, W]
    (first, one), (second, _) = told
    assert 8 < first < 48 < second
    assert one.alert == told[1][1].alert
    assert one.reason == "one_side_silent"
    assert one.silence.documents == first - 7
    assert "the White House" in one.headline


def test_without_an_open_alert_nothing_is_told():
    stage = comparer(open_at=2.0)
    for number, one in enumerate("kwkwkw" + "k" * 60):
        at = START + timedelta(hours=12 * number)
        assert kinds(stage.take(joined(statement(f"{one}{number}", K if one == "k" else W, at=at)))) == []
