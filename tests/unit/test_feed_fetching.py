"""Fetching from a hostile server: each trick has its own failure and message, and holds up nobody else."""

import asyncio
import re
from datetime import timedelta

import pytest
from feed_server import (
    QUICK,
    FakeTimeline,
    FeedServer,
    Names,
    answer,
    endless,
    failure_of,
    fetcher,
    head,
    silent,
)
from yarl import URL

from streams.feeds.entries import FetchFailed
from streams.feeds.fetching import agent
from streams.feeds.politeness import Places
from streams.outbound import Guard

HERE = "127.0.0.1"
ITEMS = b"<rss>items</rss>"


async def fetched_from(given, *, most_bytes: int = 1_000_000, **known: str):
    """What one answer of a server comes to: the Fetched, or the FetchFailed."""
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", given)
        try:
            return await fetching.get(server.url("/feed"), most_bytes=most_bytes, **known)
        except FetchFailed as failed:
            found = failed
    assert server.url("/feed") in str(found), "every message names the address"
    return found


async def test_an_answer_is_handed_on_as_it_came():
    found = await fetched_from(
        answer(
            ITEMS, Content_Type="text/html; charset=x", ETag='W/"1"', Last_Modified="then", Cache_Control="max-age=60"
        )
    )
    assert (found.body, found.content_type) == (ITEMS, "text/html; charset=x")
    assert (found.etag, found.last_modified, found.fresh_for) == ('W/"1"', "then", timedelta(minutes=1))
    assert (found.not_modified, found.moved_to) == (False, None)


async def test_who_asks_is_said_and_nothing_is_kept_between_two_requests():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", answer(ITEMS, Set_Cookie="who=you"))
        for _ in range(2):
            await fetching.get(server.url("/feed"))
        for one in server.asked:
            assert one.headers["user-agent"] == "Parallax/test"
            assert "cookie" not in one.headers
            assert one.headers["accept-encoding"] == "gzip, deflate, br, zstd"


def test_the_agent_names_version_and_contact_and_takes_nothing_that_breaks_a_header():
    assert re.search(r"; Parallax/0[.\d]*; \+https://example\.org/us\)$", agent("https://example.org/us"))
    assert re.search(r"; Parallax/0[.\d]*\)$", agent())
    for wrong in ("two words", "line\r\nbreak", "(brackets)", "имя"):
        with pytest.raises(ValueError, match="no address"):
            agent(wrong)


# ---- conditional requests and statuses


async def test_what_is_known_is_asked_for_only_if_it_changed():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/feed", answer(status=304, Cache_Control="max-age=600"))
        found = await fetching.get(server.url("/feed"), etag='"1"', last_modified="Thu, 20 Mar 2025 10:00:00 GMT")
        sent = server.asked_for("/feed")[0].headers
        assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "Thu, 20 Mar 2025 10:00:00 GMT")
        assert found.not_modified
        assert (found.etag, found.last_modified) == ('"1"', "Thu, 20 Mar 2025 10:00:00 GMT")
        assert found.fresh_for == timedelta(minutes=10)
        unasked = await failure_of(fetching, server.url("/feed"))
        assert (unasked.failure, unasked.status) == ("status", 304)
        for broken in ('"a\r\nX-Evil: 1"', '"ї"', '"' + "e" * 5000 + '"'):  # such as no server can mean
            await failure_of(fetching, server.url("/feed"), etag=broken)
            assert not {"if-none-match", "x-evil"} & server.asked[-1].headers.keys()


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 418, 500, 503, 599, 300])
async def test_a_status_that_is_no_answer_is_said(status):
    failed = await fetched_from(answer(status=status))
    assert (failed.failure, failed.status, failed.retry_after) == ("status", status, None)
    assert str(status) in str(failed)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 20 Mar 2025 12:30:00 GMT", timedelta(minutes=30)),  # the fake time is noon
        ("99999999999999999999", timedelta(days=1)),
        ("soon", None),
    ],
)
async def test_too_many_requests_tells_when_to_come_back(asked, kept):
    failed = await fetched_from(answer(status=429, Retry_After=asked))
    assert (failed.failure, failed.status, failed.retry_after) == ("status", 429, kept)


