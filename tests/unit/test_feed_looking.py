"""Looks at a feed of a site that edits, removes, breaks and moves things: what is published of it, and what is not."""

import json
from datetime import timedelta

import pytest
from newsroom import article, newsroom

from streams.feeds.entries import FetchFailed
from streams.feeds.ledger import CONFIRM_AFTER, TRIES
from streams.wire import decode_item

MINUTES = CONFIRM_AFTER / timedelta(minutes=1)


async def test_the_first_look_publishes_the_last_day_and_the_next_what_is_new() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1, hours_ago=30)
        site.add(2)
        await reader.look()
        assert reader.told == [("Story 2", 0)]
        site.add(3, hours_ago=0)
        looked = await reader.look()
        assert reader.told == [("Story 2", 0), ("Story 3", 0)]
        assert (looked.fates["new"], looked.fates["same"]) == (1, 2)


async def test_nothing_is_published_again_by_a_restart_and_a_backfill_takes_the_rest() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1, hours_ago=24 * 90)
        site.add(2)
        await reader.look()
        reader.restart()
        await reader.look()
        assert reader.told == [("Story 2", 0)]
        reader.state = type(reader.state)(url=reader.feed.url)
        reader.restart(backfill=True)
        await reader.look()
        assert reader.told == [("Story 2", 0), ("Story 1", 0)]


async def test_an_item_says_what_it_is_and_the_wire_takes_it() -> None:
    async with newsroom(full_text=False, voice="kremlin", lang="ru") as (site, reader):
        site.add(1)
        await reader.look()
        item = reader.outlet.items[0]
        assert item["published_at"] == "2025-03-18T11:00:00+00:00"
        assert (item["feed"], item["speaks_for"], item["lang"]) == (reader.feed.url, "kremlin", "ru")
        assert (item["source"], item["url"], item["text_from"]) == ("127.0.0.1", f"{site.url}/news/1", "summary")
        taken = decode_item(json.dumps(item).encode(), now=reader.clock.at)
        assert (taken.id, taken.speaks_for) == (item["id"], "kremlin")


async def test_a_summary_is_replaced_by_the_text_of_the_page() -> None:
    async with newsroom() as (site, reader):
        site.add(1)
        site.pages["/news/1"] = article("Story 1", "The minister denied it.")
        await reader.look()
        item = reader.outlet.items[0]
        assert item["text_from"] == "page"
        assert "paragraph 5" in item["text"]
        assert "All rights reserved" not in item["text"]


async def test_a_page_that_does_not_answer_leaves_the_summary_and_its_text_comes_as_a_revision() -> None:
    async with newsroom() as (site, reader):
        site.add(1)
        site.pages["/news/1"] = 503
        await reader.look()
        site.pages["/news/1"] = article("Story 1", "The minister denied it.")
        await reader.look()
        await reader.look()
        assert [(one["text_from"], one.get("revision", 0)) for one in reader.outlet.items] == [
            ("summary", 0),
            ("page", 1),
        ]


async def test_a_page_that_never_answers_is_given_up() -> None:
    async with newsroom() as (site, reader):
        site.add(1)
        site.pages["/news/1"] = 503
        for _ in range(TRIES + 3):
            await reader.look()
        assert reader.told == [("Story 1", 0)]
        assert site.asked.count("/news/1") == TRIES


async def test_a_page_of_little_text_leaves_the_summary_at_once() -> None:
    async with newsroom() as (site, reader):
        site.add(1)
        site.pages["/news/1"] = b"<html><body><p>Please enable scripts.</p></body></html>"
        await reader.look()
        await reader.look()
        assert [one["text_from"] for one in reader.outlet.items] == ["summary"]
        assert site.asked.count("/news/1") == 1


async def test_an_edited_entry_is_a_revision() -> None:
    async with newsroom(full_text=False) as (site, reader):
        entry = site.add(1)
        await reader.look()
        entry["text"] = "A summary, corrected."
        await reader.look()
        await reader.look()
        assert [(one["id"], one.get("revision", 0)) for one in reader.outlet.items] == [
            (reader.outlet.items[0]["id"], 0),
            (reader.outlet.items[0]["id"], 1),
        ]


async def test_a_careless_canonical_address_does_not_make_one_article_of_two() -> None:
    async with newsroom() as (site, reader):
        for number in (1, 2, 3):
            site.add(number)
            site.pages[f"/news/{number}"] = article(f"Story {number}", f"Matter {number}.", f"{site.url}/news/1")
        site.add(4)
        site.pages["/news/4"] = article("Story 4", "Matter 4.", f"{site.url}/")
        await reader.look()
        assert len({one["id"] for one in reader.outlet.items}) == 4


async def test_an_article_that_is_gone_is_withdrawn_once_that_is_confirmed() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1, hours_ago=3)
        site.pages["/news/2"] = article("Story 2", "It is there.")
        gone = site.add(2, hours_ago=2)
        await reader.look()
        site.entries.remove(gone)
        await reader.look()
        assert len(reader.told) == 2  # its page is still there: it was only taken off the list
        site.entries.insert(0, gone)
        await reader.look()
        site.entries.remove(gone)
        del site.pages["/news/2"]
        await reader.look(MINUTES)
        assert len(reader.told) == 2  # one answer is none
        reader.restart()
        await reader.look(MINUTES)
        await reader.look(MINUTES)
        withdrawal = reader.outlet.items[-1]
        assert reader.told[2:] == [("withdrawn", 1)]
        assert (withdrawal["withdrawn"], withdrawal["id"]) == (True, reader.outlet.items[1]["id"])
        site.entries.insert(0, gone)
        await reader.look()
        assert reader.told[3:] == [("Story 2", 2)]


async def test_a_page_that_is_kept_from_us_is_not_asked_again_and_one_in_trouble_only_after_a_while() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1, hours_ago=4)
        left = [site.add(2, hours_ago=3), site.add(3, hours_ago=2)]
        await reader.look()
        site.entries = [one for one in site.entries if one not in left]
        site.pages |= {"/news/2": 403, "/news/3": 503}
        for _ in range(3):
            await reader.look()
        await reader.look(MINUTES)
        assert [site.asked.count(f"/news/{number}") for number in (2, 3)] == [1, 2]
        assert len(reader.told) == 3


async def test_what_scrolled_out_of_a_feed_is_not_asked_for() -> None:
    async with newsroom(full_text=False) as (site, reader):
        for number in (1, 2, 3):
            site.add(number, hours_ago=4 - number)
        await reader.look()
        site.entries.pop()
        site.add(4, hours_ago=0)
        await reader.look()
        assert set(site.asked) == {"/robots.txt", "/feed"}


async def test_a_feed_that_returns_a_page_fails_and_says_so() -> None:
    async with newsroom() as (site, reader):
        site.pages["/feed"] = article("Under repair", "We are back soon.")
        with pytest.raises(FetchFailed, match="Under repair") as failed:
            await reader.look()
        assert failed.value.failure == "content"


async def test_the_same_body_is_not_read_again_though_the_server_knows_no_conditions() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1)
        await reader.look()
        looked = await reader.look()
        assert looked.fates == {}
        assert looked.state.answered == reader.clock.at


async def test_an_entry_without_a_word_is_counted_and_no_item() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1, title="***", text="")
        looked = await reader.look()
        await reader.look()
        assert (reader.told, looked.fates["refused"]) == ([], 1)


async def test_two_entries_of_one_key_are_one_item() -> None:
    async with newsroom(full_text=False) as (site, reader):
        site.add(1)
        site.add(1)
        await reader.look()
        assert reader.told == [("Story 1", 0)]
