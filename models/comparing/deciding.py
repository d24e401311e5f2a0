"""What a narrative's documents call for: the events of its alert, each made where its state changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from models.alerting import (
    AlertSettings,
    AlertState,
    Reading,
    Verdict,
    closed,
    still_holds,
    take_reading,
    take_silence,
    told,
)
from models.alerts import AlertEvent, Basis, Versions
from models.comparing.audit import is_established
from models.comparing.events import make_event, title_of
from models.comparing.narrative import Narrative
from models.comparing.steps import Step
from models.divergence import Divergence
from models.evidence import restarted
from models.silence import silence

THIRD_PARTY = 0.8
"""Authority of a side that speaks through others only: heard, not first hand. A judgement; it moves severity alone."""


class Deciding:
    """Decides for one pair of voices. Every method leaves the narrative's head as it is after the events it gives."""

    def __init__(
        self,
        narratives: Mapping[str, Narrative],
        pair: tuple[str, str],
        names: Mapping[str, Mapping[str, str]],
        settings: AlertSettings,
        versions: Versions,
    ) -> None:
        """Arguments as for `Comparer`. narratives: all that are live, for e-BH."""
        self._narratives, self._pair, self._names = narratives, pair, names
        self._settings, self._versions = settings, versions

    def judge(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        """A reading of what the narrative holds now, and what the alert's life makes of it."""
        found = narrative.divergence(self._pair, resample=False)
        if found is None:
            return
        step.reading = self._reading(step, narrative, found)
        state, verdict = take_reading(
            narrative.head.alert,
            step.reading,
            narrative=narrative.head.narrative,
            at=step.now,
            settings=self._settings,
        )
        if not narrative.head.alert.open:  # an alert is called the same for as long as it lives
            state = replace(state, title=title_of(narrative, self._pair))
        narrative.head = replace(narrative.head, alert=state)
        if verdict is not None:
            yield self.event(step, narrative, state, verdict, narrative.divergence(self._pair), at=step.now)
            if verdict.kind == "resolved":
                narrative.head = replace(narrative.head, ledger=restarted(narrative.head.ledger))
        yield from self._quiet(step, narrative)

    def _quiet(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        """A side of an open alert that falls silent while the other goes on."""
        spoken = narrative.spoken()
        state, verdict = take_silence(narrative.head.alert, silence(spoken, self._pair), spoken[-1][0], step.now)
        narrative.head = replace(narrative.head, alert=state)
        if verdict is not None:
            yield self.event(step, narrative, state, verdict, narrative.divergence(self._pair), at=step.now)

    def reconsidered(self, step: Step, narrative: Narrative, *, updated: str, retracted: str) -> Iterator[AlertEvent]:
        """Documents that carried an open alert are gone or have changed: it is retracted if it would not hold now."""
        state = narrative.head.alert
        if not state.open:
            return
        found = narrative.divergence(self._pair)
        if found is None or not still_holds(found.score, found.p_value, self._settings):
            yield self.retracted(step, narrative, found, retracted)
            return
        reading = self._reading(step, narrative, found)
        basis: Basis = "established" if state.basis == "established" and reading.established else "observed"
        state = told(replace(state, basis=basis, score=found.score), step.now)
        narrative.head = replace(narrative.head, alert=state)
        yield self.event(step, narrative, state, Verdict(kind="updated", reason=updated), found, at=step.now)

    def retracted(
        self, step: Step, narrative: Narrative, found: Divergence | None, reason: str, *, cool_down: int = 0
    ) -> AlertEvent:
        """The end of an alert that should not have been, or is none any more; its evidence starts afresh."""
        state = replace(closed(narrative.head.alert, step.now, self._settings), smoothed=None, cool_down=cool_down)
        narrative.head = replace(narrative.head, alert=state, ledger=restarted(narrative.head.ledger))
        return self.event(step, narrative, state, Verdict(kind="retracted", reason=reason), found, at=step.now)

    def _reading(self, step: Step, narrative: Narrative, found: Divergence) -> Reading:
        own = [any(side.own for side, _ in narrative.side(voice)) for voice in self._pair]
        return Reading(
            score=found.score,
            p_value=found.p_value,
            documents=len(narrative.held),
            log_e_value=narrative.head.ledger.log_e_value,
            established=is_established(self._narratives, narrative, step.now, self._settings),
            authority=1.0 if all(own) else THIRD_PARTY,
        )

    def event(
        self,
        step: Step,
        narrative: Narrative,
        state: AlertState,
        verdict: Verdict,
        found: Divergence | None,
        *,
        at: datetime,
    ) -> AlertEvent:
        """An event of this step; see `make_event`."""
        return make_event(
            narrative,
            state,
            verdict,
            found,
            pair=self._pair,
            names=self._names,
            at=at,
            cause=step.cause,
            sequence=step.seq,
            settings=self._settings,
            versions=self._versions,
        )
