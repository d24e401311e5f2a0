"""What a narrative is called: the title of its most central document, and the words that its titles have in common."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from models.clustering.narrative import Active
from models.terms import stem, usual_frequency, words

MOST_WORDS = 6
MOST_TITLES = 64
"""Latest titles looked at: bounds the work."""


def central(members: Sequence[Active]) -> list[str]:
    """Items, the most central first: by the product of a vector with the sum of all; of equals the first to come."""
    if not members:
        return []
    rows = np.stack([one.dense for one in members]).astype(np.int64)
    nearness = rows @ rows.sum(axis=0)
    return [members[place].item for place in np.argsort(-nearness, kind="stable").tolist()]


def telling(titles: Iterable[str]) -> tuple[str, ...]:
    """At most MOST_WORDS words of titles, as they are written there, by how many titles have one and how rare it is.

    A word that one title of several has says nothing of them all.
    """
    having: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    looked_at = list(titles)[-MOST_TITLES:]
    for title in looked_at:
        seen: dict[str, str] = {}
        for word in words(title):
            if len(word) > 1:
                seen.setdefault(stem(word.casefold()), word)
        for term, word in seen.items():
            having[term] += 1
            forms.setdefault(term, Counter())[word] += 1
    least = 2 if len(looked_at) > 1 else 1
    weights = {term: -math.log(usual_frequency(term)) * number for term, number in having.items() if number >= least}
    ranked = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_WORDS]
    return tuple(min(forms[term], key=lambda word: (-forms[term][word], word)) for term in ranked)
