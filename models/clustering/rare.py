"""Documents by rare terms: an inverted index of each document's heaviest ones."""

from array import array
from bisect import bisect_left

import numpy as np

from models.clustering.features import Sparse

TERMS = 32
"""A document's heaviest terms, by which it is found: the others are common (`benchmarks/stories.py --grid`)."""
POSTINGS = 256
"""The latest documents looked at for each term: bounds the work."""


class RareTerms:
    """Documents by number."""

    def __init__(self) -> None:
        """Of none."""
        self._postings: dict[int, array[int]] = {}
        """Numbers in their order, by term."""

    def add(self, number: int, sparse: Sparse) -> None:
        """Add a document that came after all that are here, or is put back in its place."""
        for term in heaviest(sparse):
            held = self._postings.get(term)
            if held is None:
                self._postings[term] = array("q", (number,))
            elif held[-1] < number:
                held.append(number)
            else:
                held.insert(bisect_left(held, number), number)

    def remove(self, number: int, sparse: Sparse) -> None:
        """Take a document out."""
        for term in heaviest(sparse):
            held = self._postings[term]
            if len(held) == 1:
                del self._postings[term]
            else:
                held.pop(bisect_left(held, number))

    def nearest(self, sparse: Sparse, most: int) -> list[int]:
        """Numbers of the documents that share most of the heaviest terms, each counted by its weight squared."""
        scores: dict[int, int] = {}
        for term, weight in heaviest(sparse).items():
            square = weight * weight
            for number in self._postings.get(term, _NONE)[-POSTINGS:]:
                scores[number] = scores.get(number, 0) + square
        return sorted(scores, key=lambda number: (-scores[number], -number))[:most]


def heaviest(sparse: Sparse) -> dict[int, int]:
    """At most TERMS weights by term, the heaviest first."""
    ranked = np.lexsort((sparse.ids, -sparse.weights.astype(np.int64)))[:TERMS]
    return dict(zip(sparse.ids[ranked].tolist(), sparse.weights[ranked].tolist(), strict=True))


_NONE: "array[int]" = array("q")
