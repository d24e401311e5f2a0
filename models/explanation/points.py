"""One-sided points, opposed pairs and agreements.

A sentence is one-sided by 1 - the cosine to its nearest sentence of the other side. What is far from everything is
often beside the point, so the rank is one-sidedness times how central the sentence is among its own side's
(methods.md, section 4: coverage finds one-sided sentences with AUC .87, and decides nothing). Courtesies, logistics and
what the other side says as well are no points, however little else there is; they may be quoted, last.

Two sentences are opposed if they are about one thing and lean apart, by the camps of past documents, in the direction
in which their sides do. They agree if they say the same, and no listed flip stands between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.divergence import SAID_BY_BOTH
from models.explanation.lexicon import FLIPS, NEGATIONS
from models.explanation.sentences import Sentence

Array = npt.NDArray[np.float64]

MOST_ONE_SIDED = 12
"""Entries a side: a checklist a person reads to its end."""
ALIKE = 0.9
"""Two sentences of one side this near say the same: the second is not listed again."""
MOST_OPPOSED, MOST_AGREED = 5, 5
OPPOSED_AT = 0.3
"""Cosine, centred, from which two sentences are about the same thing: a judgement on the development pairs. From
SAID_BY_BOTH on they say the same, unless a listed flip stands between them or one disputes."""
AGREED_AT = 0.6
"""Cosine from which two sentences are shown as what both say. Of the two nearest couples of each of the twenty pairs of
benchmarks/framings.py those from .64 on say the same; of those from .50 to .58 five do not, and would mislead.
"""
APART = 4.0
"""Log odds between the leanings of two sentences from which they are opposed: a judgement on the same pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence: document.text[start:end] of document `id`.

    id: of the document. text: the sentence. start, end: its place in the document's text, in Unicode code points.
    """

    id: str
    text: str
    start: int
    end: int


Couple = dict[str, Quote | float]
"""{voice: Quote, other voice: Quote, "similarity": cosine}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The other side's nearest sentence.

    id: of its document. text: the sentence. start, end: its place in the document's text, in Unicode code points.
    """

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSided:
    """What one side says and the other leaves out; the other side says at most `nearest` of it.

    voice: who says it. id: of the document. text: the sentence. start, end: its place in the document's text, in
    Unicode code points. nearest: the other side's nearest sentence. similarity: to that sentence, cosine, -1..1 and
    below what says the same.
    """

    voice: str
    id: str
    text: str
    start: int
    end: int
    nearest: Nearest
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What two sides' sentences show.

    one_sided: points of both sides, the most telling first, the sides in turn. telling: of each side, by its voice, the
    most telling sentences, whatever the other says. opposed, agreed: couples, the most opposed and the most alike
    first, no sentence twice in either.
    """

    one_sided: tuple[OneSided, ...]
    telling: dict[str, tuple[Quote, ...]]
    opposed: tuple[Couple, ...]
    agreed: tuple[Couple, ...]


def explain_points(a: Sequence[Sentence], vectors_a: Array, b: Sequence[Sentence], vectors_b: Array) -> Points:
    """One-sided points, opposed pairs, agreements of the sentences of two sides, none of which is empty."""
    cross = np.clip(vectors_a @ vectors_b.T, -1.0, 1.0)
    first, second = ranked(a, vectors_a, cross), ranked(b, vectors_b, cross.T)
    one, other = _one_sided(a, first, b, cross), _one_sided(b, second, a, cross.T)
    turns = [point for at in range(max(len(one), len(other))) for point in (*one[at : at + 1], *other[at : at + 1])]
    telling = {side[0].voice: tuple(_quote(side[i]) for i in rank) for side, rank in ((a, first), (b, second))}
    opposed, agreed = _couples(a, b, cross)
    return Points(one_sided=tuple(turns), telling=telling, opposed=opposed, agreed=agreed)


def ranked(sentences: Sequence[Sentence], vectors: Array, cross: Array) -> list[int]:
    """Indices of a side's sentences, the most telling first: one-sided and central; courtesies and logistics last."""
    centre = vectors.mean(axis=0)
    central = 0.5 + 0.5 * (vectors @ centre) / max(float(np.linalg.norm(centre)), 1e-9)
    weight = (1.0 - cross.max(axis=1)) * central
    order = sorted(range(len(sentences)), key=lambda i: (not sentences[i].plain, -round(float(weight[i]), 9), i))
    kept: list[int] = []
    for i in order:
        if not kept or float((vectors[kept] @ vectors[i]).max()) < ALIKE:
            kept.append(i)
    return kept


