"""`parallax feed`: looks at the live feeds; and how they are doing."""

import random
import sys
from typing import Annotated

import typer

from models.errors import InfrastructureError, InvalidSettings
from streams.bootstrap import reach
from streams.cli.common import Config, VoicesFile, emit, settings_and_voices
from streams.feeds.configuration import feeds_file, load_feeds
from streams.feeds.health import FeedState
from streams.feeds.urls import shown_url
from streams.progress import say

FeedsFile = Annotated[str | None, typer.Option("--feeds", help="What to watch: a TOML file.", metavar="FILE")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(feed)


def feed(
    once: Annotated[bool, typer.Option("--once", help="One look at each feed, then end.")] = False,
    print_: Annotated[
        bool, typer.Option("--print", help="With --once: items to standard output, to no broker.")
    ] = False,
    backfill: Annotated[bool, typer.Option("--backfill", help="Old items, too.")] = False,
    feeds: FeedsFile = None,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Watch the feeds: what they publish goes to the news topic. One process does, others stand by."""
    from streams.feeds import running

    settings, book = settings_and_voices(config, voices, feeds=feeds)
    if print_ and not once:
        raise InvalidSettings("--print goes with --once: without a broker there is nothing to go on from")
    job = running.Job(
        configured=load_feeds(feeds_file(settings), book),
        backfill=backfill,
        say=say,
        rng=random.Random(),  # noqa: S311 - spreads looks, guards nothing
    )
    if print_:
        _summary(running.print_once(settings, job, _write))
    elif once:
        _summary(running.once(settings, job, reach(settings)))
    else:
        running.run(settings, job, reach(settings), ready=lambda: _ready(len(job.configured.feeds)))


def _ready(count: int) -> None:
    emit({"ready": ["feeds"], "feeds": count})
    sys.stdout.buffer.flush()


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _summary(states: list[FeedState]) -> None:
    """What a round of looks came to; it failed if no feed answered."""
    for one in states:
        if one.failure:
            say(f"{shown_url(one.url)}: {one.message}")
    answered = sum(not one.failure for one in states)
    published = sum(one.published for one in states)
    say(f"{answered} of {len(states)} feeds answered; {published} items published so far")
    if states and not answered:
        raise InfrastructureError("no feed answered; `parallax feeds check URL` looks at one closer")
