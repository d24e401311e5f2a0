"""Commands on the news topic of a broker: publish, replay."""

from pathlib import Path
from typing import Annotated, Any

import typer

from streams.bootstrap import reach
from streams.cli.common import Config, Files, JsonLines, Refusals, wall_clock
from streams.progress import progress, say
from streams.publish import publish as publish_files
from streams.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(publish)
    app.command()(replay)


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
