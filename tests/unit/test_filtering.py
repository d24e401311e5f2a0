"""Which events a subscriber wants, and that the end of what it was told of is never kept from it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from events import an_event
from hypothesis import given
from hypothesis import strategies as st

from models.alerts import SEVERITIES, AlertSide
from models.errors import InvalidSettings
from streams.filtering import ENDS, TYPES, Filter, Selection

NOBODY = AlertSide(documents=(), quotes=())


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        (Filter(), True),
        (Filter(voices=("west",)), True),
        (Filter(voices=("north", "east")), True),
        (Filter(voices=("north",)), False),
        (Filter(narratives=("ab",)), True),
        (Filter(narratives=("cd", "abcdef")), True),
        (Filter(narratives=("cd",)), False),
        (Filter(types=("opened",)), True),
        (Filter(types=("parallax.alert.opened.v1",)), True),
        (Filter(types=("resolved", "retracted")), False),
        (Filter(types=("parallax.alert.opened.v2",)), False),
        (Filter(bases=("observed",)), True),
        (Filter(bases=("established",)), False),
        (Filter(min_severity="medium"), True),
        (Filter(min_severity="high"), False),
        (Filter(voices=("west",), bases=("established",)), False),
    ],
)
def test_an_event_fits_what_asks_for_it(where: Filter, fits: bool) -> None:
    event = an_event(narrative="abcdef", severity="medium", sides={"west": NOBODY, "east": NOBODY})
    assert where.fits(event) is fits


def test_an_alert_whose_side_has_nothing_left_is_still_of_that_voice() -> None:
    # the retraction of an alert must reach who was told of its opening
    event = an_event(type="parallax.alert.retracted.v1", sides={"west": NOBODY, "east": NOBODY})
    assert Filter(voices=("east",)).fits(event)


def test_replays_are_left_out_where_they_are_not_wanted() -> None:
    event = an_event()
    assert Filter().fits(event, replay=True)
    assert not Filter(replays=False).fits(event, replay=True)
    assert Filter(replays=False).fits(event)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"types": ("open",)}, "type 'open': one of opened, escalated"),
        ({"types": ("parallax.alert.opened",)}, "or a full name like parallax.alert.opened.v1"),
        ({"bases": ("guessed",)}, "basis 'guessed': one of observed, established"),
        ({"min_severity": "grave"}, "severity 'grave': one of low, medium, high, critical"),
        ({"narratives": ("",)}, "is empty"),
    ],
)
def test_what_no_event_can_be_is_refused(wrong: dict, told: str) -> None:
    with pytest.raises(InvalidSettings, match=told):
        Filter(**wrong)


def wanted(where: Filter, severities: Iterable[str], kinds: Iterable[str]) -> list[bool]:
    selection = Selection(where)
    return [
        selection.wants(an_event(type=f"parallax.alert.{kind}.v1", severity=severity))
        for severity, kind in zip(severities, kinds, strict=True)
    ]


def test_who_was_told_of_a_severe_alert_is_told_of_its_end_though_it_is_no_longer_severe() -> None:
    assert wanted(Filter(min_severity="high"), ["high", "low", "low"], ["opened", "updated", "resolved"]) == [
        True,
        False,
        True,
    ]


def test_the_end_of_an_alert_that_never_was_severe_is_none_of_its_business_also_when_it_comes_twice() -> None:
    assert not any(
        wanted(Filter(min_severity="high"), ["low"] * 4, ["opened", "escalated", "resolved", "resolved"]),
    )


def test_an_end_of_which_nothing_earlier_was_seen_is_told() -> None:
    assert wanted(Filter(min_severity="high"), ["low"], ["retracted"]) == [True]
    assert wanted(Filter(min_severity="high", types=("opened",)), ["low"], ["retracted"]) == [False]


@given(
    st.sampled_from(SEVERITIES),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(TYPES), st.sampled_from(SEVERITIES)), max_size=12),
)
def test_nothing_that_fits_is_kept_back_and_of_what_does_not_only_ends_come(lowest, stream) -> None:
    where = Filter(min_severity=lowest)
    selection = Selection(where)
    for alert, kind, severity in stream:
        event = replace(an_event(), alert=alert, type=kind, severity=severity)
        told = selection.wants(event)
        assert told or not where.fits(event)
        assert where.fits(event) or not told or kind in ENDS
