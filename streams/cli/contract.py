"""The command that prints the contract with producers and subscribers: schema."""

import typer

from streams.cli.common import emit
from streams.schemas import schemas


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(schema)


def schema() -> None:
    """JSON Schemas of a news item and of an alert event."""
    emit(schemas())
