"""Which placements may be taken late: those of which nothing later says otherwise."""

from dataclasses import dataclass, field, replace

import pytest
from placing import START, joined, statement

from models.news import Placement
from streams.letters import REDRIVEN
from streams.soundness import Encoded, Placed, Since, since
from streams.wire import decode, encode

LATE = joined(statement("k1", "kremlin"))


@dataclass
class Record:
    offset: int
    value: bytes
    headers: list = field(default_factory=list)


def told(how: str, narrative: str, item: str = "x", **more) -> Placement:
    return Placement(item=item, revision=1, narrative=narrative, how=how, similarity=0.5, at=START, **more)


def verdict(*later: Placement, placed: Placement = LATE, **headers) -> str | None:
    records = [Record(10 + number, encode(one)) for number, one in enumerate((placed, *later))]
    found = decode(encode(placed), Placed)
    return since(records).against(10, found)


@pytest.mark.parametrize(
    "later",
    [
        (),
        (joined(statement("k2", "kremlin")),),
        (told("left", "N", "k2"),),
        (told("merged", "N", "k1", absorbed="M"),),  # what the item itself brought about
        (told("moved", "M", "k1", origin="N", items=("k7", "k8")), told("left", "N", "k1", items=("k7", "k8"))),
    ],
)
def test_a_document_may_join_late_where_nobody_spoke_of_it_since(later):
    assert verdict(*later) is None


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (told("left", "N", "k1"), "says otherwise of the item k1"),
        (joined(statement("k1", "kremlin", revision=1), "M"), "says otherwise of the item k1"),
        (replace(joined(statement("k1", "kremlin")), how="copy"), "says otherwise of the item k1"),
        (told("moved", "M", origin="N", items=("k0", "k1")), "says otherwise of the item k1"),
        (told("left", "N", items=("k0", "k1")), "says otherwise of the item k1"),
        (told("merged", "A", absorbed="N"), "its narrative N has become part of another"),
        (joined(replace(statement("k2", "kremlin"), encoder="other/2")), "encoded by fake, and now other"),
    ],
)
def test_a_document_may_not_join_late_where_it_would_undo_what_came_since(later, why):
    assert why in (verdict(later) or "")


@pytest.mark.parametrize("how", ["left", "merged", "moved", "split"])
def test_what_a_document_told_of_others_holds_only_at_its_time(how):
    assert "held only at its time" in (verdict(placed=told(how, "N", absorbed="M")) or "")


def test_without_the_placements_since_nobody_can_say():
    late = decode(encode(LATE), Placed)

    assert "no longer kept" in (since([Record(11, encode(LATE))]).against(10, late) or "")
    assert "no longer kept" in (since([]).against(10, late) or "")


def test_what_was_sent_back_before_says_nothing_new():
    first, again = Record(10, encode(LATE)), Record(30, encode(LATE), [(REDRIVEN, b"0:0")])

    assert since([first, Record(11, b"{"), again]).against(10, decode(encode(LATE), Placed)) is None


def test_a_statement_goes_among_those_of_its_encoder_and_a_withdrawal_among_any():
    ours = Encoded(encoder="e5/1", withdrawn=False)

    assert ours.against("e5") is None
    assert ours.against("") is None, "there are no others"
    assert "now other encodes" in (ours.against("other") or "")
    assert replace(ours, withdrawn=True).against("other") is None


def test_an_empty_look_knows_of_nothing():
    assert Since(begins=10).against(10, decode(encode(LATE), Placed)) is None
