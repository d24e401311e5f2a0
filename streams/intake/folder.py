"""`parallax watch FOLDER`: files that are dropped there become news items, and are moved once Kafka has them.

A file that was not moved is read again: killed at any point nothing is lost, and what is sent twice has the same ids.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError
from watchfiles import watch

from models.errors import InfrastructureError, InvalidItem, InvalidSettings
from streams.bootstrap import Reached
from streams.delivery.letters import letter_headers
from streams.files import Line
from streams.instruments import IntakeInstruments, serve
from streams.intake.dropped import LONGEST, Unreadable, changed_at, lines_of, opened, read
from streams.intake.settling import Seen, Settling, files_in, is_as
from streams.messages import Incoming
from streams.progress import say
from streams.publish import find_topic, happens_at, producer, send_item, unreachable
from streams.settings import Settings
from streams.wire import HEADER_AT

WAY = "folder"
"""Also the stage that the dead letters name."""
DONE, REFUSED, REASONS = "done", "refused", ".reason.txt"
LOOKS_EVERY_MS = 1000
"""Without being told of a change: a file becomes still without one, and a network's file system may tell of none."""
MOST_UNDERWAY_BYTES = 16 << 20
"""Sent and not acknowledged yet, so that a file of any size takes little memory: two of the largest messages."""
TAKEN_WITHIN_SECONDS = 150.0
"""kafka-python tries for 120 s; a Kafka that is away for longer ends the process, and the file is read again."""
MOST_REASONS = 1000
"""Lines of a file's reasons; the dead letters have all of them."""


def run(
    settings: Settings, folder: Path, reached: Reached, *, clock: Callable[[], datetime], ready: Callable[[], None]
) -> None:
    """Take what is in the folder, and what comes, until SIGTERM or SIGINT; `ready` is called before the first file.

    Raises:
        InvalidSettings: the folder is none that files can be moved in.
        InfrastructureError: the broker or a topic is not there, or another process watches the folder.
    """
    folder = folder.expanduser().absolute()
    instruments, stopped = IntakeInstruments(), threading.Event()
    with _held(folder), _stopping(stopped):
        if settings.metrics_port:
            serve(instruments.registry, settings.metrics_host, settings.metrics_port)
        with producer(reached.bootstrap) as sender:
            for topic in (reached.topics.news.name, reached.topics.dead_letters.name):
                find_topic(sender, reached.bootstrap, topic)
            watching = _Watching(folder, reached, sender, instruments, clock, stopped)
            ready()
            watching.look()
            for _ in watch(
                folder,
                watch_filter=None,
                recursive=False,
                debounce=200,
                rust_timeout=LOOKS_EVERY_MS,
                yield_on_timeout=True,
                stop_event=stopped,
            ):
                watching.look()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder with its two sub-folders, for this process alone."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InvalidSettings(f"{folder}: {error.strerror}: `parallax watch` wants a folder that is there") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for name in (DONE, REFUSED):
            (folder / name).mkdir(exist_ok=True)
    except BlockingIOError:
        raise InfrastructureError(f"{folder}: another `parallax watch` takes what is dropped there") from None
    except OSError as error:
        raise InvalidSettings(f"{folder}: {error.strerror}: files are moved to its {DONE}/ and {REFUSED}/") from None
    else:
        yield
    finally:
        os.close(held)


