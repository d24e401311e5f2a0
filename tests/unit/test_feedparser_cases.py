"""The 2,107 cases of feedparser's own tests: none stops us; where we keep what they are about, we answer as told."""

import codecs
import io
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import pytest
from expectations import Expected, Unreadable, read_expectation
from lxml import html as lxml_html

from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.feeds.parsing import parse

pytestmark = pytest.mark.shared_data

NOW = datetime(2026, 9, 1, tzinfo=UTC)
SERVER = "http://127.0.0.1:8097/"
"""Where feedparser's tests serve their cases from; some expectations are relative to it."""
SLOWEST_SECONDS = 5.0

FULLER = "the entry has a longer text than this one, and one is kept"
NO_HEADER = "the header Content-Language is not handed on"
OTHER_LANGUAGE = "an entry has one language: that of its content"
NOT_TEXT = "the content is of no type of text (application/octet-stream)"
GUESSED = "read as a superset of it"
RAW_ID = "an Atom id is kept as it is written: it is no address"
RESOLVED = "links are made absolute; the case is read without an address of its own"
DIFFERENT = {
    "feedparser/illformed/chardet/gb2312.xml": GUESSED,
    "feedparser/wellformed/atom10/entry_content_and_summary.xml": FULLER,
    "feedparser/wellformed/atom10/entry_content_base64.xml": NOT_TEXT,
    "feedparser/wellformed/atom10/entry_content_base64_2.xml": NOT_TEXT,
    "feedparser/wellformed/base/http_entry_id_base_content_location.xml": RAW_ID,
    "feedparser/wellformed/base/http_entry_id_base_docuri.xml": RAW_ID,
    "feedparser/wellformed/lang/entry_title_xml_lang_inherit_3.xml": OTHER_LANGUAGE,
    "feedparser/wellformed/lang/entry_title_xml_lang_inherit_4.xml": OTHER_LANGUAGE,
    "feedparser/wellformed/lang/http_content_language.xml": NO_HEADER,
    "feedparser/wellformed/lang/http_content_language_entry_title_inherit.xml": NO_HEADER,
    "feedparser/wellformed/lang/http_content_language_entry_title_inherit_2.xml": NO_HEADER,
    "feedparser/wellformed/rss/item_description_and_summary.xml": FULLER,
    "feedparser/wellformed/rss/item_description_not_a_doctype.xml": RESOLVED,
    "feedparser/wellformed/rss/item_summary_and_description.xml": FULLER,
}
"""Cases of which our answer is another, and why."""
NO_FEED = {"feedparser/illformed/rss_empty_document.xml": ("content", "no feed: not one element of XML in it;")}
DATES = {
    "published": "published", "published_parsed": "published", "issued": "published", "issued_parsed": "published",
    "created": "published", "created_parsed": "published", "updated": "updated", "updated_parsed": "updated",
    "modified": "updated", "modified_parsed": "updated", "date": "updated", "date_parsed": "updated",
}  # fmt: skip
CONTENTS = ("summary", "description", "content")


class NotOurs(Exception):
    """The expectation is about something that we do not keep."""


def cases(folder: Path) -> Iterator[tuple[str, bytes, str | None]]:
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            yield case["path"], (folder / case["path"]).read_bytes(), case["expect"]


def headers_of(body: bytes) -> dict[str, str]:
    """What the case's comment says it is served with."""
    head = body[:4096].replace(b"\0", b"").split(b"-->")[0].decode("latin-1")
    found = re.findall(r"^Header:\s*([\w-]+):[ \t]*(.*?)\s*$", head, re.M)
    return {name.lower(): value for name, value in found}


def fetched_of(path: str, body: bytes) -> Fetched:
    headers = headers_of(body)
    url = feedparser.urls.make_safe_absolute_uri(SERVER + path, headers.get("content-location", "")) or SERVER + path
    return Fetched(url=url, body=body, content_type=headers.get("content-type", ""))


def parsed_of(path: str, body: bytes) -> Parsed:
    fetched = fetched_of(path, body)
    return parse(Feed(url=fetched.url), fetched, now=NOW)


def folded(text: str) -> str:
    return " ".join(text.split())


def plain(markup: str) -> str:
    """Markup as text, by another library than the one that is tested."""
    if not markup.strip():
        return ""
    return folded(lxml_html.fromstring(f"<div>{markup}</div>").text_content())


def answers(expected: Expected, parsed: Parsed) -> tuple[Any, tuple[Any, ...]]:
    """Our answer, and the forms in which the expected value would be ours."""
    match expected.path, expected.value:
        case ("encoding",), str(value):
            return codecs.lookup(parsed.encoding).name, (codecs.lookup(value).name,)
        case ("entries", "len"), int(value):
            return len(parsed.entries), (value,)
        case ("feed", "title") | ("feed", "title_detail", "value"), str(value):
            return parsed.title, (folded(value), plain(value))
        case ("feed", "language"), str(value):
            return parsed.lang, (value[:2].lower(),)
        case ("entries", int(at), *rest), value:
            return of_entry(parsed.entries[at], tuple(rest), value)
    raise NotOurs("feed, or another matter" if expected.path[0] != "bozo" else "well-formedness")


