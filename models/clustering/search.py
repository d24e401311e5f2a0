"""Which narratives a document could belong to, without comparing it with all: by centroid, and by rare terms."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from models.clustering.features import BUCKETS, GRID, SPARSE_GRID, Ints, Sparse
from models.clustering.narrative import Active, Live

BY_CENTROID, BY_TERMS = 16, 16
"""Narratives looked at for their centroid and for rare terms."""
TERMS, POSTINGS = 32, 256
"""A document's heaviest terms that are looked up, and the latest documents looked at for each: bounds the work."""


class Search:
    """An index of active members and of the narratives they are in. Same contents: same answers."""

    def __init__(self) -> None:
        """Empty."""
        self._places: dict[str, int] = {}
        self._names: list[str] = []
        self._centroids = np.zeros((0, 0), np.float32)
        self._postings: dict[int, dict[str, int]] = {}
        self._narrative_of: dict[str, str] = {}
        self._scratch = np.zeros(BUCKETS, np.int64)

    def set_centroid(self, live: Live) -> None:
        """Say where a narrative is now."""
        centroid = live.centroid()
        if self._centroids.shape[1] != len(centroid):
            self._centroids = np.zeros((64, len(centroid)), np.float32)
        place = self._places.setdefault(live.name, len(self._names))
        if place == len(self._names):
            self._names.append(live.name)
            if place == len(self._centroids):
                self._centroids = np.concatenate([self._centroids, np.zeros_like(self._centroids)])
        self._centroids[place] = centroid

    def drop(self, name: str) -> None:
        """Forget a narrative's centroid."""
        place, last = self._places.pop(name), len(self._names) - 1
        moved = self._names.pop()
        if place != last:
            self._names[place], self._places[moved] = moved, place
            self._centroids[place] = self._centroids[last]
        self._centroids[last] = 0

    def add(self, one: Active, narrative: str) -> None:
        """Index a member's terms."""
        self._narrative_of[one.item] = narrative
        for term, weight in zip(one.sparse.ids.tolist(), one.sparse.weights.tolist(), strict=True):
            self._postings.setdefault(term, {})[one.item] = weight

    def remove(self, one: Active) -> None:
        """Take a member's terms out."""
        del self._narrative_of[one.item]
        for term in one.sparse.ids.tolist():
            holders = self._postings[term]
            del holders[one.item]
            if not holders:
                del self._postings[term]

    def move(self, item: str, narrative: str) -> None:
        """A member is in another narrative now."""
        self._narrative_of[item] = narrative

    def candidates(self, dense: npt.NDArray[np.float32], sparse: Sparse) -> list[str]:
        """Names of narratives that may be near, at most BY_CENTROID + BY_TERMS, in order of their names."""
        return sorted({*self._by_centroid(dense), *self._by_terms(sparse)})

    def _by_centroid(self, dense: npt.NDArray[np.float32]) -> Iterator[str]:
        number = len(self._names)
        if not number or self._centroids.shape[1] != len(dense) or not dense.any():
            return
        scores = self._centroids[:number] @ dense
        least = np.partition(scores, -BY_CENTROID)[-BY_CENTROID] if number > BY_CENTROID else scores.min()
        found = sorted(
            (-float(scores[place]), self._names[place]) for place in np.flatnonzero(scores >= least).tolist()
        )
        yield from (name for _, name in found[:BY_CENTROID])

    def _by_terms(self, sparse: Sparse) -> Iterator[str]:
        heaviest = sorted(zip((-sparse.weights).tolist(), sparse.ids.tolist(), strict=True))[:TERMS]
        scores: dict[str, int] = {}
        for weight, term in heaviest:
            for item, other in islice(reversed(self._postings.get(term, {}).items()), POSTINGS):
                scores[item] = scores.get(item, 0) - weight * other
        best: dict[str, int] = {}
        for item, score in scores.items():
            name = self._narrative_of[item]
            best[name] = max(best.get(name, 0), score)
        yield from (name for _, name in sorted((-score, name) for name, score in best.items())[:BY_TERMS])

    def similarities(self, dense: npt.NDArray[np.float32], sparse: Sparse, members: list[Active]) -> tuple[Ints, Ints]:
        """Dense and sparse products with each member, whole numbers."""
        rows = np.stack([one.dense for one in members])
        products = (rows @ dense).astype(np.int64)
        self._scratch[sparse.ids] = sparse.weights
        lengths = np.array([0, *(len(one.sparse.ids) for one in members)])
        ids = np.concatenate([one.sparse.ids for one in members])
        running = np.concatenate(
            [[0], np.cumsum(self._scratch[ids] * np.concatenate([one.sparse.weights for one in members]))]
        )
        ends = np.cumsum(lengths)
        self._scratch[sparse.ids] = 0
        return products, running[ends[1:]] - running[ends[:-1]]


DENSE_UNIT = float(2 * GRID * GRID)
SPARSE_UNIT = float(SPARSE_GRID * SPARSE_GRID)
