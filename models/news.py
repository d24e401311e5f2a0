"""The values that travel through Parallax, from a news item to what is known of it.

Every sequence is a tuple, every time an aware UTC datetime, every offset counts Unicode code points. Vectors are
`(dim,) float16`, rounded from unit-norm float32: half precision is what travels between the stages (cosines move by
less than 1e-3), and because every stage sees the rounded vector, a run in one process and a run through Kafka decide
alike.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float16]
T = TypeVar("T")

JOINT = "joint"
"""The voice of a statement made by both sides together."""
OTHER = "other"
"""The voice of a named speaker who belongs to no side of the voices file."""
EVIDENCE_CONFIDENCE = 0.6
"""A passage of at least this confidence is evidence and weighs; one below is shown and explains (docs:
interfaces.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One news item as it was published, before anything was read in it.

    `text`, `html` and `title` may each be empty, not all three. A higher `revision` of the same `id` corrects it;
    `withdrawn` retracts it. `published_at` is aware and in UTC; `dated`: its source told it, else it is when the item
    was first seen. `speaks_for` says whose own words it is, an id of the voices file; None, or no such voice: its
    source or address says.
    """

    id: str
    published_at: datetime
    source: str = ""
    url: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    lang: str | None = None
    revision: int = 0
    withdrawn: bool = False
    feed: str | None = None
    speaks_for: str | None = None
    dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """text[start:end] of a document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line of a document and its sentences; spans lie in the block, in order, apart."""

    start: int
    end: int
    kind: Literal["paragraph", "heading", "bullet", "table", "boilerplate"]
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A news item after reading: clean text (the item's own where it had text, else extracted from its HTML)."""

    id: str
    lang: str
    title: str
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a document in one voice: text == document.text[start:end].

    voice: an id of the voices file, JOINT, OTHER, or None for the writer's own words.
    confidence: 0..1, higher is surer; at least EVIDENCE_CONFIDENCE is evidence.
    rule: the id of the rule that decided.
    """

    start: int
    end: int
    text: str
    voice: str | None
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPassage:
    """A passage that is evidence for one of the two compared voices, with the vector of its masked text.

    disputes: whether it disputes something that is not a third voice's (`models/disputing.py`).
    """

    start: int
    end: int
    text: str
    voice: str
    confidence: float
    vector: Vector
    disputes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that the later stages need to know of one document: the message of the embed stage.

    lead: vector of title and first words, masked. headline: vector of the title alone (of the lead where there is
    none).
    terms: (term, weighted count) of the document, for sparse similarity. signature: MinHash of the text's shingles.
    passages: evidence of the two compared voices, in order of the text, at most as many as the settings allow;
    passages_left_out counts the rest. voice: the voice the whole document speaks with by default, if any. text_sha256:
    of the text that the offsets are of, hexadecimal. days: of the week that its opening names (`models/days.py`).
    dated: as an item's. `withdrawn` statements carry empty vectors, terms and passages.
    """

    item: str
    revision: int
    withdrawn: bool
    published_at: datetime
    source: str
    url: str
    title: str
    lang: str
    voice: str | None
    words: int
    lead: Vector
    headline: Vector
    terms: tuple[tuple[str, float], ...]
    signature: tuple[int, ...]
    passages: tuple[EncodedPassage, ...]
    passages_left_out: int
    encoder: str
    text_sha256: str = ""
    days: int = 0
    dated: bool = True


How = Literal["born", "joined", "copy", "left", "merged", "split", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the cluster stage says of one item, keyed by `narrative`.

    how: born (a new narrative), joined, copy (a near copy: reach, not evidence); and without a statement left (a
    correction or withdrawal took the item out of `narrative`), merged (the narrative `absorbed` is now part of
    `narrative`), moved or split (what `item` told showed that `items` belong in `narrative`, where they are now, and
    not in `origin`; split: `narrative` is new). A move is followed by a left of the same `items` from `origin`.
    similarity: 0..1 to the narrative joined, for a birth to the nearest one, 0 if none. copy_of: the item copied.
    at: the latest event time that the cluster stage had seen (its clock).
    """

    item: str
    revision: int
    narrative: str
    how: How
    similarity: float
    at: datetime
    copy_of: str | None = None
    absorbed: str | None = None
    origin: str | None = None
    items: tuple[str, ...] = ()
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[T]):
    """One step of a stage's state: `record` is now the value at `key`; None deletes it.

    Changes are made durable in order, one by one, so that after a crash the stored state is that after a prefix of
    them.
    """

    key: str
    record: T | None
