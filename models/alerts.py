"""What an alert says: the event that subscribers read, as it stands in the topic."""

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
    """What made an alert: the encoder, a hash of the configuration, the program."""

    model: str
    config: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuote:
    """document.text[start:end] of document `id`, published at `at`; text_sha256: of the whole text, hexadecimal."""

    id: str
    url: str
    text: str
    start: int
    end: int
    at: datetime
    text_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSide:
    """One voice in an alert: ids of its documents, oldest first, and its most telling sentences."""

    documents: tuple[str, ...]
    quotes: tuple[AlertQuote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A pair of documents and the logarithm of what each expert's bet on it paid.

    e_value is the mean over experts of exp(sum of log_e over all counted lines). seq: orders the pairs of all
    narratives. lean, style, slack: what the bets followed from, None where none was made. `parallax evidence` computes
    it all again.
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
    """The evidence and the guarantee it carries. ledger: head of the hash chain; latest: its last lines."""

    pairs: int
    e_value: float
    alpha: float
    fdr: float
    guarantee: str
    ledger: str
    latest: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one voice has said in the narrative so far; copies reach readers and are no evidence."""

    documents: int
    passages: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One event of an alert's life, as in the topic and as `parallax backtest` prints it (docs: interfaces.md).

    time: event time, of the tipping item or of the clock that passed a deadline. cause: the item that tipped it.
    revision counts the alert's events from 1; sequence orders the events of the stage. silence: of such an event, who
    fell silent and how surely.
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


def alert_id(narrative: str, episode: int) -> str:
    """The id of a narrative's n-th alert."""
    return hashlib.sha256(f"{narrative}\0{episode}".encode()).hexdigest()[:32]


def event_id(alert: str, revision: int) -> str:
    """The id of an alert's n-th event: the same on every replay."""
    return hashlib.sha256(f"{alert}\0{revision}\0{RULE_VERSION}".encode()).hexdigest()


def event_type(kind: Kind) -> str:
    """The name of a kind of event in the contract."""
    return f"parallax.alert.{kind}.v1"
