"""The names of workers in their group: stable over restarts, never shared by two that run."""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import InfrastructureError
from streams.settings import Settings

MOST_WORKERS = 256
"""Workers of one data directory: as many as a topic may have partitions."""


@contextmanager
def take_place(settings: Settings) -> Iterator[str]:
    """The lowest place of this data directory that no running worker holds, as a name for Kafka's static membership.

    A worker that is killed and started again gets its old place, and with it its partitions at once.

    Raises:
        InfrastructureError: the data directory cannot be written.
    """
    if settings.worker_id:
        yield settings.worker_id
        return
    folder = settings.data_dir / "workers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        identity = folder / "id"
        if not identity.exists():
            identity.write_text(uuid.uuid4().hex[:12], encoding="utf-8")
        name = identity.read_text(encoding="utf-8")
        for place in range(MOST_WORKERS):
            lock = (folder / f"{place}.lock").open("w", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            with lock:
                yield f"{name}-{place}"
            return
    except OSError as error:
        raise InfrastructureError(f"{folder}: {error.strerror}: set PARALLAX_DATA_DIR to a folder that can be written") from None
    raise InfrastructureError(f"{MOST_WORKERS} workers run for {settings.data_dir} already")
