"""What has become of narratives that merged: a forest of names."""

from collections.abc import Callable, Iterable

from models.clustering.records import Merge

MOST_PAST = 100_000
"""Merges remembered after their records are gone: about 20 MB. A judgement."""


class Aliases:
    """Merges, each a name that points to another; no name points back to itself, however many steps are taken.

    Merges of known items are all held, and are restored with their records. Older ones are kept for readers who still
    hold the name of long ago; no placement depends on them, a restart loses them, and they are at most MOST_PAST.
    """

    def __init__(self) -> None:
        """No merge."""
        self._merges: dict[str, Merge] = {}
        self._past: dict[str, str] = {}

    def __contains__(self, narrative: str) -> bool:
        """Whether a narrative has merged into another, among the merges of known items."""
        return narrative in self._merges

    def root(self, narrative: str) -> str:
        """The narrative that this one has become part of, after all merges; itself if it has not."""
        while narrative in self._merges or narrative in self._past:
            merge = self._merges.get(narrative)
            narrative = merge.into if merge else self._past[narrative]
        return narrative

    def add(self, merge: Merge) -> None:
        """Record a merge later than all before."""
        self._merges[merge.absorbed] = merge

    def become(self, merges: Iterable[Merge]) -> None:
        """Hold these merges and no others, in the order of their numbers; what is past stays."""
        self._merges = {one.absorbed: one for one in sorted(merges, key=lambda one: one.seq)}

    def reborn(self, narrative: str) -> None:
        """A narrative is founded under a name of long ago."""
        self._past.pop(narrative, None)

    def forget(self, merges: Iterable[Merge]) -> None:
        """These merges are past, as after a restart: the record that held them is gone."""
        for merge in merges:
            if self._merges.pop(merge.absorbed, None) is not None:
                self._past[merge.absorbed] = merge.into
        while len(self._past) > MOST_PAST:
            del self._past[next(iter(self._past))]

    def age(self, over: Callable[[Merge], bool]) -> None:
        """Let merges be past, from the oldest, as long as they are `over`."""
        while self._merges and over(merge := next(iter(self._merges.values()))):
            self.forget((merge,))
