"""The commands that read the alert topics: subscribe (as they come), alerts (what is open now)."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, cast, get_args

import typer
from kafka.errors import (
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)
from rich.markup import escape
from rich.table import Column, Table

from models.alerts import SEVERITIES, AlertEvent, Basis, Kind, Severity
from models.errors import InvalidItem, InvalidSettings
from models.voices import Voices
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, Refusals, VoicesFile, for_person, settings_and_voices
from streams.connecting import Where
from streams.positions import Positions
from streams.progress import say
from streams.subscribe import Alert, Filter, PassedOver
from streams.subscribe import alerts as followed
from streams.subscribe import state as open_alerts

OfVoice = Annotated[
    list[str] | None, typer.Option("--voice", help="Alerts that compare this voice, by its id; more than once: any.")
]
OfNarrative = Annotated[
    list[str] | None, typer.Option("--narrative", help="Of this narrative, by how its id begins; more than once: any.")
]
OfType = Annotated[
    list[str] | None, typer.Option("--type", help=f"{', '.join(get_args(Kind))}, or a full name; more than once: any.")
]
OfBasis = Annotated[
    list[str] | None, typer.Option("--basis", help=f"{' or '.join(get_args(Basis))}; more than once: any.")
]
MinSeverity = Annotated[str, typer.Option(help=f"{', '.join(SEVERITIES)}.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(subscribe)
    app.command()(alerts)


def subscribe(
    from_: Annotated[str, typer.Option("--from", help="beginning, or now.")] = "now",
    voice: OfVoice = None,
    narrative: OfNarrative = None,
    type_: OfType = None,
    basis: OfBasis = None,
    min_severity: MinSeverity = SEVERITIES[0],
    no_replays: Annotated[bool, typer.Option("--no-replays", help="Leave out what replayed items led to.")] = False,
    group: Annotated[str | None, typer.Option(help="Remember what this group has seen, and go on from there.")] = None,
    as_json: AsJson = False,
    until_idle: Annotated[float | None, typer.Option(min=0, help="End after so many seconds without news.")] = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Follow the alerts, each event once."""
    if from_ not in ("beginning", "now"):
        raise InvalidSettings(f"--from {from_}: beginning or now")
    settings, book = settings_and_voices(config, voices)
    where = _filter(book, voice, narrative, type_, basis, min_severity, replays=not no_replays)
    reached, person, refusals = reach(settings), for_person(as_json), Refusals()
    with _stopped_by_signal() as stop:
        for alert in followed(
            reached.bootstrap,
            reached.topics.alerts.name,
            group=group,
            from_beginning=from_ == "beginning",
            where=where,
            stop=stop,
            until_idle_seconds=until_idle,
            busy=_Working(reached.bootstrap, reached.group, reached.topics.of_stages),
            passed_over=lambda one: _tell(one, refusals),
        ):
            show.alert(alert.event, book) if person else _write(alert)
    refusals.finish()


def alerts(
    voice: OfVoice = None,
    narrative: OfNarrative = None,
    basis: OfBasis = None,
    min_severity: MinSeverity = SEVERITIES[0],
    as_json: AsJson = False,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """The alerts that are open now: the last event of each."""
    settings, book = settings_and_voices(config, voices)
    where = _filter(book, voice, narrative, None, basis, min_severity)
    reached = reach(settings)
    found = list(open_alerts(reached.bootstrap, reached.topics.alerts_state.name, where=where).values())
    if for_person(as_json):
        show.console.print(_table([alert.event for alert in found]) if found else "no alert is open")
        return
    for alert in found:
        _write(alert)


def _filter(
    book: Voices,
    voices: list[str] | None,
    narratives: list[str] | None,
    types: list[str] | None,
    bases: list[str] | None,
    min_severity: str,
    *,
    replays: bool = True,
) -> Filter:
    for voice in voices or ():
        if voice not in book.ids:
            raise InvalidSettings(f"--voice {voice}: no such voice; the voices file has {', '.join(book.ids)}")
    return Filter(
        voices=tuple(voices or ()),
        narratives=tuple(narratives or ()),
        types=tuple(types or ()),
        bases=cast(tuple[Basis, ...], tuple(bases or ())),  # Filter refuses any other
        min_severity=cast(Severity, min_severity),
        replays=replays,
    )


def _tell(one: PassedOver, refusals: Refusals) -> None:
    """An event of a later version is no fault; what is no alert event at all makes the command fail in the end."""
    if one.reason == "unreadable":
        refusals(one.where, InvalidItem("unreadable", f"no alert event, passed over: {one.detail}"))
    else:
        say(f"parallax: {one.where}: passed over, this version does not know it; --type {one.detail} asks for it")


def _write(alert: Alert) -> None:
    sys.stdout.buffer.write(alert.value + b"\n")
    sys.stdout.buffer.flush()


def _table(events: list[AlertEvent]) -> Table:
    short = (Column(name, no_wrap=True) for name in ("alert", "severity", "basis", "score", "last event"))
    table = Table(*short, "headline")
    for one in sorted(events, key=lambda one: (-SEVERITIES.index(one.severity), one.time)):
        last = f"{one.type.split('.')[2]} {one.time:%Y-%m-%d}"
        table.add_row(one.alert[:8], one.severity, one.basis, f"{one.score:.2f}", last, escape(one.headline))
    return table


@contextmanager
def _stopped_by_signal() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or Ctrl-C sets, so that what was shown is committed; a second ends at once."""
    stop = threading.Event()
    before: dict[signal.Signals, Any] = {}

    def on(*_: object) -> None:
        stop.set()
        for one, handler in before.items():
            signal.signal(one, handler)

    before.update({one: signal.signal(one, on) for one in (signal.SIGTERM, signal.SIGINT)})
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class _Working:
    """Whether the stages moved on since the last look: then the stream is not idle, though no alert came."""

    def __init__(self, bootstrap: Where, group: str, topics: tuple[str, ...]) -> None:
        self._where, self._last = (bootstrap, group, topics), -1

    def __call__(self) -> bool:
        bootstrap, group, topics = self._where
        positions = Positions(bootstrap)
        try:
            found = positions.of(group, topics).values()
        except CoordinatorNotAvailableError:  # the first question about any group on a new broker: ask again
            return True
        except (GroupAuthorizationFailedError, TopicAuthorizationFailedError):  # who only reads alerts (docs/access.md)
            return False
        finally:
            positions.close()
        done, lag = sum(one.committed for one in found), sum(one.lag for one in found)
        moved, self._last = lag > 0 and done != self._last, done
        return moved
