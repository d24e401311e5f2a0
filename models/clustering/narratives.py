"""Online narratives: statements in, placements and durable changes out.

Likeness is dense and sparse similarity with time (Saravanakumar et al. 2021), seen in its surroundings (`neighbours`);
what a document tells of those before it is done at once, around it: narratives merge and split, documents move. A
statement is one step, committed by the record of its item; a stage restored after any prefix of its changes goes on as
if nothing had happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from models.clustering.features import weigh
from models.clustering.labels import central
from models.clustering.memory import Memory
from models.clustering.narrative import Active
from models.clustering.neighbours import NEAREST, UNIT, genre_of, packed
from models.clustering.planning import Plan, planned
from models.clustering.records import Kept, Limits, Member, Merge, Move, Pivots, Summary, Taken, narrative_id
from models.clustering.similarity import Likeness, likenesses, nearness
from models.news import Change, How, Placement, Statement


class Narratives:
    """The state of the cluster stage."""

    def __init__(self, limits: Limits | None = None) -> None:
        """No narrative yet."""
        self._limits = limits
        self._memory = Memory(limits=limits)

    @property
    def live(self) -> int:
        """How many narratives may still grow."""
        return len(self._memory.live)

    def take(self, statement: Statement) -> Taken:
        """Take one statement; see Taken. One taken before, or that a later revision overtook, gives nothing."""
        known = self._memory.record(statement.item)
        if known is not None and not _supersedes(statement, known):
            return Taken()
        self._see_space(statement)
        memory = self._memory
        pivots = memory.settled()
        memory.seq += 1
        memory.clock = max(memory.clock, statement.published_at)
        placements = list(self._leave(statement, known))
        aged, expired = memory.age()
        moved: list[Change[Member]] = []
        record = self._record(statement, known)
        if not statement.withdrawn:
            record, placed, moved = self._place(record, statement)
            placements += placed
        memory.keep(record)
        capped, overflowed = memory.cap()
        changes = memory.changes(record, (*moved, *aged, *capped), pivots)
        gone = tuple(name for name in dict.fromkeys((*expired, *overflowed)) if name not in memory.live)
        return Taken(placements=tuple(placements), changes=changes, expired=gone)

    def restore(self, records: Iterable[tuple[str, Kept]]) -> None:
        """Become the stage that these durable records are of; their order is without effect."""
        kept = [record for _, record in records]
        held = sorted((one for one in kept if isinstance(one, Member)), key=lambda one: one.seq)
        pivots = next((one for one in kept if isinstance(one, Pivots)), None)
        placed = [one for one in held if len(one.dense)]
        space, size = (placed[-1].space, len(placed[-1].dense)) if placed else ("", 0)
        self._memory = Memory(space, size, self._memory.aliases, pivots, self._limits)
        self._memory.refill(held)

    def summary(self, narrative: str) -> Summary | None:
        """The state of a narrative; None once it is merged away, expired or empty."""
        live = self._memory.live.get(narrative)
        return None if live is None else self._memory.roll.summary(narrative, central(live.recent()))

    def current(self, item: str) -> str | None:
        """The narrative that an item is in now; None if it is in none, or no longer known."""
        record = self._memory.record(item)
        return None if record is None or record.narrative is None else self._memory.aliases.root(record.narrative)

    def root(self, narrative: str) -> str:
        """The narrative that this one has become part of, after all merges; itself if it has not."""
        return self._memory.aliases.root(narrative)

    def _see_space(self, statement: Statement) -> None:
        """With another model's vectors, older ones no longer count: the dense part begins anew."""
        space = statement.encoder.partition("/")[0]
        size = 2 * len(statement.lead)
        if statement.withdrawn or (space, size) == (self._memory.space, self._memory.size):
            return
        self._memory = self._memory.for_encoder(space, size)

    def _record(self, statement: Statement, known: Member | None) -> Member:
        revision = statement.revision
        if statement.withdrawn and known is not None:
            revision = max(revision, known.revision)
        return Member(
            item=statement.item,
            revision=revision,
            withdrawn=statement.withdrawn,
            tombstone=(known is not None and known.tombstone) or (statement.withdrawn and statement.revision == 0),
            seq=self._memory.seq,
            clock=self._memory.clock,
            at=statement.published_at,
            title=statement.title,
            lang=statement.lang,
            house=statement.voice or "",
            space="" if statement.withdrawn else self._memory.space,
            active=not statement.withdrawn,
            signature=statement.signature,
            words=statement.words or len(statement.title.split()),
            days=statement.days,
            placed=self._memory.seq,
            merges=tuple(one for one in (known.merges if known else ()) if not self._memory.over(one)),
            moves=known.moves if known else (),
        )

    def _leave(self, statement: Statement, known: Member | None) -> Iterator[Placement]:
        name = None if known is None else self._memory.leave(known)
        if name is not None:
            yield self._placement(statement, name, "left")

    def _place(self, record: Member, statement: Statement) -> tuple[Member, list[Placement], list[Change[Member]]]:
        memory = self._memory
        copied = memory.near_copy(record.signature)
        if copied is not None:
            return *self._attach(record, statement, *copied), []
        record, active = self._weighed(record, statement)
        found = likenesses(active, memory.search)
        record = _acquainted(record, found, dated=statement.dated)
        memory.meet(record)
        plan = planned(record.seq, memory.neighbours, memory.narrative_of, memory.live)
        near = nearness(found[:NEAREST], memory.narrative_of)
        if plan.narrative is None:
            name, how, similarity = self._new_name(record), "born", max(near.values(), default=0.0)
        else:
            name, how, similarity = plan.narrative, "joined", near.get(plan.narrative, 0.0)
        record = replace(record, narrative=name)
        memory.roll.add(name, record)
        memory.activate(record, active)
        placement = self._placement(statement, name, how, similarity)
        merges, merged = self._merge(plan, statement)
        moves, moved, changes = self._move(plan, record, statement)
        record = replace(record, merges=record.merges + merges, moves=record.moves + moves)
        return record, [placement, *merged, *moved], changes

    def _attach(
        self, record: Member, statement: Statement, original: Member, likeness: float
    ) -> tuple[Member, list[Placement]]:
        """A near copy goes where its original is, and weighs nothing."""
        name = self.root(original.narrative or "")
        record = replace(record, narrative=name, copy_of=original.copy_of or original.item)
        self._memory.roll.add(name, record)
        self._memory.activate(record)
        placement = self._placement(statement, name, "copy", likeness, copy_of=record.copy_of)
        return record, [placement]

    def _weighed(self, record: Member, statement: Statement) -> tuple[Member, Active]:
        """The record with what the document is compared by, as the stream stands now."""
        vectors = np.concatenate([statement.lead, statement.headline])
        sparse = weigh(statement.terms, self._memory.background)
        record = replace(
            record,
            lead=statement.lead,
            headline=statement.headline,
            dense=self._memory.background.centred(record.lang, record.house, vectors).astype(np.float16),
            term_ids=sparse.ids.astype("<u4").tobytes(),
            term_weights=sparse.weights.astype("<u2").tobytes(),
        )
        return record, self._memory.comparable(record)

    def _new_name(self, record: Member, step: int | None = None) -> str:
        founder = (record.item, record.revision) if record.revision else (record.item,)
        name = narrative_id(*founder)
        if name in self._memory.live or name in self._memory.aliases:
            name = narrative_id(*founder, record.seq if step is None else step)
        self._memory.aliases.reborn(name)
        return name

    def _merge(self, plan: Plan, statement: Statement) -> tuple[tuple[Merge, ...], list[Placement]]:
        memory = self._memory
        merges = tuple(
            Merge(absorbed=gone, into=kept, seq=memory.seq, clock=memory.clock) for gone, kept in plan.merges
        )
        for one in merges:
            memory.merge(one)
        return merges, [self._placement(statement, one.into, "merged", absorbed=one.absorbed) for one in merges]

    def _move(
        self, plan: Plan, record: Member, statement: Statement
    ) -> tuple[tuple[Move, ...], list[Placement], list[Change[Member]]]:
        """Let documents move, each with its copies, to narratives that are there or that they found."""
        memory = self._memory
        founded: dict[int, str] = {record.seq: record.narrative or ""}
        moves: list[Move] = []
        placements: list[Placement] = []
        changes: dict[str, Change[Member]] = {}
        for numbers, origin, into in plan.moves:
            how: How = "moved"
            if isinstance(into, int) and into not in founded:
                founded[into], how = self._new_name(memory.numbered(into), memory.seq), "split"
            name = founded[into] if isinstance(into, int) else into
            move = Move(items=memory.with_copies(numbers), origin=origin, into=name, seq=memory.seq)
            changes |= {one.key: one for one in memory.move(move)}
            moves.append(move)
            placements.append(self._placement(statement, name, how, origin=origin, items=move.items))
            placements.append(self._placement(statement, origin, "left", items=move.items))
        return tuple(moves), placements, list(changes.values())

    def _placement(
        self,
        statement: Statement,
        narrative: str,
        how: str,
        similarity: float = 0.0,
        *,
        copy_of: str | None = None,
        absorbed: str | None = None,
        origin: str | None = None,
        items: tuple[str, ...] = (),
    ) -> Placement:
        return Placement(
            item=statement.item,
            revision=statement.revision,
            narrative=narrative,
            how=how,  # type: ignore[arg-type] # one of How, from this module alone
            similarity=round(min(1.0, max(0.0, similarity)), 6),
            at=self._memory.clock,
            copy_of=copy_of,
            absorbed=absorbed,
            origin=origin,
            items=items,
            statement=statement if how in ("born", "joined", "copy") else None,
        )


def _supersedes(statement: Statement, known: Member) -> bool:
    """Higher revisions do. A withdrawal without one, as a tombstone is, withdraws whatever there is, once."""
    if statement.withdrawn and not known.withdrawn:
        return statement.revision >= max(known.revision, 1) or (statement.revision == 0 and not known.tombstone)
    return statement.revision > known.revision


def _acquainted(record: Member, found: list[Likeness], *, dated: bool) -> Member:
    """The record with the documents it is nearest to; those as good as unlike it are none."""
    edges = {one.other.seq: round(min(1.0, one.timeless) * UNIT) for one in found[:NEAREST]}
    near, likeness = packed({number: value for number, value in edges.items() if value > 0})
    genre = genre_of((one.timeless, abs(one.other.at - record.at)) for one in found) if dated else None
    return replace(record, near=near, likeness=likeness, genre=genre)