def of_entry(entry: Entry, path: tuple[str | int, ...], value: Any) -> tuple[Any, tuple[Any, ...]]:
    match path, value:
        case ("title",) | ("title_detail", "value"), str():
            return entry.title, (folded(value), plain(value))
        case ("link",), str():
            return entry.link, (value,)
        case ("id",) | ("guid",), str():
            return entry.key, (value,)
        case (str(name),), tuple() if name in DATES:
            return getattr(entry, DATES[name]), (datetime(*value[:6], tzinfo=UTC),)
        case (str(name),), str() if name in DATES:
            return getattr(entry, DATES[name]), (moment(value),)
        case (("summary" | "description"),) | (("summary_detail" | "description_detail"), "value"), str():
            return entry.html or entry.text, (value, folded(value), plain(value))
        case ("content", int(), "value"), str():
            return entry.html or entry.text, (value, folded(value), plain(value))
        case ((("language",) | ("title_detail" | "summary_detail", "language") | ("content", int(), "language")), _):
            return entry.lang, (value and value[:2].lower(),)
    raise NotOurs(f"{path[0]} of an entry")


def moment(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise NotOurs("a date's text") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@cache
def read_all(folder: Path) -> dict[str, tuple[Parsed | FetchFailed, str | None, float]]:
    """Every case: our answer, the expectation, and the seconds that it took."""
    found: dict[str, tuple[Parsed | FetchFailed, str | None, float]] = {}
    for path, body, text in cases(folder):
        begin = time.perf_counter()
        try:
            answer: Parsed | FetchFailed = parsed_of(path, body)
        except FetchFailed as failed:
            answer = failed
        found[path] = answer, text, time.perf_counter() - begin
    return found


def test_no_case_stops_us_or_takes_long(shared_data: Path) -> None:
    read = read_all(shared_data / "feeds")
    assert len(read) == 2107
    assert max(seconds for _, _, seconds in read.values()) < SLOWEST_SECONDS
    refused = {path: answer for path, (answer, _, _) in read.items() if isinstance(answer, FetchFailed)}
    assert {path: (answer.failure, str(answer)[:38]) for path, answer in refused.items()} == NO_FEED


def test_where_we_keep_what_a_case_is_about_we_answer_as_it_expects(shared_data: Path, capsys) -> None:
    read = read_all(shared_data / "feeds")
    checked, not_ours, unread = Counter[str](), Counter[str](), defaultdict[str, list[str]](list)
    about, different = set[str](), dict[str, str]()
    for path, (answer, text, _) in read.items():
        for expected in read_expectation(text):
            if isinstance(expected, Unreadable):
                unread[expected.reason].append(path.removeprefix("feedparser/"))
                continue
            try:
                if isinstance(answer, FetchFailed):
                    raise NotOurs("no feed")
                ours, accepted = answers(expected, answer)
            except NotOurs as why:
                not_ours[str(why)] += 1
                continue
            checked[".".join(str(part) for part in expected.path if not isinstance(part, int))] += 1
            about.add(path)
            if ours not in accepted:
                different[path] = f"{expected.path} is {ours!r}, expected {expected.value!r}"
    with capsys.disabled():
        print(f"\n{len(read)} cases, {len(about)} about something that we keep; comparisons by what they are about:")
        print(f"checked {checked.total()}: {dict(checked.most_common())}")
        print(f"not about us {not_ours.total()}: {dict(not_ours.most_common())}")
        print(f"unreadable {sum(map(len, unread.values()))}:")
        for reason, paths in unread.items():
            print(f"  {reason}: {len(paths)}: {' '.join(paths)}")
        print(f"different {len(different)}: {dict(Counter(DIFFERENT.get(path) for path in different))}")
    assert {path: what for path, what in different.items() if path not in DIFFERENT} == {}
    assert DIFFERENT.keys() - different.keys() == set(), "no longer different: take them off the list"
    assert len(about) > 1200, "an expectation is about something else because of how it is read here"


def test_html_is_sanitised_as_feedparser_does_it(shared_data: Path) -> None:
    """Beside what the cases expect: all our HTML is one of the contents that feedparser itself finds in the entry."""
    compared, folder = 0, shared_data / "feeds"
    for path, (answer, _, _) in read_all(folder).items():
        if isinstance(answer, FetchFailed) or path.endswith(".json"):
            continue
        fetched = fetched_of(path, (folder / path).read_bytes())
        headers = {"content-location": fetched.url, "content-type": fetched.content_type or "application/xml"}
        theirs = feedparser.parse(io.BytesIO(fetched.body), response_headers=headers).entries
        for entry, other in zip(answer.entries, theirs, strict=False):  # of a cut body we leave out the last
            values = [one["value"] for one in other.get("content", ())] + [other.get("summary")]
            if entry.html:
                compared += 1
                assert entry.html in values, path
    assert compared > 100
