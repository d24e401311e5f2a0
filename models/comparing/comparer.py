"""The compare stage: placements and feedback in, alert events and durable changes out.

One placement or one word of feedback is one step, committed by the head of its narrative. Whatever spans narratives
(the clock, the usual style, e-BH) is computed from all records, so that a stage restored after any prefix of its
changes goes on as if nothing had happened: what a head remembers gives nothing, anything else what it would have given.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from models.alerting import AlertSettings, AlertState, Reading, Verdict, buried, closed
from models.alerts import AlertEvent, Versions
from models.comparing.audit import Audit, audited
from models.comparing.deciding import Deciding
from models.comparing.narrative import Narrative, awake, forgotten_at, silent_at
from models.comparing.records import REMEMBERED, Head, Record, digest, head_key, mark_of, was_applied
from models.comparing.steps import Step, absorb, bring, cap, count_copy, drop, drop_copies, join, keys_of, revoice
from models.evidence import Ledger
from models.feedback import OF_A_DOCUMENT, Feedback
from models.news import Change, Placement

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a step led to; events are sent before changes are made durable.

    buried: alerts that are over for so long that they are no present ones any more. reading: where both sides speak.
    """

    events: tuple[AlertEvent, ...] = ()
    buried: tuple[str, ...] = ()
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
        self._settings = settings or AlertSettings()
        self._narratives: dict[str, Narrative] = {}
        self._deciding = Deciding(self._narratives, pair, names, self._settings, versions)
        self._clock = LONG_AGO
        self._seq = 0
        self._stale: set[str] = set()

    def take(self, placement: Placement) -> Taken:
        """Take one placement; see Taken. One that was taken before gives nothing."""
        mark = digest(placement)
        if self._knows(placement.narrative, mark):
            return Taken()
        step = Step(self._seq + 1, cause=placement.item, mark=mark, now=max(self._clock, placement.at))
        events = list(self._silenced(step))
        over = tuple(self._buried(step))
        self._forget(step)
        narrative = self._own(step, placement.narrative)
        if placement.how in ("born", "joined"):
            join(step, narrative, placement, self._pair, self._narratives)
            cap(step, narrative, self._pair, self._settings)
        elif placement.how in ("moved", "split"):
            origin = self._narratives.get(placement.origin or "")
            if origin is not None and origin is not narrative:
                bring(step, narrative, placement, origin, self._pair, self._narratives)
                cap(step, narrative, self._pair, self._settings)
        elif placement.how == "copy":
            count_copy(narrative, placement, self._pair)
        elif placement.how == "left":
            events += self._leave(step, narrative, placement)
        elif placement.how == "merged":
            events += self._merge(step, narrative, placement)
        if step.written or placement.how == "merged":
            events += self._deciding.judge(step, narrative)
        self._commit(step, narrative)
        return Taken(events=tuple(events), buried=over, changes=self._changes(step, narrative), reading=step.reading)

    def hear(self, said: Feedback) -> Taken:
        """Take what an analyst says of an alert; see Taken.

        What was taken before, confirms, or is about an alert or document that is not held gives nothing.
        """
        narrative, mark = self._of_alert(said.alert), mark_of(said.id)
        if narrative is None or was_applied(narrative.head, mark):
            return Taken()
        step = Step(self._seq + 1, cause=said.item or f"feedback/{said.id}", mark=mark, now=self._clock)
        narrative.head = awake(narrative.head, step.now, self._settings)
        why, events = said.judgement, tuple[AlertEvent, ...]()
        if why == "not_divergent" and narrative.head.alert.open:
            found, rest = narrative.divergence(self._pair), self._settings.cool_down
            events = (self._deciding.retracted(step, narrative, found, why, cool_down=rest),)
        elif why in OF_A_DOCUMENT and said.item in narrative.held:
            if why == "wrong_voice":
                revoice(step, narrative, said, self._pair, self._narratives)
            else:
                drop(step, narrative, said.item)
            events = tuple(self._deciding.reconsidered(step, narrative, updated=why, retracted=why))
        else:
            return Taken()
        self._commit(step, narrative)
        return Taken(events=events, changes=self._changes(step, narrative))

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

    def _knows(self, name: str, mark: bytes) -> bool:
        narrative = self._narratives.get(name)
        return narrative is not None and was_applied(narrative.head, mark)

    def _of_alert(self, alert: str) -> Narrative | None:
        """The narrative that has or had this alert, while it is remembered; "" is none, though some never had one."""
        for one in self._narratives.values():
            state = one.head.alert
            if alert and alert in (state.alert, *(ended for ended, _ in state.ended)):
                return one
        return None

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
            yield self._deciding.event(step, narrative, state, verdict, narrative.divergence(self._pair), at=at)

    def _buried(self, step: Step) -> Iterator[str]:
        """Alerts whose time among the present ones ends by the clock's new time: this, too, follows from the clock."""
        for name in sorted(self._narratives):
            head = self._narratives[name].head
            if head.alert.open or head.alert.ended:
                state = awake(head, step.now, self._settings).alert
                yield from buried(state, after=self._clock, now=step.now, settings=self._settings)

    def _forget(self, step: Step) -> None:
        for name in sorted(self._narratives):
            if forgotten_at(self._narratives[name].head, self._settings) <= step.now:
                step.deleted |= keys_of(self._narratives.pop(name))

    def _own(self, step: Step, name: str) -> Narrative:
        narrative = self._narratives.get(name)
        if narrative is None:
            head = Head(narrative=name, seq=0, clock=step.now, copies={}, ledger=Ledger(), alert=AlertState())
            narrative = self._narratives[name] = Narrative(head)
        narrative.head = awake(narrative.head, step.now, self._settings)
        return narrative

    def _leave(self, step: Step, narrative: Narrative, placement: Placement) -> Iterator[AlertEvent]:
        """Documents leave."""
        items = placement.items or (placement.item,)
        drop_copies(narrative, items)
        leaving = [one for one in items if one in narrative.held]
        for one in leaving:
            drop(step, narrative, one)
        if leaving:
            updated, retracted = ("regrouped", "regrouped") if placement.items else ("corrected", "retracted")
            yield from self._deciding.reconsidered(step, narrative, updated=updated, retracted=retracted)

    def _merge(self, step: Step, narrative: Narrative, placement: Placement) -> Iterator[AlertEvent]:
        """The absorbed narrative's documents, evidence and alert become this one's."""
        absorbed = self._narratives.pop(placement.absorbed or "", None)
        if absorbed is None or absorbed is narrative:
            return
        step.deleted |= keys_of(absorbed)
        absorbed.head = awake(absorbed.head, step.now, self._settings)
        if absorbed.head.alert.open and narrative.head.alert.open:
            state = closed(absorbed.head.alert, step.now, self._settings)
            absorbed.head = replace(absorbed.head, alert=state)
            verdict = Verdict(kind="retracted", reason=f"merged_into {narrative.head.alert.alert}")
            yield self._deciding.event(step, absorbed, state, verdict, absorbed.divergence(self._pair), at=step.now)
        absorb(step, narrative, absorbed)
        cap(step, narrative, self._pair, self._settings)

    def _commit(self, step: Step, narrative: Narrative) -> None:
        self._clock, self._seq = step.now, step.seq
        narrative.head = replace(
            narrative.head,
            seq=step.seq,
            clock=step.now,
            documents=tuple(one.key for one in narrative.held.values()),
            applied=(narrative.head.applied + step.mark)[-8 * REMEMBERED :],
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
