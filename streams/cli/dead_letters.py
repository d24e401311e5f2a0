"""The commands on dead letters: list, show, redrive, purge."""

import base64
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from models.errors import InvalidItem, InvalidSettings
from streams.bootstrap import Reached, reach
from streams.cli import show
from streams.cli.common import AsJson, Config, emit, for_person, wall_clock
from streams.dead_letters import Mark, Wanted, letters, named, purge
from streams.letters import COUNT, PREFIX, Letter, failure_headers, text_of
from streams.progress import say
from streams.redriving import Kept, redrive
from streams.settings import load_settings
from streams.wire import moment

Places = Annotated[list[str] | None, typer.Argument(help="As listed: partition:offset.", metavar="[LETTER...]")]
Stage = Annotated[str | None, typer.Option(help="Only of this stage: embed, cluster, compare, sink:NAME, folder.")]
Reason = Annotated[str | None, typer.Option(help="Only those of this reason.")]
OfTopic = Annotated[str | None, typer.Option("--topic", help="Only those from this topic.")]
Since = Annotated[str | None, typer.Option(help="Only those that failed then or later: a date or time, ISO 8601.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    dead = typer.Typer(help="What could not be processed, why, and what to do about it.", no_args_is_help=True)
    dead.command("list")(dead_letters_list)
    dead.command("show")(dead_letters_show)
    dead.command("redrive")(dead_letters_redrive)
    dead.command("purge")(dead_letters_purge)
    app.add_typer(dead, name="dead-letters")


def dead_letters_list(
    stage: Stage = None,
    reason: Reason = None,
    topic: OfTopic = None,
    since: Since = None,
    every: Annotated[bool, typer.Option("--all", help="Those sent back or set aside, too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Every dead letter that nothing was done about: where it came from, the stage, the reason."""
    reached = reach(load_settings(config=config))
    person, shown, hidden = for_person(as_json), 0, 0
    for letter, mark in letters(reached.bootstrap, reached.topics, _wanted(stage, reason, topic, since)):
        if mark is not None and not every:
            hidden += 1
            continue
        shown += 1
        row = {**_told(letter, mark), "bytes": len(letter.value or b"")}
        show.letter(row) if person else emit(row)
    if person:
        say(f"{shown:,} dead letters" + (f"; {hidden:,} more have a mark (--all shows them)" if hidden else ""))


def dead_letters_show(
    letter: Annotated[str, typer.Argument(help="As listed: partition:offset.")], config: Config = None
) -> None:
    """One dead letter with its original key, headers and value."""
    reached = reach(load_settings(config=config))
    for one, mark in named(reached.bootstrap, reached.topics, [letter]):
        own = [[name, _text_or_base64(value)] for name, value in one.headers]
        content = {"key": _text_or_base64(one.key), "headers": own, "value": _text_or_base64(one.value)}
        emit({**_told(one, mark), **content})


def dead_letters_redrive(
    places: Places = None,
    stage: Stage = None,
    reason: Reason = None,
    topic: OfTopic = None,
    since: Since = None,
    every: Annotated[bool, typer.Option("--all", help="All that nothing was done about.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also those sent back or set aside already.")] = False,
    rehearse: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Send letters back to the topics they came from, once what made them fail is mended."""
    chosen = _Chosen(places, _wanted(stage, reason, topic, since), every)
    reached = reach(load_settings(config=config))
    person, sent, kept = for_person(as_json), 0, 0
    for one in redrive(
        reached.bootstrap,
        reached.topics,
        chosen.of(reached, marked=again),
        now=wall_clock(),
        again=again,
        rehearse=rehearse,
    ):
        if isinstance(one, Kept):
            kept += 1
            say(f"parallax: letter {one.letter} stays: {one.why}")
            continue
        sent += 1
        if person:
            show.console.print(f"{one.letter} → {one.to}")
        else:
            emit({"letter": one.letter, "to": one.to, "sent": not rehearse})
    sys.stdout.flush()
    say(f"{sent:,} letters {'would go' if rehearse else 'went'} back, {kept:,} stay")
    if kept:
        raise typer.Exit(1)


def dead_letters_purge(
    places: Places = None,
    stage: Stage = None,
    reason: Reason = None,
    topic: OfTopic = None,
    since: Since = None,
    every: Annotated[bool, typer.Option("--all", help="All that nothing was done about.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Set letters aside, and delete from the oldest on those that were sent back or set aside."""
    chosen = _Chosen(places, _wanted(stage, reason, topic, since), every)
    reached = reach(load_settings(config=config))
    if not yes:
        if not sys.stdin.isatty():
            raise InvalidSettings("purge deletes letters: --yes says that this is meant")
        count = sum(1 for _ in chosen.of(reached, marked=False))
        typer.confirm(f"Set {count:,} letters aside for good?", abort=True, err=True)
    done = purge(reached.bootstrap, reached.topics, chosen.of(reached, marked=False), now=wall_clock())
    if not for_person(as_json):
        emit(done)
    say(f"{done.marked:,} letters set aside, {done.deleted:,} deleted; those behind a letter without a mark stay")


class _Chosen:
    """The letters that a command names: by their places, by what is true of them, or all."""

    def __init__(self, places: list[str] | None, wanted: Wanted, every: bool) -> None:
        if not places and not every and wanted == Wanted():
            raise InvalidSettings(
                "which letters? Name them as listed, or give --stage, --reason, --topic, --since, --all"
            )
        if places and (every or wanted != Wanted()):
            raise InvalidSettings("name letters, or say what is true of them, not both")
        self._places, self._wanted = places, wanted

    def of(self, reached: Reached, *, marked: bool) -> Iterator[tuple[Letter, Mark | None]]:
        """Those that are there now. marked: of those that were not named one by one, the marked ones, too."""
        if self._places:
            return named(reached.bootstrap, reached.topics, self._places)
        found = letters(reached.bootstrap, reached.topics, self._wanted)
        return ((letter, mark) for letter, mark in found if marked or mark is None)


def _wanted(stage: str | None, reason: str | None, topic: str | None, since: str | None) -> Wanted:
    try:
        return Wanted(stage=stage, reason=reason, topic=topic, since=None if since is None else moment(since))
    except InvalidItem:
        raise InvalidSettings(f"--since {since}: no ISO 8601 date or time") from None


def _told(letter: Letter, mark: Mark | None) -> dict[str, Any]:
    """What a letter says of itself: the headers that begin with parallax-, of its message and, before them, ours."""
    headers = letter.headers if letter.failure is None else failure_headers(letter.headers, letter.failure)
    told = {name.removeprefix(PREFIX): text_of(value) for name, value in headers if name.startswith(PREFIX)}
    told.pop(COUNT, None)
    done = {} if mark is None else {"mark": mark.mark, "marked-at": mark.at, "to": mark.to}
    return {"letter": letter.letter, "written-at": letter.written_at, **told, **done}


def _text_or_base64(data: bytes | None) -> str | dict[str, str] | None:
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
