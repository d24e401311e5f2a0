"""News items of entries: the fields of a message of `parallax.news`, from what a feed and a page say."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from models.reading import language, text_of_html
from streams.feeds.articles import Article
from streams.feeds.entries import Entry, Feed, Parsed
from streams.feeds.ledger import Candidate
from streams.wire import MOST_BYTES, encode, item_from_fields

WHOLE_WORDS = 200
"""From so many words on a feed's content counts as the article, and its page is not fetched (a judgement)."""
MOST_LETTERS = 200_000
"""Of a text: what is longer is cut, so that an item stays below 1 MiB in any script; the longest of the development
stream has 170,000."""
READ_TOGETHER = 50
"""Entries whose language is read together: a page's worth of titles (a judgement)."""
CYRILLIC = frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"})
"""Languages that are written in Cyrillic letters, or may be."""
From = Literal["feed", "page", "summary", "title"]
"""Where the text of an item is from: the feed's full content, the article's page, a summary in the feed, no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an item says, before it has an id: text or html, and which of the entry's sources it is."""

    title: str
    text: str = ""
    html: str = ""
    at: datetime
    lang: str
    text_from: From

    @property
    def plain(self) -> str:
        """What is told, without markup."""
        return self.text or text_of_html(self.html)


def wants_page(feed: Feed, entry: Entry) -> bool:
    """Whether the text of an entry's page is wanted: told so, or else where the feed gives a summary only."""
    if not entry.link or feed.full_text is False:
        return False
    return feed.full_text is True or not (entry.complete or _words(entry) >= WHOLE_WORDS)


def language_of(parsed: Parsed) -> str | None:
    """The language of a feed: as it says, else as its entries read together; None for one without entries.

    A title alone is often taken for the wrong language (20 of 640 English ones of the development items).
    """
    together = "\n".join(f"{one.title}\n{one.text or text_of_html(one.html)}" for one in parsed.entries[:READ_TOGETHER])
    return parsed.lang or (language(None, together) if together.strip() else None)


def told_by_feed(feed: Feed, entry: Entry, declared: str | None, now: datetime) -> Told:
    """What the feed alone says of an entry; declared: the language that the feed says it is in."""
    whole = entry.complete or _words(entry) >= WHOLE_WORDS
    long = text_of_html(entry.html) if len(entry.html) > MOST_LETTERS else ""
    text_from: From = "title" if not (entry.text or entry.html) else "feed" if whole else "summary"
    return Told(
        title=entry.title,
        text=(entry.text or long)[:MOST_LETTERS],
        html="" if long else entry.html,
        at=entry.published or entry.updated or now,
        lang=_language(feed, entry.lang or declared, f"{entry.title}\n{entry.text or text_of_html(entry.html)}"),
        text_from=text_from,
    )


def item_of(feed: Feed, candidate: Candidate, told: Told, revision: int) -> dict[str, Any]:
    """The fields of the item; those without a value are left out."""
    fields = {
        "id": candidate.id,
        "source": source_of(candidate.entry.link or feed.url),
        "url": candidate.entry.link,
        "title": told.title,
        "text": told.text,
        "html": told.html,
        "published_at": told.at.isoformat(),
        "lang": told.lang,
        "revision": revision,
        "speaks_for": feed.voice,
        "feed": feed.url,
        "text_from": told.text_from,
    }
    return {
        name: value for name, value in fields.items() if value not in (None, "") and (name, value) != ("revision", 0)
    }


def withdrawal_of(feed: Feed, id_: str, at: datetime, revision: int) -> dict[str, Any]:
    """The fields of an item that withdraws another."""
    return {"id": id_, "published_at": at.isoformat(), "revision": revision, "withdrawn": True, "feed": feed.url}


def source_of(url: str) -> str:
    """The host that publishes: without `www.`, port, or credentials."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _words(entry: Entry) -> int:
    return len((entry.text or text_of_html(entry.html)).split())


def _language(feed: Feed, declared: str | None, text: str) -> str:
    """As feeds.toml says; else as the feed says unless the script speaks against it: default tags are often wrong."""
    if feed.lang:
        return feed.lang
    said = language(declared, text)
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    fits = cyrillic > 0 if said in CYRILLIC else 2 * cyrillic <= len(letters)
    return said if fits or not letters else language(None, text)


def told_by_page(feed: Feed, entry: Entry, article: Article, told: Told) -> Told:
    """The same with the text of the article's page; title and date stay the feed's where it has them."""
    return Told(
        title=entry.title or article.title,
        text=article.text[:MOST_LETTERS],
        at=entry.published or entry.updated or article.published or told.at,
        lang=_language(feed, article.lang or entry.lang, article.text),
        text_from="page",
    )


def value_of(fields: dict[str, Any]) -> bytes:
    """The JSON of an item, its text cut further where it is still over 1 MiB: control characters take six bytes each.

    Raises:
        InvalidItem: it holds no words.
    """
    value = encode(fields)
    while len(value) > MOST_BYTES and fields.get("text"):
        fields = {**fields, "text": fields["text"][: len(fields["text"]) // 2]}
        value = encode(fields)
    item_from_fields(fields, now=datetime.min.replace(tzinfo=UTC))
    return value
