"""How a feed is doing: what is remembered of its looks, and what that says to a person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from streams.feeds.entries import FetchFailed
from streams.feeds.ledger import Known

FAILING_AFTER = 3
"""Looks that fail in a row before a feed is reported: two may be a restart over there (a judgement)."""
ARRIVALS = 30
"""Arrivals remembered, to know how long a feed is usually silent."""
SILENT_AT_LEAST = timedelta(hours=12)
"""No feed is called silent before: a night (a judgement)."""
SILENT_FACTOR = 3
"""Silence so many times as long as the longest of the last arrivals is unusual (a judgement)."""
FEWEST_ARRIVALS = 5
"""Below them nothing is known of what is usual."""

Condition = Literal["new", "ok", "silent", "retrying", "failing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between looks; the value of its key in the topic of feeds.

    moved_to: its address by a permanent redirect. etag, last_modified: of the last answer; body: its hash.
    written: when this was last written. interval_seconds, failures,
    due: when it is looked at next. looked, answered: the last look, and the last that came to something. failure,
    message: of the last look, "" where it came to something. newest: the latest date of an item. arrivals: when looks
    found something new, the last ARRIVALS. pending: entries whose items are about to be published at pending_at.
    """

    url: str
    title: str = ""
    moved_to: str | None = None
    etag: str = ""
    last_modified: str = ""
    body: str = ""
    written: datetime | None = None
    interval_seconds: float = 0.0
    failures: int = 0
    due: datetime | None = None
    looked: datetime | None = None
    answered: datetime | None = None
    failure: str = ""
    message: str = ""
    newest: datetime | None = None
    arrivals: tuple[datetime, ...] = ()
    published: int = 0
    pending: tuple[Known, ...] = ()
    pending_at: datetime | None = None

    def answered_at(self, now: datetime, dates: Sequence[datetime]) -> "FeedState":
        """After a look that came to something; dates: of the items that it published."""
        newest = max((*dates, *((self.newest,) if self.newest else ())), default=None)
        arrivals = (*self.arrivals, now)[-ARRIVALS:] if dates else self.arrivals
        return replace(
            self, looked=now, answered=now, failure="", message="", failures=0, newest=newest, arrivals=arrivals
        )

    def failed_at(self, now: datetime, error: FetchFailed) -> "FeedState":
        """After a look that came to nothing."""
        return replace(self, looked=now, failure=error.failure, message=str(error), failures=self.failures + 1)

    def condition(self, now: datetime) -> Condition:
        """In a word: new (never answered yet), ok, silent (unusually long), retrying (failed, but not for long)."""
        if self.failure:
            return "failing" if self.failures >= FAILING_AFTER else "retrying"
        if self.answered is None:
            return "new"
        usual = self.usual_silence()
        return "silent" if usual is not None and now - self.arrivals[-1] > usual else "ok"

    def usual_silence(self) -> timedelta | None:
        """The longest silence that is usual, None while nothing is known of it."""
        if len(self.arrivals) < FEWEST_ARRIVALS:
            return None
        longest = max(b - a for a, b in zip(self.arrivals, self.arrivals[1:], strict=False))
        return max(SILENT_AT_LEAST, SILENT_FACTOR * longest)


def told(state: FeedState, now: datetime) -> str:
    """A line for a log when the condition has changed."""
    condition = state.condition(now)
    if condition == "failing":
        since = f", the last answer was at {state.answered:%Y-%m-%d %H:%M} UTC" if state.answered else ""
        return f"{state.url}: failing, {state.failures} looks in a row{since}: {state.message}"
    if condition == "silent":
        return (
            f"{state.url}: silent since {state.arrivals[-1]:%Y-%m-%d %H:%M} UTC, longer than usual: "
            "`parallax feeds check` shows what it gives now"
        )
    return f"{state.url}: {condition}" + (f": {state.message}" if state.message else "")
