"""A day in one message: what is new, what escalated, what is still open, what ended; the most severe first. Pure.

On a day on which nothing happened no digest is sent, even if alerts are still open: a message that says the same every
morning is not read on the morning on which it does not. Whether the sinks run is told by their metrics, not by silence.
"""

from dataclasses import dataclass

from models.alerts import CLOSING, SEVERITIES
from streams.sinks.package import Package, Told

NEW, ESCALATED, OPEN, ENDED = "new", "escalated", "still open", "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Alerts with one fate, each by its last event, the most severe first, then those further apart."""

    name: str
    alerts: tuple[Told, ...]


def sections(package: Package) -> tuple[Section, ...]:
    """The sections of a digest that have something in them; every alert is in one."""
    kinds: dict[str, set[str]] = {}
    for one in package.events:
        kinds.setdefault(one.event.alert, set()).add(one.kind)
    sorted_out: dict[str, list[Told]] = {NEW: [], ESCALATED: [], OPEN: [], ENDED: []}
    for last in package.latest:
        happened = kinds.get(last.event.alert, set())
        if last.kind in CLOSING:
            fate = ENDED
        elif "opened" in happened:
            fate = NEW
        else:
            fate = ESCALATED if "escalated" in happened else OPEN
        sorted_out[fate].append(last)
    return tuple(
        Section(name=name, alerts=tuple(sorted(found, key=_rank))) for name, found in sorted_out.items() if found
    )


def _rank(one: Told) -> tuple[int, float, str]:
    return (-SEVERITIES.index(one.event.severity), -one.event.score, one.event.alert)
