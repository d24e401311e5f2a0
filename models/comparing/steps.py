"""What one step does to one narrative: documents come, leave, move and get other voices, are paired, are capped."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from models.alerting import AlertSettings, Reading
from models.comparing.narrative import Held, Narrative, odds_of
from models.comparing.records import (
    MOST_COPIES,
    REMEMBERED,
    DocumentRecord,
    Record,
    document_key,
    document_record,
    head_key,
)
from models.evidence import Pair, merged, next_pair, paid, payoffs, waiting, without
from models.feedback import Feedback
from models.news import Placement


class Step:
    """A placement or feedback being taken: its number, its time, what was read off, written and deleted so far."""

    def __init__(self, seq: int, *, cause: str, mark: bytes, now: datetime) -> None:
        """A step that has done nothing yet. cause: of its events. mark: what the head remembers it by."""
        self.seq, self.cause, self.mark, self.now = seq, cause, mark, now
        self.reading: Reading | None = None
        self.written: dict[str, Record] = {}
        self.deleted: set[str] = set()


def join(
    step: Step,
    narrative: Narrative,
    placement: Placement,
    pair: tuple[str, str],
    narratives: Mapping[str, Narrative],
) -> None:
    """Hold the placement's document and let the experts bet on the pairs it makes.

    Args:
        narratives: all, this one and those that usual style is learnt from.
    """
    statement = placement.statement
    if statement is None or statement.withdrawn:
        return
    if statement.item in narrative.held:
        drop(step, narrative, statement.item)
    hold(step, narrative, document_record(statement, pair, step.seq), pair, narratives)


def bring(
    step: Step,
    narrative: Narrative,
    placement: Placement,
    origin: Narrative,
    pair: tuple[str, str],
    narratives: Mapping[str, Narrative],
) -> None:
    """Hold the documents and copies that the placement moves; they leave `origin` by the next, of their own."""
    for item in placement.items:
        moved = origin.held.get(item)
        if moved is not None and item not in narrative.held:
            hold(step, narrative, replace(moved.record, seq=step.seq), pair, narratives)
    copies = origin.head.copies
    _hold_copies(narrative, {item: copies[item] for item in placement.items if item in copies})


def hold(
    step: Step,
    narrative: Narrative,
    record: DocumentRecord,
    pair: tuple[str, str],
    narratives: Mapping[str, Narrative],
) -> None:
    """Hold a document that says something, and let the experts bet on the pairs it makes; `narratives` as in `join`."""
    if not record.passages:
        return
    key = document_key(narrative.head.narrative, record)
    narrative.add(key, record, pair)
    step.written[key] = Record(document=record)
    ledger = narrative.head.ledger
    for voice in narrative.held[record.item].sides:
        ledger = waiting(ledger, record.item, on_a=voice == pair[0])
    narrative.head = replace(narrative.head, ledger=ledger)
    _pay(step, narrative, pair, narratives)


def _pay(step: Step, narrative: Narrative, pair: tuple[str, str], narratives: Mapping[str, Narrative]) -> None:
    times = [{one.item: one.at for one, _ in narrative.side(voice)} for voice in pair]
    while (found := next_pair(narrative.head.ledger, times[0], times[1])) is not None:
        a, b = found
        on = odds_of(narratives, narrative, a, b, pair, listed=narrative.head.ledger.pairs)
        ledger = paid(narrative.head.ledger, Pair(a=a, b=b, seq=step.seq, odds=on, log_e=payoffs(on)))
        narrative.head = replace(narrative.head, ledger=ledger)


def cap(step: Step, narrative: Narrative, pair: tuple[str, str], settings: AlertSettings) -> None:
    """Keep the newest documents of each side."""
    most = settings.documents_per_side
    kept = {side.item for voice in pair for side, _ in narrative.side(voice)[-most:]}
    for item in [item for item in narrative.held if item not in kept]:
        step.deleted.add(narrative.held.pop(item).key)


def count_copy(narrative: Narrative, placement: Placement, pair: tuple[str, str]) -> None:
    """A near copy reaches more readers: counted per voice, no evidence."""
    if placement.statement is not None:
        heard = {one.voice for one in placement.statement.passages}
        _hold_copies(narrative, {placement.item: tuple(voice for voice in pair if voice in heard)})


def _hold_copies(narrative: Narrative, more: Mapping[str, tuple[str, ...]]) -> None:
    latest = list({**narrative.head.copies, **more}.items())[-MOST_COPIES:]
    narrative.head = replace(narrative.head, copies=dict(latest))


def drop_copies(narrative: Narrative, items: Collection[str]) -> None:
    """Near copies leave; those that are none are left alone."""
    copies = {item: voices for item, voices in narrative.head.copies.items() if item not in items}
    narrative.head = replace(narrative.head, copies=copies)


def drop(step: Step, narrative: Narrative, item: str) -> None:
    """A document leaves, and its evidence with it."""
    step.deleted.add(narrative.held.pop(item).key)
    narrative.head = replace(narrative.head, ledger=without(narrative.head.ledger, item))


def revoice(
    step: Step, narrative: Narrative, said: Feedback, pair: tuple[str, str], narratives: Mapping[str, Narrative]
) -> None:
    """The passages that the feedback is about get the voice it gives, or leave where that is neither side's."""
    record = narrative.held[said.item].record
    heard = tuple(replace(one, voice=said.voice) if said.covers(one.start, one.end) else one for one in record.passages)
    kept = tuple(one for one in heard if one.voice in pair)
    drop(step, narrative, said.item)
    hold(step, narrative, replace(record, seq=step.seq, passages=kept, feedback=said.id), pair, narratives)


def absorb(step: Step, narrative: Narrative, absorbed: Narrative) -> None:
    """Another narrative's documents, evidence and, where only it has an open one, alert become this one's."""
    head = absorbed.head
    held = sorted((*narrative.held.values(), *absorbed.held.values()), key=lambda one: (one.record.seq, one.key))
    narrative.held = {}
    for one in held:
        _move(step, narrative, one)
    _hold_copies(narrative, head.copies)
    own = narrative.head
    carried = head.alert.open and not own.alert.open
    alert = replace(head.alert, episode=own.alert.episode) if carried else own.alert
    narrative.head = replace(
        own,
        ledger=merged(own.ledger, head.ledger),
        alert=replace(alert, ended=(*own.alert.ended, *head.alert.ended)),
        absorbed=(*own.absorbed, (head.narrative, step.seq))[-REMEMBERED:],
    )


def _move(step: Step, narrative: Narrative, one: Held) -> None:
    key = document_key(narrative.head.narrative, one.record)
    if one.record.item in narrative.held:
        return
    if key != one.key:
        step.written[key] = Record(document=one.record)
    narrative.held[one.record.item] = Held(key=key, record=one.record, sides=one.sides)


def keys_of(narrative: Narrative) -> set[str]:
    """The keys of all its records."""
    return {head_key(narrative.head.narrative), *(one.key for one in narrative.held.values())}
