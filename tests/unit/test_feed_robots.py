"""robots.txt: obeyed, asked for once a day, and never what holds anything up."""

import asyncio
import time
import tracemalloc
from datetime import timedelta

import pytest
from feed_server import FakeTimeline, FeedServer, answer, failure_of, fetcher, redirect, silent
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego
from yarl import URL

from streams.feeds.robots import MOST_BYTES, TOKEN, Robots, rules_of

HERE = "127.0.0.1"
PAGE = URL("https://example.org/news/1")


async def test_what_is_disallowed_is_not_asked_for_and_the_rest_is():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", answer(b"User-agent: *\nDisallow: /private\n"))
        server.at("/feed", answer(b"items"))
        assert (await fetching.get(server.url("/feed"))).body == b"items"
        refused = await failure_of(fetching, server.url("/private/feed"))
        assert refused.failure == "robots"
        assert "robots.txt" in str(refused)
        assert not server.asked_for("/private/feed")


async def test_a_redirect_leads_to_nothing_that_is_disallowed():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", answer(b"User-agent: Parallax\nDisallow: /private\n"))
        server.at("/feed", redirect("/private/feed"))
        assert (await failure_of(fetching, server.url("/feed"))).failure == "robots"
        assert not server.asked_for("/private/feed")


async def test_a_site_is_asked_once_a_day_however_many_fetches_wait():
    timeline = FakeTimeline()
    async with FeedServer() as server, fetcher(HERE, timeline=timeline) as fetching:
        server.at("/feed", answer(b"items"))
        await asyncio.gather(*(fetching.get(server.url("/feed")) for _ in range(10)))
        assert len(server.asked_for("/robots.txt")) == 1
        assert server.asked[0].path == "/robots.txt"
        timeline.at += timedelta(hours=23)
        await fetching.get(server.url("/feed"))
        assert len(server.asked_for("/robots.txt")) == 1
        timeline.at += timedelta(hours=1)
        await fetching.get(server.url("/feed"))
        assert len(server.asked_for("/robots.txt")) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_no_file_allows_all(status):
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", answer(status=status))
        server.at("/feed", answer(b"items"))
        assert (await fetching.get(server.url("/feed"))).body == b"items"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_that_cannot_give_it_now_forbids_all_until_it_can(status):
    timeline = FakeTimeline()
    async with FeedServer() as server, fetcher(HERE, timeline=timeline) as fetching:
        server.at("/robots.txt", answer(status=status), answer(b""))
        server.at("/feed", answer(b"items"))
        for _ in range(2):
            refused = await failure_of(fetching, server.url("/feed"))
            assert (refused.failure, refused.status) == ("robots", status)
        assert [one.path for one in server.asked] == ["/robots.txt"]
        timeline.at += timedelta(minutes=5)
        assert (await fetching.get(server.url("/feed"))).body == b"items"


async def test_an_older_copy_holds_where_there_is_no_newer_one():
    timeline = FakeTimeline()
    async with FeedServer() as server, fetcher(HERE, timeline=timeline) as fetching:
        server.at("/robots.txt", answer(b"User-agent: *\nDisallow: /private"), answer(status=500))
        server.at("/feed", answer(b"items"))
        await fetching.get(server.url("/feed"))
        timeline.at += timedelta(days=2)
        assert (await fetching.get(server.url("/feed"))).body == b"items"
        assert (await failure_of(fetching, server.url("/private"))).failure == "robots"
        assert len(server.asked_for("/robots.txt")) == 2


async def test_a_site_that_does_not_answer_fails_as_what_it_is():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", silent())
        refused = await failure_of(fetching, server.url("/feed"))
        assert refused.failure == "timeout"
        assert "/robots.txt: no answer" in str(refused)
    async with fetcher(HERE) as fetching:  # nobody listens there any more
        assert (await failure_of(fetching, server.url("/feed"))).failure == "connect"


async def test_it_is_followed_to_where_it_is_and_a_circle_is_no_file():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", redirect("/elsewhere.txt", 301))
        server.at("/elsewhere.txt", answer(b"User-agent: *\nDisallow: /"))
        assert (await failure_of(fetching, server.url("/feed"))).failure == "robots"
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", redirect("/robots.txt"))
        server.at("/feed", answer(b"items"))
        assert (await fetching.get(server.url("/feed"))).body == b"items"


@pytest.mark.parametrize(("asked", "kept"), [("7", 7.0), ("86400", 60.0), ("-3", 0.0), ("nan", 0.0), ("inf", 0.0)])
async def test_the_distance_that_a_site_asks_for_is_kept_up_to_a_minute(asked, kept):
    timeline = FakeTimeline()
    async with FeedServer() as server, fetcher(HERE, timeline=timeline) as fetching:
        server.at("/robots.txt", answer(f"User-agent: *\nCrawl-delay: {asked}".encode()))
        server.at("/feed", answer(b"items"))
        for _ in range(3):
            await fetching.get(server.url("/feed"))
        assert timeline.slept == ([kept, kept] if kept else [])


async def test_of_a_huge_file_the_beginning_counts():
    rules = b"User-agent: *\nDisallow: /private\n"
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", answer(rules + b"#" * MOST_BYTES + b"\nDisallow: /feed\n"))
        server.at("/feed", answer(b"items"))
        assert (await fetching.get(server.url("/feed"))).body == b"items"
        assert (await failure_of(fetching, server.url("/private"))).failure == "robots"


async def test_bytes_that_are_no_rules_allow_all():
    async with FeedServer() as server, fetcher(HERE) as fetching:
        server.at("/robots.txt", answer(bytes(range(256)) * 40, Content_Type="image/png"))
        server.at("/feed", answer(b"items"))
        assert (await fetching.get(server.url("/feed"))).body == b"items"


def test_rules_made_to_swell_take_neither_time_nor_memory():
    text = "".join(f"User-agent: bot{n}\n" for n in range(300))
    text += "".join(f"Disallow: /{n}*a*b*c\n" for n in range((MOST_BYTES - len(text)) // 22))
    tracemalloc.start()
    began = time.process_time()
    rules = rules_of(text)
    assert rules.allows(URL("https://example.org/" + "abc" * 3000))
    took, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 5.0  # 26 s and 720 MB where each rule is kept for each name
    assert peak < 100e6


AGENTS = ("*", "Parallax", "parallax", "Parallax/1.0", "otherbot", "Parallaxbot", "notparallax")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["User-agent", "Allow", "Disallow", "Sitemap"]),
            st.sampled_from(["/news", "/news/1", "/", "/n*1$", ""]),
            st.sampled_from(AGENTS),
        ),
        max_size=12,
    )
)
def test_other_programs_under_one_name_change_no_answer(lines):
    text = "\n".join(f"{field}: {agent if field == 'User-agent' else path}" for field, path, agent in lines)
    plain = text.replace("Parallax/1.0", "Parallax")  # Protego takes the version for a part of the name
    assert rules_of(text).allows(PAGE) == Protego.parse(plain).can_fetch(str(PAGE), TOKEN)


async def test_files_of_many_sites_are_forgotten_before_they_fill_the_memory():
    asked = []

    async def body(url: URL) -> bytes:
        asked.append(url.host)
        return b"User-agent: *\nDisallow: /private\n" + b"#" * 400_000

    robots = Robots(body, FakeTimeline())
    sites = [URL(f"https://site{n}.example/private") for n in range(8)]
    for site in (*sites, sites[-1], sites[0]):
        assert not (await robots.rules(site)).allows(site)
    assert asked == [*(site.host for site in sites), sites[0].host]  # the last is still known, the first is not
