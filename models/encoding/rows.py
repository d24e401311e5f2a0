"""Rows of a matrix in a safetensors file, read as they are asked for.

Of e5's 384 MB of word vectors a text needs some thousand bytes a word. Mapped into memory they would be counted as the
process's own with 64 kB around each; read, they stay in the system's page cache, which all workers share.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.errors import InfrastructureError

if TYPE_CHECKING:
    from torch import Tensor

_LENGTH = struct.Struct("<Q")


class StoredRows:
    """The rows of one float32 matrix."""

    def __init__(self, file: Path, name: str) -> None:
        """Of the matrix of that name.

        Raises:
            KeyError: the file has no float32 matrix of that name.
            OSError, ValueError: it cannot be read, or is of another format.
        """
        with file.open("rb") as stream:
            (size,) = _LENGTH.unpack(stream.read(_LENGTH.size))
            if size > file.stat().st_size:
                raise ValueError(f"{file} is no safetensors file")
            entry = json.loads(stream.read(size))[name]
        if entry["dtype"] != "F32" or len(entry["shape"]) != 2:
            raise KeyError(name)
        self._file = file.open("rb", buffering=0)
        self._start = _LENGTH.size + size + entry["data_offsets"][0]
        self.shape: tuple[int, int] = (entry["shape"][0], entry["shape"][1])

    def __call__(self, numbers: npt.NDArray[np.int64]) -> Tensor:
        """The rows of these numbers, (len(numbers), dim) float32.

        Raises:
            InfrastructureError: the file has become shorter.
        """
        import torch

        distinct, places = np.unique(numbers, return_inverse=True)
        rows = np.empty((len(distinct), self.shape[1]), "<f4")
        width = rows.itemsize * self.shape[1]
        for place, number in enumerate(distinct.tolist()):
            if os.preadv(self._file.fileno(), [rows[place].data], self._start + number * width) != width:
                raise InfrastructureError(
                    f"{self._file.name} ends within row {number}: it was changed while it was read; start again, and "
                    "if that does not help delete the folder, it is made anew"
                )
        return torch.from_numpy(rows[places])


def stored_rows(folder: str, names: Iterable[str], shape: tuple[int, int]) -> StoredRows | None:
    """The matrix that a local model's file has under one of these names; None if it has none of this shape."""
    for name in names:
        try:
            found = StoredRows(Path(folder) / "model.safetensors", name)
        except (KeyError, OSError, ValueError, struct.error):
            continue
        if found.shape == shape:
            return found
    return None
