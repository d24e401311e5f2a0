"""What an alert's guarantee rests on can be computed again, and a number that does not follow is seen."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from placing import START, comparer, joined, restored, statement, stored

from models.comparing import Audit, Comparer, Record
from models.evidence import FEWEST_HISTORY
from models.news import Placement
from streams.wire import decode

OTHERS = FEWEST_HISTORY // 2 + 2


@pytest.fixture
def told() -> tuple[Comparer, dict[str, bytes]]:
    """Narratives of two pairs each, so that usual style is known, then four pairs of one that differs."""
    stage, records = comparer(), {}
    names = [f"n{number}" for number in range(OTHERS)] * 2 + ["N"] * 4
    for number, name in enumerate(names):
        for voice in ("kremlin", "white_house"):
            at = START + timedelta(minutes=number)
            one = statement(f"{voice}-{name}-{number}", voice, topic=name, apart=2.5 if name == "N" else 0.3, at=at)
            records = stored(records, stage.take(joined(one, name)).changes)
    return stage, records


def of(stage: Comparer, name: str = "N") -> Audit:
    return next(one for one in stage.audits() if one.narrative == name)


def test_every_number_of_a_ledger_follows_from_its_documents(told):
    found = of(told[0])

    assert found.pairs == len(found.lines) == 4
    assert found.lines[0].lean is None, "the first pair of a narrative teaches and bets nothing"
    assert all(one.lean is not None for one in found.lines[1:])
    assert {(one.payoffs, one.documents) for each in told[0].audits() for one in each.lines} == {("agrees", "agrees")}
    assert found.sound
    wealth = [sum(one.log_e[expert] for one in found.lines) for expert in range(len(found.strengths))]
    assert found.e_value == pytest.approx(sum(map(math.exp, wealth)) / len(wealth), rel=1e-5)
    assert found.e_value == found.lines[-1].e_value > 1


def test_the_audit_of_a_restored_stage_is_the_same(told):
    assert list(restored(told[1]).audits()) == list(told[0].audits())


def test_what_is_usual_between_two_languages_is_learnt_between_them(told):
    stage = told[0]
    at = START + timedelta(minutes=500)
    for voice, lang in (("kremlin", "ru"), ("white_house", "en")) * 2:
        item = f"{voice}-{lang}-{len(of(stage).lines)}"
        stage.take(joined(replace(statement(item, voice, apart=2.5, at=at), lang=lang)))

    assert [one.lean is None for one in of(stage).lines] == [True, False, False, False, True, True]


def test_established_is_1_over_alpha_and_what_e_bh_asks_of_one_among_many(told):
    found = of(told[0])

    assert found.live == OTHERS + 1
    assert found.needed == pytest.approx((OTHERS + 1) / found.fdr, rel=1e-5)
    assert found.established == (found.e_value >= found.needed)


def test_a_payment_that_does_not_follow_from_its_odds_is_seen(told):
    def tampered(record: Record) -> Record:
        if record.head is None or record.head.narrative != "N":
            return record
        *rest, last = record.head.ledger.pairs
        ledger = replace(record.head.ledger, pairs=(*rest, replace(last, log_e=tuple(one + 1 for one in last.log_e))))
        return replace(record, head=replace(record.head, ledger=ledger))

    stage = comparer()
    stage.restore({key: tampered(decode(value, Record)) for key, value in told[1].items()})

    assert [one.payoffs for one in of(stage).lines] == ["agrees"] * 3 + ["differs"]
    assert not of(stage).sound


def test_when_a_document_has_left_the_later_bets_still_pay_as_bet_and_are_not_recomputed(told):
    stage, gone = told[0], f"kremlin-N-{2 * OTHERS}"
    stage.take(Placement(item=gone, revision=0, narrative="N", how="left", similarity=0.0, at=START, statement=None))

    found = of(stage)
    assert found.pairs == 3
    assert all(gone not in (one.a, one.b) for one in found.lines)
    assert [one.documents for one in found.lines] == ["differs"] * 3
    assert found.sound


def test_documents_that_are_capped_away_are_told_apart_from_those_that_differ(told):
    stage = restored(told[1], documents_per_side=2)
    at = START + timedelta(days=1)
    stage.take(joined(statement("kremlin-last", "kremlin", at=at)))

    assert [one.documents for one in of(stage).lines[:2]] == ["gone", "gone"]
    assert of(stage).lines[0].at is None
