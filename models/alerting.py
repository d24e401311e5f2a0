"""The life of an alert: when one opens, escalates, updates, resolves or is retracted.

A narrative's readings pass through smoothing and hysteresis, so that a score about the threshold does not flap
(methods.md, section 6: one threshold 21 openings and 42 flips per real episode; smoothed with two thresholds 1.03 and
2.06). An event is never sent without a change.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.alerts import SEVERITIES, Basis, Kind, Severity, alert_id
from models.silence import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Thresholds of the lifecycle.

    Scores 0..1, counts in readings (one per document of evidence), durations of event time.
    Smoothing, thresholds, counts: methods.md, section 6. sure_p: a pair as rare among usual pairs opens at once, and
    open_p after a few readings, smoothed or each so. Of later pairs at .02 and .05: usual ones .015 and .027,
    adversaries .26 and .52 (benchmarks/pairs.py). sure_after: so many readings in a row at sure_p, or open_after at
    open_p, open whatever came before: a reading is of all documents so far, and smoothing would not forget in time
    that others spoke first. close_p: beyond it an alert whose documents have changed is withdrawn; twice open_p, a
    judgement, so that rarity has two thresholds as scores have. bands: lower ends of medium, high, critical in
    `weight`, a judgement.
    bury_after: how long an ended alert stands among the present ones, a judgement: a week covers those who read
    them daily. Less than forget_after - silent_after, or an alert is forgotten before it is buried.
    """

    smoothing: float = 0.2
    open_at: float = 0.55
    open_after: int = 3
    open_p: float = 0.05
    sure_p: float = 0.02
    sure_after: int = 2
    close_below: float = 0.45
    close_p: float = 0.10
    close_after: int = 6
    cool_down: int = 12
    alpha: float = 0.05
    fdr: float = 0.10
    page_e_value: float = 100.0
    bands: tuple[float, float, float] = (0.9, 1.6, 2.4)
    band_slack: float = 0.85
    update_after: timedelta = timedelta(hours=12)
    silent_after: timedelta = timedelta(days=7)
    forget_after: timedelta = timedelta(days=30)
    bury_after: timedelta = timedelta(days=7)
    documents_per_side: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the lifecycle learns of a narrative at one document of evidence.

    documents: those that are held. authority: 0..1, 1 where both sides speak for themselves.
    """

    score: float
    p_value: float | None
    documents: int
    log_e_value: float
    established: bool
    authority: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Where a narrative's alert stands.

    severity, basis: as last told while an alert is open. smoothed: None before the first reading; above, below, sure,
    rare: readings in a row. title: what its headline names, kept for the time when the documents are gone. quiet: the
    side that was called silent and has not spoken since. ended: the narrative's alerts that are over and not yet
    buried, with when they ended.
    """

    episode: int = 0
    open: bool = False
    alert: str = ""
    revision: int = 0
    basis: Basis = "observed"
    severity: Severity = "low"
    score: float = 0.0
    smoothed: float | None = None
    above: int = 0
    below: int = 0
    sure: int = 0
    rare: int = 0
    cool_down: int = 0
    event_at: datetime | None = None
    title: str = ""
    quiet: str = ""
    ended: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An event to send, without its content."""

    kind: Kind
    reason: str
    silence: Silence | None = None


def weight(reading: Reading) -> float:
    """What severity is banded by: score x log(1 + documents) x evidence x authority (methods.md, section 6).

    Evidence counts 1 without any and 2 from E = 100 on.
    """
    evidence = 1 + min(max(reading.log_e_value, 0.0) / math.log(100.0), 1.0)
    return reading.score * math.log1p(reading.documents) * evidence * reading.authority


def severity_of(reading: Reading, before: Severity | None, settings: AlertSettings) -> Severity:
    """The band of a reading.

    It falls only when clearly below the band it was in. Critical only at the page level of E.
    """
    value = weight(reading)
    band = sum(value >= edge for edge in settings.bands)
    if before is not None:
        kept = sum(value >= edge * settings.band_slack for edge in settings.bands)
        band = max(band, min(kept, SEVERITIES.index(before)))
    if not (reading.established and reading.log_e_value >= math.log(settings.page_e_value)):
        band = min(band, SEVERITIES.index("high"))
    return ("low", "medium", "high", "critical")[band]


def take_reading(
    state: AlertState, reading: Reading, *, narrative: str, at: datetime, settings: AlertSettings
) -> tuple[AlertState, Verdict | None]:
    """The state after one reading, and the event it calls for, if any."""
    smoothed = (
        reading.score
        if state.smoothed is None
        else state.smoothed + settings.smoothing * (reading.score - state.smoothed)
    )
    unusual = reading.p_value is None or reading.p_value <= settings.open_p
    high = reading.p_value is not None and reading.score >= settings.open_at
    sure = high and (reading.p_value or 0.0) <= settings.sure_p
    state = replace(
        state,
        score=reading.score,
        smoothed=smoothed,
        above=state.above + 1 if smoothed >= settings.open_at and unusual else 0,
        below=state.below + 1 if smoothed < settings.close_below else 0,
        sure=state.sure + 1 if sure else 0,
        rare=state.rare + 1 if high and unusual else 0,
        cool_down=max(0, state.cool_down - 1),
    )
    return (
        _while_open(state, reading, at, settings)
        if state.open
        else _while_closed(state, reading, narrative, at, settings)
    )


def _while_closed(
    state: AlertState, reading: Reading, narrative: str, at: datetime, settings: AlertSettings
) -> tuple[AlertState, Verdict | None]:
    clear = reading.p_value is None or reading.p_value <= settings.sure_p
    smoothly = state.above >= (1 if clear else settings.open_after)
    observed = smoothly or state.sure >= settings.sure_after or state.rare >= settings.open_after
    if state.cool_down or not (observed or reading.established):
        return state, None
    opened = replace(
        state,
        open=True,
        episode=state.episode + 1,
        alert=alert_id(narrative, state.episode + 1, at),
        revision=0,
        basis="established" if reading.established else "observed",
        severity=severity_of(reading, None, settings),
        smoothed=max(reading.score, state.smoothed or 0.0),
        below=0,
    )
    return told(opened, at), Verdict(kind="opened", reason="first")


def _while_open(
    state: AlertState, reading: Reading, at: datetime, settings: AlertSettings
) -> tuple[AlertState, Verdict | None]:
    if state.below >= settings.close_after and not reading.established:
        return closed(state, at, settings), Verdict(kind="resolved", reason="resolved")
    severity = severity_of(reading, state.severity, settings)
    risen = SEVERITIES.index(severity) > SEVERITIES.index(state.severity)
    newly = reading.established and state.basis == "observed"
    now = replace(state, severity=severity, basis="established" if reading.established else state.basis)
    if newly or risen:
        reason = "established" if newly else "severity_up"
        return told(now, at), Verdict(kind="escalated", reason=reason)
    since = settings.update_after if state.event_at is None else at - state.event_at
    if since >= settings.update_after:
        return told(now, at), Verdict(kind="updated", reason="new_evidence")
    return state, None  # the severity stays what was last told, so that an escalation is above that


def still_holds(score: float, p_value: float | None, settings: AlertSettings) -> bool:
    """Whether an open alert whose documents have changed is still one; it takes more to open than to stay."""
    return score >= settings.close_below and (p_value is None or p_value <= settings.close_p)


def take_silence(
    state: AlertState, found: Silence | None, speaking: frozenset[str], at: datetime
) -> tuple[AlertState, Verdict | None]:
    """The state of an alert after a look at who speaks, and the event it calls for: one for each silence.

    Args:
        found: the silence at this document, None where neither side is silent. speaking: whom the document lets speak.
    """
    if state.quiet in speaking:
        state = replace(state, quiet="")
    if not state.open or found is None or found.voice == state.quiet:
        return state, None
    state = told(replace(state, quiet=found.voice), at)
    return state, Verdict(kind="silence", reason="one_side_silent", silence=found)


def closed(state: AlertState, at: datetime, settings: AlertSettings) -> AlertState:
    """The state after its alert ended, for whatever reason."""
    kept = tuple(one for one in state.ended if one[1] + settings.bury_after > at)
    after = replace(
        state,
        open=False,
        above=0,
        below=0,
        sure=0,
        rare=0,
        cool_down=settings.cool_down,
        quiet="",
        ended=(*kept, (state.alert, at)),
    )
    return told(after, at)


def buried(state: AlertState, *, after: datetime, now: datetime, settings: AlertSettings) -> Iterator[str]:
    """The alerts whose time among the present ones ends later than `after` and not later than `now`."""
    return (alert for alert, at in state.ended if after < at + settings.bury_after <= now)


def told(state: AlertState, at: datetime) -> AlertState:
    """The state after one more event of its alert."""
    return replace(state, revision=state.revision + 1, event_at=at)
