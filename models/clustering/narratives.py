"""Online narratives: statements in, placements and durable changes out.

One pass, every document placed for good when it comes (Saravanakumar et al. 2021 is the published relative: dense and
sparse similarity with time). A statement is one step, committed by the record of its item; a stage restored after any
prefix of its changes goes on as if nothing had happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from models.clustering.features import Background, Sparse, weigh
from models.clustering.narrative import Active, Live, sum_cosine
from models.clustering.records import (
    ACTIVE,
    KNOWN,
    LATEST_KNOWN,
    MOST_ACTIVE,
    MOST_KNOWN,
    Member,
    Merge,
    Summary,
    Taken,
    item_key,
    narrative_id,
)
from models.clustering.roll import Roll
from models.clustering.search import Search
from models.clustering.similarity import JOIN, MERGE, Scored, certainty, decay, score
from models.copies import CopyIndex
from models.news import Change, Placement, Statement

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MOST_MERGED_WITH = 6
"""Nearest narratives that a changed one may merge with: the cosine of sums follows the similarity (a judgement)."""


class Narratives:
    """The state of the cluster stage."""

    def __init__(self) -> None:
        """No narrative yet."""
        self._clear("", 0)
        self._past: dict[str, str] = {}
        """Merges longer ago than items are known; of no effect on placements, and lost in a restart."""

    def _clear(self, space: str, size: int) -> None:
        self._clock, self._seq, self._space, self._size = LONG_AGO, 0, space, size
        self._records: dict[str, Member] = {}
        self._fresh: dict[str, Active | None] = {}
        """Items that are active, by number; a copy is not compared."""
        self._live: dict[str, Live] = {}
        self._merges: dict[str, Merge] = {}
        self._roll = Roll()
        self._background, self._search, self._copies = Background(space), Search(), CopyIndex()
        self._stale: set[str] = set()

    @property
    def live(self) -> int:
        """How many narratives may still grow."""
        return len(self._live)

    def take(self, statement: Statement) -> Taken:
        """Take one statement; see Taken. One taken before, or that a later revision overtook, gives nothing."""
        known = self._records.get(statement.item)
        if known is not None and not _supersedes(statement, known):
            return Taken()
        self._see_space(statement)
        self._seq += 1
        self._clock = max(self._clock, statement.published_at)
        placements = list(self._leave(statement, known))
        aged, expired = self._age()
        merges = tuple(one for one in (known.merges if known else ()) if not self._over(one))
        record = self._record(statement, known, merges)
        if not statement.withdrawn:
            record, placed = self._place(record, statement)
            placements += placed
        self._records[record.item] = record
        capped, overflowed = self._cap()
        changes = self._changes(record, (*aged, *capped))
        gone = tuple(name for name in dict.fromkeys((*expired, *overflowed)) if name not in self._live)
        return Taken(placements=tuple(placements), changes=changes, expired=gone)

    def restore(self, records: Iterable[tuple[str, Member]]) -> None:
        """Become the stage that these durable records are of; their order is without effect."""
        held = sorted((record for _, record in records), key=lambda one: one.seq)
        placed = [one for one in held if len(one.dense)]
        self._clear(placed[-1].space if placed else "", len(placed[-1].dense) if placed else 0)
        self._refill(held)

    def summary(self, narrative: str) -> Summary | None:
        """The state of a narrative; None once it is merged away, expired or empty."""
        return self._roll.summary(narrative) if narrative in self._live else None

    def current(self, item: str) -> str | None:
        """The narrative that an item is in now; None if it is in none, or no longer known."""
        record = self._records.get(item)
        return None if record is None or record.narrative is None else self.root(record.narrative)

    def root(self, narrative: str) -> str:
        """The narrative that this one has become part of, after all merges; itself if it has not."""
        while narrative in self._merges or narrative in self._past:
            merge = self._merges.get(narrative)
            narrative = merge.into if merge else self._past[narrative]
        return narrative

    def _refill(self, held: list[Member]) -> None:
        self._seq = max((one.seq for one in held), default=0)
        self._clock = max((one.clock for one in held), default=LONG_AGO)
        for one in held:
            for merge in one.merges:
                if not self._over(merge):
                    self._merges[merge.absorbed] = merge
        for one in held:
            if self._over(one):
                self._stale.add(one.item)
                continue
            active = one.active and one.clock + ACTIVE > self._clock
            if one.active and not active:
                self._stale.add(one.item)
            self._records[one.item] = one if active else one.rested()
            if one.narrative is not None:
                self._roll.add(self.root(one.narrative), one)
            if active:
                self._activate(one)
        for live in self._live.values():
            self._search.set_centroid(live)
        for change in self._cap()[0]:
            self._stale.add(change.key.removeprefix(item_key("")))

    def _see_space(self, statement: Statement) -> None:
        """With another model's vectors, older ones no longer count: the dense part begins anew."""
        space = statement.encoder.partition("/")[0]
        size = 2 * len(statement.lead)
        if statement.withdrawn or (space, size) == (self._space, self._size):
            return
        held, stale = list(self._records.values()), self._stale
        self._clear(space, size)
        self._refill(held)
        self._stale |= stale

    def _record(self, statement: Statement, known: Member | None, merges: tuple[Merge, ...]) -> Member:
        revision = statement.revision
        if statement.withdrawn and known is not None:
            revision = max(revision, known.revision)
        return Member(
            item=statement.item,
            revision=revision,
            withdrawn=statement.withdrawn,
            tombstone=(known is not None and known.tombstone) or (statement.withdrawn and statement.revision == 0),
            seq=self._seq,
            clock=self._clock,
            at=statement.published_at,
            title=statement.title,
            lang=statement.lang,
            space="" if statement.withdrawn else self._space,
            active=not statement.withdrawn,
            signature=statement.signature,
            merges=merges,
        )

    def _leave(self, statement: Statement, known: Member | None) -> Iterator[Placement]:
        if known is None:
            return
        del self._records[known.item]
        name = self._rest(known)
        if name is not None:
            self._roll.remove(name, known)
            yield self._placement(statement, name, "left", 0.0)

    def _place(self, record: Member, statement: Statement) -> tuple[Member, list[Placement]]:
        copied = self._copies.nearest(record.signature)
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
        self._roll.add(name, record)
        self._activate(record, active)
        self._search.set_centroid(self._live[name])
        merged, merges = self._merge(statement, name, [one.live.name for one in ranked])
        return replace(record, merges=record.merges + merges), [placement, *merged]

    def _attach(
        self, record: Member, statement: Statement, item: str, likeness: float
    ) -> tuple[Member, list[Placement]]:
        """A near copy goes where its original is, and weighs nothing."""
        original = self._records[item]
        name = self.root(original.narrative or "")
        record = replace(record, narrative=name, copy_of=original.copy_of or item)
        self._roll.add(name, record)
        self._activate(record)
        placement = self._placement(statement, name, "copy", likeness, copy_of=record.copy_of)
        return record, [placement]

    def _weighed(self, record: Member, statement: Statement) -> tuple[Member, Active]:
        """The record with what the document is compared by, as the stream stands now."""
        vectors = np.concatenate([statement.lead, statement.headline])
        sparse = weigh(statement.terms, self._background)
        record = replace(
            record,
            lead=statement.lead,
            headline=statement.headline,
            dense=self._background.centred(statement.lang, vectors).astype(np.float16),
            term_ids=sparse.ids.astype("<u4").tobytes(),
            term_weights=sparse.weights.astype("<u2").tobytes(),
        )
        return record, self._comparable(record)

    def _comparable(self, record: Member) -> Active:
        ours = record.space == self._space and len(record.dense) == self._size
        return Active(
            item=record.item,
            seq=record.seq,
            at=record.at,
            lang=record.lang,
            dense=record.dense.astype(np.float32) if ours else np.zeros(self._size, np.float32),
            sparse=Sparse(
                np.frombuffer(record.term_ids, "<u4").astype(np.int64),
                np.frombuffer(record.term_weights, "<u2").astype(np.int64),
            ),
        )

    def _ranked(self, active: Active) -> list[Scored]:
        """Narratives near a document, the nearest first."""
        found = [self._live[name] for name in self._search.candidates(active.dense, active.sparse)]
        scored = score(active, found, self._search)
        return sorted(scored, key=lambda one: (-one.score, one.live.founded))

    def _new_name(self, record: Member) -> str:
        founder = (record.item, record.revision) if record.revision else (record.item,)
        name = narrative_id(*founder)
        if name in self._live or name in self._merges:
            name = narrative_id(*founder, record.seq)
        self._past.pop(name, None)
        return name

    def _merge(self, statement: Statement, name: str, near: list[str]) -> tuple[list[Placement], tuple[Merge, ...]]:
        """Merge the changed narrative with those near it; the older one survives."""
        placements: list[Placement] = []
        merges: list[Merge] = []
        near = [one for one in near[:MOST_MERGED_WITH] if one != name]
        while near:
            changed = self._live[name]
            cosines = [sum_cosine(changed, self._live[one]) * decay(changed, self._live[one]) for one in near]
            best = max(range(len(near)), key=lambda place: (cosines[place], -self._live[near[place]].founded))
            if cosines[best] < MERGE:
                break
            other = self._live[near.pop(best)]
            kept, gone = (changed, other) if changed.founded < other.founded else (other, changed)
            self._absorb(kept, gone)
            merge = Merge(absorbed=gone.name, into=kept.name, seq=self._seq, clock=self._clock)
            self._merges[gone.name] = merge
            merges.append(merge)
            placements.append(self._placement(statement, kept.name, "merged", cosines[best], absorbed=gone.name))
            name = kept.name
        return placements, tuple(merges)

    def _absorb(self, kept: Live, gone: Live) -> None:
        for item in gone.members:
            self._search.move(item, kept.name)
        kept.absorb(gone)
        del self._live[gone.name]
        self._search.drop(gone.name)
        self._search.set_centroid(kept)
        self._roll.merge(kept.name, gone.name)

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
            at=self._clock,
            copy_of=copy_of,
            absorbed=absorbed,
            statement=None if how in ("left", "merged") else statement,
        )

    def _activate(self, record: Member, active: Active | None = None) -> None:
        """Let an item be found: a copy by its signature alone."""
        self._copies.add(record.item, record.signature)
        if record.copy_of is None:
            active = active or self._comparable(record)
            name = self.root(record.narrative or "")
            if name not in self._live:
                self._live[name] = Live(name, self._size)
            self._live[name].add(active)
            self._search.add(active, name)
            self._count(record, active, 1)
        self._fresh[record.item] = active

    def _rest(self, record: Member) -> str | None:
        """Let an item no longer be found; its narrative."""
        name = None if record.narrative is None else self.root(record.narrative)
        if record.item not in self._fresh:
            return name
        active = self._fresh.pop(record.item)
        self._copies.remove(record.item)
        if active is not None:
            live = self._live[name or ""]
            live.add(active, -1)
            self._search.remove(active)
            self._count(record, active, -1)
            if live.members:
                self._search.set_centroid(live)
            else:
                del self._live[live.name]
                self._search.drop(live.name)
        return name

    def _count(self, record: Member, active: Active, sign: int) -> None:
        ours = record.space == self._space and 2 * len(record.lead) == self._size
        vectors = np.concatenate([record.lead, record.headline]) if ours else None
        self._background.add(record.lang, vectors, active.sparse.ids, sign)

    def _age(self) -> tuple[list[Change[Member]], list[str]]:
        """What the clock has overtaken rests or is forgotten: changes of records, and narratives touched."""
        changes: list[Change[Member]] = []
        touched: list[str] = []
        while self._fresh:
            record = self._records[next(iter(self._fresh))]
            if record.clock + ACTIVE > self._clock:
                break
            changes.append(self._put_to_rest(record, touched))
        while self._records:
            record = next(iter(self._records.values()))
            if not self._over(record):
                break
            changes.append(self._forget(record, touched))
        for absorbed in [name for name, one in self._merges.items() if self._over(one)]:
            self._past[absorbed] = self._merges.pop(absorbed).into
        return changes, touched

    def _over(self, one: Member | Merge) -> bool:
        """Whether it is so long ago that it may be forgotten."""
        return one.clock + KNOWN <= self._clock and one.seq <= self._seq - LATEST_KNOWN

    def _cap(self) -> tuple[list[Change[Member]], list[str]]:
        """The same for what is too much to hold."""
        changes: list[Change[Member]] = []
        touched: list[str] = []
        while len(self._fresh) > MOST_ACTIVE:
            changes.append(self._put_to_rest(self._records[next(iter(self._fresh))], touched))
        while len(self._records) > MOST_KNOWN:
            changes.append(self._forget(next(iter(self._records.values())), touched))
        return changes, touched

    def _put_to_rest(self, record: Member, touched: list[str]) -> Change[Member]:
        touched.append(self._rest(record) or "")
        self._records[record.item] = record.rested()
        return Change(key=record.key, record=self._records[record.item])

    def _forget(self, record: Member, touched: list[str]) -> Change[Member]:
        if record.item in self._fresh:
            touched.append(self._rest(record) or "")
        del self._records[record.item]
        if record.narrative is not None:
            self._roll.remove(self.root(record.narrative), record)
        return Change(key=record.key, record=None)

    def _changes(self, record: Member, later: Iterable[Change[Member]]) -> tuple[Change[Member], ...]:
        """The record that commits the step, then what follows from the clock, then what a crash had left over."""
        stale = [Change(key=item_key(item), record=self._records.get(item)) for item in sorted(self._stale)]
        self._stale = set()
        rest = {one.key: one for one in (*stale, *later) if one.key != record.key}
        return (Change(key=record.key, record=record), *rest.values())


def _supersedes(statement: Statement, known: Member) -> bool:
    """Higher revisions do. A withdrawal without one, as a tombstone is, withdraws whatever there is, once."""
    if statement.withdrawn and not known.withdrawn:
        return statement.revision >= max(known.revision, 1) or (statement.revision == 0 and not known.tombstone)
    return statement.revision > known.revision
