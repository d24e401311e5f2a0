"""Subscribers as processes, each way of subscribing, and a made-up stream of alert events for them."""

import fcntl
import json
import os
import random
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from events import an_event
from node import node, node_modules

from models.alerts import SEVERITIES, AlertEvent, event_id
from streams.broker.jars import fetch_jars, find_java
from streams.envelope import cloud_event_headers
from streams.wire import decode, encode

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "consumers"
TOOLS_LOCK = ROOT / "tests" / "tools-jars.lock"
COMPILES_WITHIN_SECONDS = 60
PATIENCE_SECONDS = 60
SMALLEST_PIPE_BYTES = 4096
"""A pipe of this size holds no line of the stream: a subscriber stands still amid each until the test reads it."""

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A record of the stream. event: None for what a subscriber passes over."""

    key: bytes
    value: bytes
    headers: Headers
    event: AlertEvent | None = None
    replay: bool = False


def made_up_stream(chance: random.Random, *, events: int, alerts: int) -> list[Sent]:
    """Events of some alerts, as a worker that is killed now and then sends them: some of the last ones once more.

    Among them what a subscriber passes over: events of a later version, bytes that are no event, a copy for one sink.
    The headlines are long: see SMALLEST_PIPE_BYTES.
    """
    stream: list[Sent] = []
    revisions = dict.fromkeys([f"{number:032x}" for number in range(alerts)], 0)
    for sequence in range(1, events + 1):
        alert = chance.choice(list(revisions))
        revisions[alert] += 1
        event = an_event(
            id=event_id(alert, revisions[alert]),
            alert=alert,
            revision=revisions[alert],
            sequence=sequence,
            type=f"parallax.alert.{'updated' if revisions[alert] > 1 else 'opened'}.v1",
            severity=chance.choice(SEVERITIES),
            headline="Both sides speak of it, each in its own words. " * (SMALLEST_PIPE_BYTES // 40),
        )
        stream.append(_record(event, replay=chance.random() < 0.1, field=chance.random() < 0.3))
        if chance.random() < 0.05:
            stream += [one for one in stream[-chance.randint(1, 20) :] if one.event]
        if chance.random() < 0.05:
            stream.append(chance.choice(_passed_over(event)))
    return stream


def bundled_stream(lines: Sequence[bytes]) -> list[Sent]:
    """The alert events of the bundled stream, from the lines of a backtest."""
    return [_record(decode(line, AlertEvent), replay=False, field=False) for line in lines]


def _record(event: AlertEvent, *, replay: bool, field: bool) -> Sent:
    headers = list(cloud_event_headers(event, recorded_at=event.time, replay="again" if replay else "").items())
    value = encode(event)
    if field:
        value = encode({**json.loads(value), "a_field_of_later": {"of": ["any", "kind"]}})
    return Sent(key=event.alert.encode(), value=value, headers=headers, event=event, replay=replay)


def _passed_over(event: AlertEvent) -> tuple[Sent, ...]:
    key, value, headers = event.alert.encode(), encode(event), cloud_event_headers(event, recorded_at=event.time)
    later = {**headers, "ce_type": b"parallax.alert.foo.v1", "ce_id": b"f00"}
    return (
        Sent(key=key, value=value.replace(b"parallax.alert.", b"parallax.alert.foo."), headers=list(later.items())),
        Sent(key=key, value=b"not an alert event", headers=[]),
        Sent(key=key, value=b"\xff\xfe", headers=[*headers.items()]),
        Sent(key=key, value=value, headers=[*headers.items(), ("parallax-redriven", b"0:1")]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a subscriber is started, and its status after SIGTERM."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ends_with: int = 0


def python(bootstrap: str, topic: str, folder: Path, cache_dir: Path) -> Way:
    """kafka-python alone."""
    return Way(command=[sys.executable, str(EXAMPLES / "python" / "consumer.py"), bootstrap, topic, topic, "one"])


def typed(bootstrap: str, topic: str, folder: Path, cache_dir: Path, member: str = "one") -> Way:
    """The typed client, with a table in SQLite."""
    script = str(EXAMPLES / "python" / "typed.py")
    return Way(command=[sys.executable, script, bootstrap, topic, topic, member, str(folder / "desk.sqlite")])


def javascript(bootstrap: str, topic: str, folder: Path, cache_dir: Path) -> Way:
    """Node."""
    packages = node_modules(EXAMPLES / "node", cache_dir)
    return Way(
        command=[node(), str(EXAMPLES / "node" / "consumer.mjs"), bootstrap, topic, topic, "one"],
        environment={"NODE_PATH": str(packages)},
    )


def java(bootstrap: str, topic: str, folder: Path, cache_dir: Path) -> Way:
    """Java, compiled by Eclipse's compiler, which needs no JDK."""
    jars, tools, classes = fetch_jars(cache_dir), fetch_jars(cache_dir, lock=TOOLS_LOCK), folder / "classes"
    compiler = [str(find_java()), "-cp", f"{tools}/*", "org.eclipse.jdt.internal.compiler.batch.Main", "-17"]
    source = EXAMPLES / "java" / "AlertConsumer.java"
    done = subprocess.run(
        [*compiler, "-cp", os.pathsep.join(map(str, jars.glob("*.jar"))), "-d", str(classes), str(source)],
        capture_output=True,
        text=True,
        timeout=COMPILES_WITHIN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    path = os.pathsep.join((f"{jars}/*", str(classes)))
    command = [str(find_java()), "-cp", path, "AlertConsumer", bootstrap, topic, topic, "one"]
    return Way(command=command, ends_with=128 + signal.SIGTERM)  # as every Java program that is ended so


def console(bootstrap: str, topic: str, folder: Path, cache_dir: Path) -> Way:
    """Kafka's console consumer and bash."""
    jars, tools = fetch_jars(cache_dir), fetch_jars(cache_dir, lock=TOOLS_LOCK)
    program = folder / "kafka-console-consumer"
    path = os.pathsep.join((f"{tools}/*", f"{jars}/*"))
    main = "org.apache.kafka.tools.consumer.ConsoleConsumer"
    program.write_text(f'#!/bin/sh\nexec "{find_java()}" -cp "{path}" {main} "$@"\n')
    program.chmod(0o755)
    return Way(
        command=["bash", str(EXAMPLES / "console" / "follow.sh"), bootstrap, topic, str(folder / "place")],
        environment={"KAFKA_CONSOLE_CONSUMER": str(program)},
    )


class Subscriber:
    """One life of a subscriber: what it prints, line by line, until it is killed or ended."""

    def __init__(self, way: Way, log: Path) -> None:
        self._way, self._log = way, log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                way.command,
                env={**os.environ, **way.environment},
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._out, self._held = self._process.stdout.fileno(), b""
        if sys.platform == "linux":
            fcntl.fcntl(self._out, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE_BYTES)
        self.printed: list[dict] = []
        self._drained: threading.Thread | None = None

    def drain(self) -> "Subscriber":
        """Read what it prints from now on, so that it need not wait."""
        self._drained = threading.Thread(target=self._rest, daemon=True)
        self._drained.start()
        return self

    def read(self, lines: int) -> None:
        """Wait for so many more lines; it cannot print the next one until that is read, too."""
        for _ in range(lines):
            line = self._line()
            assert line, f"it ended: {self.log}"
            self.printed.append(json.loads(line))

    def _line(self) -> bytes:
        """The next line; the rest without an end of line, or nothing, once it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            while b"\n" not in self._held:
                assert selector.select(deadline - time.monotonic()), f"nothing printed in time: {self.log}"
                more = os.read(self._out, SMALLEST_PIPE_BYTES)
                if not more:
                    break
                self._held += more
        line, end, self._held = self._held.partition(b"\n")
        return line + end

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def kill(self) -> None:
        """SIGKILL to all of it; what it had printed by then counts."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._end()

    def end(self) -> None:
        """SIGTERM, and it must end as it says."""
        self._process.terminate()
        self._end()
        assert self._process.returncode == self._way.ends_with, self.log

    def _end(self) -> None:
        if self._drained is None:
            self._rest()
        else:
            self._drained.join(PATIENCE_SECONDS)
        self._process.wait(PATIENCE_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _rest(self) -> None:
        while line := self._line():
            if line.endswith(b"\n"):  # a last line may be cut
                self.printed.append(json.loads(line))

    def abandon(self) -> None:
        """Whatever became of it, nothing of it is left."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE_SECONDS)
