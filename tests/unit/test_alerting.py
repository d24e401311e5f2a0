"""The lifecycle: hysteresis, severity, and never an event without a change."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.alerting import AlertSettings, AlertState, Reading, Verdict, severity_of, still_holds, take_reading
from models.alerts import SEVERITIES, alert_id, event_id

AT = datetime(2022, 1, 1, tzinfo=UTC)
SETTINGS = AlertSettings()


def reading(
    score: float, *, p: float | None = 0.04, documents: int = 4, log_e: float = 0.0, established: bool = False
) -> Reading:
    return Reading(
        score=score, p_value=p, documents=documents, log_e_value=log_e, established=established, authority=1.0
    )


def lived(readings: list[Reading], *, hours: float = 0.0) -> tuple[AlertState, list[Verdict]]:
    state, told = AlertState(), []
    for number, one in enumerate(readings):
        at = AT + number * timedelta(hours=hours)
        state, verdict = take_reading(state, one, narrative="N", at=at, settings=SETTINGS)
        told += [verdict] if verdict else []
    return state, told


def kinds(readings: list[Reading], *, hours: float = 0.0) -> list[str]:
    return [one.kind for one in lived(readings, hours=hours)[1]]


HIGH, LOW = 0.95, 0.05


def test_a_pair_as_rare_as_sure_p_opens_at_once_and_a_rare_one_after_a_few_readings():
    assert kinds([reading(HIGH, p=SETTINGS.sure_p)]) == ["opened"]
    few = [reading(HIGH, p=SETTINGS.open_p)] * SETTINGS.open_after
    assert kinds(few[:-1]) == []
    assert kinds(few) == ["opened"]


def test_readings_that_are_sure_in_a_row_open_whatever_came_before():
    before = [reading(LOW, p=0.9)] * 8
    sure = reading(HIGH, p=SETTINGS.sure_p)
    assert kinds([*before, sure]) == [], "one may be an accident"
    assert kinds([*before, *[sure] * SETTINGS.sure_after]) == ["opened"]
    assert kinds([*before, sure, reading(LOW, p=0.9), sure]) == []
    state, told = lived([*before, *[sure] * SETTINGS.sure_after, *[reading(HIGH, p=0.001)] * SETTINGS.close_after])
    assert [one.kind for one in told] == ["opened"], "what came before does not close it either"
    assert state.open


def test_rare_readings_in_a_row_open_too_however_low_those_before_them():
    before = [reading(LOW, p=0.9)] * 8
    rare = [reading(HIGH, p=SETTINGS.open_p)] * SETTINGS.open_after
    assert kinds([*before, *rare[:-1]]) == []
    assert kinds([*before, *rare[:-1], reading(LOW, p=0.9), rare[-1]]) == []
    assert kinds([*before, *rare]) == ["opened"]
    assert kinds([*before, *[reading(SETTINGS.open_at - 0.01, p=SETTINGS.open_p)] * SETTINGS.open_after]) == []


@given(st.floats(0, 1), st.none() | st.floats(0, 1))
def test_what_may_open_may_stay_and_some_of_what_may_not_open(score, p):
    if kinds([reading(score, p=p)] * SETTINGS.open_after) == ["opened"]:
        assert still_holds(score, p, SETTINGS)
    between = (SETTINGS.open_p + SETTINGS.close_p) / 2
    assert kinds([reading(HIGH, p=between)] * SETTINGS.open_after) == []
    assert still_holds(HIGH, between, SETTINGS)
    assert not still_holds(HIGH, 1.0, SETTINGS)
    assert not still_holds(LOW, 0.0, SETTINGS)


def test_a_high_score_that_is_usual_opens_nothing():
    assert kinds([reading(HIGH, p=SETTINGS.open_p + 0.01)] * 20) == []


def test_a_score_about_the_threshold_does_not_flap():
    about = [reading(SETTINGS.open_at + (0.08 if n % 2 else -0.06), p=0.001) for n in range(200)]

    assert kinds(about).count("opened") <= 1
    assert "resolved" not in kinds(about)


def test_between_the_two_thresholds_an_alert_neither_opens_nor_resolves():
    between = (SETTINGS.open_at + SETTINGS.close_below) / 2

    assert kinds([reading(between, p=0.001)] * 60) == []
    assert kinds([reading(HIGH, p=0.001)] + [reading(between, p=0.001)] * 60) == ["opened"]


def test_an_alert_resolves_only_after_several_low_readings_and_then_rests():
    readings = [reading(HIGH, p=0.001)] + [reading(LOW)] * 30
    state, told = lived(readings)

    assert [one.kind for one in told] == ["opened", "resolved"]
    assert not state.open
    closing = next(n for n in range(1, 32) if kinds(readings[:n])[-1:] == ["resolved"])
    assert closing >= 1 + SETTINGS.close_after
    again = [*readings[:closing], *[reading(HIGH, p=0.001)] * (SETTINGS.cool_down - 1)]
    assert kinds(again).count("opened") == 1
    assert kinds([*again, reading(HIGH, p=0.001)]).count("opened") == 2


def test_the_second_alert_of_a_narrative_is_another_one():
    first = alert_id("N", 1, AT)
    assert first != alert_id("N", 2, AT)
    assert first != alert_id("N", 1, AT + timedelta(days=40)), "forgotten meanwhile, and counted anew"
    assert event_id(first, 1) != event_id(first, 2)


def test_an_observed_alert_escalates_once_when_it_becomes_established():
    sure = reading(HIGH, p=0.001, log_e=math.log(25), established=True)
    state, told = lived([reading(HIGH, p=0.001), sure, sure])

    assert [(one.kind, one.reason) for one in told if one.reason == "established"] == [("escalated", "established")]
    assert state.basis == "established"


def test_an_established_narrative_opens_whatever_its_score_and_does_not_resolve():
    sure = reading(LOW, p=0.9, log_e=math.log(25), established=True)

    assert kinds([sure] * 20)[0] == "opened"
    assert "resolved" not in kinds([sure] * 20)


def test_an_open_alert_is_updated_when_more_is_said_after_a_while_however_many_documents_it_holds():
    full = [reading(HIGH, p=0.001, documents=120)] * 30
    while_hours = SETTINGS.update_after / timedelta(hours=1)

    assert kinds(full, hours=0) == ["opened"]
    assert kinds(full, hours=while_hours) == ["opened"] + ["updated"] * 29
    assert kinds(full, hours=while_hours / 2).count("updated") == 14


@given(st.floats(0, 1), st.integers(2, 200), st.floats(-5, 12), st.booleans())
def test_only_evidence_of_the_page_level_is_critical(score, documents, log_e, established):
    one = reading(score, documents=documents, log_e=log_e, established=established)

    if severity_of(one, None, SETTINGS) == "critical":
        assert established
        assert log_e >= math.log(SETTINGS.page_e_value)


@given(st.floats(0, 1), st.integers(2, 60), st.sampled_from(SEVERITIES[:3]))
def test_severity_has_hysteresis_and_falls_only_when_clearly_below(score, documents, before):
    one = reading(score, documents=documents)
    fresh, kept = severity_of(one, None, SETTINGS), severity_of(one, before, SETTINGS)

    assert SEVERITIES.index(kept) >= SEVERITIES.index(fresh)
    assert SEVERITIES.index(kept) <= max(SEVERITIES.index(fresh), SEVERITIES.index(before))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.001, 1), st.booleans()), max_size=60))
def test_events_alternate_between_an_opening_and_an_end(steps):
    told = kinds([reading(score, p=p, established=sure) for score, p, sure in steps], hours=3)
    ends = [one for one in told if one in ("opened", "resolved")]

    assert ends == [("opened", "resolved")[n % 2] for n in range(len(ends))]
    assert not told or told[0] == "opened"


@pytest.mark.parametrize("seconds", [0, 7200])
def test_the_same_readings_give_the_same_verdicts(seconds):
    readings = [reading((n * 37 % 100) / 100, p=((n * 13) % 50 + 1) / 100) for n in range(50)]

    assert lived(readings, hours=seconds / 3600) == lived(readings, hours=seconds / 3600)