async def test_an_empty_body_is_a_body():
    assert (await fetched_from(answer())).body == b""


# ---- what a server may draw out, and what it may send


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (silent(), "no answer 0.3 s after the request"),
        (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.02), "no answer 0.3 s after the request"),
        (endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02), "no answer 0.3 s"),
        (silent(head(Content_Length=100) + b"half"), "stopped coming"),
        (endless(head(), b"x", 0.02), "not all there after 1 s"),
    ],
    ids=["silence", "slow headers", "endless hints", "a body that stops", "a body that dribbles"],
)
async def test_a_server_that_takes_its_time_is_left(given, said):
    failed = await fetched_from(given)
    assert failed.failure == "timeout"
    assert said in str(failed)


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        (endless(head(), bytes(65536)), "too_large"),
        (answer(bytes(1_000_001)), "too_large"),
        (silent(head(Content_Length=10**15)), "too_large"),  # said at once, without a byte of it
        (silent(head() + b"0" * 1_000_001), "too_large"),
        (answer(ITEMS, X="y" * 100_000), "too_large"),
        (answer(ITEMS, **{f"X{n}": "y" for n in range(300)}), "too_large"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "too_large"),
        (head(Content_Length=100) + b"half", "connect"),
        (head(Transfer_Encoding="chunked") + b"4\r\nhalf\r\n", "connect"),
        (b"", "connect"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "connect"),
        (answer(ITEMS, Content_Length="many"), "connect"),
    ],
)
async def test_what_is_too_much_or_not_all_there_is_refused(given, failure):
    assert (await fetched_from(given)).failure == failure


async def test_bytes_that_are_no_text_in_headers_come_to_no_error():
    found = await fetched_from(answer(ITEMS, ETag="\xff", Content_Type="text/\xff", Last_Modified="\xe9"))
    assert (found.body, found.etag, found.last_modified) == (ITEMS, "", "")
    assert found.content_type.isascii()


async def test_one_hosts_silence_keeps_no_other_waiting():
    limits = QUICK.__class__(first_seconds=20.0, connections=4)
    async with (
        FeedServer() as slow,
        FeedServer("127.0.0.2") as quick,
        fetcher(slow.host, quick.host, limits=limits) as fetching,
    ):
        slow.at("/feed", silent())
        quick.at("/feed", answer(ITEMS))
        hanging = [asyncio.ensure_future(fetching.get(slow.url("/feed"))) for _ in range(20)]
        try:
            async with asyncio.timeout(10):
                for _ in range(50):
                    assert (await fetching.get(quick.url("/feed"))).body == ITEMS
            assert not any(one.done() for one in hanging)
        finally:
            for one in hanging:
                one.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        slow.at("/feed", answer(ITEMS))
        assert (await fetching.get(slow.url("/feed"))).body == ITEMS, "a place given up is free again"


async def test_a_host_gets_two_requests_at_a_time_and_an_outside_one_a_second_apart():
    timeline = FakeTimeline()
    two = asyncio.Barrier(2)

    async def in_pairs(writer):
        await two.wait()
        writer.write(answer(ITEMS))

    async with FeedServer() as server, fetcher(HERE, timeline=timeline, resolver=Names(a_example=[HERE])) as fetching:
        server.at("/feed", in_pairs)
        await asyncio.gather(*(fetching.get(server.url("/feed")) for _ in range(6)))
        assert server.most_at_once == 2
        assert timeline.slept == []  # allowed by its address: one of the user's own
        await asyncio.gather(*(fetching.get(server.url("/feed", "a.example")) for _ in range(6)))
        assert timeline.at - FakeTimeline().at == timedelta(seconds=6)  # robots.txt was the first of seven


async def test_hosts_are_forgotten_once_they_need_no_distance_any_more():
    timeline = FakeTimeline()
    places = Places(Guard(), timeline, connections=1, per_host=1, apart_seconds=60.0)

    async def asked(*hosts: int) -> float:
        for host in hosts:
            async with places.place(URL(f"https://site{host}.example/")):
                pass
        return sum(timeline.slept)

    assert await asked(*range(1500), 0) == 60.0  # all of them within a minute: none may be forgotten
    timeline.at += timedelta(minutes=2)
    await asked(1500)
    assert len(places.hosts) == 1
