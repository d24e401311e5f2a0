"""Words and frames that tell two sides apart: weighted log-odds with an informative prior (Monroe et al. 2008)."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from models.explanation.lexicon import COMMON, FRAMES
from models.explanation.sentences import Sentence

MOST_WORDS = 10
PRIOR = 10.0
"""Pseudo-counts of the prior, shared over the words as both sides use them: keeps a single use from telling much."""
_WORD = re.compile(r"[^\W\d_][\w’'-]*[^\W\d_]")


def telling_words(
    a: Sequence[Sentence], b: Sequence[Sentence]
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """For each side its words with z > 0, the most telling first; z is about normal if both sides draw words alike."""
    counts_a, counts_b = _counts(a), _counts(b)
    both = counts_a + counts_b
    if len(both) < 2:
        return [], []
    total, total_a, total_b = both.total(), counts_a.total(), counts_b.total()
    scored: list[tuple[str, float]] = []
    for word, seen in both.items():
        prior = PRIOR * seen / total
        y_a, y_b = counts_a[word] + prior, counts_b[word] + prior
        odds = math.log(y_a / (total_a + PRIOR - y_a)) - math.log(y_b / (total_b + PRIOR - y_b))
        scored.append((word, round(odds / math.sqrt(1 / y_a + 1 / y_b), 3)))
    for_a = sorted((one for one in scored if one[1] > 0), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
    for_b = sorted(((word, -z) for word, z in scored if z < 0), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
    return for_a, for_b


def frame_shares(sentences: Sequence[Sentence]) -> dict[str, float]:
    """Per frame the share of sentences in which a word of it occurs; a sentence may be of several frames."""
    found: Counter[str] = Counter()
    for sentence in sentences:
        words = _WORD.findall(sentence.text.lower())
        found.update(name for name, beginnings in FRAMES.items() if any(word.startswith(beginnings) for word in words))
    return {name: round(found[name] / max(len(sentences), 1), 4) for name in FRAMES}


def _counts(sentences: Sequence[Sentence]) -> Counter[str]:
    return Counter(
        word
        for sentence in sentences
        for word in _WORD.findall(sentence.text.lower())
        if word not in COMMON and len(word) > 2
    )
