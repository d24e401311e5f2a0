"""What HTTP's headers say about time: how long an answer stays fresh, and when to ask again (RFC 9110, RFC 9111)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(days=1)
"""A server that asks to be left alone for longer is asked again after a day. A judgement."""
_LONGEST_FRESH = timedelta(days=365)
_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*"?([^",\s]*))?')


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date; at most a day, None where it says nothing."""
    if value is None:
        return None
    if (seconds := _seconds(value.strip())) is not None:
        return min(seconds, LONGEST_RETRY_AFTER)
    date = _date(value)
    return None if date is None else min(max(date - now, timedelta(0)), LONGEST_RETRY_AFTER)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer stays fresh from now, None where HTTP does not say or says that it does not.

    Args:
        headers: of the answer; names are looked up as `Cache-Control`, `Expires`, `Date` and `Age`.
    """
    said = {name.lower(): value for name, value in _DIRECTIVE.findall(headers.get("Cache-Control", ""))}
    if "no-store" in said or "no-cache" in said:
        return None
    if (whole := _seconds(said.get("max-age", ""))) is None:
        expires, date = _date(headers.get("Expires", "")), _date(headers.get("Date", ""))
        whole = expires - (date or now) if expires is not None else None
    if whole is None:
        return None
    left = min(whole, _LONGEST_FRESH) - (_seconds(headers.get("Age", "").strip()) or timedelta(0))
    return left if left > timedelta(0) else None


def _seconds(text: str) -> timedelta | None:
    """Digits as a time; at most what `fresh_for` may give, however many there are."""
    if not (text.isascii() and text.isdigit()):
        return None
    return min(timedelta(seconds=int(text)), _LONGEST_FRESH) if len(text) < 10 else _LONGEST_FRESH


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):  # the standard library's parser lets all of these out
        return None
