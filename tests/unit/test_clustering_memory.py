"""What the cluster stage holds: summaries that are counted as items come and go, names of merged narratives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import Member, Merge, Summary, aliases, records, search
from models.clustering.aliases import Aliases
from models.clustering.features import GRID, Background, term_id, weigh
from models.clustering.labels import central, telling
from models.clustering.memory import Memory
from models.clustering.roll import Roll
from models.clustering.similarity import OTHER_DAY, SAME_DAY, likenesses, pair_similarity

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
        words=telling([one.title for one in originals if one.title]),
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


def test_the_words_of_a_narrative_are_rare_ones_that_its_titles_share_as_they_are_written() -> None:
    titles = ["Grain corridor talks in Ankara", "Ankara hosts the grain talks", "The talks on grain go on"]
    found = telling(titles)
    assert set(found[:3]) == {"grain", "Ankara", "talks"}
    assert "corridor" not in found
    assert "the" not in found[:3]
    assert telling(["Zaporizhzhia cools its pond"])[0] == "Zaporizhzhia"
    assert telling([]) == ()


def test_a_narrative_is_called_by_its_most_central_document() -> None:
    directions = ((1, 0), (0.6, 0.8), (0, 1))
    memory = holding(*(replace(compared(i, "n", *one), title=f"Title {i}") for i, one in enumerate(directions, 1)))
    order = central(memory.live["n"].recent())
    assert memory.roll.summary("n", order).headline == "Title 2"
    assert memory.roll.summary("n", ["unknown", "item 3"]).headline == "Title 3"
    assert memory.roll.summary("n").headline == "Title 1"


def compared(number: int, narrative: str, *direction: float) -> Member:
    """An active item of one term, its own, whose lead and headline point in a direction."""
    return replace(
        member(number, hours=number),
        narrative=narrative,
        active=True,
        space="fake",
        dense=(GRID * np.array(direction * 2)).astype(np.float16),
        term_ids=np.array([number], "<u4").tobytes(),
        term_weights=np.array([1 << 14], "<u2").tobytes(),
    )


def holding(*records: Member) -> Memory:
    memory = Memory("fake", 4)
    memory.refill(list(records))
    return memory


def near(memory: Memory, asked: Member) -> list[str]:
    return [one.item for one in memory.search.candidates(memory.comparable(asked))]


def test_a_document_is_found_by_its_vector_until_it_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BY_MEANING", 1)
    memory = holding(compared(1, "n", 1, 0), compared(2, "n", 0, 1), compared(3, "m", 0.4, 0.9))
    asked = compared(4, "o", 0, 1)
    assert near(memory, asked) == ["item 2"]
    gone = memory.record("item 2")
    assert gone is not None
    memory.leave(gone)
    assert near(memory, asked) == ["item 3"]


def test_a_document_far_by_its_vector_is_found_by_a_rare_term(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BY_MEANING", 1)
    memory = holding(compared(1, "n", 1, 0), compared(2, "m", -1, 0.1))
    asked = compared(3, "o", 1, 0)
    assert near(memory, asked) == ["item 1"]
    assert near(memory, replace(asked, term_ids=np.array([2], "<u4").tobytes())) == ["item 1", "item 2"]


def test_vectors_of_another_encoder_count_for_nothing() -> None:
    held = holding(compared(1, "n", 1, 0))
    asked = replace(compared(2, "o", 1, 0), space="other")
    other = held.for_encoder("other", 4)
    assert near(other, asked) == []
    assert near(other, replace(asked, term_ids=np.array([1], "<u4").tobytes())) == ["item 1"]
    assert near(other.for_encoder("fake", 4), compared(2, "o", 1, 0)) == ["item 1"]


def test_documents_of_two_languages_are_as_near_as_their_vectors_say() -> None:
    assert pair_similarity(0.8, 0.0, same_language=True) == pytest.approx(0.4)
    assert pair_similarity(0.8, 0.0, same_language=False) == pytest.approx(0.72)
    assert pair_similarity(0.8, 0.9, same_language=False) == pair_similarity(0.8, 0.9, same_language=True)


def test_documents_that_open_with_other_days_are_less_alike_and_with_the_same_day_more() -> None:
    monday, tuesday, wednesday = 1, 2, 4
    days = (0, monday, tuesday, monday | tuesday)
    memory = holding(*(replace(compared(i, "n", 1, 0), days=named) for i, named in enumerate(days)))

    def alike(named: int) -> dict[str, float]:
        found = likenesses(memory.comparable(replace(compared(9, "o", 0.6, 0.8), days=named)), memory.search)
        return {one.other.item: one.timeless for one in found}

    usual = alike(0)["item 0"]
    expected = {"item 0": usual, "item 1": usual * SAME_DAY, "item 2": usual * OTHER_DAY, "item 3": usual * SAME_DAY}
    assert alike(monday) == pytest.approx(expected)
    assert alike(monday | wednesday) == pytest.approx(expected)
    assert alike(0) == pytest.approx(dict.fromkeys(expected, usual))
    assert OTHER_DAY < 1 < SAME_DAY


def test_a_rare_word_weighs_more_by_usual_language_and_by_what_the_stream_has_told() -> None:
    seen = Background()
    usual, rare = _weights(("the", 1.0), ("zaporizhzhia", 1.0), seen)
    assert usual < rare / 2
    for _ in range(400):
        seen.add("en", "", None, np.array([term_id("zaporizhzhia")]))
    often, rare = _weights(("zaporizhzhia", 1.0), ("kuybyshev", 1.0), seen)
    assert often < rare / 2


def _weights(one: tuple[str, float], other: tuple[str, float], seen: Background) -> list[int]:
    return weigh((one, other), seen).weights.tolist()


def test_the_oldest_rest_where_more_are_active_than_can_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_ACTIVE", 2)
    memory = holding(compared(1, "n", 1, 0), compared(2, "m", 0, 1))
    third = compared(3, "o", -1, 0)
    memory.keep(third)
    memory.activate(third)
    (change,), touched = memory.cap()
    assert (change.key, touched, sorted(memory.live)) == ("item/item 1", ["n"], ["m", "o"])
    assert change.record is not None
    assert (change.record.active, len(change.record.dense)) == (False, 0)


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
