"""Documents by rare terms: an inverted index of each document's heaviest ones."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from models.clustering.features import BUCKETS, FILLED, Ints, Sparse

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

    def fill(self, numbers: Sequence[int], all_of_them: Sequence[Sparse]) -> None:
        """Add documents, in their order, that came after all that are here."""
        parts = [_sorted_heaviest(all_of_them[at : at + FILLED], at) for at in range(0, len(numbers), FILLED)]
        if not parts:
            return
        terms, places = (np.concatenate(one) for one in zip(*parts, strict=True))
        order = np.argsort(terms, kind="stable")
        terms, held = terms[order], np.array(numbers, np.int64)[places[order]]
        names, begins = np.unique(terms, return_index=True)
        for name, begin, end in zip(names.tolist(), begins.tolist(), [*begins[1:].tolist(), len(terms)], strict=True):
            self._postings.setdefault(name, array("q")).frombytes(held[begin:end].tobytes())

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


def _sorted_heaviest(some: Sequence[Sparse], first: int) -> tuple[Ints, Ints]:
    """The terms that `heaviest` gives of each of some documents, and the documents' places, from `first` on.

    Place, weight and term are one number each, which sorts faster than three: a weight has at most 15 bits, a term 20.
    """
    lengths = np.array([len(one.ids) for one in some])
    places = np.repeat(np.arange(len(some)), lengths)
    lightness = (1 << 16) - 1 - np.concatenate([one.weights for one in some]).astype(np.int64)
    keys = np.sort((places << 36) | (lightness << 20) | np.concatenate([one.ids for one in some]).astype(np.int64))
    rank = np.arange(len(keys)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    kept = keys[rank < TERMS]
    return kept & (BUCKETS - 1), (kept >> 36) + first


_NONE: "array[int]" = array("q")
