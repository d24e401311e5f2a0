"""The cluster agent's step: what of a placement goes to which topic, and what becomes durable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from models.clustering import Member, Narratives, Summary
from models.news import Placement, Statement
from streams.agents.cluster import ClusterStage
from streams.messages import Incoming, Outcome
from streams.wire import HEADER_ITEM, decode, encode

START = datetime(2025, 3, 1, tzinfo=UTC)
NOTHING = np.zeros(0, np.float16)
EAST, NORTH = np.eye(2, dtype=np.float16)


def statement(item: str, word: str = "grain", *, vector: np.ndarray = EAST, day: float = 0.0) -> Statement:
    return Statement(
        item=item,
        revision=0,
        withdrawn=False,
        published_at=START + timedelta(days=day),
        source="",
        url="",
        title=f"Of {word}",
        lang="en",
        voice=None,
        words=2,
        lead=vector,
        headline=vector,
        terms=((word, 1.0), (f"{word} again", 1.0)),
        signature=(),
        passages=(),
        passages_left_out=0,
        encoder="fake/1",
    )


def withdrawn(item: str) -> Statement:
    return replace(statement(item), withdrawn=True, lead=NOTHING, headline=NOTHING, terms=())


def stage() -> ClusterStage:
    return ClusterStage(Narratives, placements="placements", narratives="narratives")


def incoming(value: bytes | None) -> Incoming:
    return Incoming(topic="statements", partition=0, offset=0, key=b"", value=value, headers={}, at=START)


def step(one: ClusterStage, taken: Statement) -> Outcome:
    (outcome,) = one.handle([incoming(encode(taken))])
    return outcome


def test_a_placement_goes_to_its_narrative_and_the_narrative_s_state_to_the_compacted_topic() -> None:
    one = stage()
    step(one, statement("a"))
    outcome = step(one, statement("b", day=0.1))
    placed, state = outcome.sends
    placement = decode(placed.value or b"", Placement)
    assert (placed.topic, placed.key) == ("placements", placement.narrative.encode())
    assert (placement.how, placement.item, placement.statement is not None) == ("joined", "b", True)
    assert (state.topic, state.key) == ("narratives", placed.key)
    summary = decode(state.value or b"", Summary)
    assert (summary.items, summary.first_at, summary.last_at) == (2, START, START + timedelta(days=0.1))
    assert {sent.headers[HEADER_ITEM] for sent in outcome.sends} == {b"b"}
    assert [key for key, _ in outcome.changes] == [b"item/b"]


def test_a_narrative_left_by_its_last_item_is_deleted_from_the_compacted_topic() -> None:
    one = stage()
    born = step(one, statement("a")).sends[0]
    left, gone = step(one, withdrawn("a")).sends
    assert decode(left.value or b"", Placement).how == "left"
    assert (gone.topic, gone.key, gone.value) == ("narratives", born.key, None)


def test_a_narrative_that_expires_is_deleted_from_the_compacted_topic() -> None:
    one = stage()
    born = step(one, statement("a")).sends[0]
    *_, gone = step(one, statement("b", "gas", vector=NORTH, day=8)).sends
    assert (gone.topic, gone.key, gone.value) == ("narratives", born.key, None)
    assert one.live_narratives == 1


def test_what_is_no_statement_is_rejected_and_the_rest_of_the_batch_is_placed() -> None:
    bad, absent, good = stage().handle([incoming(b"{"), incoming(None), incoming(encode(statement("a")))])
    assert bad.rejected is not None
    assert absent.rejected is not None
    assert bad.sends == absent.sends == bad.changes == absent.changes == ()
    assert good.rejected is None
    assert len(good.sends) == 2


def test_a_stage_restored_from_its_journal_places_as_before_and_takes_nothing_twice() -> None:
    one, again = stage(), stage()
    journal = dict(step(one, statement("a")).changes)
    again.restore((key, value) for key, value in journal.items() if value is not None)
    assert decode(journal[b"item/a"] or b"", Member).item == "a"
    assert step(again, statement("a")) == Outcome()
    assert step(again, statement("b", day=0.1)) == step(one, statement("b", day=0.1))
