"""`parallax receive` and `parallax watch` as processes, topics of their own for each test, and what is in them."""

import json
import selectors
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processes import everything
from system import environment

from streams.settings import Settings, load_settings
from streams.topics import create_topics, topics_of

TOKEN = "a-token-of-the-tests"
READY_WITHIN_SECONDS = 60
LONG_AGO = datetime(2025, 3, 18, 21, 5, tzinfo=UTC)


def made_settings(bootstrap: str, data_dir: Path, **more: Any) -> Settings:
    prefix = f"intake-{uuid.uuid4().hex[:8]}."
    create_topics(bootstrap, topics_of(prefix, 1))
    return load_settings(brokers=bootstrap, data_dir=data_dir, topic_prefix=prefix, receive_token=TOKEN, **more)


class Process:
    """A command, or a script of ours, that says in one line when it is ready."""

    def __init__(self, settings: Settings, *words: str, log: Path, ready: bool = True) -> None:
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *words], env=environment(settings), stdout=subprocess.PIPE, stderr=errors
            )
        if not ready:
            return
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(READY_WITHIN_SECONDS), log.read_text()
        self.told = json.loads(self.process.stdout.readline() or b"{}")
        assert self.told, log.read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


def news(settings: Settings) -> list[Any]:
    return everything(settings.brokers, f"{settings.topic_prefix}news")
