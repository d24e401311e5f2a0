"""What an encoder is to the rest of the core."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Model and version: two encoders of one name give the same vectors on one machine."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts: (len(texts), dim) float32, unit L2 norm; row i is a function of texts[i] alone."""


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What a model holds of every token of a text, special tokens left out.

    Attributes:
        offsets: (tokens, 2), the characters [start, end) of each token.
        layers: (number of layers, tokens, dim).
    """

    offsets: npt.NDArray[np.int32]
    layers: Floats
