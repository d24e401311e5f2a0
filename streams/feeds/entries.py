"""What the parts of the feed reader hand each other: a feed as configured, an answer as fetched, entries as parsed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Kind = Literal["feed", "sitemap", "page"]
Failure = Literal[
    "dns", "connect", "tls", "timeout", "forbidden", "robots", "redirects", "status", "too_large", "encoding", "content"
]
"""Why a fetch came to nothing. encoding: the body's compression; content: it is not what the feed should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One `[[feed]]` of feeds.toml.

    voice: whose own words it publishes, an id of the voices file; None: what its address says, if anything.
    interval: the longest time between two looks, None: by how active it is. zone: of dates that name none (IANA).
    full_text: whether to fetch each entry's page; None: where the feed gives a summary only.
    links, article: CSS selectors, of a list page's links (kind "page") and of the text in an article's page.
    """

    url: str
    kind: Kind = "feed"
    voice: str | None = None
    lang: str | None = None
    interval: timedelta | None = None
    full_text: bool | None = None
    zone: str = "UTC"
    links: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, as it stands in its feed: nothing guessed, addresses absolute, text and title without markup.

    key: what the feed tells its entries apart by (GUID, Atom id), else the link, else a hash of title and text.
    link: "" where there is none. published, updated: UTC. html or text: the fullest content the feed gives, one of
    them or none. complete: the feed says, by the element that it uses, that this is the whole article.
    """

    key: str
    link: str = ""
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    text: str = ""
    html: str = ""
    complete: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A feed's body as read: its entries in its own order.

    every: how often the feed asks to be looked at (ttl, sy:updatePeriod), None where it does not say. encoding: of the
    body. problems: what was wrong with it and read around, in words. index: addresses of further sitemaps that this
    one lists.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    lang: str | None = None
    every: timedelta | None = None
    encoding: str = "utf-8"
    problems: tuple[str, ...] = ()
    index: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer: a body, or `not_modified` with none.

    url: where it came from in the end. moved_to: where every redirect on the way was a permanent one. fresh_for: how
    long HTTP says that it stays so (Cache-Control, Expires), None where it does not.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    not_modified: bool = False
    moved_to: str | None = None
    etag: str = ""
    last_modified: str = ""
    fresh_for: timedelta | None = None


class FetchFailed(Exception):
    """A fetch came to nothing; the text says why, for a person. status: of HTTP, where there was one."""

    def __init__(
        self, failure: Failure, message: str, *, status: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.failure, self.status, self.retry_after = failure, status, retry_after


class Timeline(Protocol):
    """The time, and waiting for it: an argument, so that an hour can be tried in a minute."""

    def now(self) -> datetime:
        """The time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this time."""
