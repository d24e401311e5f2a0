"""From text to vectors: the Encoder protocol, and the only door to torch."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Model and version: two encoders of one name give the same vectors on one machine."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts: (len(texts), dim) float32, unit L2 norm; row i is a function of texts[i] alone."""
