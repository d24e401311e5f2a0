"""The streams of tests/data/accounts, for accounts.py and stories.py: as they are, and among another stream's items."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from models.news import Statement

DATA = Path(__file__).parents[1] / "tests" / "data" / "accounts"


@dataclass(frozen=True, slots=True)
class Account:
    """One stream of DATA.

    set: 1 was in hand while the clustering was mended, 1 and 2 while `dispute` was made, 3 came after both. on: ids of
    the event's items.
    differs: whether the two sides' accounts of the event differ in substance. first_hand: each side has documents of
    its own in the stream. quotes: {id, text, voice} of sentences in third parties' articles.
    """

    name: str
    set: int
    differs: bool
    first_hand: bool
    on: frozenset[str]
    quotes: Sequence[dict[str, Any]]

    @property
    def path(self) -> Path:
        """Where its items are."""
        return DATA / f"{self.name}.jsonl"


def accounts() -> Iterator[Account]:
    """All streams, by name."""
    for name, told in sorted(json.loads((DATA / "labels.json").read_text("utf-8")).items()):
        yield Account(name, told["set"], told["differs"], told["first_hand"], frozenset(told["on"]), told["quotes"])


Labelled = tuple[Statement, str]
"""A statement and its event: for a document of none its own id."""


def among(
    streams: Sequence[Sequence[Labelled]], others: Sequence[Statement], seed: int
) -> tuple[list[Labelled], list[int]]:
    """Streams moved to random times of another one, in order of time; and the places of theirs."""
    rng = random.Random(seed)
    first, last = min(one.published_at for one in others), max(one.published_at for one in others)
    rows = [(one.published_at, one, "") for one in others]
    for stream in streams:
        began = stream[0][0].published_at
        by = first + timedelta(seconds=rng.uniform(0, (last - first - timedelta(days=5)).total_seconds())) - began
        moved = [(replace(one, published_at=one.published_at + by), event) for one, event in stream]
        rows += [(one.published_at, one, event) for one, event in moved]
    rows.sort(key=lambda row: (row[0], row[1].item))
    labelled = [(one, event or one.item) for _, one, event in rows]
    return labelled, [place for place, (_, _, event) in enumerate(rows) if event]


def b_cubed_at(found: Sequence[object], gold: Sequence[object], places: Sequence[int]) -> tuple[float, float, float]:
    """Precision, recall and F1 of Bagga and Baldwin (1998) over some documents, among all."""
    both, of_found, of_gold = Counter(zip(found, gold, strict=True)), Counter(found), Counter(gold)
    precision = mean(both[found[i], gold[i]] / of_found[found[i]] for i in places)
    recall = mean(both[found[i], gold[i]] / of_gold[gold[i]] for i in places)
    return precision, recall, 2 * precision * recall / (precision + recall)
