"""Documents as points of a grid, so that similarities are exact: neither order nor memory layout changes one.

A dense unit vector is rounded to whole steps of 1 / GRID, sparse weights to whole steps of 1 / SPARSE_GRID. By
Cauchy-Schwarz every partial sum of a product of two such vectors is a whole number below 2^24, which float32 holds
exactly: a matrix product gives the same bits in any shape. The rounding moves a cosine by about 1e-4.
"""

import json
import math
import zlib
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from models.news import Vector
from models.terms import usual_frequency

GRID = 2048
"""Largest whole number up to which float16 holds all: what a record stores is what is compared."""
SPARSE_GRID = 1 << 14
BUCKETS = 1 << 20
"""Terms are told apart by a hash of 20 bits: two documents of 300 terms have .09 by mistake in common."""
FILLED = 4096
"""Documents that are made ready at once where many are restored: bounds memory. A judgement."""
PRIOR_DOCUMENTS = 300.0
"""Documents that the usual frequency of words counts for, beside those of the stream. Macro B-cubed F1 on three
development corpora (../shared/score/stories.py, at JOIN .22): 100 .849, 300 .855, 1000 .859; with JOIN .20, 300 .860,
1000 .856."""
PRIOR_WORDS = 200
"""Words of the document that a usual frequency is turned into a share of documents by."""
MEAN_PRIOR = 10.0
"""Documents of a language by which its mean is half trusted; until then its vectors are shorter than 1."""
USUAL_DOCUMENTS = 16
"""Documents that the usual mean of a language counts for, where the encoder has one: as many as it was made of."""
_HALF_STEPS = float(1 << 24)
"""Every float16 of magnitude below 2^39 is a whole number of 2^-24."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Counted = tuple[str, str, Vector | None, npt.NDArray[np.integer]]
"""Of a document: language, house, lead and headline or None, term ids."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """Term ids (n,) without repetition, their weights (n,) on SPARSE_GRID: whole numbers, in as many bits as stored."""

    ids: npt.NDArray[np.unsignedinteger]
    weights: npt.NDArray[np.unsignedinteger]


def whole(vector: Vector) -> Ints:
    """A half-precision vector in whole steps, exactly."""
    return np.asarray(vector.astype(np.float64) * _HALF_STEPS, np.int64)


def on_grid(vector: Floats, length: float = 1.0) -> npt.NDArray[np.float32]:
    """The vector scaled to `length` (at most 1) and rounded to the grid; zeros stay zeros. Whole numbers in float32."""
    norm = math.sqrt(math.fsum((vector * vector).tolist()))
    if norm < 1e-9:
        return np.zeros(len(vector), np.float32)
    return np.rint(vector * (GRID * length / norm)).astype(np.float32)


@lru_cache(maxsize=64)
def usual_mean(space: str, lang: str) -> Ints | None:
    """Mean of leads and headlines in a language as an encoder gives it, (2 * dim,) in whole steps; None if not known.

    Of background.json, which `benchmarks/clustering.py --background` makes of accounts of events in two languages; for
    a third language the mean of these.
    """
    known = json.loads(files("models.clustering").joinpath("background.json").read_text("utf-8"))
    means = known.get(space.partition("@")[0])
    if means is None:
        return None
    decoded = {name: whole(np.frombuffer(b64decode(text), "<f2")) for name, text in means.items()}
    return decoded[lang] if lang in decoded else np.asarray(sum(decoded.values()), np.int64) // len(decoded)


def term_id(term: str) -> int:
    """The bucket of a term."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass")) % BUCKETS


@lru_cache(maxsize=1 << 17)
def _known(term: str) -> tuple[int, float]:
    """The bucket of a term, and in how many of PRIOR_DOCUMENTS it is."""
    return term_id(term), PRIOR_DOCUMENTS * min(1.0, usual_frequency(term) * PRIOR_WORDS)


