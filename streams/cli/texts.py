"""Commands on texts, without a broker: read, cluster, compare, backtest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models.attribution.tagger import tagger_of
from models.comparing import Comparer, Comparison, Taken, compare_documents
from models.encoding import Encoder
from models.errors import InvalidItem, InvalidSettings
from models.news import NewsItem, Placement, Statement
from models.statements import speaker, voiced
from models.voices import Voices
from streams import backtest as stages
from streams.cli import show, show_reading
from streams.cli.common import (
    AsJson,
    Config,
    Files,
    JsonLines,
    Refusals,
    VoicesFile,
    emit,
    for_person,
    settings_and_voices,
    wall_clock,
)
from streams.core import make_comparer, make_encoder, make_narratives
from streams.files import items
from streams.pages import Report, comparison_page, report_page, write_page
from streams.progress import progress
from streams.settings import Settings
from streams.wire import moment

OWN_ACCOUNTS = "If they are the sides' own, say so with --voice-a and --voice-b."
MOST_COMPARED = 512
"""Passages of an account that `compare` encodes: all of them, for what is set side by side once may take a while."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(read)
    app.command()(cluster)
    app.command()(compare)
    app.command()(backtest)


def read(
    files: Files, jsonl: JsonLines = False, voices: VoicesFile = None, config: Config = None, as_json: AsJson = False
) -> None:
    """Who says what in a text: its passages and their voices."""
    settings, book = settings_and_voices(config, voices)
    refusals, person = Refusals(), for_person(as_json)
    tagger = tagger_of(make_encoder(settings))
    for item in items(files, start=wall_clock(), refuse=refusals, jsonl=jsonl):
        if item.withdrawn:
            continue
        try:
            document, passages = voiced(item, book, tagger)
        except InvalidItem as error:
            refusals(item.id, error)
            continue
        if person:
            show_reading.reading(document, passages, book)
        else:
            emit({"id": document.id, "lang": document.lang, "text": document.text, "passages": passages})
    refusals.finish()


def cluster(
    files: Files, jsonl: JsonLines = False, voices: VoicesFile = None, config: Config = None, as_json: AsJson = False
) -> None:
    """The narratives of a stream: one line an item, in input order, after the last merge."""
    settings, book = settings_and_voices(config, voices)
    refusals, narratives = Refusals(), make_narratives(settings)
    first, order = {}, []
    for item, statement in _statements(files, jsonl, settings, book, refusals):
        order.append(item)
        for placement in narratives.take(statement).placements:
            if placement.statement is not None and placement.item == item.id:
                first[id(item)] = placement
    placed = [(item, first[id(item)]) for item in order if id(item) in first]
    rows = [
        {
            "id": item.id,
            "narrative": narratives.current(item.id) or narratives.root(placement.narrative),
            "first_narrative": placement.narrative,
            "how": placement.how,
            "similarity": placement.similarity,
        }
        for item, placement in placed
    ]
    if for_person(as_json):
        show.narratives([narratives.summary(one) for one in dict.fromkeys(str(row["narrative"]) for row in rows)])
    else:
        for row in rows:
            emit(row)
    refusals.finish()


