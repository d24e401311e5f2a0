"""What a person is told of a feed: failing, unusually silent, or nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from streams.feeds.entries import FetchFailed
from streams.feeds.health import FAILING_AFTER, SILENT_AT_LEAST, FeedState, told

NOW = datetime(2025, 3, 18, 12, tzinfo=UTC)
URL = "https://desk.example/rss"
HTML = FetchFailed("content", "a page, titled «Under repair», and no feed")


def with_arrivals(*gaps_hours: float) -> FeedState:
    state, at = FeedState(url=URL), NOW
    for gap in gaps_hours:
        at += timedelta(hours=gap)
        state = state.answered_at(at, [at])
    return state


def test_a_feed_that_fails_is_reported_once_it_does_so_again_and_again_and_is_well_after_one_answer() -> None:
    state = FeedState(url=URL)
    assert state.condition(NOW) == "new"
    for number in range(1, FAILING_AFTER + 1):
        state = state.failed_at(NOW, HTML)
        assert state.condition(NOW) == ("failing" if number == FAILING_AFTER else "retrying")
    assert "Under repair" in told(state, NOW)
    assert URL in told(state, NOW)
    assert state.answered_at(NOW, ()).condition(NOW) == "ok"


def test_silence_is_unusual_only_by_what_is_usual_for_the_feed() -> None:
    hourly, weekly = with_arrivals(*[1] * 8), with_arrivals(*[24 * 7] * 8)
    for state, usual in ((hourly, SILENT_AT_LEAST), (weekly, timedelta(days=21))):
        last = state.arrivals[-1]
        assert state.condition(last + usual) == "ok"
        assert state.condition(last + usual + timedelta(minutes=1)) == "silent"
        assert "silent since" in told(state, last + usual + timedelta(minutes=1))


def test_of_a_feed_with_few_arrivals_nothing_is_usual() -> None:
    state = with_arrivals(1, 1, 1)
    assert state.condition(NOW + timedelta(days=300)) == "ok"


def test_an_old_item_does_not_make_the_newest_older() -> None:
    state = FeedState(url=URL).answered_at(NOW, [NOW - timedelta(hours=1)])
    again = state.answered_at(NOW, [NOW - timedelta(hours=5)])
    assert again.newest == NOW - timedelta(hours=1)
    assert replace(again, newest=None).answered_at(NOW, ()).newest is None
