"""Changes to a feeds file: what a person wrote stays, and no half of a file is ever seen."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InfrastructureError, InvalidSettings
from streams.feeds.configuration import SHIPPED_FEEDS, feeds_from_toml, load_feeds
from streams.feeds.editing import added, feeds_file, own_feeds_file, removed, write
from streams.feeds.entries import Feed
from streams.settings import SHIPPED_VOICES, load_settings, load_voices

BOOK = load_voices(SHIPPED_VOICES)
WRITTEN = """# ours
allow = ["127.0.0.1"]   # the test machine

# wires
[[feed]]  # the first
url    = "https://a.example/feed"
lang   = "en"

[[feed]]
url = "https://me:secret@b.example/feed"
# papers

[[feed]]
lang = "ru"
url = "https://c.example/feed"
# the end
"""
INLINE = 'feed = [{ url = "https://a.example/feed" }, { url = "https://b.example/feed", lang = "ru" }]  # short\n'


def feeds_of(content: str) -> tuple[Feed, ...]:
    return feeds_from_toml(content, "f", BOOK).feeds


def test_a_feed_comes_to_the_end_and_nothing_else_changes():
    new = Feed(url="https://d.example/x", voice="kyiv", interval=timedelta(minutes=5), full_text=False)
    content = added(WRITTEN, [new])
    assert content.startswith(WRITTEN.rstrip())
    assert content.endswith(
        '\n\n[[feed]]\nurl = "https://d.example/x"\nvoice = "kyiv"\ninterval_minutes = 5\nfull_text = false\n'
    )
    assert feeds_of(content) == (*feeds_of(WRITTEN), new)


def test_a_feed_goes_and_every_comment_stays():
    assert removed(WRITTEN, "https://b.example/feed") == WRITTEN.replace(
        '[[feed]]\nurl = "https://me:secret@b.example/feed"\n', ""
    )
    first = removed(WRITTEN, "HTTPS://A.example:443/feed")
    assert first == WRITTEN.replace('[[feed]]  # the first\nurl    = "https://a.example/feed"\nlang   = "en"\n\n', "")
    last = removed(WRITTEN, "https://c.example/feed")
    assert last == WRITTEN.replace('[[feed]]\nlang = "ru"\nurl = "https://c.example/feed"\n', "")


def test_other_ways_of_writing_are_edited_too():
    assert removed(INLINE, "https://a.example/feed") == (
        'feed = [{ url = "https://b.example/feed", lang = "ru" }]  # short\n'
    )
    assert [feed.url[8] for feed in feeds_of(added(INLINE, [Feed(url="https://c.example/")]))] == ["a", "b", "c"]
    quoted = '[[feed]]\nurl = "https://a.example/"\n\n[["feed"]]\nurl = "https://b.example/"\n'
    assert [feed.url for feed in feeds_of(removed(quoted, "https://b.example/"))] == ["https://a.example/"]
    looks = '[[feed]]\nurl = "https://a.example/"\narticle = """/*\n[[feed]]\n*/ main"""\n\n'
    both = looks + '[[feed]]\nurl = "https://b.example/"\n'
    assert [feed.url for feed in feeds_of(removed(both, "https://b.example/"))] == ["https://a.example/"]
    assert [feed.url for feed in feeds_of(removed(both, "https://a.example/"))] == ["https://b.example/"]


def test_lines_end_as_they_did():
    windows = WRITTEN.replace("\n", "\r\n")
    assert "\n" not in added(windows, [Feed(url="https://d.example/")]).replace("\r\n", "")
    assert "\n" not in removed(windows, "https://b.example/feed").replace("\r\n", "")
    assert len(feeds_of(removed(windows, "https://b.example/feed"))) == 2


def test_an_empty_file_takes_its_first_feed():
    assert added("", [Feed(url="https://a.example/")]) == '[[feed]]\nurl = "https://a.example/"\n'
    assert feeds_of(added("# nothing yet\n", [Feed(url="https://a.example/")]))


def test_a_feed_that_is_there_is_not_added_and_one_that_is_not_is_not_removed():
    with pytest.raises(InvalidSettings, match=r"https://A\.example/feed: this feed is there already"):
        added(WRITTEN, [Feed(url="https://A.example/feed")])
    with pytest.raises(InvalidSettings, match="there already"):
        added("", [Feed(url="https://a.example"), Feed(url="https://a.example/")])
    with pytest.raises(InvalidSettings, match=r"https://\*\*\*@a\.example/: there is no such feed"):
        removed(WRITTEN, "https://you:secret@a.example/")


feeds = st.builds(
    Feed,
    url=st.integers(0, 10**6).map("https://e.example/{}".format),
    voice=st.sampled_from([None, *BOOK.ids]),
    lang=st.sampled_from([None, "ru", "en"]),
    interval=st.none() | st.integers(60_000, 3_600_000).map(lambda ms: timedelta(milliseconds=ms)),
    full_text=st.sampled_from([None, True, False]),
    zone=st.sampled_from(["UTC", "Europe/Moscow"]),
    article=st.sampled_from(["", "a[href='\"\\'] b", "div > p", 'a[title="[[feed]]"]']),
)


@given(
    some=st.lists(feeds, max_size=6, unique_by=lambda feed: feed.url), at=st.data(), head=st.sampled_from(["", WRITTEN])
)
@settings(max_examples=60, deadline=None)
def test_adding_and_removing_come_back_to_where_they_began(some, at, head):
    content = added(head, some)
    assert feeds_of(content) == (*feeds_of(head), *some)
    if some:
        gone = at.draw(st.sampled_from(some))
        left = tuple(feed for feed in feeds_of(content) if feed != gone)
        assert feeds_of(removed(content, gone.url)) == left


def test_what_is_in_force_is_the_file_named_else_ones_own_else_the_shipped(tmp_path: Path):
    plain = load_settings({}, data_dir=tmp_path)
    assert feeds_file(plain) == SHIPPED_FEEDS
    own, made = own_feeds_file(plain)
    assert (own, made) == (tmp_path / "feeds.toml", True)
    assert own.read_bytes() == SHIPPED_FEEDS.read_bytes()
    assert feeds_file(plain) == own
    assert own_feeds_file(plain) == (own, False)
    named = load_settings({"PARALLAX_FEEDS": "mine.toml"}, data_dir=tmp_path)
    assert feeds_file(named) == Path("mine.toml").absolute()
    assert own_feeds_file(named) == (Path("mine.toml").absolute(), False)


def test_a_feed_taken_from_the_shipped_file_leaves_a_file_that_holds(tmp_path: Path):
    content = SHIPPED_FEEDS.read_text("utf-8")
    for feed in load_feeds(SHIPPED_FEEDS, BOOK).feeds:
        less = removed(content, feed.url)
        assert [line for line in content.splitlines() if line.startswith("#")] == [
            line for line in less.splitlines() if line.startswith("#")
        ]
        assert feed not in feeds_of(less)


def test_a_file_is_written_whole_through_a_link_with_its_rights(tmp_path: Path):
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write(link, "новый\r\n")
    assert link.is_symlink()
    assert real.read_bytes() == "новый\r\n".encode()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.toml", "real.toml"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InfrastructureError, match="could not be written"):
        write(tmp_path / "file" / "feeds.toml", "y")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InfrastructureError, match="could not be written"):
        write(tmp_path / "folder", "y")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]
