"""What the commands share: options, settings, output for programs and the refusal of lines."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from models.errors import InvalidItem
from models.voices import Voices
from streams.progress import say
from streams.settings import Settings, load_settings, load_voices
from streams.wire import encode

Config = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings; `parallax config` lists them.")]
VoicesFile = Annotated[Path | None, typer.Option("--voices", help="Who counts as whom, instead of the shipped file.")]
SinksFile = Annotated[str | None, typer.Option("--sinks", help="Who is told, and how: a TOML file.", metavar="FILE")]
FeedsFile = Annotated[str | None, typer.Option("--feeds", help="What to watch: a TOML file.", metavar="FILE")]
Files = Annotated[list[str], typer.Argument(help="Plain text, HTML or .jsonl; - is standard input.", metavar="FILE...")]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="The input is JSON Lines, whatever its name.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, also on a terminal.")]


def settings_and_voices(config: Path | None, voices: Path | None, **arguments: Any) -> tuple[Settings, Voices]:
    """The settings of this call and the voices that they name."""
    settings = load_settings(config=config, voices=voices, **arguments)
    return settings, load_voices(settings.voices)


def emit(value: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.buffer.write(encode(value) + b"\n")


def for_person(as_json: bool) -> bool:
    """Whether the output goes to a person at a terminal."""
    return sys.stdout.isatty() and not as_json


def wall_clock() -> datetime:
    """The time now: the only clock of the commands, handed on as an argument."""
    return datetime.now(UTC)


class Refusals:
    """Lines that are no items: each is named on standard error, and the command fails in the end."""

    def __init__(self) -> None:
        """None yet."""
        self.count = 0

    def __call__(self, where: str, error: InvalidItem) -> None:
        """Take one."""
        self.count += 1
        say(f"parallax: {where}: {error}")

    def finish(self) -> None:
        """End the command with status 1 if anything was refused."""
        sys.stdout.flush()
        if self.count:
            say(f"parallax: {self.count} of the items were refused, the others are done")
            raise typer.Exit(1)
