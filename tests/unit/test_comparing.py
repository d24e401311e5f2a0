"""The compare stage: one-off comparisons, and a stage that survives a crash after any change."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placing import NAMES, PAIR, START, comparer, direction, joined, kinds, opened, restored, statement, stored

from models.alerting import AlertSettings, AlertState
from models.alerts import AlertEvent, Versions, event_type
from models.comparing import Comparer, Head, Taken, compare_documents
from models.comparing.events import title_of
from models.comparing.narrative import Narrative
from models.comparing.records import document_record
from models.errors import NothingToCompare
from models.evidence import Ledger
from models.feedback import JUDGEMENTS, Feedback
from models.news import Placement
from streams.wire import decode, encode

# One text or two


def test_swapping_two_accounts_changes_no_score():
    a, b = statement("k", "kremlin"), statement("w", "white_house")

    there, back = compare_documents([a], [b], PAIR), compare_documents([b], [a], PAIR)

    assert (there.score, there.interval, there.p_value) == (back.score, back.interval, back.p_value)
    assert list(there.sides) == ["kremlin", "white_house"]
    assert {one.voice for one in there.one_sided} == set(PAIR)


def test_two_accounts_of_one_voice_are_sides_a_and_b():
    found = compare_documents([statement("k", "kremlin")], [statement("l", "kremlin")], PAIR)

    assert list(found.sides) == ["a", "b"]
    assert found.one_sided == (), "both say the same"
    assert found.agreed[0].keys() == {"a", "b", "similarity"}


def test_two_voices_inside_one_text_are_compared():
    both = replace(
        statement("x", "kremlin", publisher=""),
        passages=statement("x", "kremlin").passages + statement("y", "white_house").passages,
    )

    found = compare_documents([both], [], PAIR)

    assert found.sides.keys() == set(PAIR)
    assert found.second_hand, "a third party reports both"


def test_a_side_whose_document_it_published_is_told_from_one_that_is_quoted():
    a, b = statement("k", "kremlin"), statement("w", "white_house", publisher="")

    found = compare_documents([a], [b], PAIR)

    assert {voice: one.own for voice, one in found.sides.items()} == {"kremlin": 1, "white_house": 0}
    assert not found.second_hand


def test_a_missing_side_is_named():
    with pytest.raises(NothingToCompare, match="white_house"):
        compare_documents([statement("k", "kremlin")], [], PAIR)


# The stage


def test_one_document_a_side_opens_an_observed_alert_that_quotes_both():
    event = opened(comparer())

    assert event.type == "parallax.alert.opened.v1"
    assert (event.basis, event.reason, event.cause, event.revision) == ("observed", "first", "w1", 1)
    assert event.sides["kremlin"].documents == ("k1",)
    assert event.sides["white_house"].quotes[0].url == "https://news.example/w1"
    assert "the Kremlin and the White House" in event.headline
    assert decode(encode(event), AlertEvent) == event


def test_accounts_that_agree_open_nothing():
    stage = comparer()
    stage.take(joined(statement("k1", "kremlin", apart=0.0)))

    assert not stage.take(joined(statement("w1", "white_house", apart=0.0))).events


def test_a_copy_is_reach_and_no_evidence():
    stage = comparer()
    stage.take(joined(statement("k1", "kremlin")))
    copied = replace(joined(statement("k2", "kremlin")), how="copy", copy_of="k1")
    stage.take(copied)
    event = stage.take(joined(statement("w1", "white_house"))).events[0]

    assert event.counts["kremlin"].copies == 1
    assert event.sides["kremlin"].documents == ("k1",)
    assert event.score == opened(comparer()).score


def test_copies_are_counted_where_they_are():
    stage = comparer()
    copies = [
        replace(joined(statement(f"copy {one}", "kremlin"), at=START), how="copy", copy_of="k1") for one in range(4)
    ]
    for one in (joined(statement("k1", "kremlin")), *copies, copies[0]):
        stage.take(one)
    stage.take(Placement(item="copy 0", revision=1, narrative="N", how="left", similarity=0.0, at=START))
    elsewhere = Placement(
        item="x", revision=0, narrative="M", how="split", similarity=0.0, at=START, origin="N",
        items=("k1", "copy 1", "copy 2"),
    )  # fmt: skip
    stage.take(joined(statement("k2", "kremlin")))
    stage.take(elsewhere)
    stage.take(replace(elsewhere, narrative="N", how="left", origin=None))
    here = stage.take(joined(statement("w1", "white_house"))).events[0]
    there = stage.take(joined(statement("w2", "white_house"), "M")).events[0]
    assert (here.counts["kremlin"].copies, there.counts["kremlin"].copies) == (1, 2)


def test_an_alert_is_retracted_when_the_document_it_rested_on_leaves():
    stage = comparer()
    alert = opened(stage).alert
    taken = stage.take(
        Placement(item="w1", revision=1, narrative="N", how="left", similarity=0.0, at=START + timedelta(hours=1))
    )

    assert kinds(taken) == ["retracted"]
    assert taken.events[0].alert == alert


def test_a_silent_alert_resolves_by_the_clock_of_any_later_item():
    stage = comparer()
    alert = opened(stage).alert
    late = statement("z", "kremlin", topic="M", at=START + timedelta(days=8))
    taken = stage.take(joined(late, "M"))

    assert [(one.alert, one.type, one.time) for one in taken.events] == [
        (alert, "parallax.alert.resolved.v1", START + timedelta(days=7))
    ]
    assert taken.events[0].reason == "silent"
    assert "no longer differ" not in taken.events[0].headline, "nobody has looked"


def test_an_alert_keeps_its_name_whatever_is_said_later():
    stage = comparer(update_after=timedelta(0))
    first = opened(stage)
    later = [stage.take(joined(statement(f"k{n}", "kremlin", at=START + timedelta(hours=n)))) for n in range(2, 9)]
    told = [event for taken in later for event in taken.events]

    assert told
    assert {one.headline for one in told} == {first.headline}


def test_after_a_month_of_silence_the_records_are_deleted():
    stage, records = comparer(), {}
    for one in (statement("k1", "kremlin"), statement("w1", "white_house")):
        records = stored(records, stage.take(joined(one)).changes)
    late = statement("z", "kremlin", topic="M", at=START + timedelta(days=31))
    records = stored(records, stage.take(joined(late, "M")).changes)

    assert set(records) == {"head/M", "doc/M/z/0"}


def test_two_alerts_of_merging_narratives_become_one():
    stage = comparer()
    survivor = opened(stage).alert
    stage.take(joined(statement("k2", "kremlin", topic="M"), "M"))
    absorbed = stage.take(joined(statement("w2", "white_house", topic="M"), "M")).events[0].alert
    taken = stage.take(
        Placement(item="w2", revision=0, narrative="N", how="merged", absorbed="M", similarity=0.6, at=START)
    )

    assert kinds(taken)[0] == "retracted"
    assert taken.events[0].alert == absorbed
    assert taken.events[0].reason == f"merged_into {survivor}"


def test_a_merge_carries_over_the_only_open_alert():
    stage = comparer()
    alert = opened(stage).alert
    stage.take(joined(statement("k9", "kremlin", topic="M"), "A"))
    stage.take(Placement(item="k9", revision=0, narrative="A", how="merged", absorbed="N", similarity=0.6, at=START))
    taken = stage.take(joined(statement("z", "kremlin", topic="L", at=START + timedelta(days=8)), "L"))

    assert [(one.alert, one.narrative) for one in taken.events] == [(alert, "A")]


def test_documents_that_move_take_their_evidence_along_and_the_alert_they_made_is_retracted():
    stage = comparer()
    before = opened(stage)
    alert, moved = before.alert, tuple(item for side in before.sides.values() for item in side.documents)
    here = Placement(
        item="x", revision=0, narrative="M", how="split", similarity=0.0, at=START, origin="N", items=moved
    )
    made = stage.take(here).events
    retracted = stage.take(replace(here, narrative="N", how="left", origin=None)).events

    assert [(one.type, one.narrative) for one in made] == [(event_type("opened"), "M")]
    assert {voice: side.documents for voice, side in made[0].sides.items()} == {
        voice: side.documents for voice, side in before.sides.items()
    }
    assert [(one.type, one.alert, one.narrative) for one in retracted] == [(event_type("retracted"), alert, "N")]
    assert retracted[0].reason == "regrouped"


def test_a_move_delivered_again_or_of_what_is_not_there_does_nothing():
    stage = comparer()
    opened(stage)
    here = Placement(
        item="x", revision=0, narrative="M", how="moved", similarity=0.0, at=START, origin="N", items=("k1",)
    )
    stage.take(here)
    assert stage.take(here) == Taken()
    assert stage.take(replace(here, item="y", origin="nowhere")).events == ()
    assert stage.take(replace(here, item="z", items=("k1", "unknown"))).events == ()


def test_a_side_keeps_its_newest_documents_only():
    stage = comparer(documents_per_side=3)
    for number in range(5):
        stage.take(joined(statement(f"k{number}", "kremlin", at=START + timedelta(hours=number))))
    event = stage.take(joined(statement("w", "white_house", at=START + timedelta(hours=5)))).events[0]

    assert event.sides["kremlin"].documents == ("k2", "k3", "k4")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["joined", "joined", "joined", "copy", "left", "merged", "moved", "heard"]),
        st.sampled_from("NMA"),
        st.sampled_from(PAIR),
        st.integers(0, 60),
    ),
    min_size=4,
    max_size=14,
)


def placements(steps: list[tuple[str, str, str, int]]) -> list[Placement | Feedback]:
    """A stream that the cluster stage and analysts could send: steps of hours, a narrative merged away at most once."""
    at, made, where, gone = START, [], {}, {}
    stage, alerts = comparer(documents_per_side=3), {}
    for number, (how, narrative, voice, hours) in enumerate(steps):
        for event in [event for one in made[-2:] for event in step(stage, one)[0].events]:
            alerts[event.narrative] = event.alert
        at += timedelta(hours=hours * (8 if hours > 55 else 1))
        narrative = gone.get(narrative, narrative)
        item = f"i{number}"
        if how in ("joined", "copy"):
            one = statement(item, voice, topic=narrative, at=at, apart=0.2 + (number % 4) / 3)
            made.append(replace(joined(one, narrative), how=how, copy_of="i0" if how == "copy" else None))
            where[item] = narrative
        elif how == "heard" and where:
            heard, narrative = sorted(where.items())[number % len(where)]
            judgement = JUDGEMENTS[number % len(JUDGEMENTS)]
            made.append(
                Feedback(
                    alert=alerts.get(narrative, ""),
                    judgement=judgement,
                    item=heard,
                    voice=voice,
                    end=99,
                    start=0,
                    at=at,
                )
            )
        elif how == "left" and where:
            item, narrative = sorted(where.items())[number % len(where)]
            del where[item]
            narrative = gone.get(narrative, narrative)
            made.append(Placement(item=item, revision=1, narrative=narrative, how="left", similarity=0.0, at=at))
        elif how == "merged" and not gone and where and narrative != "A":
            gone[narrative] = "A"
            made.append(
                Placement(item=item, revision=0, narrative="A", how="merged", absorbed=narrative, similarity=0.6, at=at)
            )
        elif how == "moved" and where:
            moved, origin = sorted(where.items())[number % len(where)]
            origin = gone.get(origin, origin)
            if origin != narrative:
                where[moved] = narrative
                here = Placement(
                    item=item, revision=0, narrative=narrative, how="moved", similarity=0.0, at=at, origin=origin,
                    items=(moved,),
                )  # fmt: skip
                made += [here, replace(here, narrative=origin, how="left", origin=None)]
    return made


def step(stage: Comparer, one: Placement | Feedback) -> tuple[Taken, bytes]:
    taken = stage.hear(one) if isinstance(one, Feedback) else stage.take(one)
    return taken, encode((taken.events, taken.buried))


@given(STEPS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_stage_restored_after_any_change_goes_on_as_if_nothing_had_happened(steps, data):
    stream = placements(steps)
    stage, records, told = comparer(documents_per_side=3), {}, []
    crash = data.draw(st.integers(0, max(len(stream) - 1, 0)))
    for number, placement in enumerate(stream):
        taken, said = step(stage, placement)
        told.append(said)
        if number == crash:
            before = records
            changes = taken.changes
        records = stored(records, taken.changes)
    if not stream:
        return
    kept = data.draw(st.integers(0, len(changes)))
    own = next((at for at, one in enumerate(changes) if one.key.startswith("head/") and one.record is not None), 0)
    again = restored(stored(before, changes[:kept]), documents_per_side=3)

    redelivered, said = step(again, stream[crash])

    assert said == (encode(((), ())) if kept > own else told[crash])
    assert bool(redelivered.changes) == (bool(changes) and kept <= own)
    assert [step(again, one)[1] for one in stream[crash + 1 :]] == told[crash + 1 :]


@given(STEPS)
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_voices_changes_no_score_and_no_decision(steps):
    one = comparer()
    other = Comparer(
        (PAIR[1], PAIR[0]),
        NAMES,
        AlertSettings(open_p=1.0, sure_p=1.0),
        versions=Versions(model="", config="", code=""),
    )
    for placement in placements(steps):
        a, b = step(one, placement)[0].events, step(other, placement)[0].events
        assert [(x.id, x.score, x.interval, x.severity) for x in a] == [
            (x.id, x.score, x.interval, x.severity) for x in b
        ]


def test_a_pair_of_a_short_and_a_long_document_of_one_content_leans_to_neither_side():
    """Length is not framing in the evidence either: what is bet on does not grow with the number of passages."""
    topic, leans = direction("N"), []
    for number in range(60):
        head = Head(narrative="N", seq=0, clock=START, copies={}, ledger=Ledger(), alert=AlertState())
        narrative = Narrative(head=head)
        for item, voice, passages in (("k", PAIR[0], 1), ("w", PAIR[1], 24)):
            made = document_record(statement(f"{item}{number}", voice, apart=0.0, passages=passages), PAIR, number)
            narrative.add(item, made, PAIR)
        leans.append(float(narrative.difference(f"k{number}", f"w{number}", PAIR) @ topic))

    assert abs(np.mean(leans)) < 3 * np.std(leans) / np.sqrt(len(leans))


def test_a_headline_names_the_document_that_is_central_to_both_sides_not_to_the_one_that_says_more():
    head = Head(narrative="N", seq=0, clock=START, copies={}, ledger=Ledger(), alert=AlertState())
    narrative, call, aside = Narrative(head=head), direction("the call"), direction("an aside")
    told = [("k", PAIR[0], call), ("w1", PAIR[1], call), *((f"w{n}", PAIR[1], aside) for n in range(2, 8))]
    for seq, (item, voice, about) in enumerate(told):
        made = statement(item, voice)
        vector = (10 * about + direction(item)).astype(np.float16)
        passages = tuple(replace(one, vector=vector / np.linalg.norm(vector)) for one in made.passages)
        narrative.add(item, document_record(replace(made, passages=passages), PAIR, seq), PAIR)

    assert title_of(narrative, PAIR) in ("Title of k", "Title of w1")
    assert title_of(narrative, PAIR) == title_of(narrative, PAIR[::-1])


def test_feedback_that_names_no_alert_is_about_none():
    stage = comparer()
    stage.take(joined(statement("k1", "kremlin")))

    assert stage.hear(Feedback(alert="", judgement="wrong_narrative", item="k1", at=START)) == Taken()
