"""One Kafka node (broker and controller, KRaft) for one data directory, as a child process that never outlives us."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from types import TracebackType
from typing import IO

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from models.errors import InfrastructureError
from streams.broker.configuration import JVM_OPTIONS, log4j, server_properties
from streams.broker.jars import Advance, fetch_jars, find_java
from streams.children import ends_with_parent

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 60
"""Ready after 2-3 s here (docs/measurements.md); a busy machine gets twenty times that."""
STOPS_WITHIN_SECONDS = 60
ROOM_BYTES = 512 << 20
"""Free disk wanted before a start: a few days of news take less (a judgement; `parallax doctor` shows it)."""


def running_broker(data_dir: Path) -> str | None:
    """The bootstrap address of the broker that runs for `data_dir`, if one does and answers."""
    try:
        noted = json.loads((data_dir / "broker.json").read_text(encoding="utf-8"))
        os.kill(noted["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return noted["bootstrap"] if _answers(noted["bootstrap"]) else None


class EmbeddedBroker:
    """Apache Kafka for a data directory; a context manager that stops it."""

    def __init__(
        self, data_dir: Path, cache_dir: Path, advance: Advance | None = None, *, port: int | None = None
    ) -> None:
        """Nothing starts yet.

        Args:
            port: listen there; None: a free port, the same again after a restart if it is still free.
        """
        self._data, self._cache, self._advance, self._port = data_dir, cache_dir, advance, port
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._bootstrap: str | None = None

    @property
    def data_dir(self) -> Path:
        """Where its data is."""
        return self._data

    @property
    def log_path(self) -> Path:
        """What the broker logs."""
        return self._data / "logs" / "broker.log"

    @property
    def bootstrap(self) -> str:
        """Where clients connect: "127.0.0.1:PORT"."""
        if self._bootstrap is None:
            raise InfrastructureError("the embedded Kafka is not started")
        return self._bootstrap

    @property
    def pid(self) -> int:
        """The process id of Kafka."""
        if self._process is None:
            raise InfrastructureError("the embedded Kafka is not started")
        return self._process.pid

    def start(self) -> str:
        """Start Kafka and wait until it answers; returns "127.0.0.1:PORT".

        Raises:
            InfrastructureError: no Java, a wrong jar, no disk, a port taken, another broker on this data, or what
                Kafka itself says.
        """
        java, jars = find_java(), fetch_jars(self._cache, self._advance)
        self._hold_data()
        try:
            self._check_room()
            bootstrap = f"{HOST}:{self._choose_port()}"
            self._format(java, jars, bootstrap)
            self._run(java, jars)
            self._await_answer(bootstrap)
        except BaseException:
            self.stop()
            raise
        note = {"bootstrap": bootstrap, "pid": self.pid, "started_by": os.getpid()}
        (self._data / "broker.json").write_text(json.dumps(note), encoding="utf-8")
        self._bootstrap = bootstrap
        return bootstrap

    def check(self) -> None:
        """See that Kafka is alive.

        Raises:
            InfrastructureError: it ended; quotes its log.
        """
        if self._process is not None and (status := self._process.poll()) is not None:
            raise InfrastructureError(
                f"Kafka ended with status {status}: {self._last_error()}; all of it: {self.log_path}"
            )

    def stop(self) -> None:
        """SIGTERM and wait, so that Kafka closes its files; SIGKILL only for one that does not end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._bootstrap = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """SIGKILL Kafka, as a crash would; `start` begins again on its data."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.stop()

    def __enter__(self) -> "EmbeddedBroker":
        """Use in a with statement; call `start` inside."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def _hold_data(self) -> None:
        """One broker a data directory: the lock is ours until we end, however we end."""
        try:
            (self._data / "logs").mkdir(parents=True, exist_ok=True)
            self._lock = (self._data / "broker.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise InfrastructureError(
                f"{self._data}: {error.strerror}: set PARALLAX_DATA_DIR to a folder that can be written"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "another process"
            self._lock.close()
            self._lock = None
            raise InfrastructureError(
                f"an embedded Kafka already runs on {self._data} (started by process {holder}): "
                "use that one, end it, or set PARALLAX_DATA_DIR to another folder"
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _check_room(self) -> None:
        free = shutil.disk_usage(self._data).free
        if free < ROOM_BYTES:
            raise InfrastructureError(
                f"{self._data}: {free >> 20} MiB free, {ROOM_BYTES >> 20} wanted by Kafka: "
                "free some, or set PARALLAX_DATA_DIR"
            )

    def _choose_port(self) -> int:
        if self._port is not None:
            if not _free(self._port):
                raise InfrastructureError(f"port {self._port} is taken: end what listens there, or choose another port")
            return self._port
        with contextlib.suppress(OSError, ValueError, KeyError):
            noted = json.loads((self._data / "broker.json").read_text(encoding="utf-8"))
            before = int(noted["bootstrap"].rpartition(":")[2])
            if _free(before):
                return before
        return _any_free_port()

    def _format(self, java: Path, jars: Path, bootstrap: str) -> None:
        """Write the configuration, and give a new data directory its cluster id."""
        properties = self._data / "server.properties"
        properties.write_text(
            server_properties(bootstrap, f"{HOST}:{_any_free_port()}", self._data / "kafka"), encoding="utf-8"
        )
        (self._data / "log4j2.yaml").write_text(log4j(self.log_path), encoding="utf-8")
        if (self._data / "kafka" / "meta.properties").exists():
            return
        tool = ["kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(properties), "--standalone"]
        done = subprocess.run([*self._java(java, jars), *tool], capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
            raise InfrastructureError(f"Kafka could not prepare {self._data / 'kafka'}: {said}")

    def _java(self, java: Path, jars: Path) -> list[str]:
        return [str(java), *JVM_OPTIONS, f"-Dlog4j2.configurationFile={self._data / 'log4j2.yaml'}", "-cp", f"{jars}/*"]

    def _run(self, java: Path, jars: Path) -> None:
        with (self._data / "logs" / "broker.out").open("wb") as output:
            self._process = subprocess.Popen(
                [*self._java(java, jars), "kafka.Kafka", str(self._data / "server.properties")],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is ours to answer: the worker goes first
                preexec_fn=ends_with_parent,
            )

    def _await_answer(self, bootstrap: str) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not _answers(bootstrap):
            self.check()
            if time.monotonic() > deadline:
                raise InfrastructureError(f"Kafka did not answer within {READY_WITHIN_SECONDS} s: see {self.log_path}")

    def _last_error(self) -> str:
        for path in (self.log_path, self._data / "logs" / "broker.out"):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
            if errors := [line for line in lines if "ERROR" in line or "FATAL" in line or "Exception" in line]:
                return errors[-1].strip()
        return "it left no message"


def _cluster_id() -> str:
    """A random one, as Kafka makes them: one that began with "-" would be taken for an option."""
    while (made := urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


def _answers(bootstrap: str) -> bool:
    """Whether an admin request is answered: an open port is not yet a broker."""
    host, _, port = bootstrap.rpartition(":")
    with contextlib.suppress(OSError):
        socket.create_connection((host, int(port)), timeout=1).close()
        try:
            admin = KafkaAdminClient(bootstrap_servers=[bootstrap], bootstrap_timeout_ms=3000, request_timeout_ms=3000)
        except KafkaError:
            return False
        try:
            admin.list_topics()
            return True
        except KafkaError:
            return False
        finally:
            admin.close()
    time.sleep(0.05)
    return False


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
