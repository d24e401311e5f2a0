"""What `parallax doctor` looks at: each finding says what is so, and what to do where it is not as it should be."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.errors import ParallaxError
from streams.bootstrap import reach
from streams.broker import find_java, jars_state, running_broker
from streams.model_store import model_state
from streams.settings import Settings, load_voices
from streams.topics import check_topics

NEEDED_BYTES = 2 << 30
"""Disk that a first run takes: 45 MB of jars, 0.5 GB of weights and 1 GB of topics, rounded up (`du -sh` of a demo)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    found: str
    advice: str = ""


def diagnose(settings: Settings) -> Iterator[Finding]:
    """Look at everything a run needs, without changing anything."""
    embedded = not settings.brokers
    if embedded:
        yield _look("java", lambda: (True, str(find_java())), "pip install 'parallax-narratives[embedded]'")
        yield _look("jars", lambda: jars_state(settings.cache_dir), "`parallax broker` fetches them")
    yield _look("model", lambda: model_state(settings.cache_dir, settings.model or None), "the first command makes it")
    yield _look("voices", lambda: (True, f"{settings.voices}: {', '.join(load_voices(settings.voices).pair)}"), "")
    for name, folder in (("data", settings.data_dir), ("cache", settings.cache_dir)):
        yield _look(f"disk, {name}", partial(_disk, folder), f"free some, or set PARALLAX_{name.upper()}_DIR")
    running = settings.brokers or running_broker(settings.data_dir)
    if not running:
        yield Finding(what="broker", ok=False, found="none runs for this data directory",
                      advice="`parallax broker` starts one, `parallax up` everything")  # fmt: skip
        return
    yield _look("broker and topics", lambda: _topics(settings), "`parallax topics create`")


def _look(what: str, look: Callable[[], tuple[bool, str]], advice: str) -> Finding:
    try:
        ok, found = look()
    except ParallaxError as error:
        return Finding(what=what, ok=False, found=str(error), advice=advice)
    return Finding(what=what, ok=ok, found=found, advice="" if ok else advice)


def _disk(folder: Path) -> tuple[bool, str]:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    return free >= NEEDED_BYTES, f"{folder}: {free / (1 << 30):.1f} GiB free, {NEEDED_BYTES / (1 << 30):.0f} GiB wanted"


def _topics(settings: Settings) -> tuple[bool, str]:
    reached = reach(settings)
    problems = check_topics(reached.bootstrap, reached.topics)
    return not problems, "; ".join(problems) or f"{reached.bootstrap}: every topic is as it should be"
