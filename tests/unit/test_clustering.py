"""Online narratives: what is put together, and a stage that survives a crash after any change."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import Narratives, Taken, grouping, kind_of, meanings, neighbours, planning, records, search
from models.clustering import memory as bounds
from models.copies import signature
from models.news import Placement, Statement
from models.terms import terms
from streams.wire import decode, encode

DIM = 32
START = datetime(2025, 3, 1, tzinfo=UTC)
NOTHING = np.zeros(0, np.float16)
SUBJECTS = {
    "grain": "Odesa harbour shippers load wheat as Ankara guarantors monitor corridor vessels",
    "reactor": "Zaporizhzhia reactor inspectors measure cooling pond water before turbine restart",
    "prisoners": "Abu Dhabi mediators exchange captured soldiers and wounded pilots at border",
    "gas": "Pipeline operators reroute compressor gas through Balkan hubs after auction",
}
FILLER = ("officials", "spoke", "again", "of", "dates", "plans", "terms", "rooms", "papers", "aides", "notes", "steps")


def direction(name: str) -> np.ndarray:
    return np.random.default_rng(list(hashlib.sha256(name.encode()).digest())).normal(size=DIM) / DIM**0.5


def statement(
    item: str,
    subject: str = "grain",
    *,
    day: float = 0.0,
    revision: int = 0,
    lang: str = "en",
    wording: str | None = None,
    encoder: str = "fake/1",
) -> Statement:
    """A document on a subject. `wording` names its filler words: the same wording and subject is a near copy."""
    chosen = np.random.default_rng(list((wording or f"{item}/{revision}").encode())).integers(0, len(FILLER), 40)
    text = f"{SUBJECTS[subject]}. " + " ".join(FILLER[place] for place in chosen) + f" {SUBJECTS[subject].lower()}"
    title = f"{SUBJECTS[subject].split()[0]} {item}"
    vector = 2 * direction("language " + lang) + direction(subject) + 0.4 * direction(wording or f"{item}/{revision}")
    vector = (vector / np.linalg.norm(vector)).astype(np.float16)
    return Statement(
        item=item,
        revision=revision,
        withdrawn=False,
        published_at=START + timedelta(days=day),
        source="",
        url="",
        title=title,
        lang=lang,
        voice=None,
        words=len(text.split()),
        lead=vector,
        headline=vector,
        terms=terms(title, text, lang),
        signature=signature(text, title),
        passages=(),
        passages_left_out=0,
        encoder=encoder,
    )


def withdrawal(item: str, *, day: float = 0.0, revision: int = 0) -> Statement:
    return replace(
        statement(item, day=day, revision=revision),
        withdrawn=True,
        lead=NOTHING,
        headline=NOTHING,
        terms=(),
        signature=(),
    )


class Journal:
    """The changelog of a stage: changes kept in order, and the state after any prefix of them."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, bytes | None]] = []

    def write(self, taken: Taken) -> None:
        self.changes += [(one.key, None if one.record is None else encode(one.record)) for one in taken.changes]

    def restored(self, changes: int | None = None) -> Narratives:
        held: dict[str, bytes] = {}
        for key, value in self.changes[:changes]:
            if value is None:
                held.pop(key, None)
            else:
                held[key] = value
        stage = Narratives()
        stage.restore((key, decode(value, kind_of(key))) for key, value in reversed(held.items()))
        return stage


def sent(placements: Iterable[Placement]) -> list[bytes]:
    return [encode(one) for one in placements]


def run(stage: Narratives, stream: Iterable[Statement]) -> list[Placement]:
    return [placement for one in stream for placement in stage.take(one).placements]


def run_into(journal: Journal, stage: Narratives, stream: Iterable[Statement]) -> None:
    for one in stream:
        journal.write(stage.take(one))


def follow(where: dict[str, str | None], placement: Placement) -> None:
    """What a reader of placements does with one; a name is followed through merges by renaming."""
    if placement.how == "left":
        for item in placement.items or (placement.item,):
            if where.get(item) == placement.narrative:
                where[item] = None
    elif placement.how == "merged":
        where |= {item: placement.narrative for item, name in where.items() if name == placement.absorbed}
    else:
        for item in placement.items or (placement.item,):
            where[item] = placement.narrative


