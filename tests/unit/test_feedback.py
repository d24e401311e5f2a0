"""What an analyst says of an alert: checked against the alert, and taken up by the compare stage."""

from dataclasses import replace
from datetime import timedelta

import pytest
from placing import PAIR, START, comparer, joined, kinds, opened, statement

from models.alerts import AlertEvent
from models.comparing import Comparer, Taken
from models.errors import InvalidSettings
from models.feedback import Feedback
from streams.feedback import NEITHER, judged


def said(event: AlertEvent, judgement: str, **how: object) -> Feedback:
    return Feedback(alert=event.alert, judgement=judgement, at=START, **how)


def with_more_documents(stage: Comparer) -> AlertEvent:
    event = opened(stage)
    for number, voice in enumerate(PAIR * 2):
        stage.take(joined(statement(f"more{number}", voice)))
    return event


# In the compare stage


def test_an_alert_called_not_divergent_is_retracted_and_rests_although_the_sides_go_on():
    stage = comparer(cool_down=4)
    event = with_more_documents(stage)

    taken = stage.hear(said(event, "not_divergent"))

    assert [(one.alert, one.type, one.reason) for one in taken.events] == [
        (event.alert, "parallax.alert.retracted.v1", "not_divergent")
    ]
    later = [stage.take(joined(statement(f"l{n}", PAIR[n % 2]))) for n in range(4)]
    assert [kinds(one) for one in later] == [[], [], [], ["opened"]]
    assert later[3].events[0].alert != event.alert


@pytest.mark.parametrize(
    ("item", "voice", "right"), [("k1", "kremlin", "white_house"), ("w1", "white_house", "kremlin")]
)
def test_a_stretch_with_the_wrong_voice_counts_for_the_right_one(item, voice, right):
    stage = comparer(close_below=0.0)
    event = with_more_documents(stage)

    taken = stage.hear(said(event, "wrong_voice", item=item, start=100, end=210, voice=right))

    after = taken.events[0]
    assert (kinds(taken), after.reason, after.cause) == (["updated"], "wrong_voice", item)
    passages = {one: after.counts[one].passages for one in PAIR}
    assert passages == {voice: 12 - 2, right: 12 + 2}, "two passages of four begin before 210"
    assert item in after.sides[voice].documents
    assert item in after.sides[right].documents


def test_an_alert_whose_only_document_of_a_side_was_nobodys_is_retracted():
    stage = comparer()
    event = opened(stage)

    taken = stage.hear(said(event, "wrong_voice", item="w1"))

    assert (kinds(taken), taken.events[0].reason) == (["retracted"], "wrong_voice")
    assert taken.events[0].sides["white_house"].documents == ()


def test_a_document_of_another_narrative_leaves_the_alert():
    stage = comparer()
    event = with_more_documents(stage)

    taken = stage.hear(said(event, "wrong_narrative", item="k1"))

    assert (kinds(taken), taken.events[0].reason) == (["updated"], "wrong_narrative")
    assert "k1" not in taken.events[0].sides["kremlin"].documents


def test_a_correction_of_the_item_is_read_afresh():
    stage = comparer()
    event = with_more_documents(stage)
    stage.hear(said(event, "wrong_voice", item="w1"))

    stage.take(joined(statement("w1", "white_house", revision=1)))
    after = stage.hear(said(event, "wrong_narrative", item="k1")).events[0]

    assert "w1" in after.sides["white_house"].documents


@pytest.mark.parametrize(
    "change",
    [{"judgement": "confirm"}, {"alert": "unknown"}, {"judgement": "wrong_narrative", "item": "unknown"}],
    ids=str,
)
def test_what_changes_nothing_leaves_no_trace(change):
    stage = comparer()
    event = opened(stage)

    assert stage.hear(replace(said(event, "not_divergent"), **change)) == Taken()


def test_said_twice_is_taken_once():
    stage = comparer()
    event = with_more_documents(stage)
    first = said(event, "wrong_narrative", item="k1")
    assert stage.hear(first).events
    stage.take(joined(statement("k1", "kremlin", revision=1)))

    assert stage.hear(first) == Taken()


# Ended alerts are buried


def buried(stage: Comparer, item: str, days: float) -> tuple[str, ...]:
    late = statement(item, "kremlin", topic="M", at=START + timedelta(days=days))
    return stage.take(joined(late, item)).buried


def test_an_alert_that_fell_silent_is_buried_a_week_after_it_resolved():
    stage = comparer()
    alert = opened(stage).alert

    assert [buried(stage, f"z{days}", days) for days in (8, 13.9, 14, 15)] == [(), (), (alert,), ()]


def test_an_alert_that_resolves_and_is_over_by_one_item_is_told_and_buried_by_it():
    stage = comparer()
    alert = opened(stage).alert
    late = statement("z", "kremlin", topic="M", at=START + timedelta(days=40))

    taken = stage.take(joined(late, "M"))

    assert [one.alert for one in taken.events] == [alert]
    assert taken.buried == (alert,)


def test_a_later_alert_of_the_narrative_is_not_buried_with_the_one_before():
    stage = comparer(cool_down=0)
    first = opened(stage)
    stage.hear(said(first, "not_divergent"))
    second = stage.take(joined(statement("k2", "kremlin", at=START + timedelta(days=6)))).events[0]
    assert second.alert != first.alert

    assert buried(stage, "z7", 7) == (first.alert,)
    assert buried(stage, "z8", 19) == ()
    assert buried(stage, "z9", 20) == (second.alert,)


# On the command line


@pytest.fixture(scope="module")
def event() -> AlertEvent:
    stage = comparer()
    stage.take(joined(statement("site:a-b/1", "kremlin")))
    return stage.take(joined(statement("w1", "white_house"))).events[0]


def judge(event: AlertEvent, judgement: str, **how: object) -> Feedback:
    told = {"span": None, "voice": None, "by": "", "note": "", **how}
    return judged(event, judgement, at=START, voices=(*PAIR, "kyiv"), **told)


@pytest.mark.parametrize(
    ("span", "place"),
    [("w1", ("w1", None, None)), ("w1:3-40", ("w1", 3, 40)), ("site:a-b/1", ("site:a-b/1", None, None)),
     ("site:a-b/1:0-7", ("site:a-b/1", 0, 7))],
)  # fmt: skip
def test_a_span_names_a_document_or_a_stretch_of_it(event, span, place):
    found = judge(event, "wrong-voice", span=span, voice="kyiv")

    assert (found.item, found.start, found.end, found.voice) == (*place, "kyiv")
    assert found == judge(event, "wrong_voice", span=span, voice="kyiv")


def test_a_voice_that_is_neither_sides_is_none(event):
    assert judge(event, "wrong-voice", span="w1", voice=NEITHER).voice == ""


@pytest.mark.parametrize(
    ("judgement", "how", "told"),
    [
        ("wrong", {}, "wrong is no judgement: confirm, wrong-voice"),
        ("wrong-voice", {}, "--span"),
        ("confirm", {"span": "w1"}, "--span"),
        ("wrong-narrative", {"span": "x"}, "w1"),
        ("wrong-voice", {"span": "w1:9"}, "START-END"),
        ("wrong-voice", {"span": "w1:9-9"}, "START-END"),
        ("wrong-voice", {"span": "w1", "voice": "nobody"}, "--voice nobody"),
        ("not-divergent", {"voice": "kyiv"}, "--voice kyiv"),
    ],
)
def test_what_does_not_fit_the_alert_is_refused_and_named(event, judgement, how, told):
    with pytest.raises(InvalidSettings, match=told):
        judge(event, judgement, **how)
