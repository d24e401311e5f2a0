"""The life of alerts as a subscriber sees it: told in tests/data/lifecycle.json, and a sound story."""

import json
from typing import get_args

from lifecycle import GOLDEN, events, script, sent, story
from stories import faults

from models.alerts import Kind, event_type


def test_the_scripted_life_is_told_as_a_person_has_read_it():
    """After a wanted change: `python tests/unit/lifecycle.py`, and read the difference."""
    told = json.loads(json.dumps(story(events(sent(script())))))

    assert told == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_script_has_every_kind_of_event_and_the_story_is_sound():
    told = events(sent(script()))

    assert {one.type for one in told} == {event_type(kind) for kind in get_args(Kind)}
    assert faults(told) == []


def test_the_state_of_an_alert_is_its_last_event():
    messages = list(sent(script()))
    history = {one.key: one for one in messages if one.topic == "history"}
    state = {one.key: one for one in messages if one.topic == "state" and one.value is not None}

    assert {key: (one.value, one.headers) for key, one in state.items()} == {
        key: (one.value, one.headers) for key, one in history.items()
    }
