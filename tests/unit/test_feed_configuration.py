"""The feeds file: the shipped one holds, and what is wrong in one is refused with its line."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidSettings
from streams.feeds.configuration import SHIPPED_FEEDS, feeds_from_toml, load_feeds, new_feed
from streams.feeds.entries import Feed
from streams.feeds.urls import host_of, is_same_site, is_web, normalised, shown_url, without_credentials
from streams.settings import SHIPPED_VOICES, load_voices

BOOK = load_voices(SHIPPED_VOICES)
SMALLEST = '[[feed]]\nurl = "https://news.example.org/feed"\n'


def refused(content: str) -> str:
    with pytest.raises(InvalidSettings) as error:
        feeds_from_toml(content, "feeds.toml", BOOK)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_url_does():
    configured = feeds_from_toml(SMALLEST, "f", BOOK)
    assert configured.feeds == (Feed(url="https://news.example.org/feed"),)
    assert configured.allow == ()


def test_every_key_is_read():
    content = """allow = ["127.0.0.1", "news.local"]
[[feed]]
url = "http://news.local/list"
voice = "kremlin"
lang = "ru"
interval_minutes = 0.05
kind = "page"
full_text = true
zone = "Europe/Moscow"
links = "div.news a"
article = "main .text"
"""
    configured = feeds_from_toml(content, "f", BOOK)
    assert configured.allow == ("127.0.0.1", "news.local")
    assert configured.feeds == (
        Feed(
            url="http://news.local/list",
            voice="kremlin",
            lang="ru",
            interval=timedelta(seconds=3),
            kind="page",
            full_text=True,
            zone="Europe/Moscow",
            links="div.news a",
            article="main .text",
        ),
    )


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (SMALLEST + '\nurls = "x"', 4, "unknown key 'urls'; there are url, voice, lang"),
        ("[[feeds]]\n", 1, "unknown key 'feeds'; there are allow, feed"),
        (SMALLEST + '[[feed]]\nlang = "en"', 3, "Field required"),
        ('[[feed]]\nurl = "ftp://e.org/feed"', 2, "no web address"),
        ('[[feed]]\nurl = "e.org/feed"', 2, "no web address"),
        ('[[feed]]\nurl = "https://e.org:99999/"', 2, "no web address"),
        ('[[feed]]\nurl = "https://e.org/a b"', 2, "no web address"),
        (SMALLEST + '# again\n[[feed]]\nurl = "HTTPS://News.example.org:443/feed#top"', 5, "stands above"),
        (SMALLEST + 'voice = "moscow"', 3, "'moscow': the voices file knows kremlin, white_house"),
        (SMALLEST + 'zone = "Europe/Msocow"', 3, "Europe/Moscow (IANA)"),
        (SMALLEST + 'zone = "../../etc/passwd"', 3, "Europe/Moscow (IANA)"),
        (SMALLEST + 'lang = "Russian"', 3, "no language, such as en or ru"),
        (SMALLEST + 'kind = "rss"', 3, "'feed', 'sitemap' or 'page'"),
        (SMALLEST + 'kind = "page"', 1, "needs links"),
        (SMALLEST + 'links = "a"', 1, 'links is of kind "page"'),
        (SMALLEST + 'kind = "page"\nlinks = "a["', 4, "no CSS selector"),
        (SMALLEST + 'article = "div >"', 3, "no CSS selector"),
        (SMALLEST + "interval_minutes = 61", 3, "less than or equal to 60"),
        (SMALLEST + "interval_minutes = 0", 3, "greater than 0"),
        (SMALLEST + "interval_minutes = nan", 3, "nan"),
        (SMALLEST + "interval_minutes = 0.5", 3, "below 1 only for a host that `allow` names"),
        ('allow = ["http://inside"]\n' + SMALLEST, 1, "no host or address"),
        (SMALLEST + "full_text = 7", 3, "boolean"),
        ("[[feed]]\nurl = https://e.org", 2, "Invalid value"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(content, line, what):
    said = refused(content)
    assert said.startswith(f"feeds.toml:{line}: ")
    assert what in said


def test_every_fault_is_named_at_once():
    said = refused('[[feed]]\nurl = "x"\n[[feed]]\nurl = "y"\nlang = "english"')
    assert [one.split(": ")[0] for one in said.split("; ")] == ["feeds.toml:2", "feeds.toml:4", "feeds.toml:5"]


@pytest.mark.parametrize(
    "content",
    [
        '[[feed]]\nurl = "ftp://me:secret@e.org/"',
        '[[feed]]\nurl = "https://me:secret@e.org/ x"',
        '[[feed]]\nurl = "https://me:sec@ret@e.org/"\n[[feed]]\nurl = "https://me:sec@ret@e.org/"',
    ],
)
def test_a_password_is_taken_and_never_shown(content):
    assert "secret" not in refused(content)
    assert "sec@ret" not in refused(content)
    assert feeds_from_toml('[[feed]]\nurl = "https://me:secret@e.org/"', "f", BOOK).feeds


def test_a_host_of_ones_own_may_be_looked_at_more_often():
    feeds_from_toml('allow = ["News.Example.org."]\n' + SMALLEST + "interval_minutes = 0.01", "f", BOOK)
    feeds_from_toml('allow = ["::1"]\n[[feed]]\nurl = "http://[::1]:80/"\ninterval_minutes = 0.01', "f", BOOK)


def test_an_option_that_is_wrong_is_named_without_a_line():
    with pytest.raises(InvalidSettings, match=r"^feed\.voice = 'moscow': the voices file knows kremlin"):
        new_feed(BOOK, url="https://e.org/", voice="moscow")
    with pytest.raises(InvalidSettings, match=r"^feed\.lang = 'x'.*; feed\.zone = 'y'"):
        new_feed(BOOK, url="https://e.org/", lang="x", zone="y", links=None)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(InvalidSettings, match=r"nowhere\.toml: No such file .*PARALLAX_FEEDS"):
        load_feeds(tmp_path / "nowhere.toml", BOOK)
    (tmp_path / "latin.toml").write_bytes("# é".encode("latin-1"))
    with pytest.raises(InvalidSettings, match=r"latin\.toml: not UTF-8"):
        load_feeds(tmp_path / "latin.toml", BOOK)


def test_the_shipped_file_has_both_governments_and_both_languages():
    configured = load_feeds(SHIPPED_FEEDS, BOOK)
    assert configured.allow == ()
    watched = {(BOOK.voice_of_source("", feed.url), feed.lang) for feed in configured.feeds}
    assert {("kremlin", "ru"), ("kremlin", "en"), ("white_house", "en"), (None, "ru"), (None, "en")} <= watched
    for voice in BOOK.pair:
        assert sum(BOOK.voice_of_source("", feed.url) == voice for feed in configured.feeds) >= 7


@pytest.mark.parametrize("feed", load_feeds(SHIPPED_FEEDS, BOOK).feeds, ids=lambda feed: feed.url)
def test_a_shipped_feed_speaks_in_the_voice_of_its_host(feed):
    assert feed.voice in (None, BOOK.voice_of_source("", feed.url))
    assert feed.lang in ("en", "ru") or feed.url == "https://apnews.com/news-sitemap-content.xml"  # is of two languages


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://E.org", "https://e.org/"),
        ("http://e.org:80/a", "http://e.org/a#b"),
        ("https://e.org.:443/a?b", "https://e.org/a?b"),
        ("http://[::1]:80/", "http://[::1]/"),
    ],
)
def test_spellings_of_one_address_are_equal(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    "other", ["http://e.org/a", "https://e.org/A", "https://e.org/a/", "https://e.org:8443/a", "https://me@e.org/a"]
)
def test_other_addresses_are_not(other):
    assert normalised("https://e.org/a") != normalised(other)


def test_hosts_and_sites():
    assert host_of("http://[") == ""
    assert host_of("https://E.org.:80/") == "e.org"
    assert is_same_site("https://www.e.org/", "http://news.e.org/x")
    assert not is_same_site("https://bade.org/", "https://e.org/")


@given(user=st.text(st.characters(exclude_characters="/?#\\ \n", categories=["L", "N", "P"]), min_size=1))
def test_no_password_is_shown(user):
    url = f"https://{user}@e.org/a@b"
    assert shown_url(url) == "https://***@e.org/a@b"
    assert without_credentials(url) == "https://e.org/a@b"


@given(st.text())
def test_normalising_twice_is_normalising_once(text):
    once = normalised(text)
    assert normalised(once) == once
    assert isinstance(is_web(text), bool)


def test_the_file_in_the_documentation_holds():
    documented = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", documented, re.S)
    feeds = feeds_from_toml(example, "docs/feeds.md", BOOK).feeds
    assert {feed.kind for feed in feeds} == {"feed", "sitemap", "page"}
    assert all(f"{key} = " in example for key in ("voice", "lang", "zone", "interval_minutes", "full_text", "article"))
