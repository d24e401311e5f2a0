"""The command `parallax feeds`: what is watched; change it, try it, bring it along. None of it needs a broker."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from models.errors import InvalidSettings
from models.voices import Voices
from streams.cli.common import AsJson, Config, FeedsFile, VoicesFile, emit, for_person, settings_and_voices, wall_clock
from streams.cli.feed import feeds_status
from streams.feeds import editing
from streams.feeds.configuration import Configured, load_feeds, new_feed, read
from streams.feeds.entries import Feed
from streams.feeds.opml import read_opml, write_opml
from streams.feeds.urls import normalised, shown_url, without_credentials
from streams.outbound import Guard
from streams.progress import say
from streams.settings import Settings

Url = Annotated[str, typer.Argument(help="The feed's address.", metavar="URL")]
Voice = Annotated[str | None, typer.Option(help="Whose own words it publishes; by default what its host says.")]
Lang = Annotated[str | None, typer.Option(help="Its language, such as ru; by default as it says, or reads.")]
Interval = Annotated[float | None, typer.Option(help="Look so often: 1 to 60; by default by how active it is.")]
KindOf = Annotated[
    str | None, typer.Option(help="feed, sitemap, or page: a site without a feed, by its list of links.")
]
Links = Annotated[str | None, typer.Option(help="CSS selector of a page's links to its articles.", metavar="SELECTOR")]
ArticleText = Annotated[str | None, typer.Option("--article", help="CSS selector of the text in an article's page.")]
Zone = Annotated[str | None, typer.Option(help="Of dates that name none, such as Europe/Moscow; by default UTC.")]
FullText = Annotated[
    bool | None,
    typer.Option("--full-text/--summary", help="Fetch each article's page, or never; by default if needed."),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    feeds = typer.Typer(help="What is watched.", no_args_is_help=True)
    feeds.command("list")(list_)
    feeds.command("add")(add)
    feeds.command("remove")(remove)
    feeds.command("check")(check)
    feeds.command("status")(feeds_status)
    feeds.command("import")(import_)
    feeds.command("export")(export)
    app.add_typer(feeds, name="feeds")


def list_(feeds: FeedsFile = None, as_json: AsJson = False, voices: VoicesFile = None, config: Config = None) -> None:
    """The feeds that are watched, each with its voice."""
    from streams.cli import show_feeds

    settings, book = settings_and_voices(config, voices, feeds=feeds)
    path = editing.feeds_file(settings)
    configured = load_feeds(path, book)
    if for_person(as_json):
        show_feeds.listing(configured.feeds, book)
        say(f"{len(configured.feeds)} feeds in {path}")
        return
    for feed in configured.feeds:
        emit(_line(feed, book))


def _line(feed: Feed, book: Voices) -> dict[str, Any]:
    return {
        "url": shown_url(feed.url),
        "voice": feed.voice or book.voice_of_source("", feed.url),
        "lang": feed.lang,
        "kind": feed.kind,
        "interval_minutes": None if feed.interval is None else feed.interval.total_seconds() / 60,
        "full_text": feed.full_text,
        "zone": feed.zone,
        "links": feed.links,
        "article": feed.article,
    }


def add(
    url: Url,
    voice: Voice = None,
    lang: Lang = None,
    interval_minutes: Interval = None,
    kind: KindOf = None,
    full_text: FullText = None,
    links: Links = None,
    article: ArticleText = None,
    zone: Zone = None,
    feeds: FeedsFile = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Watch a feed, too: it comes to the end of the feeds file; `parallax feeds check URL` tries it."""
    settings, book = settings_and_voices(config, voices, feeds=feeds)
    configured = load_feeds(editing.feeds_file(settings), book)
    feed = new_feed(
        book,
        configured.allow,
        url=url,
        voice=voice,
        lang=lang,
        interval_minutes=interval_minutes,
        kind=kind,
        full_text=full_text,
        links=links,
        article=article,
        zone=zone,
    )
    _add(settings, [feed])
    say(f"added {shown_url(url)}")


def _add(settings: Settings, feeds: Sequence[Feed]) -> None:
    _save(settings, editing.added(read(editing.feeds_file(settings)), feeds))


def _save(settings: Settings, content: str) -> None:
    """Put the file in its place; the shipped file is left alone, and a copy changed."""
    path, is_new = editing.own_feeds_file(settings)
    editing.write(path, content)
    if is_new:
        say(f"{path} is a copy of the shipped feeds file, and what is watched from now on")


