"""What was learnt from past pairs, as numbers.

Centres of languages, what tells two camps apart, weights of the score's parts, the reference of usual pairs.
The numbers lie in calibration.json beside this module; benchmarks/pairs.py makes that file from past documents of
three houses, and from pairs about one event within 72 hours (Kremlin-White House against White House-Kyiv and against
pairs of one side), and says there how they did. They belong to one encoder's space. Vectors of another dimension are
scored without centres and camps, by the gap alone.
"""

import json
import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NOT_SHORT = 6
"""Passages from which a side counts as of usual length: of those cut to 1, 2, 3, 4, 6 and 12 passages, .15, .10, .07,
.06, .04 and .02 came to p <= .05 by whole documents' reference (White House dealt at random, benchmarks/guarantee.py).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camps:
    """Two camps of houses, and how like each a document is.

    weights: (houses, dim), bias: (houses,), of a multinomial logistic regression of documents on houses. camps: per
    house 0 or 1. bound: of a stance, in logits: beyond it a document is surely of one camp, and how far beyond says
    more of its matter and its length than of its stance.
    """

    weights: Array
    bias: Array
    camps: tuple[int, ...]
    bound: float

    def stance(self, mean: Array) -> float:
        """Log odds of the first camp against the second, -bound..bound, of a document's mean vector (dim,)."""
        return max(-self.bound, min(self.bound, float(self.leaning(mean[None])[0])))

    def leaning(self, vectors: Array) -> Array:
        """The same of any vectors (n, dim), without a bound: (n,)."""
        logits = vectors @ self.weights.T + self.bias
        first, second = (
            np.logaddexp.reduce(logits[:, [camp == side for camp in self.camps]], axis=1) for side in (0, 1)
        )
        found: Array = first - second
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What parts are worth between sides of at least `fewest` documents.

    A mean of several documents strays less than one document does, so the same gap tells more. weights: of the parts,
    of a logistic score. reference: scores of usual pairs of such sides, ascending. short: the same of usual pairs one
    of whose sides is cut to so many passages a document, which stray further; ascending by them.
    """

    fewest: int
    bias: float
    weights: Mapping[str, float]
    reference: tuple[float, ...]
    short: tuple[tuple[int, tuple[float, ...]], ...] = ()

    def reference_of(self, passages: int) -> tuple[float, ...]:
        """The reference of a pair whose shorter side has so many passages a document (1 or more)."""
        if not self.short or passages >= NOT_SHORT:
            return self.reference
        return next(scores for cut, scores in reversed(self.short) if cut <= passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Numbers of one encoder's space.

    centres: per language (dim,) float64, the mean of unit vectors of that language's passages; "" for any other
    language. camps: None where past pairs told of none. usual_within: mean product of two passages of one document:
    stands in where a document has one passage. usual_agreement: share of sentences that two accounts of one event have
    in common whatever they differ in; what exceeds it lowers a score. scales: ascending by their fewest documents, the
    first from one on. half_width: of the interval of a pair of single documents, in logits.
    """

    centres: Mapping[str, Array]
    camps: Camps | None
    usual_within: float
    usual_agreement: float
    scales: tuple[Scale, ...]
    half_width: float

    def centred(self, vectors: Array, lang: str) -> Array:
        """(n, dim) unit vectors without what their language shares.

        As they are where the calibration knows no centre.
        """
        centre = self.centres.get(lang, self.centres.get(""))
        return vectors if centre is None or len(centre) != vectors.shape[1] else vectors - centre

    def stance(self, mean: Array) -> Array:
        """(1,) the stance of a document by its mean centred vector (dim,); (0,) in another space."""
        camps = self._camps(len(mean))
        return np.array([] if camps is None else [camps.stance(mean)])

    def leaning(self, vectors: Array) -> Array:
        """(n,) log odds of the two camps by centred vectors (n, dim); zeros in another space."""
        camps = self._camps(vectors.shape[1])
        return np.zeros(len(vectors)) if camps is None else camps.leaning(vectors)

    def _camps(self, dim: int) -> Camps | None:
        """The camps, where they are of this space."""
        return self.camps if self.camps is not None and self.camps.weights.shape[1] == dim else None

    def scale(self, documents: int) -> Scale:
        """The scale for sides of at least so many documents each (1 or more)."""
        return next(one for one in reversed(self.scales) if one.fewest <= documents)

    def score(self, parts: Mapping[str, float], documents: int) -> float:
        """0..1: the logistic of the weighted parts; parts without a weight explain and do not decide."""
        scale = self.scale(documents)
        counted = {**parts, "agreement": max(0.0, parts.get("agreement", 0.0) - self.usual_agreement)}
        return _logistic(scale.bias + sum(weight * counted.get(name, 0.0) for name, weight in scale.weights.items()))

    def p_value(self, score: float, documents: int, passages: int) -> float | None:
        """Share of usual pairs that score as high, the pair itself counted: a conformal p-value (Vovk et al. 2005).

        None without a reference. At least 1 / (pairs + 1).

        Args:
            documents: of the side that has fewer. passages: a document, of the side that has fewer.
        """
        reference = self.scale(documents).reference_of(passages)
        if not reference:
            return None
        as_high = len(reference) - bisect_left(reference, score)
        return round((as_high + 1) / (len(reference) + 1), 6)

    def interval_of_one(self, score: float) -> tuple[float, float]:
        """Interval of a pair of single documents, which cannot be resampled.

        The usual scatter of such pairs' scores.
        """
        logit = math.log(max(score, 1e-12) / max(1 - score, 1e-12))
        return _logistic(logit - self.half_width), _logistic(logit + self.half_width)


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, logit))))


@cache
def shipped() -> Calibration:
    """The calibration that ships with the program, read once."""
    held = json.loads(files("models").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(
        centres={lang: np.array(centre) for lang, centre in held["centres"].items()},
        camps=Camps(
            weights=np.array(held["camps"]["weights"], dtype=np.float64),
            bias=np.array(held["camps"]["bias"], dtype=np.float64),
            camps=tuple(held["camps"]["camps"]),
            bound=held["camps"]["bound"],
        ),
        usual_within=held["usual_within"],
        usual_agreement=held["usual_agreement"],
        scales=tuple(
            Scale(
                fewest=one["fewest"],
                bias=one["bias"],
                weights=one["weights"],
                reference=tuple(sorted(one["reference"])),
                short=tuple((cut, tuple(sorted(scores))) for cut, scores in one["short"]),
            )
            for one in held["scales"]
        ),
        half_width=held["half_width"],
    )
