"""Commands that run the system: demo, up, broker, worker."""

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from streams.bootstrap import reach
from streams.broker import EmbeddedBroker
from streams.cli import show
from streams.cli.common import AsJson, Config, FeedsFile, SinksFile, VoicesFile, emit, settings_and_voices, wall_clock
from streams.demo import SAMPLES, Through, place_of_its_own, summary
from streams.feeds.configuration import load_feeds
from streams.feeds.editing import feeds_file
from streams.progress import progress, say
from streams.publish import publish
from streams.running import FEED, RECEIVE, SINKS, Running, system, watching
from streams.settings import load_settings
from streams.sinks.telling import load
from streams.subscribe import alerts

STAGES = ("embed", "cluster", "compare")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)
    app.command()(up)
    app.command()(broker)
    app.command()(worker)


def demo(
    items: Annotated[Path | None, typer.Option(help="Another stream, .jsonl.")] = None,
    exit_: Annotated[bool, typer.Option("--exit", help="End when every item is through.")] = False,
    as_json: AsJson = False,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """The bundled stream on a real Kafka of its own: news in, alerts out."""
    settings, book = settings_and_voices(config, voices)
    person = not as_json
    with _UntilTerminated(), place_of_its_own(settings) as apart, system(apart) as running:
        sent = _publish(running, items or SAMPLES)
        with progress("items read", "items") as advance:
            through = Through(running.reached, advance)
            followed = alerts(
                running.reached.bootstrap,
                running.reached.topics.alerts.name,
                from_beginning=True,
                until_idle_seconds=0.5,
                busy=_Following(running, through, exit_),
            )
            for alert in followed:
                show.alert(alert.event, book) if person else emit(alert.event)
            through.close()
        result = summary(running.reached, items=sent)
        show.summary(result) if person else emit(result)


class _Following:
    """Keeps a demo following its alerts; with --exit until everything is through.

    Seen twice, so that no last alert is missed.
    """

    def __init__(self, running: Running, through: Through, exits: bool) -> None:
        self._running, self._through, self._exits, self._seen = running, through, exits, 0

    def __call__(self) -> bool:
        self._running.check()
        if self._seen < 2 and self._through():
            self._seen += 1
            if self._seen == 2 and not self._exits:
                say("every item is through; Ctrl-C ends the demo")
        return self._seen < 2 or not self._exits


def _publish(running: Running, items: Path) -> int:
    with progress("items sent", "items") as advance:
        done = publish(
            [str(items)],
            bootstrap=running.reached.bootstrap,
            topic=running.reached.topics.news.name,
            start=wall_clock(),
            refuse=lambda where, error: say(f"{where}: {error} (sent as it is: it becomes a dead letter)"),
            advance=advance,
            as_is=True,
        )
    return done.sent + done.refused


def up(
    voices: VoicesFile = None,
    sinks: SinksFile = None,
    feeds: FeedsFile = None,
    no_feeds: Annotated[bool, typer.Option("--no-feeds", help="Watch no feeds: items come from elsewhere.")] = False,
    watch: Annotated[Path | None, typer.Option(help="Take the files that are dropped there, too.")] = None,
    config: Config = None,
) -> None:
    """The live system, until Ctrl-C: broker, worker, feeds; sinks if a file names some; other ways in if asked for."""
    settings, book = settings_and_voices(config, voices, sinks=sinks, feeds=feeds)
    # files that would be refused are refused before anything starts
    watched = 0 if no_feeds else len(load_feeds(feeds_file(settings), book).feeds)
    if settings.sinks:
        load(settings.sinks, book)
    wanted = (
        (SINKS, settings.sinks),
        (FEED, watched),
        (RECEIVE, settings.receive_token),
        (watching(watch or Path()), watch),
    )
    beside = [companion for companion, when in wanted if when]
    with _UntilTerminated() as ended, system(settings, beside) as running:
        say(
            f"running: broker {running.reached.bootstrap}, {watched} feeds, "
            f"logs in {running.worker.log.parent}; Ctrl-C ends it"
        )
        for part in running.parts:
            if "url" in part.told:
                say(f"items are received at {part.told['url']}{part.told['ready']}")
        while not ended.wait(1.0):
            running.check()


def broker(config: Config = None) -> None:
    """The embedded Kafka alone, until Ctrl-C."""
    settings = load_settings(config=config)
    with progress("fetching Kafka", "jars") as advance:
        embedded = EmbeddedBroker(settings.data_dir, settings.cache_dir, advance)
        with _UntilTerminated() as ended, embedded:
            _print_now({"bootstrap": embedded.start()})
            while not ended.wait(1.0):
                embedded.check()


def worker(
    stages: Annotated[str, typer.Option(help="Which of embed,cluster,compare this worker runs.")] = ",".join(STAGES),
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """One Faust worker, until Ctrl-C."""
    from streams.app import run

    settings, book = settings_and_voices(config, voices)
    run(settings, book, reach(settings), stages.split(","), ready=lambda: _print_now({"ready": stages.split(",")}))


def _print_now(value: object) -> None:
    emit(value)
    sys.stdout.buffer.flush()


class _UntilTerminated:
    """SIGTERM and SIGINT set the event that the block is given, and end a wait in it as KeyboardInterrupt."""

    def __enter__(self) -> threading.Event:
        self._event = threading.Event()
        self._before = {one: signal.signal(one, self._on) for one in (signal.SIGTERM, signal.SIGINT)}
        return self._event

    def _on(self, *_: object) -> None:
        self._event.set()
        raise KeyboardInterrupt

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        return kind is KeyboardInterrupt
