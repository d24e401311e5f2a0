"""Dates as feeds and pages write them: in the standards' forms and in words, zone-less ones in the feed's zone.

Nothing is guessed: a text that is not a whole date (day, month and year, and nothing else beside a time) is none.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import dateparser

LATEST = timedelta(days=1)
"""So far ahead a date may lie: a zone left out or wrong makes at most 14 hours (a judgement)."""
EARLIEST_YEAR = 1990
"""The web is not older; 1970 is what a system writes that knows no date."""
LONGEST = 80
"""Characters of a date in words with weekday and zone (a judgement)."""
MOST_IN_WORDS = 5_000
"""Dates of one body read by dateparser, which takes 1 to 12 ms for one (measured): under a minute at worst."""
_LANGUAGES = ["en", "ru", "uk"]
"""Of month names: the compared sides' and their neighbours'."""

_ISO = re.compile(
    r"(\d{4}-?\d\d-?\d\d)(?:[Tt ]\s*(\d\d:?\d\d(?::?\d\d)?)(?::?[.,]\d+)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?", re.A
)
_RFC = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+(?:\d{4}|\d\d)\s+\d{1,2}:\d\d(?::\d\d)?"
    r"(?:\s+(?P<zone>[+-]\d{4}|GMT|UTC?|Z|E[SD]T|C[SD]T|M[SD]T|P[SD]T))?",
    re.A,
)
_REGIONS = {"ET": "America/New_York", "MSK": "Europe/Moscow", "МСК": "Europe/Moscow"}
"""Zones that go by their region's name, summer time and all, written behind a time."""
_REGION = re.compile(r"(.*\d.*?)[\s,]*\(?\b(ET|MSK|МСК)\b\)?\.?", re.I | re.S)


class Dates:
    """Reads the dates of one body, and keeps what was wrong with them.

    Args:
        zone: of dates that name none (IANA). Numbers are day first, save in an American zone with slashes (3/4/2025).
    """

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone, self._latest = ZoneInfo(zone), now + LATEST
        self._month_first = zone.startswith(("America/", "US/"))
        self._in_words = 0
        self._faults: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def read(self, text: str) -> datetime | None:
        """The moment in UTC; None for what is no date, lies more than a day ahead, or before 1990."""
        text = " ".join(text.replace("\xa0", " ")[: LONGEST * 2].split())
        if not text:
            return None
        moment = self._moment(text)
        fault = None
        if moment is None:
            fault = "that cannot be read"
        elif moment.year < EARLIEST_YEAR:
            fault = f"before {EARLIEST_YEAR}"
        elif moment > self._latest:
            fault = "more than a day ahead"
        if fault is None:
            return moment
        self._faults[fault] += 1
        self._examples.setdefault(fault, text[:40])
        return None

    def problems(self) -> tuple[str, ...]:
        """What was wrong with the dates read so far, in words, with how often and an example of each."""
        return tuple(
            f"{count} date{'s' if count > 1 else ''} {fault}, as {self._examples[fault]!r}: taken as none"
            for fault, count in self._faults.items()
        )

    def _moment(self, text: str) -> datetime | None:
        try:
            found = _standard(text)
            if found is None:
                found = self._regional(text) or self._worded(text)
            return None if found is None else self._aware(found).astimezone(UTC)
        except (ValueError, OverflowError):  # 31 February, or a zone that leads out of the calendar
            return None

    def _aware(self, found: datetime) -> datetime:
        return found if found.tzinfo is not None else found.replace(tzinfo=self._zone)

    def _regional(self, text: str) -> datetime | None:
        if not (match := _REGION.fullmatch(text)):
            return None
        found = _standard(match[1]) or self._worded(match[1])
        return found and found.replace(tzinfo=ZoneInfo(_REGIONS[match[2].upper()]))

    def _worded(self, text: str) -> datetime | None:
        """A date with the month in words or all in numbers; one in year, month and day, and nothing relative."""
        self._in_words += 1
        if len(text) > LONGEST or self._in_words > MOST_IN_WORDS or not re.search(r"\d", text):
            return None
        order = "MDY" if self._month_first and "/" in text else "DMY"
        found: datetime | None = dateparser.parse(
            text,
            languages=_LANGUAGES,
            settings={
                "DATE_ORDER": order,
                "PREFER_LOCALE_DATE_ORDER": False,
                "REQUIRE_PARTS": ["day", "month", "year"],
                "PARSERS": ["absolute-time"],
            },
        )
        return found


def _standard(text: str) -> datetime | None:
    """A date of ISO 8601 or RFC 822, aware where the text names a zone; None for any other.

    Raises:
        ValueError: it is written so, and no such moment exists.
    """
    if match := _ISO.fullmatch(text):
        day, time, zone = match.groups()
        zone = (zone or "").upper()
        return datetime.fromisoformat(f"{day.replace('-', '')}T{(time or '00:00').replace(':', '')}{zone}")
    if match := _RFC.fullmatch(text):
        zone = match["zone"]
        if zone in ("-0000", "Z"):  # the library takes these for no zone; RFC 5322 and RFC 822 for UTC
            return parsedate_to_datetime(text[: match.start("zone")] + "+0000")
        return parsedate_to_datetime(text)
    return None
