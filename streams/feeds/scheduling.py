"""When a feed is looked at next: often while it is active, seldom while it is not, and not while it asks for quiet.

All of it is pure; the draws of chance are arguments.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from streams.feeds.entries import Feed, FetchFailed

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(minutes=60)
"""Between these adapts the interval of a feed that has none configured."""
FIRST = timedelta(minutes=10)
"""Before anything is known of a feed; a judgement: five empty looks lead to an hour, four full ones to a minute."""
_ACTIVE = 0.5
_IDLE = 1.5
"""What a look with news and one without do to the interval. A judgement, helped by a simulation of items at random:
with 1.5 a feed is looked at each 0.5 mean gaps between its items, and an item is found after 0.4; with 2 each 0.9 and
after 0.7; with 1.25 each 0.3 and after 0.2, for nearly twice the requests."""
_JITTER = 0.1
"""Part of an adaptive interval, each way: feeds that start together do not stay together. A judgement."""
_MOST_DOUBLINGS = 12
"""They lead from a second to more than LONGEST, and no interval out of what a timedelta holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a feed is looked at.

    interval: between two looks that succeed. failures: how many looks failed since the last that did not. asked: how
    long the last failure asked to be left alone (Retry-After). exact: the interval is configured and kept as it is.
    """

    interval: timedelta = FIRST
    failures: int = 0
    asked: timedelta = timedelta(0)
    exact: bool = False


def first_pace(feed: Feed) -> Pace:
    """The pace of a feed that was never looked at."""
    return Pace(interval=feed.interval, exact=True) if feed.interval is not None else Pace()


def after_answer(pace: Pace, *, new: int, feed: Feed, every: timedelta | None, fresh_for: timedelta | None) -> Pace:
    """The pace after a look that succeeded, changed or not.

    A configured interval is the pace. Otherwise it is half of what it was where there was something new, one and a
    half of it where there was not, and no shorter than the feed itself asks for; always from SHORTEST to LONGEST.

    Args:
        new: how many entries were not there before.
        every: how often the feed asks to be looked at (`Parsed.every`).
        fresh_for: how long HTTP says that the answer stays fresh (`Fetched.fresh_for`).
    """
    if feed.interval is not None:
        return first_pace(feed)
    wished = max(every or timedelta(0), fresh_for or timedelta(0))
    return Pace(interval=_within(max(pace.interval * (_ACTIVE if new else _IDLE), wished)))


def after_failure(pace: Pace, failure: FetchFailed) -> Pace:
    """The pace after a look that failed: the interval stays, to go on with when the feed is back."""
    return replace(pace, failures=pace.failures + 1, asked=failure.retry_after or timedelta(0))


def due(pace: Pace, at: datetime, draw: float) -> datetime:
    """When to look again.

    After a failure: anywhere ("full jitter") up to twice the interval, after two up to four times, and so on up to
    LONGEST; not within SHORTEST or the interval, whichever is less; and not before the time that the server asked for.
    A configured interval is kept to the moment, an adaptive one to a tenth.

    Args:
        at: when it was looked at last.
        draw: of chance, from 0 up to 1.
    """
    if pace.failures:
        least = min(pace.interval, SHORTEST)
        # a feed that is to be looked at twice a day is not looked at every hour because it fails
        most = max(pace.interval, min(LONGEST, pace.interval * (1 << min(pace.failures, _MOST_DOUBLINGS))))
        return at + max(least + (most - least) * draw, pace.asked)
    if pace.exact:
        return at + pace.interval
    return at + _within(pace.interval * (1 - _JITTER + 2 * _JITTER * draw))


def _within(interval: timedelta) -> timedelta:
    return min(max(interval, SHORTEST), LONGEST)
