"""What an alert says: the event that subscribers read, as it stands in the topic.

The docstrings here are published: what follows a field's name is its description in the JSON Schema
(streams/schemas.py).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.explanation import Couple, OneSided
from models.silence import Silence

RULE_VERSION = "1"
"""Part of every event id.

Raised when the rules here change what an event means, so that ids do not meet across rules.
"""
SEVERITIES = ("low", "medium", "high", "critical")

Basis = Literal["observed", "established"]
Severity = Literal["low", "medium", "high", "critical"]
Kind = Literal["opened", "escalated", "updated", "silence", "resolved", "retracted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What made an alert.

    model: the encoder. config: a hash of everything configured that alerts depend on. code: version of the program.
    """

    model: str
    config: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuote:
    """A sentence: document.text[start:end] of document `id`.

    id: of the document. url: where it was published, empty where it did not say. text: the sentence. start, end: its
    place in the document's text, in Unicode code points. at: when the document was published.
    text_sha256: of the document's whole text in UTF-8, hexadecimal; empty in events before it was given.
    """

    id: str
    url: str
    text: str
    start: int
    end: int
    at: datetime
    text_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSide:
    """One voice in an alert.

    documents: ids of the documents in which it speaks, oldest first. quotes: its most telling sentences.
    """

    documents: tuple[str, ...]
    quotes: tuple[AlertQuote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A pair of documents and what was bet on it; `parallax evidence` computes it all again.

    a, b: ids of the two documents. log_e: the logarithm of what each expert's bet paid; the e-value is the mean over
    experts of exp(sum of log_e over all counted lines). seq: orders the pairs of all narratives. lean, style, slack:
    what the bets followed from, null where none was made. counted: whether the pair counts in the e-value.
    """

    a: str
    b: str
    log_e: tuple[float, ...]
    seq: int = 0
    lean: float | None = None
    style: float | None = None
    slack: float | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence and the guarantee it carries.

    pairs: documents of one side paired with one of the other so far. e_value: 0 or more, higher is more evidence; an
    alert is established from 1 / alpha on. alpha: the chance that a narrative of usual style is ever established, at
    most. fdr: the share of false ones among those established, expected, at most. guarantee: what that promises, in
    words. ledger: head of the hash chain over all pairs. latest: its last lines.
    """

    pairs: int
    e_value: float
    alpha: float
    fdr: float
    guarantee: str
    ledger: str
    latest: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one voice has said in the narrative so far.

    documents: in which it speaks. passages: of its own in them. copies: near copies of them, which reach readers and
    are no evidence.
    """

    documents: int
    passages: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One event of an alert's life, as in the topic and as `parallax backtest` prints it (docs: interfaces.md).

    id: of this event, a hash of the alert, the revision and the version of the rules; an event delivered twice, or made
    again by a replay, has the same. type: what happened, and the version of this format. time: event time, of the
    tipping item or of the clock that passed a deadline. alert: id of the alert, the key of the message. narrative: id
    of the narrative. headline: for a person, in English. basis: observed (one document a side is enough; calibrated, no
    guarantee) or established (the evidence carries its guarantee). severity: low, medium, high or critical. score:
    0..1, higher is further apart. interval: of the score, lowest and highest. p_value: of the score among usual pairs,
    null where a side has nothing left. parts: what the score is made of, by name. sides: by voice, its documents and
    its most telling sentences. one_sided: what one side says and the other has left out so far. opposed: couples of
    sentences, by voice, with their similarity, that are of one thing and lean apart. agreed: couples of sentences that
    say the same. words: by voice, the words that tell it from the other, with z, the most telling first. frames: by
    frame and voice, the share of the voice's sentences in that frame. counts: by voice, what it has said so far.
    evidence: how sure it is. reason: why this event was sent: first, new_evidence, severity_up, corrected, retracted,
    silent and others. cause: id of the item that tipped it. revision: counts the alert's events from 1. sequence:
    orders the events of the whole stage. silence: of a silence event, who fell silent and how surely, else null.
    versions: what made it.
    """

    id: str
    type: str
    time: datetime
    alert: str
    narrative: str
    headline: str
    basis: Basis
    severity: Severity
    score: float
    interval: tuple[float, float]
    sides: dict[str, AlertSide]
    one_sided: tuple[OneSided, ...]
    opposed: tuple[Couple, ...]
    words: dict[str, tuple[tuple[str, float], ...]]
    evidence: Evidence
    reason: str
    revision: int
    sequence: int
    cause: str
    parts: dict[str, float]
    counts: dict[str, Counts]
    versions: Versions
    p_value: float | None = None
    frames: dict[str, dict[str, float]] | None = None
    silence: Silence | None = None
    agreed: tuple[Couple, ...] = ()


def alert_id(narrative: str, episode: int, opened_at: datetime) -> str:
    """The id of a narrative's n-th alert.

    With its time: a narrative that was forgotten counts anew if it comes to life once more.
    """
    return hashlib.sha256(f"{narrative}\0{episode}\0{opened_at.isoformat()}".encode()).hexdigest()[:32]


def event_id(alert: str, revision: int) -> str:
    """The id of an alert's n-th event: the same on every replay."""
    return hashlib.sha256(f"{alert}\0{revision}\0{RULE_VERSION}".encode()).hexdigest()


def event_type(kind: Kind) -> str:
    """The name of a kind of event in the contract."""
    return f"parallax.alert.{kind}.v1"


CLOSING: tuple[Kind, ...] = ("resolved", "retracted")
"""Kinds of event after which an alert is no longer open."""
ENDS = frozenset(map(event_type, CLOSING))
"""Their types."""
