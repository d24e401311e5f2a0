"""The commands on dead letters: list, show."""

from typing import Annotated

import typer

from models.errors import InvalidSettings
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, emit, for_person
from streams.dead_letters import letters
from streams.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    dead = typer.Typer(help="What could not be processed, and why.", no_args_is_help=True)
    dead.command("list")(dead_letters_list)
    dead.command("show")(dead_letters_show)
    app.add_typer(dead, name="dead-letters")


def dead_letters_list(as_json: AsJson = False, config: Config = None) -> None:
    """Every dead letter: where it came from, the stage, the reason."""
    reached = reach(load_settings(config=config))
    person = for_person(as_json)
    for letter in letters(reached.bootstrap, reached.topics.dead_letters.name):
        if person:
            show.letter(letter)
        else:
            emit({name: value for name, value in letter.items() if name not in ("key", "value")})


def dead_letters_show(
    letter: Annotated[str, typer.Argument(help="As listed: partition:offset.")], config: Config = None
) -> None:
    """One dead letter with its original key and value."""
    reached = reach(load_settings(config=config))
    for one in letters(reached.bootstrap, reached.topics.dead_letters.name):
        if one["letter"] == letter:
            emit(one)
            return
    raise InvalidSettings(f"no dead letter {letter}; `parallax dead-letters list` names them")
