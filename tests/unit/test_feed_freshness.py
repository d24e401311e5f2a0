"""What HTTP says about time, in every form that servers give it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.freshness import fresh_for, retry_after

NOON = datetime(2025, 3, 20, 12, tzinfo=UTC)
HALF_PAST = "Thu, 20 Mar 2025 12:30:00 GMT"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 10 * MINUTE),
        ({"Cache-Control": 'public, MAX-AGE="600", stale-while-revalidate=5'}, 10 * MINUTE),
        ({"Cache-Control": "max-age=600", "Age": "540"}, MINUTE),
        ({"Cache-Control": "max-age=600", "Age": "601"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),  # of shared caches; we are none
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=600, no-store"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Cache-Control": "max-age=" + "9" * 30}, timedelta(days=365)),
        ({"Expires": HALF_PAST}, 30 * MINUTE),
        ({"Expires": HALF_PAST, "Date": "Thu, 20 Mar 2025 12:20:00 GMT"}, 10 * MINUTE),
        ({"Expires": HALF_PAST, "Cache-Control": "max-age=60"}, MINUTE),
        ({"Expires": "0"}, None),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
    ],
)
def test_how_long_an_answer_stays_fresh(headers, expected):
    assert fresh_for(headers, NOON) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("90", timedelta(seconds=90)),
        (" 90 ", timedelta(seconds=90)),
        ("-90", None),
        ("1.5", None),
        ("٩٠", None),
        (HALF_PAST, 30 * MINUTE),
        ("Thursday, 20-Mar-25 12:30:00 GMT", 30 * MINUTE),
        ("Thu Mar 20 12:30:00 2025", 30 * MINUTE),
        ("Thu, 20 Mar 2025 11:00:00 GMT", timedelta(0)),
        ("Thu, 20 Mar 2026 12:00:00 GMT", timedelta(days=1)),
        ("Thu, 99 Mar 2025 12:00:00 GMT", None),
    ],
)
def test_when_to_come_back(value, expected):
    assert retry_after(value, NOON) == expected


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]\d{1,9}"))
def test_no_header_is_an_error_or_out_of_bounds(text):
    wait = retry_after(text, NOON)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
    fresh = fresh_for({"Cache-Control": text, "Expires": text, "Date": text, "Age": text}, NOON)
    assert fresh is None or timedelta(0) < fresh <= timedelta(days=365)
