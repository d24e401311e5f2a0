"""What one placement does to one narrative: documents come, leave and move, are paired, are capped."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from models.alerting import AlertSettings, Reading
from models.comparing.narrative import Held, Narrative, odds_of
from models.comparing.records import (
    MOST_COPIES,
    REMEMBERED,
    DocumentRecord,
    Head,
    Record,
    document_key,
    document_record,
    head_key,
)
from models.evidence import Pair, merged, next_pair, paid, payoffs, waiting, without
from models.news import Placement


class Step:
    """One placement being taken: its number, its time, what was read off, written and deleted so far."""

    def __init__(self, seq: int, placement: Placement, now: datetime) -> None:
        """A step that has done nothing yet."""
        self.seq = seq
        self.placement = placement
        self.now = now
        self.reading: Reading | None = None
        self.written: dict[str, Record] = {}
        self.deleted: set[str] = set()


def join(step: Step, narrative: Narrative, pair: tuple[str, str], narratives: Mapping[str, Narrative]) -> None:
    """Hold the placement's document and let the experts bet on the pairs it makes.

    Args:
        narratives: all, this one and those that usual style is learnt from.
    """
    statement = step.placement.statement
    if statement is None or statement.withdrawn:
        return
    if statement.item in narrative.held:
        drop(step, narrative, statement.item)
    hold(step, narrative, document_record(statement, pair, step.seq), pair, narratives)


def bring(
    step: Step, narrative: Narrative, origin: Narrative, pair: tuple[str, str], narratives: Mapping[str, Narrative]
) -> None:
    """Hold the documents and copies that the placement moves; they leave `origin` by the next, of their own."""
    for item in step.placement.items:
        moved = origin.held.get(item)
        if moved is not None and item not in narrative.held:
            hold(step, narrative, replace(moved.record, seq=step.seq), pair, narratives)
    copies = origin.head.copies
    _hold_copies(narrative, {item: copies[item] for item in step.placement.items if item in copies})


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
    key = document_key(narrative.head.narrative, record.item, record.revision)
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


def absorb(step: Step, narrative: Narrative, absorbed: Narrative, head: Head) -> None:
    """Another narrative's documents, evidence and, where only it has an open one, alert become this one's.

    Args:
        head: of the absorbed narrative, as it is now.
    """
    held = sorted((*narrative.held.values(), *absorbed.held.values()), key=lambda one: (one.record.seq, one.key))
    narrative.held = {}
    for one in held:
        _move(step, narrative, one)
    _hold_copies(narrative, head.copies)
    own = narrative.head
    carried = head.alert.open and not own.alert.open
    narrative.head = replace(
        own,
        ledger=merged(own.ledger, head.ledger),
        alert=replace(head.alert, episode=own.alert.episode) if carried else own.alert,
        absorbed=(*own.absorbed, (head.narrative, step.seq))[-REMEMBERED:],
    )


def _move(step: Step, narrative: Narrative, one: Held) -> None:
    key = document_key(narrative.head.narrative, one.record.item, one.record.revision)
    if one.record.item in narrative.held:
        return
    if key != one.key:
        step.written[key] = Record(document=one.record)
    narrative.held[one.record.item] = Held(key=key, record=one.record, sides=one.sides)


def keys_of(narrative: Narrative) -> set[str]:
    """The keys of all its records."""
    return {head_key(narrative.head.narrative), *(one.key for one in narrative.held.values())}
