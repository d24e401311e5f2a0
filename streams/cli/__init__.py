"""The command `parallax`: one file a group of commands; here they meet, and an error becomes one line and a status."""

import sys

import typer

from models.errors import InvalidSettings, ParallaxError
from streams.cli import (
    contract,
    dead_letters,
    evidence,
    feed,
    feedback,
    feeds,
    intake,
    news,
    operations,
    sinks,
    subscribe,
    system,
    texts,
)

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def make_app() -> typer.Typer:
    """The command line as a value, so that tests and docs can walk it."""
    app = typer.Typer(
        name="parallax",
        help="Compares how two governments frame the same event, as the news streams in.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for group in (
        system,
        feed,
        feeds,
        news,
        intake,
        subscribe,
        sinks,
        texts,
        evidence,
        feedback,
        dead_letters,
        contract,
        operations,
    ):
        group.add_to(app)
    return app


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong use."""
    try:
        make_app()()
    except InvalidSettings as error:
        _fail(error, WRONG_USE)
    except ParallaxError as error:
        _fail(error, FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _fail(error: ParallaxError, status: int) -> None:
    print(f"parallax: {error}", file=sys.stderr)
    sys.exit(status)
