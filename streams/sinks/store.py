"""What sinks remember: one SQLite file in the data directory, which survives a kill between any two steps.

events   one row for each event that a sink has taken, by its id: what became of it (`waiting` until it is settled), and
         where it came from. Key, headers and value are kept while the event waits, or is the last of an open alert;
         the row itself is kept as long as the topic holds the event, to know it when Kafka delivers it again.
groups   one row for each group with something to remember: its value (streams/sinks/grouping.py) as JSON, and when it
         is due. A notification under way is part of it.
meta     the name of this directory in the consumer groups.

An event is in the file before its offset is committed, and settled in it only after the receiver, or the topic of dead
letters, has it. So a group that waits, a repeat interval or a digest does not hold back the offset, and a kill costs at
most one notification sent again, with the same id. What is lost with the disk are the events that waited on it.
"""

import fcntl
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Literal

import msgspec

from models.errors import InfrastructureError
from streams.messages import Incoming
from streams.sinks.grouping import Group

Fate = Literal["waiting", "delivered", "dead_letter", "silenced", "filtered"]
REMEMBERED = timedelta(days=90)
"""As long as parallax.alerts keeps an event (streams/topics.py)."""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  sink TEXT NOT NULL, id TEXT NOT NULL, fate TEXT NOT NULL, grouped TEXT NOT NULL, at REAL NOT NULL,
  topic TEXT, part INTEGER, place INTEGER, key BLOB, headers BLOB, value BLOB, PRIMARY KEY (sink, id));
CREATE INDEX IF NOT EXISTS held ON events (sink, grouped) WHERE value IS NOT NULL;
CREATE TABLE IF NOT EXISTS groups (
  sink TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, due REAL, PRIMARY KEY (sink, name));
CREATE INDEX IF NOT EXISTS due ON groups (sink, due);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A group, by name, that is due at a time."""

    name: str
    at: datetime


class Store:
    """The file, open; for several threads, one step at a time."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it.

        Raises:
            InfrastructureError: it cannot be written, or another process has it open.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._held = _hold(path.with_suffix(".lock"))
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        except (OSError, sqlite3.Error) as error:
            raise InfrastructureError(
                f"{path}: {error}: set PARALLAX_DATA_DIR to a folder that can be written"
            ) from None
        self._lock = threading.RLock()
        self._writes = _Nesting()

    @contextmanager
    def step(self) -> Iterator[None]:
        """All that is changed in the block is on disk when it ends, or none of it."""
        with self._lock:
            if self._writes.depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            with self._writes:
                try:
                    yield
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")

    def identity(self) -> str:
        """A name for this file, always the same: for Kafka's static membership."""
        with self.step():
            self._connection.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (uuid.uuid4().hex[:12],))
            return str(self._connection.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()[0])

    def fate(self, sink: str, event: str) -> Fate | None:
        """What became of an event; None: it was never taken."""
        with self._lock:
            row = self._connection.execute(
                "SELECT fate FROM events WHERE sink = ? AND id = ?", (sink, event)
            ).fetchone()
        return row[0] if row else None

    def keep(self, sink: str, event: str, message: Incoming, grouped: str) -> None:
        """Take an event, whole, as waiting in a group."""
        headers = msgspec.json.encode(message.headers)
        held = (message.topic, message.partition, message.offset, message.key, headers, message.value)
        with self.step():
            self._connection.execute(
                "INSERT OR REPLACE INTO events VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?)",
                (sink, event, grouped, message.at.timestamp(), *held),
            )

    def note(self, sink: str, event: str, message: Incoming, fate: Fate) -> None:
        """Remember an event that is not kept, by its id."""
        with self.step():
            self._connection.execute(
                "INSERT OR REPLACE INTO events (sink, id, fate, grouped, at) VALUES (?, ?, ?, '', ?)",
                (sink, event, fate, message.at.timestamp()),
            )

    def settle(self, sink: str, events: Iterable[str], fate: Fate) -> None:
        """Say what became of events that waited."""
        with self.step():
            self._connection.executemany(
                "UPDATE events SET fate = ? WHERE sink = ? AND id = ?", [(fate, sink, one) for one in events]
            )

    def held(self, sink: str, events: Sequence[str]) -> list[Incoming]:
        """Events that are kept whole, in the order asked for."""
        with self._lock:
            rows = {
                one: self._connection.execute(
                    "SELECT topic, part, place, key, value, headers, at FROM events WHERE sink = ? AND id = ?",
                    (sink, one),
                ).fetchone()
                for one in events
            }
        return [
            Incoming(
                topic=row[0],
                partition=row[1],
                offset=row[2],
                key=row[3],
                value=row[4],
                headers=msgspec.json.decode(row[5], type=dict[str, bytes]),
                at=datetime.fromtimestamp(row[6], UTC),
            )
            for row in rows.values()
        ]

    def group(self, sink: str, name: str) -> Group:
        """A group; a new one if nothing is remembered of it."""
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM groups WHERE sink = ? AND name = ?", (sink, name)
            ).fetchone()
        return msgspec.json.decode(row[0], type=Group) if row else Group()

    def put_group(self, sink: str, name: str, group: Group | None, due: datetime | None) -> None:
        """Remember a group, None: no longer; lets go of events that it needs no more."""
        with self.step():
            if group is None:
                self._connection.execute("DELETE FROM groups WHERE sink = ? AND name = ?", (sink, name))
            else:
                row = (sink, name, msgspec.json.encode(group), None if due is None else _stamp(due))
                self._connection.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", row)
            needed = [] if group is None else [one.event for one in group.open]
            self._connection.execute(
                "UPDATE events SET key = NULL, headers = NULL, value = NULL WHERE sink = ? AND grouped = ? "
                "AND value IS NOT NULL AND fate != 'waiting' AND id NOT IN (SELECT value FROM json_each(?))",
                (sink, name, msgspec.json.encode(needed).decode()),
            )

    def due(self, sink: str, most: int) -> list[Due]:
        """The groups that are due first, now or later."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT name, due FROM groups WHERE sink = ? AND due IS NOT NULL ORDER BY due, rowid LIMIT ?",
                (sink, most),
            ).fetchall()
        return [Due(name=name, at=datetime.fromtimestamp(at, UTC)) for name, at in rows]

    def waiting(self, sink: str) -> int:
        """Events of a sink that are not settled."""
        query = "SELECT count(*) FROM events INDEXED BY held WHERE sink = ? AND value IS NOT NULL AND fate = 'waiting'"
        with self._lock:
            return int(self._connection.execute(query, (sink,)).fetchone()[0])

    def forget(self, now: datetime) -> None:
        """Drop what no sink needs: events that the topic no longer holds."""
        with self.step():
            self._connection.execute(
                "DELETE FROM events WHERE at < ? AND value IS NULL", ((now - REMEMBERED).timestamp(),)
            )

    def close(self) -> None:
        """Close the file; another process may open it."""
        with self._lock:
            self._connection.close()
        self._held.close()


class _Nesting:
    def __init__(self) -> None:
        self.depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1


def _stamp(at: datetime) -> float:
    return max(0.0, at.timestamp())


def _hold(path: Path) -> IO[str]:
    held = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise InfrastructureError(
            f"`parallax sinks` runs for {path.parent} already: end it, or set PARALLAX_DATA_DIR to another folder"
        ) from None
    return held
