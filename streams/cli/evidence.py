"""The command `evidence`: what an alert's guarantee rests on, computed again pair by pair."""

from pathlib import Path
from typing import Annotated

import typer

from models.comparing import Audit, Comparer
from models.errors import InvalidSettings, ParallaxError
from models.voices import Voices
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, Refusals, VoicesFile, emit, for_person, settings_and_voices
from streams.cli.texts import replayed
from streams.core import make_comparer
from streams.evidence import restored
from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evidence)


class UnsoundLedgerError(ParallaxError):
    """A payment in a ledger does not follow from its odds."""


def evidence(
    narrative: Annotated[
        str | None,
        typer.Argument(help="A narrative or its alert, or how its id begins; none: a line each."),
    ] = None,
    of: Annotated[
        list[Path] | None, typer.Option("--items", help="Look into what these items give, without a broker.")
    ] = None,
    voices: VoicesFile = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """A narrative's ledger, every number of it computed again from its pairs and their documents.

    Raises:
        UnsoundLedgerError: a payment does not follow from its odds.
    """
    settings, book = settings_and_voices(config, voices)
    refusals = Refusals()
    comparer = _from_files(of, settings, book, refusals) if of else _from_broker(settings, book)
    found = sorted(comparer.audits(), key=lambda one: (-one.e_value, one.narrative))
    if narrative is None:
        _list(found, as_json)
    else:
        _show(_named(found, narrative), book, as_json)
    refusals.finish()


def _from_files(paths: list[Path], settings: Settings, book: Voices, refusals: Refusals) -> Comparer:
    comparer, stream = replayed([str(one) for one in paths], settings, book, refusals)
    for _ in stream:
        pass
    return comparer


def _from_broker(settings: Settings, book: Voices) -> Comparer:
    return restored(reach(settings), make_comparer(book, settings, ""))


def _named(found: list[Audit], name: str) -> Audit:
    fitting = [one for one in found if one.narrative.startswith(name) or (one.alert and one.alert.startswith(name))]
    exact = [one for one in fitting if name in (one.narrative, one.alert)]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    if fitting:
        raise InvalidSettings(f"{name} begins {len(fitting)} narratives: {', '.join(one.narrative for one in fitting)}")
    raise InvalidSettings(
        f"no narrative or open alert {name} has evidence, which takes a document of each side within 48 hours: "
        f"`parallax evidence` lists the {len(found)} that have"
    )


def _list(found: list[Audit], as_json: bool) -> None:
    if for_person(as_json):
        show.ledgers(found)
        return
    for one in found:
        emit({"narrative": one.narrative, "alert": one.alert, "title": one.title, "pairs": one.pairs,
              "e_value": one.e_value, "needed": one.needed, "established": one.established})  # fmt: skip


def _show(found: Audit, book: Voices, as_json: bool) -> None:
    if for_person(as_json):
        show.ledger(found, book)
    else:
        emit(found)
    if not found.sound:
        raise UnsoundLedgerError(f"narrative {found.narrative}: a payment does not follow from its odds; see payoffs")
