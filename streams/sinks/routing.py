"""Which events a sink wants, and under which name they are grouped: pure."""

from models.alerts import CLOSING, SEVERITIES, AlertEvent
from streams.sinks.configuration import Match, Receiver
from streams.sinks.grouping import Rules

MOST_IN_A_DIGEST = 1000
"""New events of one digest, far above any day's: what is over is in the next (a judgement)."""


def kind_of(event: AlertEvent) -> str:
    """opened, escalated, …: the kind in `parallax.alert.KIND.v1`."""
    return event.type.split(".")[2]


def fits(match: Match, event: AlertEvent) -> bool:
    """Whether an event is as a match states."""
    return (
        SEVERITIES.index(event.severity) >= SEVERITIES.index(match.min_severity)
        and (not match.voices or bool(set(match.voices) & set(event.sides)))
        and (not match.narratives or event.narrative in match.narratives)
        and (not match.types or kind_of(event) in match.types)
        and (not match.basis or event.basis in match.basis)
    )


def unwanted(receiver: Receiver, event: AlertEvent, *, replayed: bool) -> str | None:
    """Why a sink is not to have an event; None: it is, or it is the end of an alert, which `wants_end` judges.

    Args:
        replayed: it came from a replay of old items, which pages nobody.
    """
    sink, kind = receiver.sink, kind_of(event)
    if replayed and not sink.replays:
        return "replay"
    if kind in CLOSING:
        return None
    if kind == "updated" and not sink.sends_updates:
        return "update"
    if fits(sink.match, event) and (not receiver.routes or any(fits(one, event) for one in receiver.routes)):
        return None
    return "no_match"


def wants_end(receiver: Receiver, event: AlertEvent) -> bool:
    """Whether a sink asks for the end of an alert that it was told of: then it has it, however slight it is by now."""
    sink, kind = receiver.sink, kind_of(event)
    if not sink.send_resolved and sink.digest is None:
        return False
    asked = [one for one in (sink.match, *receiver.routes) if not one.types or kind in one.types]
    return sink.match in asked and (not receiver.routes or len(asked) > 1)


def group_key(receiver: Receiver, event: AlertEvent) -> str:
    """The group of an event. All events of an alert are in one group: that keeps their order."""
    sink = receiver.sink
    if sink.digest is not None:
        return "digest"
    if sink.group_by is None:
        return f"alert={event.alert}"
    return ",".join(f"{label}={getattr(event, label)}" for label in sorted(sink.group_by)) or "all"


def rules_of(receiver: Receiver) -> Rules:
    """The timing of a sink's groups; without `group_by` each event goes by itself, at once."""
    sink = receiver.sink
    if sink.digest is not None:
        return Rules(
            wait_seconds=0, interval_seconds=0, repeat_seconds=0, most_events=MOST_IN_A_DIGEST, digest=sink.digest
        )
    if sink.group_by is None:
        return Rules(wait_seconds=0, interval_seconds=0, repeat_seconds=sink.repeat_interval_seconds, most_events=1)
    return Rules(
        wait_seconds=sink.group_wait_seconds,
        interval_seconds=sink.group_interval_seconds,
        repeat_seconds=sink.repeat_interval_seconds,
        most_events=sink.most_events,
    )