def background(number: int = 12) -> list[Statement]:
    """Documents that make a stream's usual language, each subject in turn."""
    subjects = list(SUBJECTS)
    return [statement(f"early {i}", subjects[i % len(subjects)], day=-6.5 + i / 20) for i in range(number)]


@st.composite
def streams(draw: st.DrawFn) -> list[Statement]:
    """Statements with duplicates, corrections, withdrawals, copies, late items, long silences and two languages."""
    stream, day = [], 0.0
    for _ in range(draw(st.integers(2, 22))):
        day += draw(st.sampled_from([0.0, 0.1, 0.5, 2.0, 8.0, 40.0]))
        item = f"item {draw(st.integers(0, 9))}"
        at, revision = day - draw(st.sampled_from([0.0, 0.0, 3.0])), draw(st.integers(0, 2))
        if draw(st.integers(0, 5)) == 0:
            stream.append(withdrawal(item, day=at, revision=revision))
            continue
        one = statement(
            item,
            draw(st.sampled_from(sorted(SUBJECTS))),
            day=at,
            revision=revision,
            lang=draw(st.sampled_from(["en", "en", "ru"])),
            wording=draw(st.sampled_from([None, None, "agency"])),
        )
        stream.append(replace(one, days=draw(st.sampled_from([0, 1, 2])), dated=draw(st.booleans())))
    return stream


@pytest.fixture(params=["as it is", "restless", "restless and full"])
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same properties where merges, splits, full memories and new pivots are common."""
    if request.param != "as it is":
        monkeypatch.setattr(neighbours, "RELATIVE", 0.9)
        monkeypatch.setattr(neighbours, "RELATIVE_DATED", 0.9)
        monkeypatch.setattr(neighbours, "LEAST", 0.0)
        monkeypatch.setattr(neighbours, "LEAST_DATED", 0.0)
        monkeypatch.setattr(grouping, "APART", 0.03)
        monkeypatch.setattr(grouping, "BETTER", 0.0)
        monkeypatch.setattr(planning, "APART", 0.03)
        monkeypatch.setattr(meanings, "EXACT", 3)
        monkeypatch.setattr(meanings, "PROBED", 1)
    if request.param == "restless and full":
        monkeypatch.setattr(planning, "MOST_REGROUPED", 3)
        monkeypatch.setattr(records, "MOST_ACTIVE", 4)
        monkeypatch.setattr(records, "KNOWN_PER_ACTIVE", 1.5)
        monkeypatch.setattr(bounds, "LATEST_KNOWN", 5)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every document by itself, until it is undone."""
    monkeypatch.setattr(neighbours, "LEAST", 2.0)
    monkeypatch.setattr(neighbours, "LEAST_DATED", 2.0)
    return monkeypatch