def compare(
    files: Annotated[list[str], typer.Argument(help="Two accounts, or one text that holds both.", metavar="A [B]")],
    voice_a: Annotated[str | None, typer.Option(help="The voice that A speaks with.")] = None,
    voice_b: Annotated[str | None, typer.Option(help="The voice that B speaks with.")] = None,
    jsonl: JsonLines = False,
    html: Annotated[Path | None, typer.Option(help="Write the comparison to this file, as a page.")] = None,
    voices: VoicesFile = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Two accounts, or the two voices inside one text, set side by side."""
    if len(files) > 2:
        raise InvalidSettings(f"compare takes one file or two, not {len(files)}")
    settings, book = settings_and_voices(config, voices)
    settings = settings.model_copy(update={"passages": MOST_COMPARED})
    book = _for_pair(book, voice_a, voice_b)
    refusals = Refusals()
    named = (voice_a, voice_b) if len(files) == 2 else (None, None)
    sides = [
        [_speaking(item, book, voice) for item in items([file], start=wall_clock(), refuse=refusals, jsonl=jsonl)]
        for file, voice in zip(files, named, strict=False)
    ]
    encoder = make_encoder(settings)
    made = [[statement for _, statement in _stated(side, settings, book, encoder, refusals)] for side in sides]
    result = compare_documents(made[0], made[1] if len(made) == 2 else (), book.pair)
    if html is not None:
        write_page(html, comparison_page(result, book))
    _show_comparison(result, book, as_json, OWN_ACCOUNTS if len(files) == 2 else "")
    refusals.finish()


def _show_comparison(result: Comparison, book: Voices, as_json: bool, hint: str) -> None:
    if for_person(as_json):
        show.comparison(result, book, hint=hint)
    else:
        emit(result)


def backtest(
    files: Files,
    until: Annotated[str | None, typer.Option(help="Stop before the first item later than this time.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write narratives, scores, evidence and alerts to this file, as a page.")
    ] = None,
    jsonl: JsonLines = False,
    voices: VoicesFile = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """All three stages in one process: the alert events that the running system would send for these items."""
    settings, book = settings_and_voices(config, voices)
    refusals, person = Refusals(), for_person(as_json)
    told = Report(book.pair) if report is not None else None
    _, stream = replayed(files, settings, book, refusals, until=_moment(until), jsonl=jsonl)
    for placement, taken in stream:
        if told is not None:
            told.add(placement, taken)
        for event in taken.events:
            if person:
                show.alert(event, book)
            else:
                emit(event)
    if report is not None and told is not None:
        write_page(report, report_page(told, book))
    refusals.finish()


def replayed(
    files: Sequence[str],
    settings: Settings,
    book: Voices,
    refusals: Refusals,
    *,
    until: datetime | None = None,
    jsonl: bool = False,
) -> tuple[Comparer, Iterator[tuple[Placement, Taken]]]:
    """All three stages over the items of files, up to a time: the compare stage, and what it makes of each placement.

    The stage is as far as the iterator.
    """
    encoder = make_encoder(settings)
    source = items(files, start=wall_clock(), refuse=refusals, jsonl=jsonl)
    before = (item for item in source if until is None or item.published_at <= until)
    stream = _counted(_stated(before, settings, book, encoder, refusals))
    comparer = make_comparer(book, settings, encoder.name)
    return comparer, stages.compared(stages.placements(stream, make_narratives(settings)), comparer)


def _statements(
    files: Sequence[str], jsonl: bool, settings: Settings, book: Voices, refusals: Refusals
) -> Iterator[tuple[NewsItem, Statement]]:
    encoder = make_encoder(settings)
    source = items(files, start=wall_clock(), refuse=refusals, jsonl=jsonl)
    return _counted(_stated(source, settings, book, encoder, refusals))


def _stated(
    source: Iterable[NewsItem], settings: Settings, book: Voices, encoder: Encoder, refusals: Refusals
) -> Iterator[tuple[NewsItem, Statement]]:
    return stages.statements(source, book, encoder, batch=settings.batch, passages=settings.passages, refuse=refusals)


def _counted(stream: Iterator[tuple[NewsItem, Statement]]) -> Iterator[tuple[NewsItem, Statement]]:
    with progress("items", "items") as advance:
        for done, pair in enumerate(stream, 1):
            yield pair
            advance(done, 0)


def _for_pair(book: Voices, voice_a: str | None, voice_b: str | None) -> Voices:
    for option, voice in (("--voice-a", voice_a), ("--voice-b", voice_b)):
        if voice is not None and voice not in book.ids:
            raise InvalidSettings(f"{option} {voice}: no such voice; the voices file has {', '.join(book.ids)}")
    if voice_a and voice_b and voice_a != voice_b:
        return book.with_pair(voice_a, voice_b)
    return book


def _speaking(item: NewsItem, book: Voices, voice: str | None) -> NewsItem:
    """The item, published by `voice` where it does not say by whom."""
    if voice is None or speaker(item, book) is not None:
        return item
    return replace(item, source=book.source_of(voice))


def _moment(until: str | None) -> datetime | None:
    if until is None:
        return None
    try:
        return moment(until)
    except InvalidItem as error:
        raise InvalidSettings(f"--until: {error.detail}") from None
