"""`parallax feed`: looks at the live feeds; and how they are doing."""

import random
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from models.errors import InfrastructureError, InvalidSettings
from streams.bootstrap import reach
from streams.cli import show_status
from streams.cli.common import AsJson, Config, FeedsFile, VoicesFile, emit, for_person, settings_and_voices, wall_clock
from streams.feeds.configuration import load_feeds
from streams.feeds.editing import feeds_file
from streams.feeds.health import FeedState
from streams.feeds.urls import shown_url
from streams.progress import say


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
    path = feeds_file(settings)
    configured = load_feeds(path, book)
    if not configured.feeds:
        raise InvalidSettings(f"{path}: it names no feed: `parallax feeds add URL` adds one")
    job = running.Job(
        configured=configured,
        backfill=backfill,
        say=say,
        rng=random.Random(),  # noqa: S311 - spreads looks, guards nothing
    )
    if print_:
        _summary(running.print_once(settings, job, _write))
    elif once:
        _summary(running.once(settings, job, reach(settings)))
    else:
        running.run(settings, job, reach(settings), ready=lambda: _ready(len(configured.feeds)))


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


def feeds_status(
    as_json: AsJson = False, feeds: FeedsFile = None, voices: VoicesFile = None, config: Config = None
) -> None:
    """How each feed is doing: its condition, its last answer, its newest item, when it is looked at next."""
    from streams.feeds.memory import read_memory

    settings, book = settings_and_voices(config, voices, feeds=feeds)
    reached = reach(settings)
    states, _ = read_memory(reached.bootstrap, reached.topics.feeds.name)
    now, watched = wall_clock(), load_feeds(feeds_file(settings), book).feeds
    rows = [_row(states.get(one.url, FeedState(url=one.url)), now) for one in watched]
    if for_person(as_json):
        show_status.status(rows, now)
    else:
        for row in rows:
            emit(row)


def _row(state: FeedState, now: datetime) -> dict[str, Any]:
    return {
        "feed": shown_url(state.url),
        "title": state.title,
        "condition": state.condition(now),
        "answered": state.answered,
        "newest": state.newest,
        "published": state.published,
        "interval_minutes": round(state.interval_seconds / 60, 1) or None,
        "due": state.due,
        "failures": state.failures,
        "failure": state.failure or None,
        "message": state.message or None,
        "moved_to": shown_url(state.moved_to) if state.moved_to else None,
    }
