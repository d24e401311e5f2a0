"""Which files of a folder are complete: those that nobody is writing any more."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

STILL_SECONDS = 2.0
"""A file that has not changed for so long is complete: writers that pause for longer rename, or name theirs `.part` (a
judgement)."""
LEFT_ALONE = (".part", ".tmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it is in the folder; it changes with whatever changes its content. mtime_ns: nanoseconds since 1970."""

    device: int
    inode: int
    bytes: int
    mtime_ns: int
    is_link: bool = False

    @classmethod
    def of(cls, status: os.stat_result) -> "Seen":
        """What `stat` says of a file."""
        return cls(
            device=status.st_dev,
            inode=status.st_ino,
            bytes=status.st_size,
            mtime_ns=status.st_mtime_ns,
            is_link=stat.S_ISLNK(status.st_mode),
        )


def files_in(folder: Path) -> dict[str, Seen]:
    """The files and links of a folder by name, without those that are left alone, folders, pipes and the like.

    Raises:
        OSError: the folder cannot be read.
    """
    found: dict[str, Seen] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(LEFT_ALONE):
                continue
            if entry.is_file(follow_symlinks=False) or entry.is_symlink():
                try:
                    found[entry.name] = Seen.of(entry.stat(follow_symlinks=False))
                except FileNotFoundError:  # it went while we looked
                    continue
    return found


def is_as(path: Path, seen: Seen) -> bool:
    """Whether a file is there, and still as it was seen."""
    try:
        return Seen.of(path.lstat()) == seen
    except FileNotFoundError:
        return False


class Settling:
    """Remembers since when each file has been as it is."""

    def __init__(self, still_seconds: float = STILL_SECONDS) -> None:
        """Nothing seen yet."""
        self._still = still_seconds
        self._since: dict[str, tuple[Seen, datetime]] = {}

    def complete(self, found: Mapping[str, Seen], now: datetime) -> tuple[str, ...]:
        """The files that are complete now, the one that was changed first foremost.

        A file is, once it has been seen unchanged for `still_seconds`, or was changed that long ago by its own time:
        what is renamed in, or lay there at the start, need not wait. One whose time is yet to come is only watched.
        """
        held = {name: self._since.get(name, (seen, now)) for name, seen in found.items()}
        self._since = {
            name: (found[name], since if seen == found[name] else now) for name, (seen, since) in held.items()
        }
        still = (name for name, (seen, since) in self._since.items() if self._is_still(seen, since, now))
        return tuple(sorted(still, key=lambda name: (found[name].mtime_ns, name)))

    def _is_still(self, seen: Seen, since: datetime, now: datetime) -> bool:
        unchanged = now.timestamp() - min(since.timestamp(), seen.mtime_ns / 1e9)
        return unchanged >= self._still
