"""Lists of feeds of other readers, and ours for them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from models.errors import InvalidSettings
from streams.feeds.entries import Feed
from streams.feeds.opml import read_opml, write_opml

NESTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Governments">
    <outline text="One" type="rss" xmlUrl="https://one.example.org/rss?a=1&amp;b=2" language="ru-RU"/>
    <outline text="Deeper"><outline text="Two" xmlurl=" feed://two.example.org/atom "/></outline>
  </outline>
  <outline text="One again" xmlUrl="https://one.example.org/rss?a=1&amp;b=2"/>
  <outline text="A link" type="link" url="https://three.example.org/"/>
</body></opml>"""


def test_folders_are_looked_into_and_each_address_counts_once() -> None:
    assert read_opml(NESTED) == [
        Feed(url="https://one.example.org/rss?a=1&b=2", lang="ru"),
        Feed(url="http://two.example.org/atom"),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no OPML"),
        (b"not xml", "no OPML"),
        (b"<opml><body><outline", "no OPML"),
        (b"<rss/>", "its root element is <rss>, not <opml>"),
        (b"<opml><body><outline text='a'/></body></opml>", "names no feed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(body: bytes, said: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        read_opml(body)
    assert said in str(caught.value)


def test_entities_are_not_followed() -> None:
    body = b'<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><head>&f;</head><outline xmlUrl="http://a.b/"/></opml>'
    assert read_opml(body) == [Feed(url="http://a.b/")]


def test_what_is_written_is_opml_2_0() -> None:
    root = etree.fromstring(write_opml([Feed(url="https://a.example.org/?x=1&y=2", lang="ru")]))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    outline = root.find("body/outline")
    assert dict(outline.attrib) == {
        "type": "rss",
        "text": "https://a.example.org/?x=1&y=2",
        "xmlUrl": "https://a.example.org/?x=1&y=2",
        "language": "ru",
    }


def test_sitemaps_and_pages_are_nothing_for_other_readers() -> None:
    feeds = [
        Feed(url="https://a.org/", kind="page", links="a"),
        Feed(url="https://b.org/"),
        Feed(url="https://c.org/", kind="sitemap"),
    ]
    assert read_opml(write_opml(feeds)) == [Feed(url="https://b.org/")]


def test_an_address_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="characters"):
        write_opml([Feed(url="https://a.org/\0")])


hosts = st.from_regex(r"[a-z]{1,10}\.example\.(org|ru)", fullmatch=True)
paths = st.text(
    st.characters(
        min_codepoint=33, max_codepoint=0x44F, exclude_characters="#\x7f", exclude_categories=["Zs", "Cc", "Cf"]
    ),
    max_size=20,
)
feeds = st.builds(
    lambda host, path, lang: Feed(url=f"https://{host}/{path}", lang=lang),
    hosts,
    paths,
    st.sampled_from(["ru", "en", None]),
)


@settings(deadline=None)  # the machine's load is no fault
@given(st.lists(feeds, min_size=1, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_again(some: list[Feed]) -> None:
    assert read_opml(write_opml(some)) == some


@settings(deadline=None)  # the machine's load is no fault
@given(st.binary(max_size=200), st.integers(0, len(NESTED)))
def test_any_bytes_are_read_or_refused(junk: bytes, at: int) -> None:
    with suppress(InvalidSettings):
        read_opml(NESTED[:at] + junk + NESTED[at:])


def test_an_address_that_is_none_of_the_web_stands_as_it_is_for_whoever_adds_it_to_refuse() -> None:
    found = read_opml(b"<opml><outline xmlUrl='ftp://a/b'/><outline xmlUrl='feed://A.example/rss'/></opml>")
    assert [one.url for one in found] == ["ftp://a/b", "http://A.example/rss"]
