"""A narrative's evidence, number by number, computed again from what its ledger and its documents hold.

What a pair paid follows from its odds alone, and the odds from the documents: of this narrative's earlier pairs and of
the other narratives'. Where these are still held as they were, both are computed again.
"""

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal

from models.alerting import AlertSettings
from models.comparing.narrative import Narrative, odds_of, silent_at
from models.evidence import STRENGTHS, Pair, least_rejected, log_mean, payoffs, summed

Check = Literal["agrees", "differs", "gone"]
TOLERANCE = 1e-9
"""Of a logit: other processors round the same sums otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One pair of a ledger, looked into.

    a, b: ids of its documents. at: when the later of them was published, None where it is held no more. lean, style,
    slack: the odds, None where no bet was made. log_e: logarithm of what each expert was paid. counted: False where
    evidence began anew since. e_value: of the ledger after this pair. payoffs: whether log_e follows from the odds.
    documents: whether the odds follow from the documents; gone where one of the pair is held no more, and where
    it differs, documents that the bet was learnt from have come, left or moved since.
    """

    a: str
    b: str
    at: datetime | None
    seq: int
    lean: float | None
    style: float | None
    slack: float | None
    log_e: tuple[float, ...]
    counted: bool
    e_value: float
    payoffs: Check
    documents: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A narrative's evidence: E, what it is made of, and what it takes to be established now.

    pairs: all, settled those of them that are kept as a sum; settled_log_e: of these, per expert. strengths: of the
    experts, in order. e_value: mean over experts of exp(settled_log_e + the counted lines' log_e). needed: the E from
    which the alert is established: 1 / alpha, or what e-BH asks among `live` narratives with evidence, if more.
    """

    narrative: str
    title: str
    alert: str
    pairs: int
    settled: int
    settled_log_e: tuple[float, ...]
    strengths: tuple[float, ...]
    lines: tuple[AuditLine, ...]
    e_value: float
    alpha: float
    fdr: float
    live: int
    needed: float
    established: bool
    ledger: str

    @property
    def settled_e_value(self) -> float:
        """E of the settled pairs alone."""
        return _exp(log_mean(self.settled_log_e))

    @property
    def sound(self) -> bool:
        """Whether every payment follows from its odds."""
        return all(one.payoffs != "differs" for one in self.lines)


def live_evidence(
    narratives: Mapping[str, Narrative], narrative: Narrative, now: datetime, settings: AlertSettings
) -> list[float]:
    """Log e-values of the narratives that e-BH looks at: those alive now, with evidence, and this one."""
    return [
        one.head.ledger.log_e_value
        for one in narratives.values()
        if one is narrative or (one.head.ledger.count and now < silent_at(one.head, settings))
    ]


def is_established(
    narratives: Mapping[str, Narrative], narrative: Narrative, now: datetime, settings: AlertSettings
) -> bool:
    """E at least 1 / alpha, and rejected by e-BH among the narratives that are alive now."""
    ledger = narrative.head.ledger
    if not ledger.count or ledger.log_e_value < -math.log(settings.alpha):
        return False  # most are: the others are not looked at
    return ledger.log_e_value >= needed(live_evidence(narratives, narrative, now, settings), settings)


def needed(live: list[float], settings: AlertSettings) -> float:
    """The log e-value from which a narrative's difference is established."""
    return max(-math.log(settings.alpha), least_rejected(live, settings.fdr))


def audited(
    narratives: Mapping[str, Narrative],
    narrative: Narrative,
    pair: tuple[str, str],
    now: datetime,
    settings: AlertSettings,
) -> Audit:
    """The narrative's evidence at event time `now`, looked into."""
    ledger = narrative.head.ledger
    lines, wealth = [], ledger.settled_log
    for number, one in enumerate(ledger.pairs):
        wealth = summed(wealth, (one,))
        held = narrative.holds(one.a, one.b, pair)
        lines.append(
            AuditLine(
                a=one.a,
                b=one.b,
                at=max(narrative.held[item].record.at for item in (one.a, one.b)) if held else None,
                seq=one.seq,
                lean=one.odds.lean if one.odds else None,
                style=one.odds.style if one.odds else None,
                slack=one.odds.slack if one.odds else None,
                log_e=one.log_e,
                counted=one.counted,
                e_value=_exp(log_mean(wealth)),
                payoffs="agrees" if _near(payoffs(one.odds), one.log_e) else "differs",
                documents=_from_documents(narratives, narrative, number, pair) if held else "gone",
            )
        )
    live = live_evidence(narratives, narrative, now, settings)
    return Audit(
        narrative=narrative.head.narrative,
        title=narrative.head.alert.title,
        alert=narrative.head.alert.alert if narrative.head.alert.open else "",
        pairs=ledger.count,
        settled=ledger.settled_pairs,
        settled_log_e=ledger.settled_log,
        strengths=STRENGTHS,
        lines=tuple(lines),
        e_value=_exp(log_mean(wealth)),
        alpha=settings.alpha,
        fdr=settings.fdr,
        live=len(live),
        needed=_exp(needed(live, settings)),
        established=is_established(narratives, narrative, now, settings),
        ledger=ledger.head,
    )


def _from_documents(
    narratives: Mapping[str, Narrative], narrative: Narrative, number: int, pair: tuple[str, str]
) -> Check:
    """Whether the odds of the ledger's listed pair of this number are those that the held documents give."""
    own: tuple[Pair, ...] = narrative.head.ledger.pairs
    asked = own[number]
    found = odds_of(narratives, narrative, asked.a, asked.b, pair, listed=own[:number], before=asked.seq)
    if found is None or asked.odds is None:
        return "agrees" if found is asked.odds else "differs"
    return "agrees" if _near(astuple(found), astuple(asked.odds)) else "differs"


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for a, b in zip(one, other, strict=True))


def _exp(log: float) -> float:
    """To six digits, as in the alerts; JSON has no infinity."""
    return float(f"{math.exp(min(log, 690.0)):.6g}")
