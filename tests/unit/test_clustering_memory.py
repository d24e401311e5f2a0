"""What the cluster stage holds: summaries that are counted as items come and go, names of merged narratives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import Member, Merge, Summary, aliases, search
from models.clustering.aliases import Aliases
from models.clustering.features import GRID, Sparse
from models.clustering.memory import Memory
from models.clustering.narrative import Live
from models.clustering.roll import Roll

START = datetime(2025, 3, 1, tzinfo=UTC)


def member(number: int, *, hours: int = 0, lang: str = "en", title: str = "", copy: bool = False) -> Member:
    return Member(
        item=f"item {number}",
        revision=0,
        seq=number,
        clock=START,
        at=START + timedelta(hours=hours),
        lang=lang,
        title=title,
        copy_of="item 0" if copy else None,
    )


def summary(narrative: str, held: Sequence[Member]) -> Summary:
    """By going through all items, in the order of their numbers."""
    originals = [one for one in sorted(held, key=lambda one: one.seq) if one.copy_of is None]
    return Summary(
        narrative=narrative,
        items=len(originals),
        copies=len(held) - len(originals),
        first_at=min(one.at for one in held),
        last_at=max(one.at for one in held),
        headline=next((one.title for one in originals if one.title), ""),
        langs=tuple(sorted({one.lang for one in held})),
    )


@settings(deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "add", "add", "remove", "merge"]),
            st.integers(0, 2),
            st.integers(-50, 50),
            st.sampled_from(["en", "ru", "uk"]),
            st.sampled_from(["", "A title", "Another"]),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_a_summary_is_that_of_the_items_there_however_they_came(
    steps: list[tuple[str, int, int, str, str, bool]],
) -> None:
    roll, held = Roll(), {name: [] for name in "abc"}
    for number, (step, place, hours, lang, title, copy) in enumerate(steps):
        name, other = "abc"[place], "abc"[(place + 1) % 3]
        if step == "add":
            one = member(number, hours=hours, lang=lang, title=title, copy=copy)
            roll.add(name, one)
            held[name].append(one)
        elif step == "remove" and held[name]:
            roll.remove(name, held[name].pop(hours % len(held[name])))
        elif step == "merge" and held[name] and held[other]:
            roll.merge(name, other)
            held[name] += held[other]
            held[other] = []
        for each, there in held.items():
            assert not there or roll.summary(each) == summary(each, there)


NO_TERMS = Sparse(np.zeros(0, np.int64), np.zeros(0, np.int64))


def compared(number: int, narrative: str, *direction: float) -> Member:
    """An active item of one term, its own, that points in a direction."""
    return replace(
        member(number, hours=number),
        narrative=narrative,
        active=True,
        space="fake",
        dense=(GRID * np.array(direction)).astype(np.float16),
        term_ids=np.array([number], "<u4").tobytes(),
        term_weights=np.array([1 << 14], "<u2").tobytes(),
    )


def holding(*records: Member) -> Memory:
    memory = Memory("fake", 3)
    memory.refill(list(records))
    return memory


def test_a_member_that_leaves_leaves_nothing_in_the_sums() -> None:
    memory = holding(compared(1, "n", 1, 0, 0), compared(2, "n", 0, 1, 0))
    gone = memory.record("item 2")
    assert gone is not None
    both, one = memory.live["n"], holding(compared(1, "n", 1, 0, 0)).live["n"]
    assert both.centroid().tolist() != one.centroid().tolist()
    assert memory.leave(gone) == "n"
    assert _sums(both) == _sums(one)
    assert both.span() == one.span()


def _sums(live: Live) -> tuple[list[int], list[int], list[int]]:
    dense, sparse = live.sums()
    return dense.tolist(), sparse.ids.tolist(), sparse.weights.tolist()


def test_a_narrative_is_looked_for_where_its_members_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BY_CENTROID", 1)
    memory = holding(compared(1, "n", 1, 0, 0), compared(2, "n", 0, 1, 0), compared(3, "m", 0, 0.3, 0.9))
    asked = (GRID * np.array([0, 1, 0])).astype(np.float32)
    assert memory.search.candidates(asked, NO_TERMS) == ["n"]
    gone = memory.record("item 2")
    assert gone is not None
    memory.leave(gone)
    assert memory.search.candidates(asked, NO_TERMS) == ["m"]


def merge(absorbed: str, into: str, seq: int) -> Merge:
    return Merge(absorbed=absorbed, into=into, seq=seq, clock=START)


def test_a_merged_name_leads_to_the_last_narrative_also_when_its_merges_are_past() -> None:
    names = Aliases()
    names.add(merge("a", "b", 1))
    names.add(merge("b", "c", 2))
    assert [names.root(one) for one in "abcd"] == ["c", "c", "c", "d"]
    names.age(lambda one: one.seq < 2)
    assert "a" not in names
    assert "b" in names
    assert [names.root(one) for one in "abc"] == ["c", "c", "c"]


def test_a_name_founded_again_leads_to_itself() -> None:
    names = Aliases()
    names.add(merge("a", "b", 1))
    names.forget([merge("a", "b", 1)])
    names.reborn("a")
    assert names.root("a") == "a"


def test_past_merges_are_bounded_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliases, "MOST_PAST", 2)
    names = Aliases()
    for number in range(4):
        names.add(merge(f"name {number}", "root", number))
    names.age(lambda _: True)
    assert [names.root(f"name {number}") for number in range(4)] == ["name 0", "name 1", "root", "root"]
