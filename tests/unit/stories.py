"""What the events of alerts tell, in order, and what makes that a sound story."""

from collections.abc import Iterable

from models.alerts import SEVERITIES, AlertEvent

ENDS = ("resolved", "retracted")


def kind(event: AlertEvent) -> str:
    return event.type.split(".")[2]


def faults(events: Iterable[AlertEvent]) -> list[str]:
    """What a subscriber who follows every alert could not make sense of."""
    found: list[str] = []
    last: dict[str, AlertEvent] = {}
    ids: set[str] = set()
    sequence = 0
    for event in events:
        before, told = last.get(event.alert), f"{kind(event)} {event.alert[:6]} revision {event.revision}"
        if event.id in ids:
            found.append(f"{told}: its id was there before")
        if event.sequence < sequence:
            found.append(f"{told}: its sequence goes back")
        if event.revision != (1 if before is None else before.revision + 1):
            found.append(f"{told}: follows revision {before and before.revision}")
        if (before is None) != (kind(event) == "opened"):
            found.append(f"{told}: an alert opens once, at first")
        if before is not None and kind(before) in ENDS:
            found.append(f"{told}: it had ended")
        if before is not None and event.time < before.time:
            found.append(f"{told}: its time goes back")
        if kind(event) == "escalated" and before is not None and not _rises(before, event):
            found.append(f"{told}: {before.severity}, {before.basis} becomes {event.severity}, {event.basis}")
        if event.reason.startswith("merged_into"):
            into = last.get(event.reason.split()[1])
            if into is None or kind(into) in ENDS:
                found.append(f"{told}: {event.reason} is no open alert")
        last[event.alert], sequence = event, event.sequence
        ids.add(event.id)
    return found


def _rises(before: AlertEvent, event: AlertEvent) -> bool:
    if event.reason == "established":
        return (before.basis, event.basis) == ("observed", "established")
    return SEVERITIES.index(event.severity) > SEVERITIES.index(before.severity)
