"""What a person at a terminal sees of feeds."""

from datetime import datetime

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from models.voices import Voices
from streams.cli.show import colours, console
from streams.feeds.checking import Checked, Source
from streams.feeds.entries import Feed
from streams.feeds.urls import shown_url

_TEXT: dict[Source, str] = {
    "feed": "whole, in the feed",
    "page": "whole, from the page",
    "summary": "summary",
    "unseen": "from the page, not asked",
    "title": "title only",
}


def voice_of(feed: Feed, book: Voices) -> str | None:
    """The voice that a feed speaks in: as configured, else its host's."""
    return feed.voice or book.voice_of_source("", feed.url)


def listing(feeds: tuple[Feed, ...], book: Voices) -> None:
    """Feeds as a table, in the file's order."""
    palette = colours(book)
    table = Table("voice", "lang", "every", "kind", "url", box=None, pad_edge=False)
    for feed in feeds:
        voice = voice_of(feed, book)
        table.add_row(
            Text("" if voice is None else book.name(voice, "en").removeprefix("the "), palette.get(voice) or ""),
            feed.lang or "",
            "as it publishes" if feed.interval is None else f"{feed.interval.total_seconds() / 60:g} min",
            feed.kind,
            Text(shown_url(feed.url), overflow="fold"),
        )
    console.print(table)


def checked(one: Checked) -> None:
    """A feed as it answered, and its entries as a table."""
    console.rule(escape(one.url), align="left")
    if one.failure:
        console.print(f"[red]nothing:[/] {escape(one.failure)}\n")
        return
    counted = f"{len(one.entries)} entries" if len(one.entries) != 1 else "1 entry"
    console.print(Text(f"{one.title or 'no title'}: {counted}, {one.encoding}"))
    if one.moved_to:
        console.print(Text(f"moved for good to {one.moved_to}", "yellow"), soft_wrap=True)
    for problem in one.problems:
        console.print(Text(problem, "yellow"), soft_wrap=True)
    table = Table("date", "lang", "words", "text", "title", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for entry in one.entries:
        text = _TEXT[entry.source] + (f": {entry.fault}" if entry.fault else "")
        table.add_row(_date(entry.published), entry.lang, f"{entry.words:,}", Text(text), Text(entry.title))
    console.print(table if one.entries else "no entries now")
    console.print()


def _date(at: datetime | None) -> str:
    return "none" if at is None else f"{at:%Y-%m-%d %H:%M}Z"
