"""What analysts say of alerts: an alert found by the beginning of its name, a judgement checked and sent."""

from collections.abc import Sequence
from datetime import datetime

from models.alerts import AlertEvent
from models.errors import InvalidSettings
from models.explanation import Quote
from models.feedback import JUDGEMENTS, OF_A_DOCUMENT, Feedback, Judgement
from streams.bootstrap import Reached
from streams.present import present
from streams.publish import producer
from streams.registry import payload
from streams.wire import HEADER_ITEM, decode, encode

NEITHER = "none"
"""What is written for a voice that is neither side's."""


def find_alert(reached: Reached, name: str) -> AlertEvent:
    """The latest event of the alert whose id is or begins with `name`.

    Raises:
        InvalidSettings: there is none in the history, or more than one.
        InfrastructureError: the broker is not there.
    """
    found: dict[str, AlertEvent] = {}
    topic = reached.topics.alerts.name
    for record in present(reached.bootstrap, topic):
        if record.value is not None and record.key.decode(errors="replace").startswith(name):
            event = decode(payload(record.value), AlertEvent)
            found[event.alert] = event
    if len(found) == 1:
        return found.popitem()[1]
    if not found:
        raise InvalidSettings(f"no alert {name} in {topic}; `parallax subscribe --from beginning` shows them")
    raise InvalidSettings(f"{name} begins {len(found)} alerts: {', '.join(sorted(found))}")


def judged(
    event: AlertEvent,
    judgement: str,
    *,
    at: datetime,
    span: str | None,
    voice: str | None,
    voices: Sequence[str],
    by: str,
    note: str,
) -> Feedback:
    """A judgement of an alert.

    Args:
        judgement: one of JUDGEMENTS, with - or _. span: ITEM or ITEM:START-END. voice: whose words it really is,
            NEITHER for neither side's. voices: those that may be named.

    Raises:
        InvalidSettings: a part is missing, or names what is not in the alert.
    """
    known = {name.replace("_", "-"): name for name in JUDGEMENTS}
    kind: Judgement | None = known.get(judgement.replace("_", "-"))
    if kind is None:
        raise InvalidSettings(f"{judgement} is no judgement: {', '.join(known)}")
    if (span is None) == (kind in OF_A_DOCUMENT):
        names = " and ".join(one.replace("_", "-") for one in OF_A_DOCUMENT)
        raise InvalidSettings(f"--span ITEM[:START-END] goes with {names}, with no other; these say what is wrong")
    if voice is not None and (kind != "wrong_voice" or voice not in (*voices, NEITHER)):
        raise InvalidSettings(
            f"--voice {voice}: goes with wrong-voice, and is one of {', '.join((*voices, NEITHER))}: whose words it is"
        )
    item, start, end = _place(event, span) if span is not None else ("", None, None)
    said = "" if voice in (None, NEITHER) else str(voice)
    return Feedback(
        alert=event.alert, judgement=kind, at=at, item=item, start=start, end=end, voice=said, by=by, note=note
    )


def _place(event: AlertEvent, span: str) -> tuple[str, int | None, int | None]:
    """The document and the stretch of it that a span names; an item's id may itself have colons and dashes in it."""
    documents = {item for side in event.sides.values() for item in side.documents}
    if span in documents:
        return span, None, None
    item, _, stretch = span.rpartition(":")
    start, _, end = stretch.partition("-")
    if item not in documents:
        raise InvalidSettings(f"--span {span}: the alert's documents are {', '.join(sorted(documents))}")
    if not (start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        raise InvalidSettings(f"--span {span}: {stretch!r} is no START-END, code points of the document's text")
    return item, int(start), int(end)


def sentences(event: AlertEvent) -> list[tuple[str, Quote]]:
    """Every sentence that the alert shows, with its voice; each once, in order of their place."""
    told = [(voice, one.id, one.start, one.end, one.text) for voice, side in event.sides.items() for one in side.quotes]
    told += [(one.voice, one.id, one.start, one.end, one.text) for one in event.one_sided]
    told += [
        (voice, one.id, one.start, one.end, one.text)
        for couple in (*event.opposed, *event.agreed)
        for voice, one in couple.items()
        if isinstance(one, Quote)
    ]
    return [
        (voice, Quote(id=item, text=text, start=start, end=end)) for voice, item, start, end, text in sorted(set(told))
    ]


def send(reached: Reached, said: Feedback, *, about: str) -> None:
    """Send a judgement; returns when the broker has it.

    Args:
        about: the item that the message's header names.

    Raises:
        InfrastructureError: the broker is not there.
    """
    with producer(reached.bootstrap) as sender:
        headers = [(HEADER_ITEM, about.encode())]
        sender.send(reached.topics.feedback.name, key=said.alert.encode(), value=encode(said), headers=headers)
