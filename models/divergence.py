"""How far apart two voices are in one narrative: a score, its interval and its parts.

The unit is a document (its passages are not independent of one another: methods.md, section 0). A document is the
mean of the unit vectors of its telling passages (courtesies and logistics are left out where anything else is said); a
side is the mean of its documents. Every quantity below is an unbiased estimate, with the products of a thing with
itself left out, so that a long text or a side of many documents does not come out nearer than a short one: length is
not framing. Vectors are centred per language, and where both sides have documents of one language they are compared
inside it, so that language is not framing either; documents of a language that only one side has then wait.

  gap    squared distance of the two sides' means, less the scatter inside the sides (the linear maximum mean
         discrepancy, Gretton et al. 2012, as its U-statistic)
  stance the same of how much more each document is like one camp's past documents than like the other's, where the
         calibration knows such camps; of a side's own documents, where it has any: what others quote says less of it
  agreement  share of the sentences of either side's documents that the other's say as well, 0..1; it lowers the score
  dispute    share of a side's passages that dispute something, 0..MOST_DISPUTED, the geometric mean of both sides: it
             takes two to disagree; it raises the score

Sides are put in a canonical order before anything is computed: swapping them changes no bit.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.calibration import Calibration, shipped
from models.news import EncodedPassage
from models.telling import tells

Array = npt.NDArray[np.float64]
Agreements = dict[bytes, dict[bytes, float]]
"""Of two documents by their digests, the lower one outside."""

RESAMPLES = 200
"""Bootstrap resamples of an interval.

