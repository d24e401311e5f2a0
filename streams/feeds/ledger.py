"""What was published of each feed's entries, and so what is new, edited or gone. Pure: looks in, verdicts out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from streams.feeds.entries import Entry, Feed
from streams.feeds.identity import appearance, canonical, id_of_key, id_of_link, names_an_article

REMEMBERED = timedelta(days=60)
"""How long an entry is remembered after its feed last had it; an unknown one that is older is no news (a judgement)."""
RENEWED = timedelta(days=1)
"""How old the remembered time of an entry's last sight may be: written at each look it would be most of the writing."""
CONFIRMED = 2
"""Looks at a page that must say that it is gone before its item is withdrawn."""
CONFIRM_AFTER = timedelta(minutes=10)
"""Between two such looks: longer than a deployment, or a cache that lost its way (a judgement)."""
TRIES = 3
"""How often the page of an entry is asked for its text before the summary is what there is (a judgement)."""
OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of an entry of a feed.

    content: hash of what was published; "" for what never was, since it was too old or another feed has it. stands: how
    it stood in the feed (`appearance`); "" to look again. at: its date. seen: when its feed last had it. tries: looks
    at its page that failed. gone: looks that said that it is gone, the last at gone_at. withdrawn: so it was told.
    kept: its page was seen to be there after it left the feed: it only scrolled away.
    """

    feed: str
    key: str
    id: str
    link: str = ""
    stands: str = ""
    content: str = ""
    revision: int = 0
    at: datetime = OLDEST
    seen: datetime = OLDEST
    tries: int = 0
    gone: int = 0
    gone_at: datetime = OLDEST
    withdrawn: bool = False
    kept: bool = False

    @property
    def published(self) -> bool:
        """Whether an item of it is out."""
        return bool(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry to publish, if it turns out to say something new: with the id it will have, and what is known of it."""

    entry: Entry
    id: str
    known: Known | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a feed found: candidates, the oldest first; entries passed over, by why; entries to confirm.

    passed: "same", "old" or "elsewhere" (another feed published it). changed: what must be remembered anew. missing:
    published entries that the feed dropped though it still has older ones, to be asked for now; waiting: how many more
    were asked for a moment ago, and are to be asked again.
    """

    candidates: tuple[Candidate, ...]
    passed: Counter[str]
    changed: tuple[Known, ...]
    missing: tuple[Known, ...]
    waiting: int


class Ledger:
    """What is known of every entry of every feed; not for several threads.

    Args:
        known: what was remembered.
        feeds: the URLs of the feeds that are watched now: what others published passes to whoever has it next.
    """

    def __init__(self, known: Iterable[Known], feeds: Iterable[str]) -> None:
        self._feeds = frozenset(feeds)
        self._of: dict[str, dict[str, Known]] = {}
        self._owner: dict[str, Known] = {}
        for one in known:
            self.remember(one)

    def __len__(self) -> int:
        """Entries remembered."""
        return sum(map(len, self._of.values()))

    def remember(self, one: Known) -> None:
        """Take a state of an entry, over what was known."""
        self._of.setdefault(one.feed, {})[one.key] = one
        if one.published:
            self._owner[one.id] = one

    def owner(self, id_: str, feed: Feed) -> Known | None:
        """Who published an id, when it is not this feed but another that is watched."""
        found = self._owner.get(id_)
        return found if found is not None and found.feed != feed.url and found.feed in self._feeds else None

    def holder(self, id_: str) -> Known | None:
        """The entry that was published under an id."""
        return self._owner.get(id_)

    def look(
        self,
        feed: Feed,
        entries: Sequence[Entry],
        now: datetime,
        *,
        first: timedelta | None = None,
        later: timedelta = REMEMBERED,
        backfill: bool = False,
    ) -> Look:
        """Sort the entries of a look.

        Args:
            first: at the first look at a feed: what is older than this, or has no date, is no news. None later.
            later: at later looks what is older than this is no news, if it is not known.
            backfill: what was passed over as old, or would be, is news after all.
        """
        known, passed = self._of.get(feed.url, {}), Counter[str]()
        candidates: dict[str, Candidate] = {}
        changed: list[Known] = []
        shared = _shared_links(entries)
        for entry in entries:
            before, stands = known.get(entry.key), appearance(entry)
            if backfill and before is not None and not before.published:
                before = None
            if before is not None and not before.withdrawn and (before.stands == stands or not before.published):
                passed["same"] += 1
                changed += self._seen(before, now)
                continue
            id_ = before.id if before else self._id(feed, entry, shared)
            why = "" if before else self._why_not(feed, entry, id_, now - (later if first is None else first))
            if why == "old" and (backfill or (first is None and _date(entry) is None)):
                why = ""
            if why:
                passed[why] += 1
                changed.append(_known(feed, entry, id_, now))
            else:
                candidate = Candidate(entry=entry, id=id_, known=before or self._owner.get(id_))
                candidates.setdefault(entry.key, candidate)
        for one in changed:
            self.remember(one)
        ordered = sorted(candidates.values(), key=lambda one: _date(one.entry) or now)
        dropped = list(self._dropped(feed, entries))
        missing = tuple(one for one in dropped if now - one.gone_at >= CONFIRM_AFTER)
        return Look(
            candidates=tuple(ordered),
            passed=passed,
            changed=tuple(changed),
            missing=missing,
            waiting=len(dropped) - len(missing),
        )

    def _id(self, feed: Feed, entry: Entry, shared: frozenset[str]) -> str:
        if names_an_article(entry.link) and canonical(entry.link) not in shared:
            return id_of_link(entry.link)
        return id_of_key(feed, entry.key)

    def _why_not(self, feed: Feed, entry: Entry, id_: str, since: datetime) -> str:
        if self.owner(id_, feed):
            return "elsewhere"
        at = _date(entry)
        return "old" if at is None or at < since else ""

    @staticmethod
    def _seen(before: Known, now: datetime) -> list[Known]:
        again = before.gone or before.kept or now - before.seen >= RENEWED
        return [replace(before, seen=now, gone=0, kept=False)] if again else []

    def _dropped(self, feed: Feed, entries: Sequence[Entry]) -> Iterable[Known]:
        """Published entries that would still be in the feed by their date, and whose page may tell whether they are."""
        dates = [at for one in entries if (at := _date(one))]
        if not dates:
            return
        there, oldest = {one.key for one in entries}, min(dates)
        links = {canonical(one.link) for one in entries}
        for one in self._of.get(feed.url, {}).values():
            if one.key in there or one.withdrawn or one.kept or not one.published or not one.link:
                continue
            if one.at > oldest and canonical(one.link) not in links:
                yield one

    def forget(self, now: datetime) -> list[Known]:
        """Drop, and return, what no feed has had for long."""
        old = [one for some in self._of.values() for one in some.values() if now - one.seen > REMEMBERED]
        for one in old:
            del self._of[one.feed][one.key]
            if self._owner.get(one.id) == one:
                del self._owner[one.id]
        return old


def _shared_links(entries: Sequence[Entry]) -> frozenset[str]:
    """Links that several entries of a feed have: none of them is the address of one article."""
    by_link: dict[str, set[str]] = {}
    for one in entries:
        if one.link:
            by_link.setdefault(canonical(one.link), set()).add(one.key)
    return frozenset(link for link, keys in by_link.items() if len(keys) > 1)


def _known(feed: Feed, entry: Entry, id_: str, now: datetime) -> Known:
    return Known(
        feed=feed.url,
        key=entry.key,
        id=id_,
        link=entry.link,
        stands=appearance(entry),
        at=_date(entry) or now,
        seen=now,
    )


def _date(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def published(candidate: Candidate, feed: Feed, *, content: str, at: datetime, now: datetime, failed: bool) -> Known:
    """What is known once a candidate's item is out; `failed`: its page did not answer, and is to be asked again."""
    before = candidate.known
    tries = (before.tries if before else 0) + failed
    return replace(
        _known(feed, candidate.entry, candidate.id, now),
        stands="" if failed and tries < TRIES else appearance(candidate.entry),
        content=content,
        revision=revision_of(candidate, content),
        at=at,
        tries=tries,
    )


def revision_of(candidate: Candidate, content: str) -> int:
    """The revision of the item that says `content`: one more than the last where that said something else."""
    before = candidate.known
    if before is None:
        return 0
    return before.revision + (before.content != content or before.withdrawn)