def test_a_restored_stage_looks_where_the_one_that_crashed_would_have(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (meanings, "EXACT", 8), (meanings, "PROBED", 1), (search, "BY_TERMS", 0), (records, "MOST_ACTIVE", 12)
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    subjects = sorted(SUBJECTS)
    stream = [statement(f"{number}", subjects[number * 7 % 4], day=number / 20) for number in range(60)]
    unharmed, journal = Narratives(), Journal()
    for one in stream:
        restored = journal.restored()
        taken = unharmed.take(one)
        assert sent(restored.take(one).placements) == sent(taken.placements)
        journal.write(taken)
    assert any(key == "pivots" for key, _ in journal.changes)


@pytest.mark.usefixtures("thresholds")
class TestDurability:
    @settings(max_examples=50, deadline=None)
    @given(stream=streams(), data=st.data())
    def test_a_stage_restored_after_any_prefix_of_its_changes_goes_on_as_if_nothing_had_happened(
        self, stream: list[Statement], data: st.DataObject
    ) -> None:
        unharmed, journal = Narratives(), Journal()
        placements, ends = [], []
        for one in stream:
            taken = unharmed.take(one)
            placements.append(sent(taken.placements))
            journal.write(taken)
            ends.append(len(journal.changes))
        crash = data.draw(st.integers(0, len(stream) - 1), label="crashed at statement")
        before = ends[crash - 1] if crash else 0
        durable = data.draw(st.integers(before, ends[crash]), label="durable changes")
        restored = journal.restored(durable)
        begun_again = data.draw(st.integers(max(0, crash - 3), crash), label="delivered again from")
        committed = durable > before or ends[crash] == before
        for place in range(begun_again, len(stream)):
            if place < crash and ends[place] == (ends[place - 1] if place else 0):
                continue  # what was dropped as old may be forgotten by now: the memory of items is bounded
            again = restored.take(stream[place])
            if place < crash or (place == crash and committed):
                assert again.placements == ()
                assert not any(one.key == f"item/{stream[place].item}" for one in again.changes)
            else:
                assert sent(again.placements) == placements[place]
        for one in {statement.item for statement in stream}:
            assert restored.current(one) == unharmed.current(one)
            name = unharmed.current(one)
            assert name is None or restored.summary(name) == unharmed.summary(name)

    @settings(max_examples=40, deadline=None)
    @given(stream=streams())
    def test_crashing_after_every_statement_leaves_the_same_journal(self, stream: list[Statement]) -> None:
        unharmed, kept, journal = Narratives(), Journal(), Journal()
        for one in stream:
            kept.write(unharmed.take(one))
            journal.write(journal.restored().take(one))
        assert journal.changes == kept.changes

    @settings(max_examples=30, deadline=None)
    @given(stream=streams())
    def test_the_same_items_in_the_same_order_give_the_same_bytes(self, stream: list[Statement]) -> None:
        assert sent(run(Narratives(), stream)) == sent(run(Narratives(), stream))

    @settings(max_examples=40, deadline=None)
    @given(stream=streams())
    def test_placements_name_narratives_that_were_there_and_merges_make_no_circle(
        self, stream: list[Statement]
    ) -> None:
        stage, founded = Narratives(), set()
        for one in stream:
            for placement in stage.take(one).placements:
                if placement.how in ("born", "split"):
                    founded.add(placement.narrative)
                assert placement.narrative in founded
                for other in (placement.absorbed, placement.origin):
                    assert other is None or (other in founded and other != placement.narrative)
        for name in founded:
            assert stage.root(stage.root(name)) == stage.root(name)

    @settings(max_examples=40, deadline=None)
    @given(stream=streams())
    def test_whoever_follows_the_placements_knows_where_every_item_is(self, stream: list[Statement]) -> None:
        stage, where = Narratives(), {}
        for one in stream:
            for placement in stage.take(one).placements:
                follow(where, placement)
        for item in {one.item for one in stream}:
            assert where.get(item) == stage.current(item) or stage.current(item) is None


class TestPlacing:
    def test_documents_of_a_subject_share_a_narrative_and_another_subject_has_its_own(self) -> None:
        stage = Narratives()
        run(stage, background())
        placed = run(stage, [statement("a"), statement("b", day=0.1), statement("c", "reactor", day=0.2)])
        assert [one.how for one in placed] == ["born", "joined", "born"]
        assert stage.current("a") == stage.current("b") != stage.current("c")

    def test_accounts_in_two_languages_share_a_narrative_without_a_common_word(self) -> None:
        def russian(one: Statement) -> Statement:
            return replace(one, item=f"{one.item} ru", lang="ru", terms=((f"слово {one.item}", 1.0),), signature=())

        stage, subjects = Narratives(), list(SUBJECTS)
        early = [statement(f"before {i}", subjects[i % 4], day=-6.5 + i / 20, lang="ru") for i in range(12)]
        run(stage, [*background(), *map(russian, early)])
        run(stage, [statement("grain"), statement("gas", "gas", day=0.1)])
        placed = run(stage, [russian(statement("g", "gas", day=0.2, lang="ru"))])
        assert [one.how for one in placed] == ["joined"]
        assert stage.current("g ru") == stage.current("gas") != stage.current("grain")

    def test_two_accounts_of_an_event_meet_however_each_house_writes(self) -> None:
        def of_house(house: str, item: str, subject: str, *, day: float) -> Statement:
            one = statement(item, subject, day=day)
            vector = one.lead.astype(float) + 2 * direction(f"house {house}")
            half = (vector / np.linalg.norm(vector)).astype(np.float16)
            words = ((f"{house} {item}", 1.0),)
            return replace(one, lead=half, headline=half, terms=words, signature=(), voice=house)

        stage, subjects = Narratives(), list(SUBJECTS)
        for i in range(16):
            for house in ("left", "right"):
                run(stage, [of_house(house, f"{house} before {i}", subjects[i % 4], day=-6.9 + i / 20)])
        run(stage, [of_house("left", "call", "grain", day=0.0), of_house("left", "visit", "gas", day=0.1)])
        placed = run(stage, [of_house("right", "the call", "grain", day=0.2)])
        assert [one.how for one in placed] == ["joined"]
        assert stage.current("the call") == stage.current("call") != stage.current("visit")

    def test_accounts_that_name_one_day_are_likelier_one_event_than_those_that_name_two(self) -> None:
        def similarity(days: int) -> float:
            stage = Narratives()
            run(stage, [*background(), replace(statement("a"), days=1)])
            (placed,) = stage.take(replace(statement("b", day=0.1), days=days)).placements
            return placed.similarity

        assert similarity(2) < similarity(0) < similarity(1)

    def test_an_old_narrative_is_not_joined_after_a_long_silence(self) -> None:
        stage = Narratives()
        run(stage, [*background(), statement("a"), statement("b", day=9)])
        assert stage.current("a") != stage.current("b")

    def test_a_near_copy_joins_its_original_and_changes_no_centroid(self) -> None:
        with_copy, without = Narratives(), Narratives()
        stream = [*background(), statement("a", wording="agency")]
        run(with_copy, stream)
        run(without, stream)
        (placed,) = with_copy.take(statement("b", wording="agency", day=0.1)).placements
        assert (placed.how, placed.copy_of, placed.narrative) == ("copy", "a", with_copy.current("a"))
        later = [statement("c", day=0.1), statement("d", "reactor", day=0.1), statement("e", "gas", day=0.3)]
        found = [(one.how, one.narrative, one.similarity) for one in run(with_copy, later)]
        assert found == [(one.how, one.narrative, one.similarity) for one in run(without, later)]
        summary = with_copy.summary(placed.narrative)
        assert summary is not None
        assert (summary.items, summary.copies) == (2, 1)

    def test_a_copy_of_a_copy_names_the_original(self) -> None:
        stage = Narratives()
        run(stage, [*background(), statement("a", wording="agency"), statement("b", wording="agency", day=0.1)])
        run(stage, [withdrawal("a", day=0.2)])
        (placed,) = stage.take(statement("c", wording="agency", day=0.3)).placements
        assert (placed.how, placed.copy_of) == ("copy", "a")

    def test_a_correction_leaves_and_is_placed_anew(self) -> None:
        stage = Narratives()
        run(stage, [*background(), statement("a"), statement("b", day=0.1)])
        old = stage.current("b")
        left, placed = stage.take(statement("b", "gas", day=0.2, revision=1)).placements
        assert (left.how, left.narrative, left.revision, left.statement) == ("left", old, 1, None)
        assert placed.narrative != old
        assert stage.current("b") == placed.narrative

    def test_equal_and_lower_revisions_are_dropped(self) -> None:
        stage = Narratives()
        run(stage, [statement("a", revision=2)])
        assert stage.take(statement("a", "gas", revision=2)) == Taken()
        assert stage.take(statement("a", "gas", revision=1)) == Taken()

    def test_a_withdrawn_item_leaves_everything_as_if_it_had_never_been_there(self) -> None:
        stage, without = Narratives(), Narratives()
        run(stage, [*background(), statement("a"), statement("gone", day=0.1), withdrawal("gone", day=0.1)])
        run(without, [*background(), statement("a")])
        later = [statement("c", day=0.1), statement("d", "reactor", day=0.1), statement("e", "gas", day=0.3)]
        found = [(one.how, one.narrative, one.similarity) for one in run(stage, later)]
        assert found == [(one.how, one.narrative, one.similarity) for one in run(without, later)]
        name = stage.current("a")
        assert name is not None
        assert stage.summary(name) == without.summary(name)

    def test_a_withdrawal_of_an_unknown_item_keeps_its_late_original_out(self) -> None:
        stage = Narratives()
        assert stage.take(withdrawal("a", revision=1)).placements == ()
        assert stage.take(statement("a")).placements == ()
        assert stage.take(statement("a", revision=2)).placements != ()

    def test_a_withdrawal_without_a_revision_withdraws_a_corrected_item(self) -> None:
        stage = Narratives()
        run(stage, [statement("a", revision=3)])
        (left,) = stage.take(withdrawal("a")).placements
        assert left.how == "left"
        assert stage.summary(left.narrative) is None

    def test_a_tombstone_delivered_again_does_not_withdraw_what_came_after_it(self) -> None:
        stage = Narratives()
        run(stage, [statement("a", revision=3), withdrawal("a"), statement("a", revision=4)])
        assert stage.take(withdrawal("a")) == Taken()
        assert stage.current("a") is not None

    def test_a_silent_narrative_expires_and_is_said_to(self) -> None:
        stage = Narratives()
        run(stage, [statement("a")])
        name = stage.current("a")
        assert name is not None
        assert stage.summary(name) is not None
        assert stage.take(statement("b", "gas", day=7.1)).expired == (name,)
        assert stage.summary(name) is None

    def test_narratives_of_one_event_merge_and_the_older_one_survives(self, apart: pytest.MonkeyPatch) -> None:
        stage = Narratives()
        run(stage, background())
        first, second = run(stage, [statement("a"), statement("b", day=0.1)])
        assert (first.how, second.how) == ("born", "born")
        apart.undo()
        *_, merged = run(stage, [statement("c", day=0.2)])
        assert merged.how == "merged"
        assert stage.current("a") == stage.current("c") == merged.narrative
        assert stage.summary(second.narrative) is None or stage.root(second.narrative) == second.narrative

    def test_a_merged_name_is_founded_again_alike_before_and_after_a_restart(self, apart: pytest.MonkeyPatch) -> None:
        apart.setattr(records, "MOST_ACTIVE", 2)
        apart.setattr(records, "KNOWN_PER_ACTIVE", 1)
        stage, journal = Narratives(), Journal()
        for one in (statement("a"), statement("b"), statement("x", "gas"), statement("y", "reactor")):
            journal.write(stage.take(one))
        assert stage.current("b") is None
        restored = journal.restored()
        assert sent(run(stage, [statement("b", day=0.1)])) == sent(run(restored, [statement("b", day=0.1)]))

    def test_a_merge_outlives_a_correction_of_the_item_that_caused_it(self, apart: pytest.MonkeyPatch) -> None:
        stage, journal = Narratives(), Journal()
        run_into(journal, stage, [statement("a"), statement("b")])
        first, absorbed = stage.current("a"), stage.current("b")
        assert first is not None
        assert absorbed not in (None, first)
        apart.undo()
        run_into(journal, stage, [statement("c"), statement("c", "gas", revision=1)])
        assert stage.root(absorbed or "") == first
        assert journal.restored().root(absorbed or "") == first

    def test_the_clock_is_restored_although_no_item_has_its_time_any_more(self) -> None:
        stage, journal = Narratives(), Journal()
        for one in (statement("a", day=5), statement("a", revision=1)):
            journal.write(stage.take(one))
        (placed,) = journal.restored().take(statement("b", "gas", day=1)).placements
        assert placed.at == START + timedelta(days=5)

    def test_what_a_crash_kept_from_the_journal_is_written_with_the_next_item(self) -> None:
        stage, journal = Narratives(), Journal()
        for one in (statement("a"), statement("b", "gas", day=8)):
            journal.write(stage.take(one))
        assert [key for key, _ in journal.changes] == ["item/a", "item/b", "item/a"]
        taken = journal.restored(2).take(statement("c", "reactor", day=8))
        (late,) = [one.record for one in taken.changes if one.key == "item/a"]
        assert late is not None
        assert encode(late) == journal.changes[2][1]

    def test_a_journal_of_another_model_is_no_obstacle(self) -> None:
        stage, journal = Narratives(), Journal()
        for one in background():
            journal.write(stage.take(one))
        restored = journal.restored()
        eight = np.full(8, 8**-0.5, np.float16)
        other = replace(statement("a", day=-5), encoder="other/1", lead=eight, headline=eight)
        assert run(restored, [other])[0].how in ("born", "joined")
        assert run(restored, [replace(other, item="b")])[0].how == "copy"

    def test_documents_are_not_compared_by_vectors_of_two_encoders(self) -> None:
        def placed(encoder: str) -> Placement:
            stage = Narratives()
            run(stage, [*background(), statement("a")])
            alone = replace(statement("b", day=0.1), terms=(("unheard", 1.0),), signature=(), encoder=encoder)
            return stage.take(alone).placements[-1]

        assert placed("fake/2").how == "joined"
        assert placed("other/1").how == "born"

    def test_a_record_is_modest(self) -> None:
        stage = Narratives()
        vector = np.full(384, 384**-0.5, np.float16)
        (change,) = stage.take(replace(statement("a"), lead=vector, headline=vector)).changes
        assert len(encode(change.record)) < 12_000