The ends move by less than .02 between seeds from here on (benchmarks/pairs.py).
"""
SAID_BY_BOTH = 0.5
"""Cosine, centred, from which two sentences say the same. The share of such sentences is higher in each of twelve pairs
of our own words that differ in form alone than in any of eight that differ in substance (benchmarks/framings.py); real
documents of adversaries and of allies have hardly any."""
MOST_DISPUTED = 0.25
"""Share of a document's passages that counts at most: short documents of one passage would be all or nothing. A
judgement."""
MIDDLE = 0.80
"""Share of the resamples that the interval holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideDocument:
    """What one document holds of one voice; `passages` in order of the text, never empty.

    own: the voice published the document itself. at: aware UTC. text_sha256: as a statement's.
    """

    item: str
    url: str
    lang: str
    at: datetime
    passages: tuple[EncodedPassage, ...]
    title: str = ""
    own: bool = False
    text_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """How far apart two sides are.

    score: 0..1, higher is further apart; interval: lo <= score <= hi; p_value: 0..1 against the calibration's usual
    pairs, None without such a reference.
    parts: what the score was made of, each a number a person may look up in docs/methods.
    """

    score: float
    interval: tuple[float, float]
    p_value: float | None
    parts: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One document as the score sees it.

    mean: (dim,) float64, mean of its telling passages' centred vectors. stance: (1,) float64, or (0,) where no camps
    are known. sentences: (n, dim) float32, its telling passages' centred vectors at unit L2 norm. inside:
    (1 + stances,) square of `mean`, less what the passages' scatter adds to it, and of the stance. digest: 32 bytes
    that order documents alike whatever order they came in. own: the side published it. dispute: 0..MOST_DISPUTED.
    """

    lang: str
    mean: Array
    stance: Array
    sentences: npt.NDArray[np.float32]
    inside: Array
    digest: bytes
    own: bool = False
    dispute: float = 0.0


def divergence(a: Sequence[SideDocument], b: Sequence[SideDocument]) -> Divergence:
    """The divergence of two sides, each of at least one document. Order of documents and of sides is without effect.

    Raises:
        ValueError: a side is empty.
    """
    return of_positions([position(one) for one in a], [position(one) for one in b])


def position(document: SideDocument, known: Calibration | None = None) -> Position:
    """A document's position, which `of_positions` takes; made once, kept while the document is.

    Args:
        known: the calibration; by default the one that ships with the program.
    """
    known = known or shipped()
    telling = [one for one in document.passages if tells(one.text)] or document.passages
    vectors = np.stack([one.vector.astype(np.float64) for one in telling])
    centred = known.centred(vectors, document.lang)
    mean = centred.mean(axis=0)
    stance = known.stance(mean)
    return Position(
        lang=document.lang,
        mean=mean,
        stance=stance,
        sentences=(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)).astype(np.float32),
        inside=_inside(centred, stance, known),
        digest=hashlib.sha256(document.item.encode() + b"\0" + vectors.tobytes()).digest(),
        own=document.own,
        dispute=min(MOST_DISPUTED, sum(one.disputes for one in document.passages) / len(document.passages)),
    )


def _inside(centred: Array, stance: Array, known: Calibration) -> Array:
    """What the squared mean would be, had the document no scatter, and the squared stance: (1 + stances,).

    Of the vector the mean product of two different passages, the usual one where there is only one. A stance is
    bounded, and to take the usual scatter off it tells the later pairs of benchmarks/pairs.py apart less well.
    """
    n = len(centred)
    whole = known.usual_within
    if n > 1:
        whole = float(np.square(centred.sum(axis=0)).sum() - np.square(centred).sum()) / (n * (n - 1))
    return np.concatenate(([whole], np.square(stance)))


def of_positions(
    a: Sequence[Position],
    b: Sequence[Position],
    *,
    resample: bool = True,
    known: Calibration | None = None,
    agreed: Agreements | None = None,
) -> Divergence:
    """The divergence of two sides from their documents' positions; see `divergence`.

    Args:
        resample: False leaves the interval at the score, for a reading that is not shown.
        known: the calibration that the positions were made with; by default the shipped one.
        agreed: agreements of documents of the two sides that are known from earlier calls; it is added to.

    Raises:
        ValueError: a side is empty.
    """
    if not a or not b:
        raise ValueError("a side without documents has no divergence")
    known = known or shipped()
    first, second = sorted((_ordered(a), _ordered(b)), key=lambda side: [one.digest for one in side])
    groups = _groups(first, second, {} if agreed is None else agreed)
    documents = min(sum(one.sizes[side] for one in groups) for side in (0, 1))
    passages = min(sum(one.passages[s] for one in groups) // sum(one.sizes[s] for one in groups) for s in (0, 1))
    parts = _pooled(groups, [(np.ones(one.sizes[0]), np.ones(one.sizes[1])) for one in groups])
    score, seed = known.score(parts, documents), first[0].digest + second[0].digest
    low, high = _interval(groups, known, score, documents, seed) if resample else (score, score)
    return Divergence(
        score=round(score, 6),
        interval=(round(min(low, score), 6), round(max(high, score), 6)),
        p_value=known.p_value(score, documents, passages),
        parts={name: round(value, 6) for name, value in parts.items()},
    )


def _ordered(side: Sequence[Position]) -> list[Position]:
    return sorted(side, key=lambda one: one.digest)


def _groups(first: Sequence[Position], second: Sequence[Position], agreed: Agreements) -> list["_Products"]:
    """What is compared: the sides inside each language that both have, or as they are where there is none."""
    shared = sorted({one.lang for one in first} & {one.lang for one in second})
    if not shared:
        return [_Products(first, second, agreed)]
    return [
        _Products([one for one in first if one.lang == lang], [one for one in second if one.lang == lang], agreed)
        for lang in shared
    ]


def _pooled(groups: Sequence["_Products"], weights: Sequence[tuple[Array, Array]]) -> dict[str, float]:
    """The groups' parts, each weighing as much as it tells: by the harmonic mean of its sides' documents."""
    sizes = [one.sizes[0] * one.sizes[1] / sum(one.sizes) for one in groups]
    found = [one.parts(*held) for one, held in zip(groups, weights, strict=True)]
    return {
        name: sum(size * one[name] for size, one in zip(sizes, found, strict=True)) / sum(sizes) for name in found[0]
    }


class _Products:
    """Products of the documents of two sides, from which every part follows for any weights of the documents."""

    def __init__(self, first: Sequence[Position], second: Sequence[Position], agreed: Agreements) -> None:
        every = (*first, *second)
        self.sizes = (len(first), len(second))
        self.passages = tuple(sum(len(one.sentences) for one in side) for side in (first, second))
        self._inside = np.stack([one.inside for one in every], axis=1)
        means = np.stack([one.mean for one in every])
        stances = np.stack([one.stance for one in every], axis=1)
        self._between = np.concatenate(((means @ means.T)[None], stances[:, :, None] * stances[:, None, :]))
        self._agreement = agreements(first, second, agreed)
        self._own = np.array([one.own for one in every], np.float64)
        self._dispute = np.array([one.dispute for one in every])

    def parts(self, weights_a: Array, weights_b: Array) -> dict[str, float]:
        """Values of gap, agreement, dispute and, where it is known, stance, for documents that weigh so much."""
        a, b = slice(None, self.sizes[0]), slice(self.sizes[0], None)
        values = np.concatenate(
            (
                self._apart(0, 1, weights_a, weights_b),
                self._apart(1, len(self._between), self._first_hand(a, weights_a), self._first_hand(b, weights_b)),
            )
        )
        agreement = float(weights_a @ self._agreement @ weights_b / (weights_a.sum() * weights_b.sum()))
        disputed = [float(w @ self._dispute[side] / w.sum()) for side, w in ((a, weights_a), (b, weights_b))]
        told = dict(zip(("gap", "stance"), map(float, values), strict=False))
        return {**told, "agreement": agreement, "dispute": math.sqrt(disputed[0] * disputed[1])}

    def _first_hand(self, side: slice, weights: Array) -> Array:
        own: Array = weights * self._own[side]
        return own if own.any() else weights

    def _apart(self, start: int, end: int, weights_a: Array, weights_b: Array) -> Array:
        a, b = slice(None, self.sizes[0]), slice(self.sizes[0], None)
        cross: Array = weights_a @ self._between[:, a, b] @ weights_b / (weights_a.sum() * weights_b.sum())
        return (self._scatter(a, weights_a) + self._scatter(b, weights_b) - 2 * cross)[start:end]

    def _scatter(self, side: slice, weights: Array) -> Array:
        """Mean product of two different documents of a side, and of stances the square of their mean.

        Of a single document its own without its scatter. Stances are as they are: see `_inside`.
        """
        between, total = self._between[:, side, side], weights.sum()
        pairs = float(total * total - weights @ weights)
        if np.count_nonzero(weights) < 2:
            alone: Array = self._inside[:, side] @ weights / total
            return alone
        diagonal = np.diagonal(between, axis1=1, axis2=2)
        every: Array = (between @ weights) @ weights
        several = (every[:1] - diagonal[:1] @ (weights * weights)) / pairs
        return np.concatenate((several, every[1:] / (total * total)))


def agreement(one: Position, other: Position) -> float:
    """Share of the sentences of two documents that the other says as well, 0..1."""
    said = one.sentences @ other.sentences.T >= SAID_BY_BOTH
    return float(said.any(axis=1).mean() + said.any(axis=0).mean()) / 2


def agreements(first: Sequence[Position], second: Sequence[Position], known: Agreements) -> Array:
    """(len(first), len(second)) agreement of any two documents; those that `known` lacks are computed and put there."""
    found = np.empty((len(first), len(second)))
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            low, high = (one, other) if one.digest < other.digest else (other, one)
            held = known.setdefault(low.digest, {})
            if high.digest not in held:
                held[high.digest] = agreement(low, high)
            found[i, j] = held[high.digest]
    return found


def _interval(
    groups: Sequence[_Products], known: Calibration, score: float, documents: int, seed: bytes
) -> tuple[float, float]:
    """Middle of the bootstrap's scores; resamples whole documents. The seed is the documents': no clock, no state."""
    if documents < 2:
        return known.interval_of_one(score)
    draw = np.random.default_rng(int.from_bytes(hashlib.sha256(seed).digest()[:8], "big"))
    drawn = [
        [draw.multinomial(n, np.full(n, 1 / n), RESAMPLES).astype(np.float64) for n in one.sizes] for one in groups
    ]
    scores = [known.score(_pooled(groups, [(a[i], b[i]) for a, b in drawn]), documents) for i in range(RESAMPLES)]
    low, high = np.quantile(scores, [(1 - MIDDLE) / 2, (1 + MIDDLE) / 2])
    return float(low), float(high)
