"""One look at a feed: fetch, read, sort out what is new, get its text, publish, remember."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from models.errors import InvalidItem
from streams.feeds.articles import extract
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed, Timeline
from streams.feeds.health import FeedState
from streams.feeds.identity import canonical, content, id_of_link, names_an_article, tidied
from streams.feeds.ledger import CONFIRMED, OLDEST, REMEMBERED, Candidate, Known, Ledger, Look, published, revision_of
from streams.feeds.making import (
    Told,
    item_of,
    language_of,
    told_by_feed,
    told_by_page,
    value_of,
    wants_page,
    withdrawal_of,
)
from streams.feeds.memory import NewItem
from streams.feeds.parsing import parse
from streams.wire import encode

AT_A_TIME = 100
"""Items published in one step: a state that names them stays far below 1 MiB."""
MOST_PAGES = 50
"""Pages fetched in one look: at one a second a minute; the rest is for the next look (a judgement)."""
MOST_CONFIRMED = 10
"""Pages asked whether they are still there, in one look."""
MOST_SITEMAPS = 20
"""Sitemaps of an index that are looked at: news sitemaps are few; an index of an archive is not what a feed is for."""
LASTING = frozenset({"forbidden", "robots"})
"""Failures of a page that another try would repeat; so would a status of 4xx but 408 and 429."""


class Fetches(Protocol):
    """`streams.feeds.fetching.Fetcher`, as far as a look needs it."""

    async def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch; raises FetchFailed."""


class Outlet(Protocol):
    """Where items go, and what is remembered; `streams.feeds.memory.Memory`, or standard output."""

    def publish(self, state: FeedState, items: Sequence[NewItem], now: datetime, /) -> FeedState:
        """Publish items of a feed, in order; returns its state, with them counted."""

    def note(self, state: FeedState, entries: Iterable[Known], /) -> None:
        """Remember a feed's state and entries of it."""

    def forget(self, entries: Iterable[Known], /) -> None:
        """Forget entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look led to: the feed's new state, what became of its entries by fate, and what the feed asks for.

    fates: new, revised, withdrawn, same, old, elsewhere, refused. every, fresh_for: as Parsed and Fetched have them.
    """

    state: FeedState
    fates: Counter[str]
    every: timedelta | None = None
    fresh_for: timedelta | None = None
    problems: tuple[str, ...] = ()


class Looker:
    """Looks at feeds, one by one or side by side.

    Args:
        first_look: how old an item may be to be published at the first look at its feed.
        backfill: publish whatever a feed has, however old.
    """

    def __init__(
        self,
        fetcher: Fetches,
        ledger: Ledger,
        outlet: Outlet,
        timeline: Timeline,
        *,
        first_look: timedelta,
        backfill: bool = False,
    ) -> None:
        self._fetcher, self._ledger, self._outlet, self._timeline = fetcher, ledger, outlet, timeline
        self._first_look, self._backfill = first_look, backfill

    async def look(self, feed: Feed, state: FeedState) -> Looked:
        """Look at a feed once.

        Raises:
            FetchFailed: it came to nothing.
            InfrastructureError: the broker does not take what was found.
        """
        fetched = await self._fetcher.get(
            state.moved_to or feed.url, etag=state.etag, last_modified=state.last_modified
        )
        moved = fetched.moved_to or state.moved_to
        body = hashlib.sha256(fetched.body).hexdigest()[:32]
        if fetched.not_modified or body == state.body:
            after = replace(state, moved_to=moved).answered_at(self._timeline.now(), ())
            return Looked(state=after, fates=Counter(), fresh_for=fetched.fresh_for)
        parsed = await self._read(feed, fetched)
        one = _Look(self, feed, replace(state, moved_to=moved, title=parsed.title or state.title), parsed)
        await one.take()
        state = one.state.answered_at(self._timeline.now(), one.dates)
        if not one.again:
            state = replace(state, etag=fetched.etag, last_modified=fetched.last_modified, body=body)
        else:
            state = replace(state, etag="", last_modified="", body="")
        return Looked(
            state=state, fates=one.fates, every=parsed.every, fresh_for=fetched.fresh_for, problems=parsed.problems
        )

    async def _read(self, feed: Feed, fetched: Fetched) -> Parsed:
        parsed = await asyncio.to_thread(parse, feed, fetched, now=self._timeline.now())
        entries = list(parsed.entries)
        problems = list(parsed.problems)
        if len(parsed.index) > MOST_SITEMAPS:
            problems.append(f"{len(parsed.index)} sitemaps; only the first {MOST_SITEMAPS} are looked at")
        for url in parsed.index[:MOST_SITEMAPS]:
            try:
                part = await asyncio.to_thread(parse, feed, await self._fetcher.get(url), now=self._timeline.now())
            except FetchFailed as error:
                problems.append(f"{url}: {error}")
            else:
                entries += part.entries
        return replace(parsed, entries=tuple(map(tidied, entries)), problems=tuple(problems))


