"""Real feeds, as they would be published: dates, languages, addresses, ids."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from newsroom import newsroom

from streams.feeds.identity import id_of_link

pytestmark = pytest.mark.shared_data
MISLABELLED = {"EU state seizes \u0421hinese tech company", "Vu\u0441ic says Europe is preparing for war with Russia"}
MISLABELLED |= {"Ikon Tyres"}
"""Two English ones with a Cyrillic letter that looks Latin, and the Latin title of a Russian text: the data's labels go
by whether a title has a Cyrillic letter; ours say en, en, ru."""


async def published(body: bytes) -> list[dict[str, str]]:
    """Everything in a feed, as items."""
    async with newsroom(full_text=False) as (site, reader):
        site.pages["/feed"] = body
        reader.clock.at = datetime(2026, 11, 1, tzinfo=UTC)
        reader.restart(backfill=True)
        await reader.look()
        return reader.outlet.items


async def test_the_white_house_feed(shared_data: Path) -> None:
    body = next((shared_data / "feeds" / "real").glob("whitehouse*.xml")).read_bytes()
    expected = {
        item.findtext("link", "").strip(): (
            item.findtext("title", "").strip(),
            parsedate_to_datetime(item.findtext("pubDate", "").strip()).astimezone(UTC),
        )
        for item in ElementTree.fromstring(body).iter("item")
    }
    items = await published(body)
    assert len(items) == len(expected) >= 30
    for one in items:
        title, at = expected[one["url"]]
        assert (one["title"], datetime.fromisoformat(one["published_at"])) == (title, at)
        assert (one["lang"], one["source"], one["id"]) == ("en", "whitehouse.gov", id_of_link(one["url"]))


async def test_1222_items_of_russian_media(shared_data: Path) -> None:
    lines = (shared_data / "feeds" / "russian_media_items.jsonl").read_text("utf-8").splitlines()
    by_feed = defaultdict(list)
    for item in map(json.loads, lines):
        by_feed[item["source"], item["lang"]].append(item)
    wrong: list[tuple[str, str, str]] = []
    ids: set[str] = set()
    count = 0
    for (source, lang), given in by_feed.items():
        items = {one["url"]: one for one in await published(rss(given))}
        for item in given:
            one = items[item["url"]]
            count += 1
            ids.add(one["id"])
            assert one["title"] == " ".join(item["title"].split())
            stated = item["published_raw"]
            assert datetime.fromisoformat(one["published_at"]) == utc(stated), (source, stated)
            if one["lang"] != lang:
                wrong.append((lang, one["lang"], item["title"]))
    assert count == len(ids) == 1222
    assert {title for _, _, title in wrong} == MISLABELLED


def utc(stated: str) -> datetime:
    try:
        return parsedate_to_datetime(stated).astimezone(UTC)
    except ValueError:
        return datetime.fromisoformat(stated).astimezone(UTC)


def rss(items: list[dict[str, str]]) -> bytes:
    entries = "".join(
        f"<item><guid>{escape(one['id'])}</guid><link>{escape(one['url'])}</link><title>{escape(one['title'])}</title>"
        f"<pubDate>{escape(one['published_raw'])}</pubDate><description>{escape(one['text'] or '')}</description>"
        "</item>"
        for one in items
    )
    return f"<rss version='2.0'><channel><title>Desk</title>{entries}</channel></rss>".encode()
