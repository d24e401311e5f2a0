"""What is new in a feed, what was edited, what is gone; nothing twice, whatever the feeds do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.entries import Entry, Feed
from streams.feeds.identity import canonical, content, tidied
from streams.feeds.ledger import CONFIRM_AFTER, REMEMBERED, Known, Ledger, Look, published, revision_of

NOW = datetime(2025, 3, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DESK, WIRE = Feed(url="https://desk.example/rss"), Feed(url="https://wire.example/rss")


def entry(number: int, *, hours_ago: float = 1, title: str = "", link: str | None = None, key: str = "") -> Entry:
    where = f"https://desk.example/news/{number}" if link is None else link
    at = NOW - hours_ago * HOUR
    return Entry(key=key or f"guid-{number}", link=where, title=title or f"Story {number}", published=at, text="Words.")


def ledger(*known: Known, feeds: tuple[Feed, ...] = (DESK, WIRE)) -> Ledger:
    return Ledger(known, [one.url for one in feeds])


def take(book: Ledger, look: Look, feed: Feed, now: datetime = NOW) -> list[tuple[str, int]]:
    """Publish what a look found, as looks do: (id, revision) of each item."""
    made = []
    for one in look.candidates:
        says = content(one.entry.title, one.entry.text)
        if one.known is None or one.known.content != says or one.known.withdrawn:
            made.append((one.id, revision_of(one, says)))
        at = one.entry.published or now
        book.remember(published(one, feed, content=says, at=at, now=now, failed=False))
    return made


def later(book: Ledger, *entries: Entry, feed: Feed = DESK, now: datetime = NOW) -> list[tuple[str, int]]:
    return take(book, book.look(feed, entries, now), feed, now)


def test_the_first_look_publishes_what_is_newer_than_the_limit_and_later_ones_what_is_new() -> None:
    book = ledger()
    undated = replace(entry(4), published=None)
    first = book.look(DESK, [entry(1), entry(2, hours_ago=30), undated], NOW, first=24 * HOUR)
    assert [one.entry.key for one in first.candidates] == ["guid-1"]
    assert first.passed == {"old": 2}
    take(book, first, DESK)
    assert later(book, entry(1), entry(2, hours_ago=30), undated) == []
    new_undated = replace(entry(5), published=None)
    assert len(later(book, entry(1), new_undated, entry(3, hours_ago=30))) == 2


def test_a_backfill_takes_up_what_was_passed_over() -> None:
    book = ledger()
    entries = [entry(1), entry(2, hours_ago=30 * 24), replace(entry(3), published=None)]
    take(book, book.look(DESK, entries, NOW, first=24 * HOUR), DESK)
    filled = book.look(DESK, entries, NOW, backfill=True)
    assert [one.entry.key for one in filled.candidates] == ["guid-2", "guid-3"]


def test_the_oldest_comes_first() -> None:
    look = ledger().look(DESK, [entry(1, hours_ago=1), entry(2, hours_ago=3), entry(3, hours_ago=2)], NOW)
    assert [one.entry.key for one in look.candidates] == ["guid-2", "guid-3", "guid-1"]


def test_an_edit_is_a_revision_of_the_same_item() -> None:
    book = ledger()
    [(id_, first)] = later(book, entry(1))
    assert later(book, entry(1, title="Story, corrected")) == [(id_, first + 1)]
    assert later(book, entry(1, title="Story, corrected")) == []


def test_an_edit_is_known_by_the_guid_where_the_link_changed_and_by_the_link_where_the_guid_did() -> None:
    book = ledger()
    [(id_, _)] = later(book, entry(1))
    moved = entry(1, link="https://desk.example/news/1-a-better-slug", title="Better")
    assert later(book, moved) == [(id_, 1)]
    book = ledger()
    [(id_, _)] = later(book, entry(1))
    assert later(book, entry(1, key="guid-1-v2", title="Better")) == [(id_, 1)]
    assert later(book, entry(1, key="guid-1-v3", title="Better")) == []


def test_one_article_in_two_feeds_is_one_item() -> None:
    book = ledger()
    assert len(later(book, entry(1))) == 1
    again = entry(1, link="http://www.desk.example/news/1/?utm_source=rss", key="other", title="Otherwise")
    look = book.look(WIRE, [again], NOW)
    assert (look.candidates, look.passed) == ((), {"elsewhere": 1})


def test_what_a_feed_that_is_watched_no_more_published_passes_to_the_next_that_has_it() -> None:
    book = ledger()
    [(id_, _)] = later(book, entry(1))
    known = book.holder(id_)
    assert known is not None
    heir = ledger(known, feeds=(WIRE,))
    assert later(heir, entry(1), feed=WIRE) == []
    assert later(heir, entry(1, title="Edited"), feed=WIRE) == [(id_, 1)]


def test_entries_that_share_a_link_are_told_apart_by_their_guids() -> None:
    live = [entry(n, link="https://desk.example/live") for n in (1, 2)]
    book = ledger()
    ids = {id_ for id_, _ in later(book, *live)}
    assert len(ids) == 2
    assert later(book, live[0]) == []  # alone with its link by now, and known all the same


def test_what_left_a_feed_that_has_older_entries_is_asked_for_and_what_scrolled_away_is_not() -> None:
    book = ledger()
    later(book, entry(1, hours_ago=1), entry(2, hours_ago=2), entry(3, hours_ago=3))
    look = book.look(DESK, [entry(1, hours_ago=1), entry(3, hours_ago=3)], NOW)
    assert [one.key for one in look.missing] == ["guid-2"]
    scrolled = book.look(DESK, [entry(1, hours_ago=1), entry(2, hours_ago=2)], NOW)
    assert scrolled.missing == ()


def test_a_page_that_is_gone_is_asked_again_only_after_a_while_and_what_comes_back_is_told_again() -> None:
    book = ledger()
    [_, (id_, _)] = later(book, entry(3, hours_ago=3), entry(2, hours_ago=2))
    known = book.holder(id_)
    assert known is not None
    book.remember(replace(known, gone=1, gone_at=NOW))
    left = [entry(3, hours_ago=3), entry(1)]
    assert book.look(DESK, left, NOW + CONFIRM_AFTER / 2).missing == ()
    assert [one.key for one in book.look(DESK, left, NOW + CONFIRM_AFTER).missing] == ["guid-2"]
    book.remember(replace(known, gone=2, withdrawn=True, revision=1))
    assert book.look(DESK, left, NOW + 2 * CONFIRM_AFTER).missing == ()
    assert (id_, 2) in later(book, *left, entry(2, hours_ago=2))


def test_what_no_feed_has_had_for_long_is_forgotten_and_is_no_news_when_it_comes_again() -> None:
    book = ledger()
    later(book, entry(1), entry(2))
    after = NOW + REMEMBERED + HOUR
    later(book, entry(2), now=NOW + timedelta(days=3))
    assert [one.key for one in book.forget(after)] == ["guid-1"]
    assert len(book) == 1
    assert book.look(DESK, [entry(1)], after).passed == {"old": 1}


@given(st.lists(st.lists(st.integers(0, 8), max_size=6), max_size=8))
def test_however_a_feed_shows_its_entries_each_is_told_once(looks: list[list[int]]) -> None:
    book, told = ledger(), []
    for number, shown in enumerate(looks):
        told += later(book, *(entry(one) for one in shown), now=NOW + number * HOUR)
    assert len(told) == len(set(told)) == len({one for shown in looks for one in shown})


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_has_a_canonical_form_that_is_its_own(link: str, key: str) -> None:
    assert canonical(canonical(link)) == canonical(link)
    assert len(tidied(Entry(key=key * 50, link=link * 200)).key) <= 500


def test_one_address_has_many_spellings() -> None:
    spellings = (
        "http://www.desk.example/news/1",
        "https://desk.example:443/news/1/",
        "https://DESK.example/news/1?utm_medium=rss#top",
    )
    assert len({canonical(one) for one in spellings}) == 1
    assert canonical("https://desk.example/?p=1") != canonical("https://desk.example/?p=2")
    assert canonical("mailto:desk@desk.example") == ""