def weigh(terms: Sequence[tuple[str, float]], frequencies: "Background") -> Sparse:
    """A document's sparse unit vector by what is known of terms now: log(1 + count) x inverse document frequency."""
    known = [_known(term) for term, _ in terms]
    weights: dict[int, float] = {}
    for (_, count), (one, _), rarity in zip(terms, known, frequencies.rarities(known), strict=True):
        weights[one] = weights.get(one, 0.0) + (math.log1p(count) if count > 0 else 0.0) * rarity
    norm = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    kept = {one: round(weight * SPARSE_GRID / norm) for one, weight in weights.items()} if norm else {}
    kept = {one: weight for one, weight in kept.items() if weight}
    return Sparse(np.array(list(kept), np.uint32), np.array(list(kept.values()), np.uint16))


class Background:
    """What a stream's documents have in common, all in whole numbers: how many have a term, and their means.

    Means are by language and by house, whose voice a document speaks with as a whole ("" for all others): every
    government's documents are like its own, and what is left without that is what they tell of. On the two-sided stream
    (`benchmarks/stories.py --sides`) that puts the two accounts of a matter together more often.
    """

    def __init__(self, space: str = "") -> None:
        """Of no document. space: the encoder, whose usual mean stands in until the stream has told its own."""
        self._space = space
        self._sums: dict[tuple[str, str], tuple[int, Ints]] = {}
        self._documents = 0
        self._having = np.zeros(BUCKETS, np.int32)

    def add(
        self, lang: str, house: str, vectors: Vector | None, term_ids: npt.NDArray[np.integer], sign: int = 1
    ) -> None:
        """Count a document in, or with sign -1 out. vectors: lead and headline, (2 * dim,); None: another model's."""
        if vectors is not None:
            count, total = self._sums.get((lang, house), (0, np.zeros(len(vectors), np.int64)))
            self._sums[lang, house] = (count + sign, total + sign * whole(vectors))
        self._documents += sign
        self._having[term_ids] += sign

    def fill(self, documents: Iterable[Counted]) -> None:
        """Count many in."""
        grouped: dict[tuple[str, str], list[Vector]] = {}
        ids: list[npt.NDArray[np.integer]] = []
        for lang, house, vectors, term_ids in documents:
            ids.append(term_ids)
            if vectors is not None:
                grouped.setdefault((lang, house), []).append(vectors)
        for key, some in grouped.items():
            count, total = self._sums.get(key, (0, np.zeros(len(some[0]), np.int64)))
            for at in range(0, len(some), FILLED):
                total = total + whole(np.stack(some[at : at + FILLED])).sum(axis=0)
            self._sums[key] = (count + len(some), total)
        self._documents += len(ids)
        for at in range(0, len(ids), FILLED):
            self._having += np.bincount(np.concatenate(ids[at : at + FILLED]), minlength=BUCKETS).astype(np.int32)

    def centred(self, lang: str, house: str, vectors: Vector) -> npt.NDArray[np.float32]:
        """Lead and headline minus their mean in this language and house: (2 * dim,) on the grid, each at most 1."""
        count, total = self._sums.get((lang, house), (0, np.zeros(len(vectors), np.int64)))
        usual = usual_mean(self._space, lang)
        if usual is not None and len(usual) == len(vectors):
            count, total = count + USUAL_DOCUMENTS, total + USUAL_DOCUMENTS * usual
        if not count:
            return np.zeros(len(vectors), np.float32)
        moved = vectors.astype(np.float64) - total / (count * _HALF_STEPS)
        trust = math.sqrt(count / (count + MEAN_PRIOR))
        half = len(vectors) // 2
        return np.concatenate([on_grid(moved[:half], trust), on_grid(moved[half:], trust)])

    def rarities(self, known: Sequence[tuple[int, float]]) -> list[float]:
        """Inverse document frequencies, with PRIOR_DOCUMENTS of usual language beside the stream."""
        all_of_them = self._documents + PRIOR_DOCUMENTS + 1
        having = self._having[[one for one, _ in known]].tolist() if known else []
        return [
            math.log(all_of_them / (number + usual + 0.5)) for number, (_, usual) in zip(having, known, strict=True)
        ]
