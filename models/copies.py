"""Near copies: MinHash signatures of texts, and an index that finds a signature's likeness without comparing all.

A text is the set of its word 3-shingles; two texts' Jaccard index is the share of shingles that both have; two MinHash
values agree with that probability (Broder 1997, "On the resemblance and containment of documents"). MinHash and the
banded index are datasketch's.
"""

import re
from itertools import count

import numpy as np
from datasketch import LeanMinHash, MinHash, MinHashLSH

HASHES = 63
"""Values of a signature: the Jaccard index is estimated with a standard error of at most .063."""
BANDS, ROWS = 21, 3
"""Signatures that agree in a whole band are compared: of texts at Jaccard .5 that finds 94 %, at .6 99 %, and of texts
at .1 it troubles us with 2 %. From the formula 1 - (1 - j^ROWS)^BANDS."""
NEAR_COPY = 0.5
"""Estimated Jaccard index from which a text is a copy (methods.md, 3)."""
SHINGLE = 3
FEWEST_WORDS = 16
"""A shorter text (a title alone) is one shingle, so that only the same words are a copy: titles of a template ("Call
with the President of ...") share half their shingles and tell of other things. A judgement."""
MOST_WORDS = 20_000
SEED, SCHEME = 1, "affine32"
"""datasketch's family of permutations: two signatures can be compared if they are of one seed and scheme."""
_WORDS = re.compile(r"\w+")


def signature(text: str, title: str) -> tuple[int, ...]:
    """MinHash of a document: HASHES integers below 2^32, a function of its words alone; () if there is no word.

    The title counts only where there is no text: publishers give a copied text a title of their own.
    """
    words = _WORDS.findall(text[: 16 * MOST_WORDS].casefold())[:MOST_WORDS] or _WORDS.findall(title.casefold())
    if not words:
        return ()
    size = SHINGLE if len(words) >= FEWEST_WORDS else len(words)
    made = MinHash(num_perm=HASHES, seed=SEED, scheme=SCHEME)
    made.update_batch({" ".join(words[i : i + size]).encode() for i in range(len(words) - size + 1)})
    return tuple(made.hashvalues.tolist())


def likeness(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Estimated Jaccard index of two documents, 0..1; 0 where one has no words."""
    return float(_min_hash(a).jaccard(_min_hash(b))) if len(a) == len(b) == HASHES else 0.0


class CopyIndex:
    """Signatures by name, found by likeness. Same names in the same order: same answers."""

    def __init__(self) -> None:
        """An empty index."""
        self._numbers = count()
        self._known: dict[str, tuple[int, LeanMinHash]] = {}
        self._bands = MinHashLSH(num_perm=HASHES, params=(BANDS, ROWS))

    def add(self, name: str, of: tuple[int, ...]) -> None:
        """Add a name that is not in the index."""
        if len(of) == HASHES:
            self._known[name] = next(self._numbers), _min_hash(of)
            self._bands.insert(name, self._known[name][1])

    def remove(self, name: str) -> None:
        """Remove a name, if it is there."""
        if self._known.pop(name, None):
            self._bands.remove(name)

    def nearest(self, of: tuple[int, ...]) -> tuple[str, float] | None:
        """The likest name and its likeness, at least NEAR_COPY; of equals the first added."""
        if len(of) != HASHES:
            return None
        asked = _min_hash(of)
        met = [(float(asked.jaccard(self._known[name][1])), name) for name in self._bands.query(asked)]
        score, name = max(met, key=lambda one: (one[0], -self._known[one[1]][0]), default=(0.0, ""))
        return (name, score) if score >= NEAR_COPY else None


def _min_hash(of: tuple[int, ...]) -> LeanMinHash:
    return LeanMinHash(seed=SEED, hashvalues=np.array(of, np.uint64), scheme=SCHEME)
