"""The command `parallax sinks`: deliver alerts to people and programs; try it out; silence what nobody needs now."""

import asyncio
import random
import re
import sys
from datetime import datetime, timedelta
from typing import Annotated

import typer

from models.errors import InfrastructureError, InvalidItem, InvalidSettings
from models.voices import Voices
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, SinksFile, VoicesFile, emit, for_person, settings_and_voices, wall_clock
from streams.progress import say
from streams.settings import Settings, load_settings
from streams.sinks import running, silences
from streams.sinks.configuration import Receiver
from streams.sinks.telling import load, told
from streams.sinks.trial import send
from streams.wire import moment

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    sinks = typer.Typer(help="Deliver alerts to people and programs.", invoke_without_command=True)
    sinks.callback()(run)
    silence = typer.Typer(help="What nobody is told of for a while.", no_args_is_help=True)
    silence.command("add")(silence_add)
    silence.command("list")(silence_list)
    silence.command("end")(silence_end)
    sinks.add_typer(silence, name="silence")
    app.add_typer(sinks, name="sinks")


def run(
    context: typer.Context,
    sinks: SinksFile = None,
    check: Annotated[bool, typer.Option("--check", help="Only read the file, and say what would be done.")] = False,
    test: Annotated[str | None, typer.Option(help="Only send this sink a message marked as a test.")] = None,
    from_: Annotated[str, typer.Option("--from", help="Where a new sink begins: beginning, or now.")] = "now",
    as_json: AsJson = False,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Deliver alerts to the sinks of a file, until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    if from_ not in ("beginning", "now"):
        raise InvalidSettings(f"--from {from_}: beginning or now")
    settings, book = settings_and_voices(config, voices, sinks=sinks)
    if test is not None:
        _test(settings, book, test)
    elif check:
        _check(settings, book, as_json)
    else:
        _run(settings, book, from_beginning=from_ == "beginning")


def _run(settings: Settings, book: Voices, *, from_beginning: bool) -> None:
    receivers = _receivers(settings, book)
    names = [one.sink.name for one in receivers]

    def ready() -> None:
        say(f"sinks running: {', '.join(names)}")
        emit({"ready": names})
        sys.stdout.buffer.flush()

    running.run(
        settings,
        receivers,
        book,
        reach(settings),
        from_beginning=from_beginning,
        clock=wall_clock,
        rng=random.Random(),  # noqa: S311 - spreads attempts, guards nothing
        ready=ready,
    )


def _check(settings: Settings, book: Voices, as_json: bool) -> None:
    for receiver in _receivers(settings, book):
        line = told(receiver)
        show.console.print(line["says"], markup=False, soft_wrap=True) if for_person(as_json) else emit(line)


def _test(settings: Settings, book: Voices, name: str) -> None:
    receivers = {one.sink.name: one for one in _receivers(settings, book)}
    if name not in receivers:
        raise InvalidSettings(f"--test {name}: {settings.sinks} has {', '.join(receivers)}")
    failure = asyncio.run(send(receivers[name], book, wall_clock))
    if failure is not None:
        raise InfrastructureError(f"sink {name}: {failure.reason}: {failure.detail}")
    say(f"sink {name} has taken the test message")


def _receivers(settings: Settings, book: Voices) -> tuple[Receiver, ...]:
    if not settings.sinks:
        raise InvalidSettings("no sinks file: --sinks FILE or PARALLAX_SINKS; examples/sinks.toml is one to begin with")
    return load(settings.sinks, book)


def silence_add(
    reason: Annotated[str, typer.Option(help="Why, for others.")],
    narrative: Annotated[str | None, typer.Option(help="Alerts of this narrative.")] = None,
    alert: Annotated[str | None, typer.Option(help="This alert, by its whole id.")] = None,
    voice: Annotated[str | None, typer.Option(help="Alerts in which this voice is a side.")] = None,
    min_severity: Annotated[str | None, typer.Option(help="Alerts of this severity or above.")] = None,
    max_severity: Annotated[str | None, typer.Option(help="Alerts of this severity or below.")] = None,
    until: Annotated[str | None, typer.Option(help="ISO 8601; without a zone it is UTC.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="30m, 2h, 3d or 1w from now.")] = None,
    config: Config = None,
) -> None:
    """Tell nobody of matching alerts until a time; all that is stated must match."""
    now = wall_clock()
    silence = silences.new_silence(
        now=now,
        until=_until(until, for_, now),
        reason=reason,
        narrative=narrative,
        alert=alert,
        voice=voice,
        min_severity=min_severity,
        max_severity=max_severity,
    )
    reached = reach(load_settings(config=config))
    silences.put(reached.bootstrap, reached.topics.silences.name, silence)
    emit(silence)


def silence_list(
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """The silences in force."""
    reached, now = reach(load_settings(config=config)), wall_clock()
    for one in silences.read(reached.bootstrap, reached.topics.silences.name).every():
        if every or one.until > now:
            show.console.print(one.said(now), markup=False, soft_wrap=True) if for_person(as_json) else emit(one)


def silence_end(
    silence: Annotated[str, typer.Argument(help="Its id as listed, or how it begins.")], config: Config = None
) -> None:
    """End a silence now."""
    reached = reach(load_settings(config=config))
    found = silences.read(reached.bootstrap, reached.topics.silences.name)
    over = silences.ended(found, silence, wall_clock())
    silences.put(reached.bootstrap, reached.topics.silences.name, over)
    emit(over)


def _until(until: str | None, for_: str | None, now: datetime) -> datetime:
    if (until is None) == (for_ is None):
        raise InvalidSettings("a silence needs its end: --until TIME or --for 2h")
    if until is not None:
        try:
            return moment(until)
        except InvalidItem:
            raise InvalidSettings(f"--until {until}: no ISO 8601 time, such as 2025-03-18T07:00") from None
    parsed = re.fullmatch(r"(\d+(?:\.\d+)?)([mhdw])", for_ or "")
    if parsed is None:
        raise InvalidSettings(f"--for {for_}: a number and m, h, d or w, such as 2h")
    try:
        return now + timedelta(**{_UNITS[parsed[2]]: float(parsed[1])})
    except OverflowError:
        raise InvalidSettings(f"--for {for_}: that is for ever; mend the sinks file instead") from None