@contextmanager
def _stopping(stopped: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event."""
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@dataclass
class _Told:
    """What became of a file's lines."""

    sent: int = 0
    refused: int = 0
    reasons: list[str] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        self.refused += 1
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append(reason)

    @property
    def text(self) -> str:
        more = self.refused - len(self.reasons)
        return "\n".join([*self.reasons, *([f"and {more:,} more"] if more else []), ""])


@dataclass
class _Watching:
    folder: Path
    reached: Reached
    sender: KafkaProducer
    instruments: IntakeInstruments
    clock: Callable[[], datetime]
    stopped: threading.Event
    settling: Settling = field(default_factory=Settling)
    underway: list[Any] = field(default_factory=list)
    underway_bytes: int = 0

    def look(self) -> None:
        """Take the files that are complete."""
        try:
            found = files_in(self.folder)
            for name in self.settling.complete(found, self.clock()):
                if self.stopped.is_set():
                    return
                self._take(name, found[name])
        except OSError as error:
            raise InfrastructureError(
                f"{error.filename or self.folder}: {error.strerror}: files are moved there once they are read"
            ) from None

    def _take(self, name: str, seen: Seen) -> None:
        path, told = self.folder / name, _Told()
        try:
            with opened(path) as file:
                self._send_all(lines_of(file, shown(name)), seen, told)
        except FileNotFoundError:
            return
        except Unreadable as error:
            told.refuse(f"{shown(name)}: {error}")
            self.instruments.items.labels(WAY, "refused").inc()
            self.instruments.refused.labels(WAY, "unreadable").inc()
        if not self.stopped.is_set() and is_as(path, seen):
            self._move(path, told)  # else it is read again: it was left half-way, or written to while it was read

    def _send_all(self, lines: Iterator[Line], seen: Seen, told: _Told) -> None:
        """Send every line as an item or as a dead letter; Kafka has all of them after this."""
        at = changed_at(seen.mtime_ns)
        try:
            for line in lines:
                if self.stopped.is_set():
                    break
                self._send(line, at, told)
                self.underway_bytes += len(line.value)
                if self.underway_bytes > MOST_UNDERWAY_BYTES:
                    self._acknowledged()
            self._acknowledged()
        except KafkaError as error:
            raise unreachable(self.reached.bootstrap, error) from None
        self.instruments.items.labels(WAY, "accepted").inc(told.sent)
        self.instruments.items.labels(WAY, "refused").inc(told.refused)

    def _send(self, line: Line, at: datetime, told: _Told) -> None:
        try:
            item, value = read(line, at)
        except InvalidItem as error:
            told.refuse(f"{line.where}: {error}")
            self.instruments.refused.labels(WAY, error.reason).inc()
            if len(line.value) <= LONGEST:
                self._dead_letter(line, error, at)
            return
        self.underway.append(send_item(self.sender, self.reached.topics.news.name, item, value, [happens_at(item)]))
        told.sent += 1

    def _dead_letter(self, line: Line, error: InvalidItem, at: datetime) -> None:
        """As if it had failed in the news topic, where `dead-letters redrive` sends it; the offset is its line."""
        _, _, number = line.where.rpartition(":")
        message = Incoming(
            topic=self.reached.topics.news.name,
            partition=0,
            offset=0 if line.whole_file or not number.isdecimal() else int(number),
            key=None,
            value=line.value,
            headers={HEADER_AT: at.isoformat().encode()},
            at=at,
        )
        named = InvalidItem(error.reason, f"{line.where}: {error.detail}")
        headers = letter_headers(message, stage=WAY, error=named, attempts=1, failed_at=self.clock())
        self.underway.append(
            self.sender.send(
                self.reached.topics.dead_letters.name,
                value=line.value,
                headers=[(name, value or b"") for name, value in headers],  # kafka-python's refuse none
            )
        )

    def _acknowledged(self) -> None:
        """Wait until Kafka has everything."""
        for one in self.underway:
            one.get(timeout=TAKEN_WITHIN_SECONDS)
        self.underway.clear()
        self.underway_bytes = 0

    def _move(self, path: Path, told: _Told) -> None:
        """Out of the way; the reasons come first, so that no refused file is ever without."""
        target = free_name(self.folder / (REFUSED if told.refused else DONE), path.name)
        if told.refused:
            reasons = target.with_name(target.name + REASONS)
            reasons.write_text(told.text, encoding="utf-8", errors="replace")
        path.rename(target)
        to = f"{target.parent.name}/{shown(target.name)}"
        say(f"{shown(path.name)}: {told.sent:,} items, {told.refused:,} refused: {to}")


def free_name(folder: Path, name: str) -> Path:
    """A path of that name in a folder; of one that is taken, with the first number that is free before its ending."""
    plain = Path(name)
    names = (name if number == 1 else f"{plain.stem}-{number}{plain.suffix}" for number in count(1))
    return next(folder / one for one in names if not os.path.lexists(folder / one))


def shown(name: str) -> str:
    """A file's name for people and headers: without what a terminal would act on or UTF-8 cannot hold."""
    return "".join(one if one.isprintable() else "?" for one in name)
