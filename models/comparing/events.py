"""From a narrative and a verdict to the event that subscribers read."""

import math
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from models.alerting import AlertSettings, AlertState, Verdict
from models.alerts import (
    AlertEvent,
    AlertQuote,
    AlertSide,
    Counts,
    Evidence,
    LedgerLine,
    Versions,
    event_id,
    event_type,
)
from models.comparing.narrative import Array, Narrative
from models.divergence import Divergence, SideDocument
from models.evidence import Ledger, Pair
from models.explanation import Explanation, Quote, explain
from models.telling import is_formal, tells

MOST_QUOTES = 3
MOST_LINES = 8
NOTHING_TO_EXPLAIN = Explanation(one_sided=(), telling={}, opposed=(), agreed=(), words={}, frames={})
_LARGEST = 1e300
"""JSON has no infinity."""
LANGUAGE = "en"
"""Of the headlines below, and so of the titles they name where there are such."""
_HEADLINES = {
    "opened": "Framings differ on “{}”: {} and {}",
    "escalated": "Framings differ on “{}”: {} and {}",
    "updated": "Framings differ on “{}”: {} and {}",
    "resolved": "Framings no longer differ on “{}”: {} and {}",
    "retracted": "Withdrawn: framings differ on “{}”: {} and {}",
    "silence": "Silent on “{}”: {}, for {} documents of {}",
    "silent": "Nothing new on “{}”: {} and {}",
}


def make_event(
    narrative: Narrative,
    state: AlertState,
    verdict: Verdict,
    found: Divergence | None,
    *,
    pair: tuple[str, str],
    names: Mapping[str, Mapping[str, str]],
    at: datetime,
    cause: str,
    sequence: int,
    settings: AlertSettings,
    versions: Versions,
) -> AlertEvent:
    """An alert's event.

    Args:
        state: the alert after the event.
        found: the divergence now; None where a side has nothing left, then the last score stands.
    """
    sides = {voice: [side for side, _ in narrative.side(voice)] for voice in pair}
    why = explain(sides, pair) if all(sides.values()) else NOTHING_TO_EXPLAIN
    copies = list(narrative.head.copies.values())
    return AlertEvent(
        id=event_id(state.alert, state.revision),
        type=event_type(verdict.kind),
        time=at,
        alert=state.alert,
        narrative=narrative.head.narrative,
        headline=_headline(verdict, state.title, pair, names),
        basis=state.basis,
        severity=state.severity,
        score=state.score if found is None else found.score,
        interval=(state.score, state.score) if found is None else found.interval,
        sides={voice: _side(documents, why.telling.get(voice, ())) for voice, documents in sides.items()},
        one_sided=why.one_sided,
        opposed=why.opposed,
        agreed=why.agreed,
        words=why.words,
        evidence=_evidence(narrative.head.ledger, settings),
        reason=verdict.reason,
        revision=state.revision,
        sequence=sequence,
        cause=cause,
        parts={} if found is None else found.parts,
        counts={
            voice: Counts(
                documents=len(documents),
                passages=sum(len(one.passages) for one in documents),
                copies=sum(voice in heard for heard in copies),
            )
            for voice, documents in sides.items()
        },
        versions=versions,
        p_value=None if found is None else found.p_value,
        frames=why.frames,
        silence=verdict.silence,
    )


def _headline(verdict: Verdict, title: str, pair: tuple[str, str], names: Mapping[str, Mapping[str, str]]) -> str:
    if verdict.silence is not None:
        other = pair[0] if verdict.silence.voice == pair[1] else pair[1]
        told = (_name(names, verdict.silence.voice), verdict.silence.documents, _name(names, other))
        return _HEADLINES["silence"].format(title, *told)
    kind = verdict.reason if verdict.reason in _HEADLINES else verdict.kind
    return _HEADLINES[kind].format(title, *(_name(names, voice) for voice in pair))


def title_of(narrative: Narrative, pair: tuple[str, str]) -> str:
    """Title of the document most central to both sides, a greeting or a note of a meeting only where there is no other.

    The sides weigh alike, however much each says, so that a headline is of what both speak of.
    Where no document has a title: the first words of the most central one.
    """
    held = [(side, at.mean) for voice in pair for side, at in narrative.side(voice)]
    if not held:
        return ""
    means = [[at.mean for _, at in narrative.side(voice)] for voice in pair]
    centre = np.mean([np.mean(side, axis=0) for side in means if side], axis=0)

    def rank(one: tuple[SideDocument, Array]) -> tuple[bool, bool, bool, float, str]:
        side, mean = one
        central = round(float(mean @ centre), 9)
        return not side.title, side.lang != LANGUAGE, is_formal(side.title), -central, side.item

    best, _ = min(held, key=rank)
    if best.title:
        return best.title
    telling = next((it.text for it in best.passages if tells(it.text)), best.passages[0].text)
    return " ".join(telling.split()[:12])


def _name(names: Mapping[str, Mapping[str, str]], voice: str) -> str:
    held = names.get(voice, {})
    return held.get("en") or next(iter(held.values()), voice)


def _side(documents: list[SideDocument], quotes: tuple[Quote, ...]) -> AlertSide:
    by_item = {one.item: one for one in documents}
    return AlertSide(
        documents=tuple(one.item for one in sorted(documents, key=lambda one: (one.at, one.item))),
        quotes=tuple(
            AlertQuote(
                id=one.id,
                url=held.url,
                text=one.text,
                start=one.start,
                end=one.end,
                at=held.at,
                text_sha256=held.text_sha256,
            )
            for one in quotes[:MOST_QUOTES]
            for held in [by_item[one.id]]
        ),
    )


def _evidence(ledger: Ledger, settings: AlertSettings) -> Evidence:
    return Evidence(
        pairs=ledger.count,
        e_value=_exp(ledger.log_e_value),
        alpha=settings.alpha,
        fdr=settings.fdr,
        guarantee=(
            f"established at e_value >= {1 / settings.alpha:g}: were the sides to differ by their usual style alone, "
            f"this would happen in at most {settings.alpha:.0%} of narratives, at whatever time one looks; over all "
            f"live narratives at most {settings.fdr:.0%} of those established are expected to be false"
        ),
        ledger=ledger.head,
        latest=tuple(_line(one) for one in ledger.pairs[-MOST_LINES:]),
    )


def _line(pair: Pair) -> LedgerLine:
    return LedgerLine(
        a=pair.a,
        b=pair.b,
        log_e=pair.log_e,
        seq=pair.seq,
        lean=None if pair.odds is None else pair.odds.lean,
        style=None if pair.odds is None else pair.odds.style,
        slack=None if pair.odds is None else pair.odds.slack,
        counted=pair.counted,
    )


def _exp(log: float) -> float:
    return min(float(f"{math.exp(min(log, 690.0)):.6g}"), _LARGEST)
