"""The names of workers in their group: stable over restarts, never shared by two that run."""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.errors import InfrastructureError
from streams.settings import Settings

MOST_WORKERS = 256
"""Workers of one data directory: as many as a topic may have partitions."""


@contextmanager
def take_place(settings: Settings, kind: str = "workers") -> Iterator[str]:
    """The lowest place of this data directory that no running worker holds, as a name for Kafka's static membership.

    Processes of another `kind` have places of their own.

    A worker that is killed and started again gets its old place, and with it its partitions at once.

    Raises:
        InfrastructureError: the data directory cannot be written.
    """
    if settings.worker_id:
        yield settings.worker_id
        return
    name, place, lock = _first_free(settings.data_dir / kind)
    with lock:
        yield f"{name}-{place}"


def _first_free(folder: Path) -> tuple[str, int, IO[str]]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = _identity(folder)
        for place in range(MOST_WORKERS):
            lock = (folder / f"{place}.lock").open("w", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            return name, place, lock
    except OSError as error:
        raise InfrastructureError(
            f"{folder}: {error.strerror}: set PARALLAX_DATA_DIR to a folder that can be written"
        ) from None
    raise InfrastructureError(f"{MOST_WORKERS} workers run for {folder.parent} already")


def _identity(folder: Path) -> str:
    """What tells this data directory's workers from those of others; the first worker makes it, whole or not at all."""
    with (folder / "id").open("a+", encoding="utf-8") as identity:
        fcntl.flock(identity, fcntl.LOCK_EX)
        identity.seek(0)
        if not (name := identity.read().strip()):
            name = uuid.uuid4().hex[:12]
            identity.write(name)
        return name
