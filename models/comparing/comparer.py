"""The compare stage: placements in, alert events and durable changes out.

One placement is one step, committed by the head of its narrative. Whatever spans narratives (the clock, the usual
style, e-BH) is computed from all records, so that a stage restored after any prefix of its changes goes on as if
nothing had happened: a placement that a head remembers gives nothing, any other gives what it would have given.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from models.alerting import AlertSettings, AlertState, Reading, Verdict, closed, take_reading, take_silence, told
from models.alerts import AlertEvent, Basis, Versions
from models.comparing.audit import Audit, audited, is_established
from models.comparing.events import make_event, title_of
from models.comparing.narrative import Narrative, awake, forgotten_at, silent_at
from models.comparing.records import REMEMBERED, Head, Record, digest, head_key, was_applied
from models.comparing.steps import Step, absorb, bring, cap, count_copy, drop, drop_copies, join, keys_of
from models.divergence import Divergence
from models.evidence import Ledger, restarted
from models.news import Change, Placement
from models.silence import silence

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
THIRD_PARTY = 0.8
"""Authority of a side that speaks through others only: heard, not first hand. A judgement; it moves severity alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a placement led to; events are sent before changes are made durable. reading: where both sides speak."""

    events: tuple[AlertEvent, ...] = ()
    changes: tuple[Change[Record], ...] = ()
    reading: Reading | None = None


class Comparer:
    """The state of the compare stage: every narrative's documents, evidence and alert."""

    def __init__(
        self,
        pair: tuple[str, str],
        names: Mapping[str, Mapping[str, str]],
        settings: AlertSettings | None = None,
        *,
        versions: Versions,
    ) -> None:
        """An empty stage.

        Args:
            pair: the two voices compared. In another order they give the same scores.
            names: per voice its name by language, for headlines.
        """
        self._pair = pair
        self._names = names
        self._settings = settings or AlertSettings()
        self._versions = versions
        self._narratives: dict[str, Narrative] = {}
        self._clock = LONG_AGO
        self._seq = 0
        self._stale: set[str] = set()

    def take(self, placement: Placement) -> Taken:
        """Take one placement; see Taken. One that was taken before gives nothing."""
        if self._knows(placement):
            return Taken()
        step = Step(self._seq + 1, placement, max(self._clock, placement.at))
        events = list(self._silenced(step))
        narrative = self._own(step)
        if placement.how in ("born", "joined"):
            join(step, narrative, self._pair, self._narratives)
            cap(step, narrative, self._pair, self._settings)
        elif placement.how in ("moved", "split"):
            origin = self._narratives.get(placement.origin or "")
            if origin is not None and origin is not narrative:
                bring(step, narrative, origin, self._pair, self._narratives)
                cap(step, narrative, self._pair, self._settings)
        elif placement.how == "copy":
            count_copy(narrative, placement, self._pair)
        elif placement.how == "left":
            events += self._leave(step, narrative)
        elif placement.how == "merged":
            events += self._merge(step, narrative)
        if placement.how != "copy":
            events += self._judge(step, narrative)
        self._commit(step, narrative)
        return Taken(events=tuple(events), changes=self._changes(step, narrative), reading=step.reading)

    def restore(self, records: Mapping[str, Record] | Iterable[tuple[str, Record]]) -> None:
        """Become the stage that these durable records are of.

        Only for an empty stage. Their order is without effect.
        """
        held = dict(records)
        heads = sorted((one.head for one in held.values() if one.head is not None), key=lambda one: one.seq)
        self._clock = max((one.clock for one in heads), default=LONG_AGO)
        self._seq = max((one.seq for one in heads), default=0)
        gone = {name: seq for one in heads for name, seq in one.absorbed}
        named: set[str] = set()
        for head in heads:
            over = forgotten_at(head, self._settings) <= self._clock or gone.get(head.narrative, 0) > head.seq
            if over:
                continue
            narrative = self._narratives[head.narrative] = Narrative(head)
            named |= {head_key(head.narrative), *head.documents}
            for key in head.documents:
                document = held[key].document
                if document is not None:
                    narrative.add(key, document, self._pair)
        self._stale = set(held) - named

    def audits(self) -> Iterator[Audit]:
        """The evidence of every narrative that has any, looked into as of the stage's clock; see Audit."""
        for one in list(self._narratives.values()):
            if one.head.ledger.count:
                yield audited(self._narratives, one, self._pair, self._clock, self._settings)

    def _knows(self, placement: Placement) -> bool:
        narrative = self._narratives.get(placement.narrative)
        return narrative is not None and was_applied(narrative.head, placement)

    def _silenced(self, step: Step) -> Iterator[AlertEvent]:
        """Alerts whose narratives fell silent before the clock's new time.

        Nothing is stored: it follows from the clock.
        """
        due = [
            (silent_at(one.head, self._settings), name)
            for name, one in self._narratives.items()
            if one.head.alert.open and self._clock < silent_at(one.head, self._settings) <= step.now
        ]
        for at, name in sorted(due):
            narrative = self._narratives[name]
            state = closed(narrative.head.alert, at, self._settings)
            verdict = Verdict(kind="resolved", reason="silent")
            yield self._event(step, narrative, state, verdict, narrative.divergence(self._pair), at=at)
        for name in sorted(self._narratives):
            if forgotten_at(self._narratives[name].head, self._settings) <= step.now:
                step.deleted |= keys_of(self._narratives.pop(name))

    def _own(self, step: Step) -> Narrative:
        name = step.placement.narrative
        narrative = self._narratives.get(name)
        if narrative is None:
            head = Head(narrative=name, seq=0, clock=step.now, copies={}, ledger=Ledger(), alert=AlertState())
            narrative = self._narratives[name] = Narrative(head)
        narrative.head = awake(narrative.head, step.now, self._settings)
        return narrative

    def _leave(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        """Documents leave. The alert is retracted if what is left would not hold it."""
        items = step.placement.items or (step.placement.item,)
        drop_copies(narrative, items)
        leaving = [one for one in items if one in narrative.held]
        if not leaving:
            return
        for one in leaving:
            drop(step, narrative, one)
        state = narrative.head.alert
        if not state.open:
            return
        found = narrative.divergence(self._pair)
        if found is None or found.score < self._settings.close_below or self._usual(found):
            narrative.head = replace(
                narrative.head,
                alert=replace(closed(state, step.now, self._settings), smoothed=None, cool_down=0),
                ledger=restarted(narrative.head.ledger),
            )
            verdict = Verdict(kind="retracted", reason="regrouped" if step.placement.items else "retracted")
            yield self._event(step, narrative, narrative.head.alert, verdict, found, at=step.now)
        else:
            reading = self._reading(step, narrative, found)
            basis: Basis = "established" if state.basis == "established" and reading.established else "observed"
            state = told(replace(state, basis=basis, score=found.score), step.now)
            narrative.head = replace(narrative.head, alert=state)
            verdict = Verdict(kind="updated", reason="regrouped" if step.placement.items else "corrected")
            yield self._event(step, narrative, state, verdict, found, at=step.now)

    def _usual(self, found: Divergence) -> bool:
        return found.p_value is not None and found.p_value > self._settings.open_p

    def _merge(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        """The absorbed narrative's documents, evidence and alert become this one's."""
        absorbed = self._narratives.pop(step.placement.absorbed or "", None)
        if absorbed is None or absorbed is narrative:
            return
        step.deleted |= keys_of(absorbed)
        other = awake(absorbed.head, step.now, self._settings)
        if other.alert.open and narrative.head.alert.open:
            absorbed.head = replace(other, alert=closed(other.alert, step.now, self._settings))
            verdict = Verdict(kind="retracted", reason=f"merged_into {narrative.head.alert.alert}")
            yield self._event(
                step, absorbed, absorbed.head.alert, verdict, absorbed.divergence(self._pair), at=step.now
            )
        absorb(step, narrative, absorbed, other)
        cap(step, narrative, self._pair, self._settings)

    def _judge(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        found = narrative.divergence(self._pair, resample=False)
        if found is None or not (step.written or step.placement.how == "merged"):
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
            yield self._event(step, narrative, state, verdict, narrative.divergence(self._pair), at=step.now)
            if verdict.kind == "resolved":
                narrative.head = replace(narrative.head, ledger=restarted(narrative.head.ledger))
        yield from self._quiet(step, narrative)

    def _quiet(self, step: Step, narrative: Narrative) -> Iterator[AlertEvent]:
        """A side of an open alert that falls silent while the other goes on."""
        spoken = narrative.spoken()
        state, verdict = take_silence(narrative.head.alert, silence(spoken, self._pair), spoken[-1][0], step.now)
        narrative.head = replace(narrative.head, alert=state)
        if verdict is not None:
            yield self._event(step, narrative, state, verdict, narrative.divergence(self._pair), at=step.now)

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

    def _event(
        self,
        step: Step,
        narrative: Narrative,
        state: AlertState,
        verdict: Verdict,
        found: Divergence | None,
        *,
        at: datetime,
    ) -> AlertEvent:
        return make_event(
            narrative,
            state,
            verdict,
            found,
            pair=self._pair,
            names=self._names,
            at=at,
            cause=step.placement.item,
            sequence=step.seq,
            settings=self._settings,
            versions=self._versions,
        )

    def _commit(self, step: Step, narrative: Narrative) -> None:
        self._clock, self._seq = step.now, step.seq
        narrative.head = replace(
            narrative.head,
            seq=step.seq,
            clock=step.now,
            documents=tuple(one.key for one in narrative.held.values()),
            applied=(narrative.head.applied + digest(step.placement))[-8 * REMEMBERED :],
        )

    def _changes(self, step: Step, narrative: Narrative) -> tuple[Change[Record], ...]:
        """Documents, then the head that commits them, then what is no longer needed."""
        own = head_key(narrative.head.narrative)
        kept = set(narrative.head.documents)
        written = [Change(key=key, record=record) for key, record in step.written.items() if key in kept]
        deleted = (step.deleted | self._stale) - kept - {own}
        self._stale = set()
        gone: list[Change[Record]] = [Change(key=key, record=None) for key in sorted(deleted)]
        return (*written, Change(key=own, record=Record(head=narrative.head)), *gone)
