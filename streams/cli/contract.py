"""The command that prints the contract with producers and subscribers: schema."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from models.errors import InvalidSettings
from streams.asyncapi import asyncapi
from streams.cli.common import Config, emit
from streams.draft7 import draft_7
from streams.progress import say
from streams.schemas import schemas
from streams.settings import Settings, load_settings
from streams.wire import encode

Name = Annotated[str | None, typer.Argument(help="One of them alone, such as parallax.alert.opened.v1.")]
Draft7 = Annotated[bool, typer.Option("--draft7", help="As JSON Schema draft 7, which more tools read than 2020-12.")]
AsyncApi = Annotated[bool, typer.Option("--asyncapi", help="The AsyncAPI 3 document of this installation.")]
Out = Annotated[Path | None, typer.Option(help="Write each to a file of this folder, the AsyncAPI document, too.")]


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(schema)


def schema(
    name: Name = None, draft7: Draft7 = False, asyncapi_: AsyncApi = False, out: Out = None, config: Config = None
) -> None:
    """The JSON Schemas of what goes in and what comes out, or the AsyncAPI document of the topics."""
    published = schemas()
    if name is not None and name not in published:
        raise InvalidSettings(f"no schema {name}: there are {', '.join(published)}")
    if (name is not None or draft7) and (asyncapi_ or out is not None):
        raise InvalidSettings("--asyncapi and --out are of all schemas as they are: without a name and --draft7")
    if draft7:
        published = {each: draft_7(one) for each, one in published.items()}
    if out is not None:
        say(f"{write_contract(out, load_settings(config=config))} files in {out}")
    elif asyncapi_:
        emit(asyncapi(load_settings(config=config)))
    else:
        emit(published if name is None else published[name])


def write_contract(folder: Path, settings: Settings) -> int:
    """Every schema and the AsyncAPI document as files of a folder; returns how many.

    Raises:
        InvalidSettings: they cannot be written there.
    """
    documents = {**schemas(), "asyncapi": asyncapi(settings)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (folder / f"{name}.json").write_bytes(msgspec.json.format(encode(document), indent=2) + b"\n")
    except OSError as error:
        raise InvalidSettings(f"--out {folder}: {error.strerror}") from None
    return len(documents)
