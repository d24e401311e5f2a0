"""Who is in which narrative, for its summary; nothing here decides."""

from models.clustering.records import Member, Summary


class Roll:
    """The known items of every narrative, copies too."""

    def __init__(self) -> None:
        """Empty."""
        self._items: dict[str, dict[str, Member]] = {}
        self._copies: dict[str, int] = {}

    def add(self, narrative: str, record: Member) -> None:
        """An item is in a narrative."""
        self._items.setdefault(narrative, {})[record.item] = record.rested()
        self._copies[narrative] = self._copies.get(narrative, 0) + (record.copy_of is not None)

    def remove(self, narrative: str, record: Member) -> None:
        """An item is no longer in it."""
        items = self._items[narrative]
        del items[record.item]
        self._copies[narrative] -= record.copy_of is not None
        if not items:
            del self._items[narrative], self._copies[narrative]

    def merge(self, kept: str, gone: str) -> None:
        """All of one narrative are in another."""
        items = {**self._items.pop(kept), **self._items.pop(gone)}
        self._items[kept] = dict(sorted(items.items(), key=lambda one: one[1].seq))
        self._copies[kept] += self._copies.pop(gone)

    def summary(self, narrative: str) -> Summary:
        """What is known of a narrative that has items."""
        items = self._items[narrative].values()
        times = [one.at for one in items]
        titles = (one.title for one in items if one.title and one.copy_of is None)
        return Summary(
            narrative=narrative,
            items=len(times) - self._copies[narrative],
            copies=self._copies[narrative],
            first_at=min(times),
            last_at=max(times),
            headline=next(titles, ""),
            langs=tuple(sorted({one.lang for one in items})),
        )
