"""What the compare stage keeps of a narrative, as it is made durable: one record a document, one head a narrative.

A document's record is written before the head that names it, and the head commits the item: a document that its head
does not name is ignored. Everything else (clock, usual style, e-BH) follows from these records.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from models.alerting import AlertState
from models.divergence import SideDocument
from models.evidence import Ledger
from models.news import EncodedPassage, Placement, Statement

MOST_PASSAGES = 24
"""Passages kept of a document: with vectors of 384 half floats some 25 KB of JSON."""
MOST_LETTERS = 16_000
"""Text kept of a document's passages: bounds a record to about 50 KB whatever a producer sends."""
MOST_COPIES = 1024
"""Near copies of a narrative that are counted: bounds its head to about 100 KB. A judgement."""
REMEMBERED = 1024
"""Placements that a head remembers as applied: a redelivery goes back a micro-batch, dozens at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One document of a narrative: evidence passages of the two voices.

    seq: of the step that brought it. feedback: the last word of an analyst that changed its voices.
    """

    seq: int
    item: str
    revision: int
    url: str
    title: str
    lang: str
    own: str | None
    at: datetime
    passages: tuple[EncodedPassage, ...]
    feedback: str = ""
    text_sha256: str = ""

    def side(self, voice: str) -> SideDocument | None:
        """What the document holds of a voice, None where it holds nothing."""
        passages = tuple(one for one in self.passages if one.voice == voice)
        if not passages:
            return None
        return SideDocument(
            item=self.item,
            url=self.url,
            lang=self.lang,
            at=self.at,
            passages=passages,
            title=self.title,
            own=self.own == voice,
            text_sha256=self.text_sha256,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The rest of a narrative.

    seq: of the last placement applied. clock: event time of the stage then, which is also when the narrative last
    stirred. documents: keys of its documents, in the order they came. applied: 8-byte digests of placements and
    feedback, end to end, oldest first. copies: near copies, the latest MOST_COPIES, with the voices that each
    lets speak. absorbed: narratives that merged into this one, with the seq of the merge.
    """

    narrative: str
    seq: int
    clock: datetime
    documents: tuple[str, ...] = ()
    applied: bytes = b""
    copies: dict[str, tuple[str, ...]]
    ledger: Ledger
    alert: AlertState
    absorbed: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A durable record of the compare stage: one of the two."""

    document: DocumentRecord | None = None
    head: Head | None = None


def document_key(narrative: str, record: DocumentRecord) -> str:
    """Where a document's record is kept; what corrects it has another key, so as not to overwrite what a head names."""
    return "/".join(filter(None, ("doc", narrative, record.item, str(record.revision), record.feedback)))


def head_key(narrative: str) -> str:
    """Where a narrative's head is kept."""
    return f"head/{narrative}"


def digest(placement: Placement) -> bytes:
    """8 bytes that tell one placement from another within a narrative."""
    parts = (
        *(placement.item, str(placement.revision), placement.how, placement.absorbed or ""),
        *(placement.origin or "", *placement.items),
    )
    return mark_of("\0".join(parts))


def mark_of(told: str) -> bytes:
    """8 bytes by which a head remembers that something was applied."""
    return hashlib.sha256(told.encode()).digest()[:8]


def was_applied(head: Head, mark: bytes) -> bool:
    """Whether the head holds what has this digest already."""
    return any(head.applied[at : at + 8] == mark for at in range(0, len(head.applied), 8))


def document_record(statement: Statement, voices: tuple[str, str], seq: int) -> DocumentRecord:
    """A statement's evidence, cut to what is kept."""
    kept: list[EncodedPassage] = []
    letters = 0
    for passage in statement.passages:
        if passage.voice in voices and len(kept) < MOST_PASSAGES and letters + len(passage.text) <= MOST_LETTERS:
            kept.append(passage)
            letters += len(passage.text)
    return DocumentRecord(
        seq=seq,
        item=statement.item,
        revision=statement.revision,
        url=statement.url,
        title=statement.title,
        lang=statement.lang,
        own=statement.voice,
        at=statement.published_at,
        passages=tuple(kept),
        text_sha256=statement.text_sha256,
    )
