"""The processes of a running system on this machine, started and ended together: broker, worker, what is beside it."""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from models.errors import InfrastructureError
from streams.bootstrap import Reached, reach
from streams.broker import EmbeddedBroker, running_broker
from streams.children import ends_with_parent
from streams.connecting import Where
from streams.model_store import is_made, model_folder
from streams.progress import progress, say
from streams.settings import PREFIX, Settings
from streams.topics import create_topics

WORKER_READY_WITHIN_SECONDS = 120
"""A worker that loads its model and joins its group takes 10-15 s here; a busy machine ten times that (a judgement)."""
WORKER_ENDS_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A command that runs beside the worker, once the worker is ready; it prints a line with `ready` when it is.

    port: of its metrics, so many after the worker's: all of them run on this machine. passes_on: what it prints is the
    system's output.
    """

    command: tuple[str, ...]
    port: int
    passes_on: bool = False

    @property
    def name(self) -> str:
        """The command's name: its log's, too."""
        return self.command[0]


SINKS = Companion(command=("sinks",), port=1, passes_on=True)
FEED = Companion(command=("feed",), port=2)
RECEIVE = Companion(command=("receive",), port=3)
WORKER = Companion(command=("worker",), port=0)


def watching(folder: Path) -> Companion:
    """`parallax watch FOLDER`."""
    return Companion(command=("watch", str(folder)), port=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process that runs, its log, and what it said when it was ready."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    told: Mapping[str, Any]

    def check(self) -> None:
        """See that it is alive.

        Raises:
            InfrastructureError: it ended; quotes its last line and names its log.
        """
        if (status := self.process.poll()) is not None:
            raise InfrastructureError(
                f"`{self.name}` ended with status {status}: {_last_line(self.log)}; all of it: {self.log}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What runs: the broker as reached, and the processes, the worker first."""

    reached: Reached
    parts: tuple[Part, ...]

    @property
    def worker(self) -> Part:
        """The worker."""
        return self.parts[0]

    def check(self) -> None:
        """See that every part is alive.

        Raises:
            InfrastructureError: one ended; quotes its last line and names its log.
        """
        for part in self.parts:
            part.check()


@contextmanager
def system(settings: Settings, beside: Sequence[Companion] = ()) -> Iterator[Running]:
    """A broker (the embedded one unless the settings name another) with its topics, and a worker that is ready.

    Args:
        beside: what runs beside the worker.

    Raises:
        InfrastructureError: a part does not start; says which, why, and where its log is.
    """
    with ExitStack() as stack:
        if not is_made(settings.cache_dir, settings.model or None):  # here its bar is seen; the worker checks it whole
            with progress("preparing the model") as advance:
                model_folder(settings.cache_dir, None, advance)
        bootstrap = settings.brokers or stack.enter_context(_broker(settings))
        reached = reach(settings, bootstrap)
        create_topics(bootstrap, reached.topics)
        parts = []
        for one in (WORKER, *beside):
            say(f"starting {one.name}")
            parts.append(stack.enter_context(_process(one, settings, bootstrap)))
        yield Running(reached=reached, parts=tuple(parts))


def _pass_on(lines: IO[bytes]) -> None:
    """What a sink of kind log writes is the system's output, and must not fill a pipe that nobody reads."""
    with suppress(ValueError, BrokenPipeError):  # closed at the end, on either side
        for line in lines:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


@contextmanager
def _broker(settings: Settings) -> Iterator[str]:
    if found := running_broker(settings.data_dir):
        yield found
        return
    with progress("fetching Kafka", "jars") as advance:
        broker = EmbeddedBroker(settings.data_dir, settings.cache_dir, advance)
        say("starting Apache Kafka")
        with broker:
            yield broker.start()


@contextmanager
def _process(what: Companion, settings: Settings, bootstrap: Where) -> Iterator[Part]:
    log = settings.data_dir / "logs" / f"{what.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    port = settings.metrics_port and settings.metrics_port + what.port
    its = settings.model_copy(update={"metrics_port": port})
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", *what.command],
            env={**os.environ, **_environment(its), f"{PREFIX}BROKERS": str(bootstrap)},
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ends_with_parent,
        )
    try:
        told = _await_ready(what.name, process, log)
        if what.passes_on:
            threading.Thread(target=_pass_on, args=(process.stdout,), name=f"{what.name}'s output", daemon=True).start()
        yield Part(name=what.name, process=process, log=log, told=told)
    finally:
        _end(process)


def _environment(settings: Settings) -> dict[str, str]:
    return {PREFIX + name.upper(): str(value) for name, value in settings.model_dump().items()}


def _await_ready(what: str, worker: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    """Wait for its `{"ready": …}` line."""
    assert worker.stdout is not None
    deadline = time.monotonic() + WORKER_READY_WITHIN_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            line = worker.stdout.readline()
            if not line:
                status = worker.wait(WORKER_ENDS_WITHIN_SECONDS)
                raise InfrastructureError(f"`{what}` ended with status {status}: {_last_line(log)}; all of it: {log}")
            told: dict[str, Any] = json.loads(line)
            if "ready" in told:
                return told
    raise InfrastructureError(f"`{what}` was not ready within {WORKER_READY_WITHIN_SECONDS} s: see {log}")


def _end(worker: subprocess.Popen[bytes]) -> None:
    """SIGTERM and wait; SIGKILL only for one that does not end."""
    if worker.poll() is None:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(WORKER_ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
    if worker.stdout is not None:
        worker.stdout.close()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it left no message"