def _one_sided(own: Sequence[Sentence], rank: list[int], others: Sequence[Sentence], cross: Array) -> list[OneSided]:
    """Those that tell something which the other side does not say."""
    alone = [i for i in rank if own[i].plain and _shown(cross[i].max()) < SAID_BY_BOTH]
    found = []
    for i in alone[:MOST_ONE_SIDED]:
        near = int(np.argmax(cross[i]))
        at = others[near]
        found.append(
            OneSided(
                voice=own[i].voice,
                id=own[i].document.item,
                text=own[i].text,
                start=own[i].start,
                end=own[i].end,
                nearest=Nearest(id=at.document.item, text=at.text, start=at.start, end=at.end),
                similarity=_shown(cross[i, near]),
            )
        )
    return found


def _shown(cosine: float) -> float:
    """A cosine as it is told; what is told to be below a bound is chosen by this."""
    return round(float(cosine), 4)


def _couples(
    a: Sequence[Sentence], b: Sequence[Sentence], cross: Array
) -> tuple[tuple[Couple, ...], tuple[Couple, ...]]:
    """Sentences about one thing that lean apart, are flipped or of which one disputes, and those that say the same.

    The nearer a denial is to what it denies, the less it agrees with it.
    """
    leanings = [np.array([one.leaning for one in side]) for side in (a, b)]
    turn = np.sign(leanings[0].mean() - leanings[1].mean())
    apart = np.where(cross < SAID_BY_BOTH, turn * (leanings[0][:, None] - leanings[1][None]), 0.0)
    disputed = np.logical_or.outer([one.disputes for one in a], [one.disputes for one in b])
    flipped = _flipped(a, b) | disputed
    worth = np.maximum(apart, APART * flipped)
    plain = np.outer([one.plain for one in a], [one.plain for one in b])
    opposed = (cross >= OPPOSED_AT) & (worth >= APART) & plain
    agreed = (cross >= AGREED_AT) & ~flipped & plain
    return (
        _first(a, b, cross, opposed, np.round(cross * np.tanh(worth / (2 * APART)), 9))[:MOST_OPPOSED],
        _first(a, b, cross, agreed, np.round(cross, 9))[:MOST_AGREED],
    )


def _first(
    a: Sequence[Sentence], b: Sequence[Sentence], cross: Array, chosen: npt.NDArray[np.bool_], rank: Array
) -> tuple[Couple, ...]:
    """The chosen pairs by rank, each sentence in one of them."""
    found: list[Couple] = []
    used: set[tuple[int, int]] = set()

    def order(at: list[int]) -> tuple[float, list[tuple[str, int]]]:
        """Of equal ranks the one of the first documents: the same whichever side is called the first."""
        i, j = at
        return -rank[i, j], sorted([(a[i].document.item, a[i].start), (b[j].document.item, b[j].start)])

    for i, j in sorted(np.argwhere(chosen).tolist(), key=order):
        if (i, 0) not in used and (j, 1) not in used:
            used |= {(i, 0), (j, 1)}
            alike = _shown(cross[i, j])
            found.append({a[i].voice: _quote(a[i]), b[j].voice: _quote(b[j]), "similarity": alike})
    return tuple(found)


def _flipped(a: Sequence[Sentence], b: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """(len(a), len(b)) whether a listed flip of polarity stands between two sentences, counting negations.

    An even number of turns is agreement.
    """
    (left_a, right_a, turned_a), (left_b, right_b, turned_b) = _poles(a), _poles(b)
    stands = left_a.astype(np.int64) @ right_b.T + right_a.astype(np.int64) @ left_b.T > 0
    found: npt.NDArray[np.bool_] = stands & (turned_a[:, None] == turned_b[None])
    return found


def _poles(sentences: Sequence[Sentence]) -> tuple[npt.NDArray[np.bool_], ...]:
    """(sentences, flips) whether one is at a flip's left pole and not at its right, the reverse; (sentences,) negated.

    Negated: an odd number of times.
    """
    found = np.array([_poles_of(one.text) for one in sentences])
    return found[:, :, 0], found[:, :, 1], found[:, 0, 2]


@lru_cache(maxsize=16_384)
def _poles_of(text: str) -> tuple[tuple[bool, bool, bool], ...]:
    """Per flip of one text, as in `_poles`; a sentence is asked for at every event of its narrative."""
    words = _words(text)
    negated = _negations(words) % 2 == 1
    stands = ((_has(words, left), _has(words, right)) for left, right in FLIPS)
    return tuple((left and not right, right and not left, negated) for left, right in stands)


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?\"'«»()“”’") for word in text.lower().split()]


def _negations(words: Sequence[str]) -> int:
    return sum(word in NEGATIONS or word.endswith("n't") for word in words)


def _has(words: Sequence[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in words)


def _quote(sentence: Sentence) -> Quote:
    return Quote(id=sentence.document.item, text=sentence.text, start=sentence.start, end=sentence.end)
