"""What makes two entries the same article: ids that hold across feeds, fetches and edits."""

import hashlib
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url

from streams.feeds.entries import Entry, Feed

ID_LETTERS = 32
"""Hexadecimal digits of an id: as many as the ids that `streams.wire` makes."""

MOST_KEY, MOST_LINK, MOST_TITLE = 500, 2_000, 2_000
"""In letters: above any real one by far (judgements; 2,000 is what browsers and servers take of an address)."""


def canonical(link: str) -> str:
    """One address for all the ways that feeds write it: without trackers, fragment, `www.`, port and last slash; https.

    Only to compare: whether it answers is another matter. "" for what is no http address.
    """
    try:
        at = urlsplit(normalize_url(link, strict=False))
        host = (at.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if at.scheme not in ("http", "https") or not host:
        return ""
    port = f":{at.port}" if at.port not in (None, 80, 443) else ""
    fragment = at.fragment if at.fragment.startswith("!") else ""  # an address of its own, in old JavaScript pages
    return urlunsplit(("https", host + port, at.path.rstrip("/"), at.query, fragment))


def names_an_article(link: str) -> bool:
    """Whether an address can be one article's: a site's front page is not, though careless pages call it their own."""
    at = urlsplit(canonical(link))
    return bool(at.netloc) and bool(at.path.strip("/") or at.query)


def id_of_link(link: str) -> str:
    """The id of the article at a link."""
    return _hash(canonical(link))


def id_of_key(feed: Feed, key: str) -> str:
    """The id of an entry that has no link of its own: by what its feed calls it."""
    return _hash(f"{canonical(feed.url)}\x1f{key}")


def tidied(entry: Entry) -> Entry:
    """An entry without what no feed means: a key of pages, a title of chapters, an address that no server takes."""
    key = entry.key if len(entry.key) <= MOST_KEY else _hash(entry.key)
    link = entry.link if len(entry.link) <= MOST_LINK else ""
    return replace(entry, key=key, link=link, title=entry.title[:MOST_TITLE])


def appearance(entry: Entry) -> str:
    """A hash of an entry as it stands in its feed: where it is the same, there is nothing to look at."""
    updated = entry.updated.isoformat() if entry.updated else ""
    return _hash("\x1f".join((entry.title, entry.link, updated, _folded(entry.text or entry.html))))


def content(title: str, text: str) -> str:
    """A hash of what readers see: where it differs, the article was edited."""
    return _hash(f"{_folded(title)}\x1f{_folded(text)}")


def _folded(text: str) -> str:
    return " ".join(text.split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:ID_LETTERS]
