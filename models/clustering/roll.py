"""Who is in which narrative, for its summary; nothing here decides."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from models.clustering.labels import telling
from models.clustering.records import Member, Summary


@dataclass(slots=True)
class _Entry:
    """The known items of a narrative: event times in order, items of each language, titles of what is no copy."""

    times: list[datetime] = field(default_factory=list)
    langs: Counter[str] = field(default_factory=Counter)
    titles: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By item: its number and title, in the order of numbers."""
    copies: int = 0


class Roll:
    """The known items of every narrative, copies too, counted as they come and go: a summary walks none of them."""

    def __init__(self) -> None:
        """Empty."""
        self._entries: dict[str, _Entry] = {}

    def add(self, narrative: str, record: Member) -> None:
        """An item is in a narrative."""
        entry = self._entries.setdefault(narrative, _Entry())
        insort(entry.times, record.at)
        entry.langs[record.lang] += 1
        if record.copy_of is not None:
            entry.copies += 1
        elif record.title:
            latest = next(reversed(entry.titles.values()), (0, ""))
            entry.titles[record.item] = (record.seq, record.title)
            if record.seq < latest[0]:
                entry.titles = dict(sorted(entry.titles.items(), key=lambda one: one[1]))

    def remove(self, narrative: str, record: Member) -> None:
        """An item is no longer in it."""
        entry = self._entries[narrative]
        del entry.times[bisect_left(entry.times, record.at)]
        entry.langs[record.lang] -= 1
        entry.copies -= record.copy_of is not None
        entry.titles.pop(record.item, None)
        if not entry.times:
            del self._entries[narrative]

    def merge(self, kept: str, gone: str) -> None:
        """All of one narrative are in another."""
        entry, other = self._entries[kept], self._entries.pop(gone)
        entry.times = sorted(entry.times + other.times)
        entry.langs.update(other.langs)
        entry.titles = dict(sorted({**entry.titles, **other.titles}.items(), key=lambda one: one[1]))
        entry.copies += other.copies

    def summary(self, narrative: str, central: Iterable[str] = ()) -> Summary:
        """What is known of a narrative that has items. central: items, the most central first."""
        entry = self._entries[narrative]
        titles = [title for _, title in entry.titles.values()]
        first = next(iter(titles), "")
        headline = next((entry.titles[item][1] for item in central if item in entry.titles), first)
        return Summary(
            narrative=narrative,
            items=len(entry.times) - entry.copies,
            copies=entry.copies,
            first_at=entry.times[0],
            last_at=entry.times[-1],
            headline=headline,
            words=telling(titles),
            langs=tuple(sorted(lang for lang, number in entry.langs.items() if number)),
        )
