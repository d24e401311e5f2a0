"""`parallax` as processes, and what is in its topics; shared with benchmarks/kills.py."""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from streams.bootstrap import reach
from streams.present import present
from streams.settings import PREFIX, Settings
from streams.subscribe import records
from streams.wire import HEADER_ITEM

READY_WITHIN_SECONDS = 120


def environment(settings: Settings) -> dict[str, str]:
    named = {PREFIX + name.upper(): str(value) for name, value in settings.model_dump().items()}
    return {**os.environ, **named}


def parallax(
    settings: Settings, *words: str, status: int = 0, seconds: float = 500
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "streams.cli", *words]
    done = subprocess.run(command, env=environment(settings), capture_output=True, timeout=seconds, check=False)
    assert done.returncode == status, done.stderr.decode()
    return done


class Command:
    """A command of `parallax` that runs until it is ended, as a process; its log is in the data directory."""

    def __init__(self, settings: Settings, *words: str, script: Path | None = None) -> None:
        """words: the command's. script: a program of its own instead of the command."""
        self._settings, self._name = settings, words[0]
        self._command = [str(script)] if script is not None else ["-m", "streams.cli", *words]
        self.start()

    def start(self) -> None:
        log = self._settings.data_dir / f"{self._name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *self._command],
                env=environment(self._settings),
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            ready = selector.select(READY_WITHIN_SECONDS)
        if not ready:
            self.end(signal.SIGKILL)
            raise AssertionError(log.read_text())
        self.told = json.loads(self.process.stdout.readline() or b"{}")
        assert "ready" in self.told, log.read_text()

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Worker(Command):
    """`parallax worker`; started anew it is the same worker to its group."""

    def __init__(self, settings: Settings, *words: str, script: Path | None = None) -> None:
        super().__init__(settings, "worker", *words, script=script)


def followed(settings: Settings, *, seconds: float = 500) -> list[bytes]:
    """The alert events as a subscriber gets them, once no stage has anything left to do."""
    return parallax(
        settings, "subscribe", "--from", "beginning", "--json", "--until-idle", "6", seconds=seconds
    ).stdout.splitlines()


def items_in(settings: Settings, topic: Callable[[object], str]) -> set[str]:
    reached = reach(settings)
    found = present(reached.bootstrap, topic(reached.topics))
    return {value.decode() for record in found for name, value in record.headers if name == HEADER_ITEM}


def letters(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(line) for line in parallax(settings, "dead-letters", "list").stdout.splitlines()]


def kill_on_the_way(settings: Settings, published: set[str], kills: dict[float, Callable[[], None]]) -> None:
    """Call each of `kills` once that share of the published items has become statements."""
    reached, seen = reach(settings), set()
    following = records(reached.bootstrap, reached.topics.statements.name, from_beginning=True)
    for share, kill in sorted(kills.items()):
        while len(seen) < share * len(published):
            seen |= {value.decode() for name, value in next(following).headers if name == HEADER_ITEM}
        kill()
    following.close()
