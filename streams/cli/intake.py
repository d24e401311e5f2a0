"""Other ways in: `parallax receive` takes items by HTTP, `parallax watch` takes files that are dropped in a folder."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.bootstrap import reach
from streams.cli.common import Config, emit, wall_clock
from streams.intake import folder as folders
from streams.intake import webhook
from streams.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(receive)
    app.command()(watch)


def receive(config: Config = None) -> None:
    """Take news items by HTTP, until Ctrl-C."""
    settings = load_settings(config=config)
    webhook.run(
        settings, reach(settings), clock=wall_clock, ready=lambda url: _ready({"ready": webhook.PATH, "url": url})
    )


def watch(
    folder: Annotated[Path, typer.Argument(help="Files that appear there are read, then moved to done/ or refused/.")],
    config: Config = None,
) -> None:
    """Take the news items of files that are dropped in a folder, until Ctrl-C."""
    settings = load_settings(config=config)
    folders.run(settings, folder, reach(settings), clock=wall_clock, ready=lambda: _ready({"ready": str(folder)}))


def _ready(value: object) -> None:
    emit(value)
    sys.stdout.buffer.flush()