class _Look:
    """The way of one look's entries. `again`: something is left to do, so that the next must see the body anew."""

    def __init__(self, looker: Looker, feed: Feed, state: FeedState, parsed: Parsed) -> None:
        self._on, self._feed, self.state, self._parsed = looker, feed, state, parsed
        self._lang: tuple[str | None] | None = None
        self.fates: Counter[str] = Counter()
        self.dates: list[datetime] = []
        self.again = False
        self._ready: list[NewItem] = []
        self._pages = 0

    async def take(self) -> None:
        on, now = self._on, self._on._timeline.now()
        first = self.state.answered is None and not on._backfill
        look: Look = on._ledger.look(
            self._feed,
            self._parsed.entries,
            now,
            first=on._first_look if first else None,
            later=max(on._first_look, REMEMBERED),
            backfill=on._backfill,
        )
        self.fates.update(look.passed)
        self.again = any(not one.stands for one in look.changed)
        if look.changed:
            await asyncio.to_thread(on._outlet.note, self.state, look.changed)
        for candidate in look.candidates:
            if self._pages >= MOST_PAGES and wants_page(self._feed, candidate.entry):
                self.again = True
                continue
            await self._consider(candidate)
        await self._publish()
        self.again = self.again or bool(look.missing or look.waiting)
        for known in look.missing[:MOST_CONFIRMED]:
            await self._confirm(known)

    async def _consider(self, candidate: Candidate) -> None:
        self._lang = self._lang or (language_of(self._parsed),)  # only where there is something new
        told = told_by_feed(self._feed, candidate.entry, self._lang[0], self._on._timeline.now())
        failed = False
        if wants_page(self._feed, candidate.entry):
            candidate, told, failed = await self._with_page(candidate, told)
        if candidate.known is None and self._on._ledger.owner(candidate.id, self._feed):
            self.fates["elsewhere"] += 1
            return await self._remember(self._known(candidate, told, failed=False, says=""))
        says = content(told.title, told.plain)
        known = self._known(candidate, told, failed=failed, says=says)
        self.again = self.again or not known.stands
        before = candidate.known
        if before is not None and before.content == says and not before.withdrawn:
            self.fates["same"] += 1
            return await self._remember(known)
        try:
            value = value_of(item_of(self._feed, candidate, told, revision_of(candidate, says)))
        except InvalidItem:
            self.fates["refused"] += 1
            return await self._remember(replace(known, content="", stands=known.stands or " "))
        self.fates["revised" if known.revision else "new"] += 1
        self.dates.append(told.at)
        self._ready.append(NewItem(value=value, known=known))
        self._on._ledger.remember(known)  # from now on the id is taken, whatever other feeds find meanwhile
        if len(self._ready) >= AT_A_TIME or self._pages:
            await self._publish()
        return None

    def _known(self, candidate: Candidate, told: Told, *, failed: bool, says: str) -> Known:
        now = self._on._timeline.now()
        return published(candidate, self._feed, content=says, at=told.at, now=now, failed=failed)

    async def _with_page(self, candidate: Candidate, told: Told) -> tuple[Candidate, Told, bool]:
        """The same with the text of the entry's page, if it can be had; and whether to ask for it again."""
        entry = candidate.entry
        self._pages += 1
        try:
            page = await self._on._fetcher.get(entry.link)
            article = await asyncio.to_thread(
                extract, page.body, page.content_type, page.url, selector=self._feed.article, zone=self._feed.zone
            )
        except FetchFailed as error:
            self.fates["page_failed"] += 1
            return candidate, told, not _lasting(error)
        if article is None:
            self.fates["page_without_text"] += 1
            return candidate, told, False
        if candidate.known is None and names_an_article(article.link) and not self._taken(article.link, entry):
            candidate = replace(candidate, id=id_of_link(article.link))
        return candidate, told_by_page(self._feed, entry, article, told), False

    def _taken(self, link: str, entry: Entry) -> bool:
        """Whether a page's canonical address is another entry's of the feed: a careless page names them all alike."""
        known = self._on._ledger.holder(id_of_link(link))
        if known is not None and known.feed == self._feed.url and known.key != entry.key:
            return True
        return any(canonical(one.link) == canonical(link) for one in self._parsed.entries if one.key != entry.key)

    async def _confirm(self, known: Known) -> None:
        """Ask the page of an entry that left its feed whether it is gone."""
        now = self._on._timeline.now()
        try:
            await self._on._fetcher.get(known.link)
        except FetchFailed as error:
            if error.status not in (404, 410):  # a page that is kept from us tells nothing; another may yet answer
                return await self._remember(replace(known, gone_at=now, kept=_lasting(error)))
            gone = replace(known, gone=known.gone + 1, gone_at=now)
            if gone.gone < CONFIRMED:
                return await self._remember(gone)
            gone = replace(gone, withdrawn=True, revision=known.revision + 1)
            self.fates["withdrawn"] += 1
            self._on._ledger.remember(gone)
            self._ready.append(
                NewItem(value=encode(withdrawal_of(self._feed, known.id, now, gone.revision)), known=gone)
            )
            return await self._publish()
        return await self._remember(replace(known, kept=True, gone=0, gone_at=OLDEST))

    async def _remember(self, known: Known) -> None:
        self._on._ledger.remember(known)
        await asyncio.to_thread(self._on._outlet.note, self.state, (known,))

    async def _publish(self) -> None:
        if not self._ready:
            return
        ready, self._ready = self._ready, []
        self.state = await asyncio.to_thread(self._on._outlet.publish, self.state, ready, self._on._timeline.now())


def _lasting(error: FetchFailed) -> bool:
    status = error.status or 0
    return error.failure in LASTING or (400 <= status < 500 and status not in (408, 429))
