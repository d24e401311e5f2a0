"""Fakes that the unit tests share."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the helpers beside the tests: these folders are no packages


class HashingEncoder:
    """An Encoder without a model: a bag of hashed words. Texts of the same words have the same vector."""

    name = "hashing-64"
    dim = 64

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(len(texts), 64) float32, unit norm."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split() or [""]:
                digest = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()
                signs = np.unpackbits(np.frombuffer(digest[:8], np.uint8)).astype(np.float32) * 2 - 1
                row += signs
            row /= np.linalg.norm(row) or 1.0
        return rows


@pytest.fixture(scope="session")
def hashing_encoder() -> HashingEncoder:
    return HashingEncoder()
