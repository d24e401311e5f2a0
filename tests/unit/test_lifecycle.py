"""The life of alerts as a subscriber sees it: told in tests/data/lifecycle.json, and a sound story."""

import json
from datetime import timedelta
from typing import get_args

from lifecycle import GOLDEN, TOPICS, events, script, sent, story
from placing import PAIR, START, comparer, joined, statement
from stories import ENDS, faults, kind

from models.alerting import AlertSettings
from models.alerts import AlertEvent, Kind, event_type
from streams.messages import Outgoing
from streams.wire import decode


def test_the_scripted_life_is_told_as_a_person_has_read_it():
    """After a wanted change: `python tests/unit/lifecycle.py`, and read the difference."""
    told = json.loads(json.dumps(story(sent(script()))))

    assert told == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_script_has_every_kind_of_event_and_the_story_is_sound():
    told = events(sent(script()))

    assert {one.type for one in told} == {event_type(kind) for kind in get_args(Kind)}
    assert faults(told) == []


def test_the_state_is_the_last_event_of_every_alert_that_lives_or_ended_within_a_week():
    last: dict[bytes, Outgoing] = {}
    state: dict[bytes, Outgoing] = {}
    for one in sent(script()):
        if one.topic == TOPICS.alerts.name:
            last[one.key] = one
        elif one.topic == TOPICS.alerts_state.name:
            state[one.key] = one
    now = script()[-1].at
    ended = {
        key: event.time
        for key, one in last.items()
        for event in [decode(one.value or b"", AlertEvent)]
        if kind(event) in ENDS
    }
    kept = {key: (one.value, one.headers) for key, one in state.items() if one.value is not None}

    assert any(at + AlertSettings().bury_after <= now for at in ended.values()), "or nothing is buried here"
    assert kept == {
        key: (one.value, one.headers)
        for key, one in last.items()
        if key not in ended or ended[key] + AlertSettings().bury_after > now
    }


STREAM = ((0, 2.2, 0), (1, 2.2, 0), (0, 0.0, 3), (0, 3.5, 6), (1, 3.5, 7), (0, 3.5, 8), (1, 3.5, 9))
"""Voice, how far apart, hour: severity falls without an event before it rises."""


def test_an_escalation_is_above_what_the_alert_last_said():
    stage, told = comparer(), []
    for number, (voice, far, hours) in enumerate(STREAM):
        at = START + timedelta(hours=hours)
        told += stage.take(joined(statement(f"i{number}", PAIR[voice], apart=far, at=at))).events

    assert [one.type for one in told if "escalated" in one.type], "the script must escalate"
    assert faults(told) == []


def test_an_alert_of_a_narrative_that_was_forgotten_has_an_id_of_its_own():
    """The cluster stage names a narrative after its founder, and forgets that, too."""
    stage, told = comparer(), []
    for month in range(2):
        other = statement(f"other {month}", PAIR[0], topic="M", at=START + month * timedelta(days=40))
        stage.take(joined(other, "M"))
        for item, voice in (("k1", PAIR[0]), ("w1", PAIR[1])):
            told += stage.take(joined(statement(item, voice, at=START + month * timedelta(days=40)))).events

    opened = [one for one in told if ".opened." in one.type]
    assert len(opened) == 2
    assert len({one.id for one in opened}) == 2
    assert faults(told) == []
