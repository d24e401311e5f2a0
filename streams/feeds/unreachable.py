"""What errors and statuses mean for a feed, in words."""

import asyncio
import ssl
from http import HTTPStatus

import aiohttp
from yarl import URL

from streams.feeds.addresses import shown
from streams.feeds.entries import Failure, FetchFailed
from streams.outbound import is_forbidden

_LONGEST_REASON = 300


def failed(url: URL, error: Exception) -> FetchFailed:
    """Why a request came to nothing.

    Args:
        error: of aiohttp, the system or one of its own ValueErrors about what a server sent.
    """
    failure, what = _reason(error)
    return FetchFailed(failure, f"{shown(url)}: {what}")


def said(status: int) -> str:
    """An HTTP status in words."""
    try:
        words = f"HTTP {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        words = f"HTTP {status}"
    return f"{words}{_HINTS.get(status, '')}"


_HINTS = {
    401: ": it asks for a name and password",
    403: ": it refuses us; some sites refuse all programs",
    404: ": check the address, or look on the site for its feed's new one",
    410: ": the site says that this is gone for good",
    429: ": too many requests; it is left alone for a while",
}


def _reason(error: Exception) -> tuple[Failure, str]:
    if isinstance(error, aiohttp.ClientConnectorError):
        return _no_connection(error)
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "timeout", "no connection in time; the site, or the way to it, is down or very slow"
        case asyncio.TimeoutError():
            return "timeout", "the answer stopped coming, or came too slowly"
        case aiohttp.InvalidURL():
            return "forbidden", "its host is a number, but no address as they are written; write four numbers and dots"
        case aiohttp.ClientPayloadError():
            return "connect", "the connection ended before the whole body had come"
        case aiohttp.ServerDisconnectedError():
            return "connect", "the server closed the connection without an answer"
        case aiohttp.ClientResponseError():
            if "bytes" in error.message or "headers" in error.message.lower():
                return "too_large", f"its headers are too long or too many: {_first_line(error.message)}"
            return "connect", f"what answers there does not speak HTTP: {_first_line(error.message)}"
    return "connect", _first_line(f"the connection failed: {error or type(error).__name__}")


def _no_connection(error: aiohttp.ClientConnectorError) -> tuple[Failure, str]:
    inner = error.os_error
    if is_forbidden(inner):
        return "forbidden", str(inner).removeprefix("Multiple exceptions: ")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns", f"the name {error.host} has no address: {inner.strerror or inner}; check how it is written"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) or isinstance(inner, ssl.SSLError):
        certificate = getattr(error, "certificate_error", None) or inner
        reason = getattr(certificate, "verify_message", "") or getattr(certificate, "reason", "") or certificate
        return "tls", f"no secure connection: {_first_line(str(reason))}"
    return "connect", f"no connection: {inner.strerror or inner}"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:_LONGEST_REASON]
