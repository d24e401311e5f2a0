"""The sentences of a side, as points in the encoder's space with their place in a document."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.calibration import shipped
from models.divergence import SideDocument
from models.telling import introduces, is_legal, tells

Array = npt.NDArray[np.float64]

MOST_DOCUMENTS = 12
"""Latest documents of a side that are explained.

A reader reads no more, and 12 x 24 sentences compare in milliseconds.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A quotable passage.

    plain: no courtesy, logistics, scrap, legal clause or mere introduction. leaning: log odds of the two camps.
    disputes: as a passage's.
    """

    voice: str
    document: SideDocument
    start: int
    end: int
    text: str
    plain: bool
    leaning: float
    disputes: bool = False


def gathered(voice: str, documents: Sequence[SideDocument]) -> tuple[tuple[Sentence, ...], Array]:
    """The sentences of a side's latest documents, in a canonical order.

    (n, dim) float64, centred per language, unit norm.
    """
    latest = sorted(documents, key=lambda one: (one.at, one.item))[-MOST_DOCUMENTS:]
    found = [(one, it) for one in latest for it in one.passages]
    if not found:
        return (), np.zeros((0, 0))
    vectors = np.concatenate([shipped().centred(it.vector.astype(np.float64)[None], one.lang) for one, it in found])
    sentences = tuple(
        Sentence(
            voice=voice,
            document=one,
            start=it.start,
            end=it.end,
            text=it.text,
            plain=tells(it.text) and not is_legal(it.text) and not introduces(it.text),
            leaning=leaning,
            disputes=it.disputes,
        )
        for (one, it), leaning in zip(found, shipped().leaning(vectors).tolist(), strict=True)
    )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return sentences, vectors / np.maximum(norms, 1e-9)