def remove(url: Url, feeds: FeedsFile = None, voices: VoicesFile = None, config: Config = None) -> None:
    """Watch a feed no more; the rest of the file stays as it is."""
    settings, book = settings_and_voices(config, voices, feeds=feeds)
    path = editing.feeds_file(settings)
    load_feeds(path, book)
    _save(settings, editing.removed(read(path), url))
    say(f"removed {shown_url(url)}")


def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.", metavar="FILE")],
    feeds: FeedsFile = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Watch the feeds of an OPML file, too; those that are watched already stay as they are."""
    settings, book = settings_and_voices(config, voices, feeds=feeds)
    configured = load_feeds(editing.feeds_file(settings), book)
    held = {normalised(feed.url) for feed in configured.feeds}
    new, refused, known = [], 0, 0
    for feed in read_opml(_bytes_of(file)):
        if normalised(feed.url) in held:
            known += 1
            continue
        held.add(normalised(feed.url))
        try:
            new.append(new_feed(book, configured.allow, url=feed.url, lang=feed.lang))
        except InvalidSettings as error:
            refused += 1
            say(f"parallax: {file}: {error}")
    if new:
        _add(settings, new)
    say(f"added {len(new)}, there already {known}, refused {refused}")
    if refused:
        raise typer.Exit(1)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidSettings(f"{file}: {error.strerror}") from None


def export(
    file: Annotated[Path | None, typer.Argument(help="By default standard output.", metavar="FILE")] = None,
    feeds: FeedsFile = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Write the feeds as OPML, which feed readers import; names and passwords in addresses are left out."""
    settings, book = settings_and_voices(config, voices, feeds=feeds)
    configured = load_feeds(editing.feeds_file(settings), book)
    bare = [_without_credentials(feed) for feed in configured.feeds]
    written = write_opml(bare)
    if file is None:
        typer.get_binary_stream("stdout").write(written)
    else:
        editing.write(file, written.decode())
    if left_out := sum(one != feed for one, feed in zip(bare, configured.feeds, strict=True)):
        say(f"the name and password of {left_out} addresses are left out")


def _without_credentials(feed: Feed) -> Feed:
    return replace(feed, url=without_credentials(feed.url))


def check(
    url: Annotated[
        str, typer.Argument(help="A feed, of the file or not; all: every one of the file.", metavar="URL|all")
    ],
    pages: Annotated[int, typer.Option(help="Read so many of a feed's articles, where it has summaries.", min=0)] = 3,
    lang: Lang = None,
    kind: KindOf = None,
    full_text: FullText = None,
    links: Links = None,
    article: ArticleText = None,
    zone: Zone = None,
    feeds: FeedsFile = None,
    as_json: AsJson = False,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Fetch a feed once and show what would be published; nothing is published."""
    settings, book = settings_and_voices(config, voices, feeds=feeds)
    configured = load_feeds(editing.feeds_file(settings), book)
    options = {
        "lang": lang, "kind": kind, "full_text": full_text, "links": links, "article": article, "zone": zone,
    }  # fmt: skip
    chosen = _chosen(configured, book, url, {key: value for key, value in options.items() if value is not None})
    if failed := asyncio.run(_check(chosen, configured.allow, pages, as_json)):
        if len(chosen) > 1:
            say(f"parallax: {failed} of {len(chosen)} feeds gave nothing")
        raise typer.Exit(1)


def _chosen(configured: Configured, book: Voices, url: str, options: dict[str, Any]) -> tuple[Feed, ...]:
    """The feeds that are meant, with the options on top of what the file says."""
    if url == "all":
        if options:
            raise InvalidSettings(f"--{next(iter(options)).replace('_', '-')} is for one feed, not for all")
        return configured.feeds
    known = [feed for feed in configured.feeds if normalised(url) in editing.spellings(feed.url)]
    held = editing.table(known[0]) if known else {"url": url}
    return (new_feed(book, configured.allow, **{**held, **options}),)


async def _check(feeds: tuple[Feed, ...], allow: tuple[str, ...], pages: int, as_json: bool) -> int:
    """Show each feed as it answers, in order; how many gave nothing."""
    from streams.cli import show_feeds
    from streams.feeds.checking import check as look
    from streams.feeds.fetching import Fetcher, agent
    from streams.feeds.parsing import parse

    failed = 0
    async with Fetcher(guard=Guard(allow), timeline=_Clock(), agent=agent()) as fetcher:
        looks = [asyncio.create_task(look(feed, fetcher, parse, now=wall_clock(), pages=pages)) for feed in feeds]
        for task in looks:
            checked = await task
            failed += bool(checked.failure)
            show_feeds.checked(checked) if for_person(as_json) else emit(checked)
    return failed


class _Clock:
    """The time, as it passes."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return wall_clock()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
