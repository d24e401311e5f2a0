"""What is told together, and when: the life of one group of alerts at one sink, as values.

A group takes events as they come. When it is due, it begins a notification, of which there is never more than one
under way: so the events of an alert, which are all in one group, are told in their order. The notification stays with
the group until it is settled, so that after a kill the same one, with the same id, is sent again.

Terms are Alertmanager's: a new group waits `wait_seconds` for company; a known one speaks again `interval_seconds`
after it last did; one with open alerts and nothing new reminds of them after `repeat_seconds` (0: never).
"""

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a group speaks, and of how many new events at most; with `digest` at that time of day (UTC) only."""

    wait_seconds: float
    interval_seconds: float
    repeat_seconds: float
    most_events: int
    digest: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An event of an alert as a group knows it.

    wanted: False for an end that the sink does not ask for, but which the group must know of. forced: told whatever
    speaks against it, because it was redriven.
    """

    id: str
    alert: str
    closes: bool
    wanted: bool = True
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An alert that is open, by its last event; `told`: the receiver knows of it, or was given up on."""

    alert: str
    event: str
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What is told at once: new events in their order, and in a reminder or digest alerts that are still open."""

    id: str
    kind: Literal["events", "reminder", "digest"]
    events: tuple[Taken, ...]
    still_open: tuple[Open, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all its events, new and earlier."""
        return (*(one.id for one in self.events), *(one.event for one in self.still_open))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group between two steps. spoke_at: when it last settled a notification, or found that it had none to send."""

    waiting: tuple[Taken, ...] = ()
    waiting_since: datetime | None = None
    open: tuple[Open, ...] = ()
    spoke_at: datetime | None = None
    sending: Notification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A group that was due: with a notification in `sending`, or without one if there is nothing to tell.

    silenced, untold: new events that it lets go, because of a silence, or because they end an alert never told of, or
    are not wanted.
    """

    group: Group
    silenced: tuple[str, ...] = ()
    untold: tuple[Taken, ...] = ()


def take(group: Group, event: Taken, now: datetime) -> Group:
    """The group with one more event."""
    return replace(group, waiting=(*group.waiting, event), waiting_since=group.waiting_since or now)


def due_at(group: Group, rules: Rules) -> datetime | None:
    """When the group is to begin or to resume a notification, or may be forgotten; None: not before an event comes."""
    if group.sending is not None:
        return AT_ONCE
    if group.waiting_since is not None:
        if rules.digest is not None:
            return _next(rules.digest, max(group.waiting_since, group.spoke_at or AT_ONCE))
        known = any(one.told for one in group.open)
        due = group.waiting_since + timedelta(seconds=0 if known else rules.wait_seconds)
        return due if group.spoke_at is None else max(due, group.spoke_at + timedelta(seconds=rules.interval_seconds))
    if group.spoke_at is None:
        return None
    if not group.open:
        return group.spoke_at + timedelta(seconds=rules.interval_seconds)
    if rules.repeat_seconds and rules.digest is None:
        return group.spoke_at + timedelta(seconds=max(rules.repeat_seconds, rules.interval_seconds))
    return None


def begin(group: Group, rules: Rules, now: datetime, silenced: Container[str] = ()) -> Begun:
    """Begin the notification that is due; one under way is resumed as it is.

    Args:
        silenced: ids of events, new ones and last ones of open alerts, that a silence covers now.
    """
    if group.sending is not None:
        return Begun(group=group)
    if is_over(group, rules, now):
        return Begun(group=Group())
    batch, later = group.waiting[: rules.most_events], group.waiting[rules.most_events :]
    alive = {one.alert: one for one in group.open}
    told: list[Taken] = []
    hushed: list[str] = []
    untold: list[Taken] = []
    for event in batch:
        is_told = any(one.alert == event.alert for one in told) or (event.alert in alive and alive[event.alert].told)
        if event.id in silenced and not event.forced:
            hushed.append(event.id)
            _follow(alive, event, told=is_told)
        elif event.closes and not (is_told and event.wanted) and not event.forced:
            untold.append(event)
            _follow(alive, event, told=False)
        else:
            told.append(event)
    rest = tuple(alive.values())
    left = replace(group, waiting=later, waiting_since=group.waiting_since if later else None, open=rest)
    sending = _notification(tuple(told), rest, rules, now, silenced, is_reminder=not batch)
    left = replace(left, sending=sending, spoke_at=group.spoke_at if sending else now)
    return Begun(group=left, silenced=tuple(hushed), untold=tuple(untold))


def _notification(
    told: tuple[Taken, ...],
    rest: tuple[Open, ...],
    rules: Rules,
    now: datetime,
    silenced: Container[str],
    *,
    is_reminder: bool,
) -> Notification | None:
    named = {one.alert for one in told}
    others = tuple(one for one in rest if one.alert not in named and one.event not in silenced)
    if rules.digest is not None:
        if not told:
            return None
        return Notification(
            id=_id("digest", now.isoformat(), *_ids(told)), kind="digest", events=told, still_open=others
        )
    if told:
        made = told[0].id if rules.most_events == 1 else _id(*_ids(told))
        return Notification(id=made, kind="events", events=told)
    if is_reminder and others:
        made = _id("reminder", now.isoformat(), *(one.event for one in others))
        return Notification(id=made, kind="reminder", events=(), still_open=others)
    return None


def settle(group: Group, now: datetime) -> Group:
    """The group after its notification was delivered or given up."""
    assert group.sending is not None
    alive = {one.alert: one for one in group.open}
    for event in group.sending.events:
        _follow(alive, event, told=True)
    for one in group.sending.still_open:
        alive[one.alert] = replace(one, told=True)
    return replace(group, sending=None, open=tuple(alive.values()), spoke_at=now)


def is_over(group: Group, rules: Rules, now: datetime) -> bool:
    """Whether nothing about the group needs to be remembered: nothing open or waiting, and its interval has passed."""
    if group.waiting or group.open or group.sending is not None:
        return False
    return group.spoke_at is None or group.spoke_at + timedelta(seconds=rules.interval_seconds) <= now


def _follow(alive: dict[str, Open], event: Taken, *, told: bool) -> None:
    """The open alerts after an event; one that was redriven is of the past, and opens nothing."""
    if event.closes:
        alive.pop(event.alert, None)
    elif not event.forced:
        alive[event.alert] = Open(alert=event.alert, event=event.id, told=told)


def _ids(events: Iterable[Taken]) -> tuple[str, ...]:
    return tuple(one.id for one in events)


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _next(at: time, after: datetime) -> datetime:
    """The first time of that hour and minute (UTC) later than `after`."""
    day = after.astimezone(UTC)
    found = day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return found if found > day else found + timedelta(days=1)
