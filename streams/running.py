"""The processes of a running system on this machine, started and ended together: broker, worker, sinks if any."""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.errors import InfrastructureError
from streams.bootstrap import Reached, reach
from streams.broker import EmbeddedBroker, running_broker
from streams.connecting import Where
from streams.model_store import is_made, model_folder
from streams.progress import progress, say
from streams.settings import PREFIX, Settings
from streams.topics import create_topics

WORKER_READY_WITHIN_SECONDS = 120
"""A worker that loads its model and joins its group takes 10-15 s here; a busy machine ten times that (a judgement)."""
WORKER_ENDS_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What runs: the broker as reached, and the processes and logs of the worker and of the sinks, if any."""

    reached: Reached
    worker: subprocess.Popen[bytes]
    worker_log: Path
    sinks: subprocess.Popen[bytes] | None = None
    sinks_log: Path | None = None

    def check(self) -> None:
        """See that the worker, and the sinks where there are some, are alive.

        Raises:
            InfrastructureError: one ended; quotes its last line and names its log.
        """
        _check("the worker", self.worker, self.worker_log)
        if self.sinks is not None and self.sinks_log is not None:
            _check("the sinks", self.sinks, self.sinks_log)


def _check(what: str, process: subprocess.Popen[bytes], log: Path) -> None:
    if (status := process.poll()) is not None:
        raise InfrastructureError(f"{what} ended with status {status}: {_last_line(log)}; all of it: {log}")


@contextmanager
def system(settings: Settings, *, tells: bool = False) -> Iterator[Running]:
    """A broker (the embedded one unless the settings name another) with its topics, and a worker that is ready.

    Args:
        tells: run the sinks that the settings name, too.

    Raises:
        InfrastructureError: a part does not start; says which, why, and where its log is.
    """
    with ExitStack() as parts:
        if not is_made(settings.cache_dir, settings.model or None):  # here its bar is seen; the worker checks it whole
            with progress("preparing the model") as advance:
                model_folder(settings.cache_dir, None, advance)
        bootstrap = settings.brokers or parts.enter_context(_broker(settings))
        reached = reach(settings, bootstrap)
        create_topics(bootstrap, reached.topics)
        log = settings.data_dir / "logs" / "worker.log"
        say("starting the worker")
        worker = parts.enter_context(_process("worker", settings, bootstrap, log))
        sinks, sinks_log = None, settings.data_dir / "logs" / "sinks.log"
        if settings.sinks and tells:
            say("starting the sinks")
            sinks = parts.enter_context(_process("sinks", _of_sinks(settings), bootstrap, sinks_log))
            threading.Thread(target=_pass_on, args=(sinks.stdout,), name="sinks' output", daemon=True).start()
        yield Running(reached=reached, worker=worker, worker_log=log, sinks=sinks, sinks_log=sinks_log)


def _of_sinks(settings: Settings) -> Settings:
    """The sinks' metrics have the port after the worker's: both run on this machine."""
    return (
        settings.model_copy(update={"metrics_port": settings.metrics_port + 1}) if settings.metrics_port else settings
    )


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
def _process(what: str, settings: Settings, bootstrap: Where, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "streams.cli", what]
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            env={**os.environ, **_environment(settings), f"{PREFIX}BROKERS": str(bootstrap)},
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _await_ready(f"the {what}", process, log)
        yield process
    finally:
        _end(process)


def _environment(settings: Settings) -> dict[str, str]:
    return {PREFIX + name.upper(): str(value) for name, value in settings.model_dump().items()}


def _await_ready(what: str, worker: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for its `{"ready": …}` line."""
    assert worker.stdout is not None
    deadline = time.monotonic() + WORKER_READY_WITHIN_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            line = worker.stdout.readline()
            if not line:
                status = worker.wait(WORKER_ENDS_WITHIN_SECONDS)
                raise InfrastructureError(f"{what} ended with status {status}: {_last_line(log)}; all of it: {log}")
            if "ready" in json.loads(line):
                return
    raise InfrastructureError(f"{what} was not ready within {WORKER_READY_WITHIN_SECONDS} s: see {log}")


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
