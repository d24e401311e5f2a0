"""Online narratives: statements in, placements and durable changes out.

One pass, every document placed for good when it comes (Saravanakumar et al. 2021 is the published relative: dense and
sparse similarity with time). A statement is one step, committed by the record of its item; a stage restored after any
prefix of its changes goes on as if nothing had happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from models.clustering.features import weigh
from models.clustering.memory import Memory
from models.clustering.narrative import Active, sum_cosine
from models.clustering.records import Member, Merge, Summary, Taken, narrative_id
from models.clustering.similarity import JOIN, MERGE, Scored, certainty, decay, score
from models.news import Placement, Statement

MOST_MERGED_WITH = 6
"""Nearest narratives that a changed one may merge with: the cosine of sums follows the similarity (a judgement)."""


class Narratives:
    """The state of the cluster stage."""

    def __init__(self) -> None:
        """No narrative yet."""
        self._memory = Memory()

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
        memory.seq += 1
        memory.clock = max(memory.clock, statement.published_at)
        placements = list(self._leave(statement, known))
        aged, expired = memory.age()
        merges = tuple(one for one in (known.merges if known else ()) if not memory.over(one))
        record = self._record(statement, known, merges)
        if not statement.withdrawn:
            record, placed = self._place(record, statement)
            placements += placed
        memory.keep(record)
        capped, overflowed = memory.cap()
        changes = memory.changes(record, (*aged, *capped))
        gone = tuple(name for name in dict.fromkeys((*expired, *overflowed)) if name not in memory.live)
        return Taken(placements=tuple(placements), changes=changes, expired=gone)

    def restore(self, records: Iterable[tuple[str, Member]]) -> None:
        """Become the stage that these durable records are of; their order is without effect."""
        held = sorted((record for _, record in records), key=lambda one: one.seq)
        placed = [one for one in held if len(one.dense)]
        space, size = (placed[-1].space, len(placed[-1].dense)) if placed else ("", 0)
        self._memory = Memory(space, size, self._memory.aliases)
        self._memory.refill(held)

    def summary(self, narrative: str) -> Summary | None:
        """The state of a narrative; None once it is merged away, expired or empty."""
        return self._memory.roll.summary(narrative) if narrative in self._memory.live else None

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

    def _record(self, statement: Statement, known: Member | None, merges: tuple[Merge, ...]) -> Member:
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
            space="" if statement.withdrawn else self._memory.space,
            active=not statement.withdrawn,
            signature=statement.signature,
            merges=merges,
        )

    def _leave(self, statement: Statement, known: Member | None) -> Iterator[Placement]:
        name = None if known is None else self._memory.leave(known)
        if name is not None:
            yield self._placement(statement, name, "left", 0.0)

    def _place(self, record: Member, statement: Statement) -> tuple[Member, list[Placement]]:
        copied = self._memory.near_copy(record.signature)
        if copied is not None:
            return self._attach(record, statement, *copied)
        record, active = self._weighed(record, statement)
        ranked = self._ranked(active)
        best = ranked[0].score if ranked else 0.0
        if ranked and certainty(ranked) >= JOIN:
            name, how = ranked[0].live.name, "joined"
        else:
            name, how = self._new_name(record), "born"
        record = replace(record, narrative=name)
        placement = self._placement(statement, name, how, best)
        self._memory.roll.add(name, record)
        self._memory.activate(record, active)
        self._memory.search.set_centroid(self._memory.live[name])
        merged, merges = self._merge(statement, name, [one.live.name for one in ranked])
        return replace(record, merges=record.merges + merges), [placement, *merged]

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
            dense=self._memory.background.centred(statement.lang, vectors).astype(np.float16),
            term_ids=sparse.ids.astype("<u4").tobytes(),
            term_weights=sparse.weights.astype("<u2").tobytes(),
        )
        return record, self._memory.comparable(record)

    def _ranked(self, active: Active) -> list[Scored]:
        """Narratives near a document, the nearest first."""
        found = [self._memory.live[name] for name in self._memory.search.candidates(active.dense, active.sparse)]
        scored = score(active, found, self._memory.search)
        return sorted(scored, key=lambda one: (-one.score, one.live.founded))

    def _new_name(self, record: Member) -> str:
        founder = (record.item, record.revision) if record.revision else (record.item,)
        name = narrative_id(*founder)
        if name in self._memory.live or name in self._memory.aliases:
            name = narrative_id(*founder, record.seq)
        self._memory.aliases.reborn(name)
        return name

    def _merge(self, statement: Statement, name: str, near: list[str]) -> tuple[list[Placement], tuple[Merge, ...]]:
        """Merge the changed narrative with those near it; the older one survives."""
        placements: list[Placement] = []
        merges: list[Merge] = []
        near = [one for one in near[:MOST_MERGED_WITH] if one != name]
        while near:
            changed = self._memory.live[name]
            others = [self._memory.live[one] for one in near]
            cosines = [sum_cosine(changed, other) * decay(changed, other) for other in others]
            best = max(range(len(near)), key=lambda place: (cosines[place], -others[place].founded))
            if cosines[best] < MERGE:
                break
            other = self._memory.live[near.pop(best)]
            kept, gone = (changed, other) if changed.founded < other.founded else (other, changed)
            merge = Merge(absorbed=gone.name, into=kept.name, seq=self._memory.seq, clock=self._memory.clock)
            self._memory.merge(merge)
            merges.append(merge)
            placements.append(self._placement(statement, kept.name, "merged", cosines[best], absorbed=gone.name))
            name = kept.name
        return placements, tuple(merges)

    def _placement(
        self,
        statement: Statement,
        narrative: str,
        how: str,
        similarity: float,
        *,
        copy_of: str | None = None,
        absorbed: str | None = None,
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
            statement=None if how in ("left", "merged") else statement,
        )


def _supersedes(statement: Statement, known: Member) -> bool:
    """Higher revisions do. A withdrawal without one, as a tombstone is, withdraws whatever there is, once."""
    if statement.withdrawn and not known.withdrawn:
        return statement.revision >= max(known.revision, 1) or (statement.revision == 0 and not known.tombstone)
    return statement.revision > known.revision
