"""Commands on the news and alert topics of a broker: publish, replay, subscribe."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from models.alerts import SEVERITIES
from models.errors import InvalidSettings
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import (
    AsJson,
    Config,
    Files,
    JsonLines,
    Refusals,
    VoicesFile,
    for_person,
    settings_and_voices,
    wall_clock,
)
from streams.positions import Positions
from streams.progress import progress, say
from streams.publish import publish as publish_files
from streams.settings import load_settings
from streams.subscribe import alerts


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(publish)
    app.command()(replay)
    app.command()(subscribe)


AsIs = Annotated[bool, typer.Option("--as-is", help="Send lines that are no items, too: the worker dead-letters them.")]


def publish(files: Files, jsonl: JsonLines = False, as_is: AsIs = False, config: Config = None) -> None:
    """Send the items of files to the news topic."""
    _send(files, config, jsonl=jsonl, as_is=as_is)


def replay(
    files: Files,
    speed: Annotated[float, typer.Option(min=0, help="Event seconds per second; 0: as fast as it goes.")] = 0.0,
    name: Annotated[str | None, typer.Option(help="Marks the alert events that follow; default: the time now.")] = None,
    jsonl: JsonLines = False,
    as_is: AsIs = False,
    config: Config = None,
) -> None:
    """Send the items of files in their order, at the pace of their own times, marked as a replay that pages nobody."""
    mark = name or f"replay {wall_clock():%Y-%m-%dT%H:%M:%SZ}"
    _send(files, config, jsonl=jsonl, as_is=as_is, speed=speed, replay=mark)


def _send(files: list[str], config: Path | None, **how: Any) -> None:
    reached, refusals = reach(load_settings(config=config)), Refusals()
    with progress("items sent", "items") as advance:
        done = publish_files(
            files,
            bootstrap=reached.bootstrap,
            topic=reached.topics.news.name,
            start=wall_clock(),
            refuse=refusals,
            advance=advance,
            **how,
        )
    say(f"{done.sent:,} items sent to {reached.topics.news.name}")
    refusals.finish()


def subscribe(
    from_: Annotated[str, typer.Option("--from", help="beginning, or now.")] = "now",
    min_severity: Annotated[str, typer.Option(help=f"{', '.join(SEVERITIES)}.")] = SEVERITIES[0],
    group: Annotated[str | None, typer.Option(help="Remember what this group has seen, and go on from there.")] = None,
    as_json: AsJson = False,
    until_idle: Annotated[float | None, typer.Option(min=0, help="End after so many seconds without news.")] = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Follow the alerts, each event once."""
    if from_ not in ("beginning", "now"):
        raise InvalidSettings(f"--from {from_}: beginning or now")
    if min_severity not in SEVERITIES:
        raise InvalidSettings(f"--min-severity {min_severity}: one of {', '.join(SEVERITIES)}")
    settings, book = settings_and_voices(config, voices)
    reached = reach(settings)
    person, lowest = for_person(as_json), SEVERITIES.index(min_severity)
    working = _Working(reached.bootstrap, reached.group, reached.topics.of_stages)
    for event, value in alerts(
        reached.bootstrap,
        reached.topics.alerts.name,
        group=group,
        from_beginning=from_ == "beginning",
        until_idle_seconds=until_idle,
        busy=working,
    ):
        if SEVERITIES.index(event.severity) >= lowest:
            show.alert(event, book) if person else _write(value)


def _write(value: bytes) -> None:
    sys.stdout.buffer.write(value + b"\n")
    sys.stdout.buffer.flush()


class _Working:
    """Whether the stages moved on since the last look: then the stream is not idle, though no alert came."""

    def __init__(self, bootstrap: str, group: str, topics: tuple[str, ...]) -> None:
        self._where, self._last = (bootstrap, group, topics), -1

    def __call__(self) -> bool:
        bootstrap, group, topics = self._where
        positions = Positions(bootstrap)
        try:
            found = positions.of(group, topics).values()
        finally:
            positions.close()
        done, lag = sum(one.committed for one in found), sum(one.lag for one in found)
        moved, self._last = lag > 0 and done != self._last, done
        return moved
