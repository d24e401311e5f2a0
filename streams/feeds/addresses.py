"""Addresses of the web: as they are fetched, as redirects give them, and as they are shown."""

from yarl import URL

from streams.feeds.entries import FetchFailed

_LONGEST_SHOWN = 300


def shown(url: URL) -> str:
    """An address as messages and records give it: without a password, and not endless."""
    text = str(url.with_user(None)) if url.absolute else str(url)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def address(text: str) -> URL:
    """An address to fetch, without its fragment.

    Raises:
        FetchFailed: "connect"; it is none of the web.
    """
    try:
        url = URL(text.strip()).with_fragment(None)
        is_web = url.scheme in ("http", "https") and bool(url.host) and url.port is not None
    except ValueError:
        is_web = False
    if not is_web:
        raise FetchFailed("connect", f"{text[:200]!r} is no address of the web: one begins with https:// or http://")
    return url


def target(at: URL, location: str) -> URL:
    """Where a redirect leads to; a name and password do not go with it.

    Raises:
        FetchFailed: "redirects"; to nothing on the web.
    """
    try:
        return address(str(at.join(URL(location)).with_user(None)))
    except (ValueError, FetchFailed):
        raise FetchFailed("redirects", f"redirects to {location[:200]!r}, which is no address of the web") from None
