"""Which alert events a subscriber has handled: in memory, or in a file that its own writes can share."""

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol

from models.errors import InfrastructureError, InvalidSettings

REMEMBERED_IDS = 100_000
"""Ids kept in memory to know a duplicate: a redelivery comes within a restart, thousands of events at most."""
KEPT_FOR = timedelta(days=100)
"""How long a file keeps an id: as long as the topic may still deliver it. The topic keeps events 90 days, but Kafka
deletes whole segments, which may be 7 days younger at their end than at their beginning; the rest is a margin."""
WAITS_SECONDS = 60.0
"""How long a member of a group waits for another that handles an event with the same file: a judgement."""

Clock = Callable[[], float]


class Seen(Protocol):
    """Remembers ids of events; one at a time is being handled."""

    def once(self, event_id: str) -> "Handling":
        """A block for one event: its value is whether the event is new; it counts as handled once the block ends."""
        ...


class Handling(Protocol):
    """A context manager whose value is whether an event is still to be handled."""

    def __enter__(self) -> bool: ...  # noqa: D105
    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None: ...


class SeenInMemory:
    """The ids that this process has handled, the last of them."""

    def __init__(self) -> None:
        """None yet."""
        self._ids: OrderedDict[str, None] = OrderedDict()

    @contextmanager
    def once(self, event_id: str) -> Iterator[bool]:
        """See `Seen`."""
        if event_id in self._ids:
            yield False
            return
        yield True
        self._ids[event_id] = None
        if len(self._ids) > REMEMBERED_IDS:
            self._ids.popitem(last=False)


class SeenEvents:
    """The ids handled, in an SQLite file, with what the handler wrote there: both or neither, over any kill.

    While an event is being handled a transaction is open. What the handler writes through `connection` becomes durable
    together with the id when the handler asks for the next event; if it raises or is killed, neither does, and the
    event is delivered again. The handler must not commit or roll back. Effects elsewhere (a mail, a page) are no part
    of the transaction: they may happen once more after a kill.

    Members of one group may share a file on one machine; they then take turns. It belongs to the thread that made it.
    """

    def __init__(self, path: Path | str, *, clock: Clock = time.time) -> None:
        """Open the file, or make it.

        Args:
            clock: seconds since 1970, to forget ids older than KEPT_FOR.

        Raises:
            InvalidSettings: it cannot be opened, or is no SQLite file.
        """
        self._path, self._clock, self._closed = Path(path), clock, False
        try:
            self._connection = sqlite3.connect(self._path, timeout=WAITS_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")  # who reads the handler's tables waits for nobody
            self._connection.execute("PRAGMA synchronous = FULL")  # Kafka's offset is committed next: this must hold
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS parallax_handled (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID"
            )
            self._connection.execute("CREATE INDEX IF NOT EXISTS parallax_handled_at ON parallax_handled (at)")
        except sqlite3.Error as error:
            raise InvalidSettings(f"{self._path}: {error}: the file of the events handled") from None

    @property
    def connection(self) -> sqlite3.Connection:
        """For the handler's own tables, in the transaction of the event being handled."""
        return self._connection

    @contextmanager
    def once(self, event_id: str) -> Iterator[bool]:
        """See `Seen`.

        Raises:
            InfrastructureError: another member held the file for too long, or the disk does not take it.
            RuntimeError: the handler ended the transaction, so that nothing is known of what it wrote.
        """
        with _stored(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            with _stored(self._path):
                known = self._holds(event_id)
            yield not known
            if not self._connection.in_transaction:
                raise RuntimeError("the handler committed or rolled back SeenEvents.connection: leave that to `alerts`")
            with _stored(self._path):
                if not known:
                    self._mark(event_id)
                self._connection.execute("COMMIT")
        finally:
            if not self._closed and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _holds(self, event_id: str) -> bool:
        return bool(self._connection.execute("SELECT 1 FROM parallax_handled WHERE id = ?", (event_id,)).fetchall())

    def _mark(self, event_id: str) -> None:
        now = self._clock()
        self._connection.execute("DELETE FROM parallax_handled WHERE at < ?", (now - KEPT_FOR.total_seconds(),))
        self._connection.execute("INSERT INTO parallax_handled VALUES (?, ?)", (event_id, now))

    def close(self) -> None:
        """Close the file; what is being handled counts as not handled."""
        self._closed = True
        self._connection.close()

    def __enter__(self) -> "SeenEvents":
        """Use it as a context manager to have it closed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


@contextmanager
def _stored(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise InfrastructureError(
            f"{path}: {error}: is the disk full, or does another process hold the file?"
        ) from None
