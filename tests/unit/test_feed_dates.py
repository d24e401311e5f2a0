"""Dates as feeds and pages write them: the moment they mean, in the feed's zone where they name none, or none."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.feeds.dates import MOST_IN_WORDS, Dates

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EVENING = datetime(2025, 3, 18, 18, 5, tzinfo=UTC)
"""21:05 in Moscow."""
MIDNIGHT = datetime(2025, 3, 17, 21, tzinfo=UTC)
"""00:00 of the 18th in Moscow."""


def moscow() -> Dates:
    return Dates("Europe/Moscow", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 18 Mar 2025 21:05:00 +0300",
        "18 Mar 2025 21:05 +0300",
        "Tue, 18 Mar 25 18:05:00 GMT",
        "Tue, 18 Mar 2025 18:05:00 -0000",
        "Tue, 18 Mar 2025 14:05:00 EDT",
        "2025-03-18T21:05:00+03:00",
        "2025-03-18T21:05:00.123+0300",
        "2025-03-18 21:05:00 +03",
        "2025-03-18T18:05Z",
        "20250318T180500Z",
        "Вт, 18 мар 2025 21:05:00 +0300",
        "March 18, 2025 at 2:05 p.m. ET",
        "18.03.2025, 21:05 (МСК)",
        "2025-03-18 21:05:00 MSK",
    ],
)
def test_a_zone_that_is_named_counts(text: str) -> None:
    assert Dates("Asia/Tokyo", NOW).read(text) == EVENING.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 18 Mar 2025 21:05:00",
        "2025-03-18T21:05:00",
        "2025-03-18 21:05",
        "18.03.2025 21:05",
        "21:05, 18 марта 2025",
        "18 марта 2025 года, 21:05",
        "18 марта 2025 г. 21:05",
        "вторник, 18 марта 2025, 21:05",
        "18 мар 2025 21:05",
        "March 18, 2025 9:05 PM",
        "Tuesday, 18 March 2025 at 9:05 pm",
        "\n  Mar. 18,\xa02025 21:05 ",
    ],
)
def test_a_date_without_a_zone_is_in_the_feeds(text: str) -> None:
    assert moscow().read(text) == EVENING
    assert Dates("UTC", NOW).read(text) == EVENING + timedelta(hours=3)


@pytest.mark.parametrize(
    "text", ["2025-03-18", "18 марта 2025", "March 18, 2025", "18.03.2025", "18/03/2025", "20250318"]
)
def test_a_day_begins_at_midnight_in_the_feeds_zone(text: str) -> None:
    assert moscow().read(text) == MIDNIGHT


def test_summer_time_is_the_days_own() -> None:
    york = Dates("America/New_York", NOW)
    assert york.read("2025-07-18 12:00") == datetime(2025, 7, 18, 16, tzinfo=UTC)
    assert york.read("2025-01-18 12:00") == datetime(2025, 1, 18, 17, tzinfo=UTC)


def test_numbers_are_day_first_save_with_slashes_in_america() -> None:
    assert Dates("Europe/London", NOW).read("3/4/2025") == datetime(2025, 4, 2, 23, tzinfo=UTC)
    assert Dates("America/New_York", NOW).read("3/4/2025") == datetime(2025, 3, 4, 5, tzinfo=UTC)
    assert Dates("America/New_York", NOW).read("3.4.2025") == datetime(2025, 4, 3, 4, tzinfo=UTC)


NO_DATES = ["foo", "2025", "March 2025", "12", "May", "99.99.2025", "31 февраля 2025", "2025-02-31", "18 марта", "Mon"]
NUMBERS = ["version 1.2.2025", "10.5.3.2", "not a date 12 12 2012", "10 000 2020", "sat 12", "1-1-1", "1742321100"]
SENTENCES = [
    "Published: 18 March 2025",
    "18 March 2025 to 20 March 2025",
    "item 18 2025 march",
    "18 March 2025 18 March",
]
RELATIVE = ["12 hours ago", "Today", "Сегодня 14:05", "yesterday", "вчера в 10:00"]
IMPOSSIBLE = ["Tue, 99 Mar 2025 21:05:00 GMT", "00.00.2025", "9" * 500, "\0", "0001-01-01T00:00:00+14:00"]


@pytest.mark.parametrize("text", [*NO_DATES, *NUMBERS, *SENTENCES, *RELATIVE, *IMPOSSIBLE])
def test_no_date_is_guessed(text: str) -> None:
    dates = moscow()
    assert dates.read(text) is None
    assert len(dates.problems()) == 1


def test_dates_that_cannot_be_are_none_and_said() -> None:
    dates = moscow()
    assert dates.read("Wed, 02 Sep 2026 11:59:00 GMT") is not None
    assert dates.read("Wed, 02 Sep 2026 12:01:00 GMT") is None
    assert dates.read("2027-01-01") is None
    assert dates.read("1989-12-31") is None
    assert dates.read("") is None
    assert dates.problems() == (
        "2 dates more than a day ahead, as 'Wed, 02 Sep 2026 12:01:00 GMT': taken as none",
        "1 date before 1990, as '1989-12-31': taken as none",
    )


def test_the_machines_own_zone_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    time.tzset()
    try:
        assert moscow().read("18 марта 2025, 21:05") == EVENING
        assert moscow().read("Tue, 18 Mar 2025 21:05:00") == EVENING
    finally:
        monkeypatch.undo()
        time.tzset()


def test_threads_read_alike() -> None:
    texts = ["18 марта 2025, 21:05", "March 18, 2025 9:05 PM", "18.03.2025 21:05", "2025-03-18T21:05:00"] * 50
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda text: moscow().read(text), texts)) == {EVENING}


def test_words_are_tried_only_so_often() -> None:
    dates = moscow()
    dates._in_words = MOST_IN_WORDS - 1
    assert dates.read("18 марта 2025, 21:05") == EVENING
    assert dates.read("18 марта 2025, 21:05") is None
    assert dates.read("2025-03-18T21:05:00") == EVENING


moments = st.datetimes(datetime(1990, 1, 2), datetime(2026, 8, 30)).map(lambda moment: moment.replace(microsecond=0))
offsets = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@settings(deadline=None)  # the machine's load is no fault
@given(moments, offsets)
def test_what_the_standards_write_is_read(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=UTC).astimezone(zone)
    for text in (format_datetime(aware), aware.isoformat(), aware.isoformat(" "), aware.strftime("%Y%m%dT%H%M%S%z")):
        assert moscow().read(text) == aware


@settings(deadline=None)  # the machine's load is no fault
@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = moscow().read(text)
    assert found is None or (found.tzinfo is UTC and found <= NOW + timedelta(days=1))
