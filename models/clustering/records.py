"""What the cluster stage keeps of an item, as it is made durable, and what it answers.

One record an item commits all that the item led to: where it is, what it left, the narratives that merged because of
it. Pivots are made durable before it: a stage that has them and not the item makes the same of the item. Whatever else
spans items (clock, means, document frequencies, narratives, merges) follows from the records, by sums of
integers, which no order of adding changes. Deleting or shortening a record comes after, and follows from the clock.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from models.news import Change, Placement, Vector

ACTIVE = timedelta(days=7)
"""Event time for which a document is compared with new ones: a narrative silent so long has expired (methods.md, 3)."""
KNOWN = timedelta(days=30)
"""Event time for which an item is known, so that its duplicates, corrections and withdrawals are (methods.md, 3)."""
MOST_ACTIVE = 20_000
"""Documents compared with new ones, whatever their age: some 25 kB of a worker's memory each, records and what finds
them (`benchmarks/clustering.py`). A judgement."""
KNOWN_PER_ACTIVE = 10
"""Items known for each that is compared, whatever their age: they are smaller. A judgement."""
LATEST_KNOWN = 1024
"""Items known however old: a redelivery goes back a micro-batch, dozens at most, whatever time its items are of."""
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
NO_VECTOR: Vector = np.zeros(0, np.float16)
_KEY, _PIVOTS = "item/", "pivots"


@dataclass(frozen=True, slots=True)
class Limits:
    """Documents compared with new ones, and items known, whatever their age."""

    active: int = field(default_factory=lambda: MOST_ACTIVE)

    @property
    def known(self) -> int:
        """Items known."""
        return KNOWN_PER_ACTIVE * self.active


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`absorbed` became part of `into`; seq and clock: of the statement that caused it."""

    absorbed: str
    into: str
    seq: int
    clock: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`items` left the narrative `origin` for `into`; seq: of the statement that caused it."""

    items: tuple[str, ...]
    origin: str
    into: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An item in its narrative, and all that is needed to go on after a crash.

    tombstone: a withdrawal without a revision has been taken: delivered again, it must not withdraw a later one.
    narrative: as placed; merges may have moved it since. None: withdrawn. copy_of: the item that it is a near copy of.
    placed: the number of the statement that led to where it is, its own or one that moved it.
    seq: counts the statements that changed something. clock: the stage's event time after it. space: what encoded it.
    lead, headline: as they came. dense: both minus the mean of their time, on the grid of `features`, (2 * dim,).
    term_ids, term_weights: little-endian uint32 and uint16, the terms as weighed then. A copy has none of these, nor
    has a member that is no longer active. house: the voice that the whole document speaks with, "" if none. words: of
    the document. days: that it opens with, as in a statement. near, likeness: numbers of the documents before it that
    it is nearest to, little-endian uint64, and the likenesses, uint16. genre: as in `neighbours`, None if undated.
    merges, moves: caused by this item, in any of its revisions.
    """

    item: str
    revision: int
    withdrawn: bool = False
    tombstone: bool = False
    narrative: str | None = None
    copy_of: str | None = None
    placed: int = 0
    seq: int
    clock: datetime
    at: datetime
    title: str = ""
    lang: str = ""
    house: str = ""
    space: str = ""
    active: bool = False
    signature: tuple[int, ...] = ()
    lead: Vector = field(default_factory=lambda: NO_VECTOR)
    headline: Vector = field(default_factory=lambda: NO_VECTOR)
    dense: Vector = field(default_factory=lambda: NO_VECTOR)
    term_ids: bytes = b""
    term_weights: bytes = b""
    words: int = 0
    days: int = 0
    near: bytes = b""
    likeness: bytes = b""
    genre: int | None = None
    merges: tuple[Merge, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def key(self) -> str:
        """Where the record is kept."""
        return item_key(self.item)

    def rested(self) -> "Member":
        """The record without what only an active member needs."""
        return replace(
            self,
            active=False,
            signature=(),
            lead=NO_VECTOR,
            headline=NO_VECTOR,
            dense=NO_VECTOR,
            term_ids=b"",
            term_weights=b"",
            near=b"",
            likeness=b"",
            moves=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivots:
    """By which documents are found where there are very many: see `meanings`.

    rows: int8, one after the other, each `dim` long. space: what encoded the documents that they were made of.
    """

    rows: bytes
    dim: int
    space: str

    @property
    def key(self) -> str:
        """Where they are kept."""
        return _PIVOTS


Kept = Member | Pivots


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The current state of a narrative.

    narrative: its id. items: documents known, copies apart, of the last 30 days of event time. copies: near copies of
    them. first_at, last_at: when the first and the last of them was published. headline: the title of the most central
    of those that are compared. words: of the titles, the most telling first. langs: ISO 639-1 codes of their languages.
    """

    narrative: str
    items: int
    copies: int
    first_at: datetime
    last_at: datetime
    headline: str
    words: tuple[str, ...]
    langs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a statement led to; placements are sent before changes are durable. expired: narratives fallen silent."""

    placements: tuple[Placement, ...] = ()
    changes: tuple[Change[Kept], ...] = ()
    expired: tuple[str, ...] = ()


def after_moves(held: Sequence[Member]) -> tuple[list[Member], set[str]]:
    """Records, in the order of their numbers, after the moves that a crash kept from being written in them; which."""
    where = {one.item: one for one in held}
    overtaken: set[str] = set()
    for cause in held:
        for move in cause.moves:
            for item in move.items:
                one = where.get(item)
                if one is not None and one.placed < move.seq:
                    where[item] = replace(one, narrative=move.into, placed=move.seq)
                    overtaken.add(item)
    return [where[one.item] for one in held], overtaken


def kind_of(key: str) -> type[Kept]:
    """What is kept under a key."""
    return Pivots if key == _PIVOTS else Member


def item_key(item: str) -> str:
    """Where an item's record is kept."""
    return _KEY + item


def narrative_id(*parts: object) -> str:
    """A narrative's id: a hash of the document that founded it, the same on every replay."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
