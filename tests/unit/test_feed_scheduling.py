"""When a feed is looked at next: within bounds whatever happens, and in the right direction."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.entries import Feed, FetchFailed
from streams.feeds.scheduling import LONGEST, SHORTEST, Pace, after_answer, after_failure, due, first_pace

AT = datetime(2025, 3, 20, 12, tzinfo=UTC)
ADAPTIVE = Feed(url="https://example.org/feed")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

draws = st.floats(0, 1, exclude_max=True)
adaptive = st.timedeltas(SHORTEST, LONGEST)
configured = st.timedeltas(timedelta(seconds=1), DAY)
paces = st.builds(Pace, interval=configured, failures=st.integers(0, 5000), exact=st.booleans())
wishes = st.none() | st.timedeltas(timedelta(0), timedelta(days=400))


def failed(retry_after: timedelta | None = None) -> FetchFailed:
    return FetchFailed("status", "HTTP 503", status=503, retry_after=retry_after)


def looked(pace: Pace, *, new: int, feed: Feed = ADAPTIVE, every=None, fresh_for=None) -> Pace:
    return after_answer(pace, new=new, feed=feed, every=every, fresh_for=fresh_for)


@given(adaptive, st.integers(0, 9), wishes, wishes)
def test_an_adaptive_interval_stays_between_a_minute_and_an_hour(interval, new, every, fresh_for):
    assert SHORTEST <= looked(Pace(interval=interval), new=new, every=every, fresh_for=fresh_for).interval <= LONGEST


@given(adaptive, wishes)
def test_news_never_lengthens_an_interval_and_silence_never_shortens_it(interval, wish):
    active, idle = (looked(Pace(interval=interval), new=new) for new in (1, 0))
    assert active.interval <= interval <= idle.interval
    assert active.interval <= looked(Pace(interval=interval), new=1, every=wish).interval


def test_an_active_feed_is_looked_at_each_minute_soon_and_a_silent_one_each_hour():
    active = idle = first_pace(ADAPTIVE)
    for _ in range(5):
        active, idle = looked(active, new=1), looked(idle, new=0)
    assert (active.interval, idle.interval) == (SHORTEST, LONGEST)


def test_a_feed_is_not_looked_at_more_often_than_it_asks_but_at_least_hourly():
    assert looked(Pace(interval=MINUTE), new=3, every=30 * MINUTE).interval == 30 * MINUTE
    assert looked(Pace(interval=MINUTE), new=3, fresh_for=20 * MINUTE, every=5 * MINUTE).interval == 20 * MINUTE
    assert looked(Pace(interval=MINUTE), new=3, every=DAY).interval == HOUR


@given(configured, st.integers(0, 9), wishes, draws)
def test_a_configured_interval_is_kept_to_the_moment_whatever_the_feed_asks(interval, new, wish, draw):
    feed = Feed(url="https://example.org/feed", interval=interval)
    for pace in (first_pace(feed), looked(Pace(interval=HOUR, failures=3), new=new, feed=feed, every=wish)):
        assert due(pace, AT, draw) == AT + interval


@given(adaptive, draws)
def test_an_adaptive_look_is_within_a_tenth_of_the_interval(interval, draw):
    wait = due(Pace(interval=interval), AT, draw) - AT
    assert SHORTEST <= wait <= LONGEST
    assert abs(wait - interval) <= interval * 0.1 + timedelta(microseconds=1)


@given(paces, draws)
def test_a_failing_feed_is_looked_at_again_within_an_hour_or_its_own_interval(pace, draw):
    failing = after_failure(pace, failed())
    wait = due(failing, AT, draw) - AT
    assert min(SHORTEST, pace.interval) <= wait <= max(LONGEST, pace.interval)


@given(paces, draws)
def test_each_further_failure_waits_no_less_at_the_same_draw(pace, draw):
    first = after_failure(pace, failed())
    assert due(first, AT, draw) <= due(after_failure(first, failed()), AT, draw)


def test_the_jitter_after_a_failure_is_over_the_whole_time_and_that_doubles():
    once = after_failure(Pace(interval=5 * MINUTE), failed())
    twice = after_failure(once, failed())
    assert due(once, AT, 0.0) == due(twice, AT, 0.0) == AT + MINUTE
    assert due(once, AT, 1.0) == AT + 10 * MINUTE
    assert due(twice, AT, 1.0) == AT + 20 * MINUTE


@given(paces, st.timedeltas(timedelta(0), DAY), draws)
def test_what_the_server_asks_for_is_waited_for_and_only_once(pace, asked, draw):
    waiting = after_failure(pace, failed(asked))
    assert due(waiting, AT, draw) >= AT + asked
    assert after_failure(waiting, failed()).asked == timedelta(0)
    assert looked(waiting, new=0).asked == timedelta(0)


def test_a_feed_that_is_back_goes_on_with_the_interval_it_had():
    pace = Pace(interval=4 * MINUTE)
    for _ in range(5):
        pace = after_failure(pace, failed())
    assert looked(pace, new=1) == Pace(interval=2 * MINUTE)
