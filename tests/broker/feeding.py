"""A local server that plays items as RSS feeds, at so many times the pace of their dates; also for benchmarks."""

import hashlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WINDOW = 200
"""Entries that a feed shows; what scrolls out while nobody looks is nobody's fault, and is not what is tested."""


@dataclass
class Player:
    """Items appear in the feed of their source as time goes on; `speed` event seconds per second, from `start` on."""

    feeds: Mapping[str, Sequence[Mapping[str, Any]]]
    speed: float
    began: float | None = None
    requests: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._dates = {
            name: [datetime.fromisoformat(one["published_at"]) for one in items] for name, items in self.feeds.items()
        }
        self._first = min(at for dates in self._dates.values() for at in dates)

    def start(self) -> None:
        """Let the first item appear."""
        self.began = time.time()

    def appears(self, at: datetime) -> float:
        """When an item of a date appears, in seconds of this machine's clock."""
        assert self.began is not None
        return self.began + (at - self._first).total_seconds() / self.speed

    def shown(self, name: str) -> list[tuple[Mapping[str, Any], datetime]]:
        """What a feed shows now, the newest first."""
        if self.began is None:
            return []
        now = time.time()
        there = [
            (item, at) for item, at in zip(self.feeds[name], self._dates[name], strict=True) if self.appears(at) <= now
        ]
        return there[::-1][:WINDOW]

    @property
    def over(self) -> bool:
        """Whether everything has appeared."""
        last = max(at for dates in self._dates.values() for at in dates)
        return self.began is not None and time.time() > self.appears(last)


def rss(name: str, shown: Sequence[tuple[Mapping[str, Any], datetime]]) -> bytes:
    """An RSS 2.0 document."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{escape(item['id'])}</guid><link>{escape(item['url'])}</link>"
        f"<title>{escape(item['title'])}</title><pubDate>{format_datetime(at)}</pubDate>"
        f"<content:encoded>{escape(paragraphs(item['text']))}</content:encoded></item>"
        for item, at in shown
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?>"
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>{escape(name)}</title>{entries}</channel></rss>"
    ).encode()


def paragraphs(text: str) -> str:
    """A text as HTML."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


@contextmanager
def playing(player: Player) -> Iterator[str]:
    """Serve the player's feeds at `URL/NAME`; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.strip("/")
            if name not in player.feeds:
                self.send_error(404)
                return
            player.requests.setdefault(name, []).append(time.time())
            body = rss(name, player.shown(name))
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            same = self.headers.get("If-None-Match") == tag
            self.send_response(304 if same else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.end_headers()
            if not same:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def feeds_toml(base: str, names: Sequence[str], *, minutes: float) -> str:
    """A feeds file for them."""
    return 'allow = ["127.0.0.1"]\n' + "".join(
        f'[[feed]]\nurl = "{base}/{name}"\ninterval_minutes = {minutes}\n' for name in names
    )
