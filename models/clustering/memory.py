"""What the cluster stage holds in memory, all of it made of durable records: what is compared, and for how long."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from models.clustering.aliases import Aliases
from models.clustering.features import Background, Counted, Sparse
from models.clustering.narrative import Active, Live
from models.clustering.neighbours import Neighbours, unpacked
from models.clustering.records import (
    ACTIVE,
    KNOWN,
    LATEST_KNOWN,
    LONG_AGO,
    Kept,
    Limits,
    Member,
    Merge,
    Move,
    Pivots,
    after_moves,
    item_key,
)
from models.clustering.roll import Roll
from models.clustering.search import Search
from models.copies import CopyIndex
from models.news import Change


class Memory:
    """Known items, of which some are active: compared with new ones. Bounded by event time and by number.

    clock: the latest event time taken. seq: how many statements have changed something. space, size: the encoder that
    vectors are compared of, and the length of lead and headline together. live: narratives with active members.
    """

    def __init__(
        self,
        space: str = "",
        size: int = 0,
        aliases: Aliases | None = None,
        pivots: Pivots | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Of no item. aliases: of a memory that this one follows. pivots: that were made last, of whatever space."""
        self._limits = limits or Limits()
        self.clock, self.seq, self.space, self.size = LONG_AGO, 0, space, size
        self.live: dict[str, Live] = {}
        self.aliases, self.roll = aliases or Aliases(), Roll()
        self._pivots = pivots
        ours = pivots is not None and pivots.space == space and 2 * pivots.dim == size
        rows = np.frombuffer(pivots.rows, np.int8).reshape(-1, pivots.dim) if pivots and ours else None
        self.background, self.search, self._copies = Background(space), Search(rows), CopyIndex()
        self.neighbours = Neighbours()
        self._records: dict[str, Member] = {}
        """In the order of their numbers, as are these that are active; a copy is not compared."""
        self._items: dict[int, str] = {}
        """Of those that are compared, by their numbers."""
        self._copied: dict[str, dict[str, None]] = {}
        """The copies of an item that are known."""
        self._fresh: dict[str, Active | None] = {}
        self._stale: set[str] = set()
        """Items whose stored record a crash left behind what is here."""

    def record(self, item: str) -> Member | None:
        """What is known of an item."""
        return self._records.get(item)

    def keep(self, record: Member) -> None:
        """Know an item, the latest taken."""
        self._records[record.item] = record
        if record.copy_of is not None:
            self._copied.setdefault(record.copy_of, {})[record.item] = None

    def numbered(self, number: int) -> Member:
        """The item that is compared under this number."""
        return self._records[self._items[number]]

    def narrative_of(self, number: int) -> str:
        """The narrative of the item that is compared under this number."""
        return self.aliases.root(self.numbered(number).narrative or "")

    def with_copies(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Items that are compared, each with its copies that are where it is."""
        items = [self._items[one] for one in numbers]
        return tuple(one for item in items for one in (item, *filter(self._beside(item), self._copied.get(item, ()))))

    def _beside(self, item: str) -> Callable[[str], bool]:
        there = self.aliases.root(self._records[item].narrative or "")
        return lambda other: self.aliases.root(self._records[other].narrative or "") == there

    def meet(self, record: Member) -> None:
        """Let an item be a neighbour of those it is near to."""
        self.neighbours.add(record.seq, record.at, record.words, unpacked(record.near, record.likeness), record.genre)

    def refill(self, held: list[Member]) -> None:
        """Become what these records, in the order of their numbers, are the state of. The memory is empty before."""
        self.seq = max((one.seq for one in held), default=0)
        self.clock = max((one.clock for one in held), default=LONG_AGO)
        self.aliases.become(merge for one in held for merge in one.merges if not self.over(merge))
        compared: list[tuple[Member, Active]] = []
        held, self._stale = after_moves(held)
        for one in held:
            if self.over(one):
                self._stale.add(one.item)
                continue
            active = one.active and one.clock + ACTIVE > self.clock
            if one.active and not active:
                self._stale.add(one.item)
            self.keep(one if active else one.rested())
            if one.narrative is not None:
                self.roll.add(self.aliases.root(one.narrative), one)
            if active:
                compared += self._admit(one)
        self.search.fill([active for _, active in compared])
        self.background.fill(self._counted(record, active) for record, active in compared)
        for change in self.cap()[0]:
            self._stale.add(change.key.removeprefix(item_key("")))

    def for_encoder(self, space: str, size: int) -> "Memory":
        """The same items where another encoder's vectors are compared: the dense part begins anew."""
        other = Memory(space, size, self.aliases, self._pivots, self._limits)
        other.refill(list(self._records.values()))
        other._stale |= self._stale
        return other

    def settled(self) -> Pivots | None:
        """New pivots, if there are so many documents that they are wanted."""
        rows = self.search.settled()
        if rows is not None:
            self._pivots = Pivots(rows=rows.tobytes(), dim=rows.shape[1], space=self.space)
            return self._pivots
        return None

    def near_copy(self, signature: tuple[int, ...]) -> tuple[Member, float] | None:
        """The active item that a text is a copy of, and their likeness."""
        found = self._copies.nearest(signature)
        return None if found is None else (self._records[found[0]], found[1])

    def comparable(self, record: Member) -> Active:
        """An item as it is compared; all zeros for what another encoder made."""
        ours = record.space == self.space and len(record.dense) == self.size
        return Active(
            item=record.item,
            seq=record.seq,
            at=record.at,
            lang=record.lang,
            dense=record.dense.astype(np.int16) if ours else np.zeros(self.size, np.int16),
            sparse=Sparse(np.frombuffer(record.term_ids, "<u4"), np.frombuffer(record.term_weights, "<u2")),
            days=record.days,
        )

    def activate(self, record: Member, active: Active | None = None) -> None:
        """Let an item be found: a copy by its signature alone."""
        for _, one in self._admit(record, active):
            self.search.add(one)
            self.background.add(*self._counted(record, one))

    def _admit(self, record: Member, active: Active | None = None) -> list[tuple[Member, Active]]:
        """Let an item be active, but not yet be found or count; what is to be found, unless it is a copy."""
        self._copies.add(record.item, record.signature)
        if record.copy_of is not None:
            self._fresh[record.item] = None
            return []
        active = active or self.comparable(record)
        name = self.aliases.root(record.narrative or "")
        if name not in self.live:
            self.live[name] = Live(name)
        self.live[name].add(active)
        self._items[record.seq] = record.item
        if record.seq not in self.neighbours:
            self.meet(record)
        self._fresh[record.item] = active
        return [(record, active)]

    def leave(self, record: Member) -> str | None:
        """Know an item no longer, because a later revision takes its place; the narrative that it was in."""
        self._lose(record)
        name = self._rest(record)
        if name is not None:
            self.roll.remove(name, record)
        return name

    def merge(self, merge: Merge) -> None:
        """Let one live narrative become part of another."""
        kept, gone = self.live[merge.into], self.live.pop(merge.absorbed)
        kept.absorb(gone)
        self.roll.merge(kept.name, gone.name)
        self.aliases.add(merge)

    def move(self, move: Move) -> list[Change[Member]]:
        """Let known items go from one narrative to another, which need not be there yet."""
        changes: list[Change[Member]] = []
        into = self.live.setdefault(move.into, Live(move.into))
        for item in move.items:
            before = self._records[item]
            record = self._records[item] = replace(before, narrative=move.into, placed=move.seq)
            changes.append(Change(key=record.key, record=record))
            self.roll.remove(move.origin, before)
            self.roll.add(move.into, record)
            if (active := self._fresh.get(item)) is not None:
                self.live[move.origin].remove(active)
                into.add(active)
        into.sort()
        return changes

    def age(self) -> tuple[list[Change[Member]], list[str]]:
        """What the clock has overtaken rests or is forgotten: changes of records, and narratives touched."""
        changes: list[Change[Member]] = []
        touched: list[str] = []
        while self._fresh:
            record = self._records[next(iter(self._fresh))]
            if record.clock + ACTIVE > self.clock:
                break
            changes.append(self._put_to_rest(record, touched))
        while self._records:
            record = next(iter(self._records.values()))
            if not self.over(record):
                break
            changes.append(self._forget(record, touched))
        self.aliases.age(self.over)
        return changes, touched

    def cap(self) -> tuple[list[Change[Member]], list[str]]:
        """The same for what is too much to hold."""
        changes: list[Change[Member]] = []
        touched: list[str] = []
        while len(self._fresh) > self._limits.active:
            changes.append(self._put_to_rest(self._records[next(iter(self._fresh))], touched))
        while len(self._records) > self._limits.known:
            changes.append(self._forget(next(iter(self._records.values())), touched))
        return changes, touched

    def over(self, one: Member | Merge) -> bool:
        """Whether it is so long ago that it may be forgotten."""
        return one.clock + KNOWN <= self.clock and one.seq <= self.seq - LATEST_KNOWN

    def changes(
        self, record: Member, later: Iterable[Change[Member]], pivots: Pivots | None = None
    ) -> tuple[Change[Kept], ...]:
        """Pivots, the record that commits the step, then what follows from the clock and what a crash had left over."""
        stale = [Change(key=item_key(item), record=self._records.get(item)) for item in sorted(self._stale)]
        self._stale = set()
        rest: dict[str, Change[Kept]] = {}
        for one in (*stale, *later):
            if one.key != record.key:
                rest[one.key] = Change(key=one.key, record=one.record)
        first: tuple[Change[Kept], ...] = () if pivots is None else (Change(key=pivots.key, record=pivots),)
        return (*first, Change(key=record.key, record=record), *rest.values())

    def _lose(self, record: Member) -> None:
        """Know an item no longer."""
        del self._records[record.item]
        if record.copy_of is not None:
            copies = self._copied[record.copy_of]
            del copies[record.item]
            if not copies:
                del self._copied[record.copy_of]

    def _rest(self, record: Member) -> str | None:
        """Let an item no longer be found; its narrative."""
        name = None if record.narrative is None else self.aliases.root(record.narrative)
        if record.item not in self._fresh:
            return name
        active = self._fresh.pop(record.item)
        self._copies.remove(record.item)
        if active is not None:
            live = self.live[name or ""]
            live.remove(active)
            self.search.remove(active)
            self.neighbours.remove(record.seq)
            del self._items[record.seq]
            self.background.add(*self._counted(record, active), sign=-1)
            if not live.members:
                del self.live[live.name]
        return name

    def _counted(self, record: Member, active: Active) -> Counted:
        """What counts of a document in what is usual."""
        ours = record.space == self.space and 2 * len(record.lead) == self.size
        vectors = np.concatenate([record.lead, record.headline]) if ours else None
        return record.lang, record.house, vectors, active.sparse.ids

    def _put_to_rest(self, record: Member, touched: list[str]) -> Change[Member]:
        touched.append(self._rest(record) or "")
        self._records[record.item] = record.rested()
        return Change(key=record.key, record=self._records[record.item])

    def _forget(self, record: Member, touched: list[str]) -> Change[Member]:
        if record.item in self._fresh:
            touched.append(self._rest(record) or "")
        self._lose(record)
        if record.narrative is not None:
            self.roll.remove(self.aliases.root(record.narrative), record)
        self.aliases.forget(record.merges)
        return Change(key=record.key, record=None)
