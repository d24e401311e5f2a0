"""From text to vectors: the Encoder protocol, and the only door to torch.

The encoder works in fixed frames. A matrix product's last bits depend on the shape it is computed in, so the same
sentence in another micro-batch would get another vector, and a decision near its threshold would flip on a replay. Here
every text goes into a frame whose shape follows from the length of that text alone, filled up with padding: its vector
is a function of the text alone, on one machine and one version, whatever travels beside it.
"""

import ctypes
import gc
import hashlib
import re
import sys
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from models.errors import InfrastructureError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LENGTHS = tuple(range(16, 257, 16))
"""Tokens of a frame's rows; the last one is where texts are cut. Chosen by `benchmarks/encoder.py --frames`."""
FRAME_TOKENS = 192
"""Tokens of a frame, about: a frame of `length` has FRAME_TOKENS / length rows. In a smaller frame a product waits for
its weights to come from memory, in a larger one a lone text pays for empty rows. Chosen by
`benchmarks/encoder.py --frames`: with AVX512-BF16 as quick as 256 where many texts come at once, and a third quicker
than 256 where documents come one by one."""
REMEMBERED = 8192
"""Vectors kept of texts seen before (12 MB at 384 dimensions): a stream repeats its titles and passages."""
MOST_CHARACTERS = 16_384
"""Where a text is cut before the tokenizer sees it: 256 tokens of written language do not reach so far."""
_M_ARENA_MAX = -8
_SURROGATES = re.compile("[\ud800-\udfff]")


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


class SentenceTransformerEncoder:
    """A sentence-transformers model as an Encoder."""

    def __init__(self, folder: str, *, prefix: str = "query: ", threads: int = 1, remembered: int = REMEMBERED) -> None:
        """Load the model.

        Args:
            folder: a sentence-transformers folder, or the name of a model on the hub.
            prefix: put before every text; e5 was trained with "query: ".
            remembered: vectors kept of texts seen before; 0 keeps none.
            threads: torch threads of this process. One is best where a broker shares the cores (OpenMP threads spin).

        Raises:
            InfrastructureError: there is no such model, or it cannot be had or read; says what to do.
        """
        import torch

        torch.set_num_threads(threads)
        _few_arenas()
        self._model = _load(folder)
        _give_back_memory()
        self._prefix = prefix
        self._remembered = remembered
        self._half = _has_bfloat16()
        self._seen: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
        self._dim = int(self._model.get_embedding_dimension() or 0)
        self._name = _name(folder, self._model, self._half)
        self._padding = int(self._model.tokenizer.pad_token_id or 0)

    @property
    def name(self) -> str:
        """Model, a hash of its weights' description, torch's version and the precision."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts: (len(texts), dim) float32, unit L2 norm; row i is a function of texts[i] alone."""
        keys = [_SURROGATES.sub("\ufffd", text[:MOST_CHARACTERS]) for text in texts]
        missing = list(dict.fromkeys(key for key in keys if key not in self._seen))
        fresh = {key: row.copy() for key, row in zip(missing, self._encode(missing), strict=True)} if missing else {}
        rows = [fresh[key] if key in fresh else self._recall(key) for key in keys]
        self._seen.update(fresh)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, self._dim), np.float32)

    def _recall(self, key: str) -> npt.NDArray[np.float32]:
        self._seen.move_to_end(key)
        return self._seen[key]

    def _encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        ids: list[list[int]] = self._model.tokenizer(
            [self._prefix + text for text in texts], truncation=True, max_length=LENGTHS[-1], verbose=False
        )["input_ids"]
        vectors = np.empty((len(texts), self._dim), np.float32)
        for length, members in _frames(ids):
            vectors[members] = self._forward([ids[i] for i in members], length)
        return vectors

    def _forward(self, ids: list[list[int]], length: int) -> npt.NDArray[np.float32]:
        """The vectors of one frame: at most rows_of(length) texts of at most `length` tokens."""
        import torch

        shape = (rows_of(length), length)
        tokens = torch.full(shape, self._padding, dtype=torch.long)
        mask = torch.zeros(shape, dtype=torch.long)
        mask[:, 0] = 1
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half):
            out = self._model({"input_ids": tokens, "attention_mask": mask})["sentence_embedding"]
        vectors: npt.NDArray[np.float32] = out[: len(ids)].float().numpy()
        norms = np.sqrt(np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64))
        return np.asarray(vectors / np.maximum(norms, 1e-12)[:, None], np.float32)


def rows_of(length: int) -> int:
    """Rows of a frame whose rows have this many tokens."""
    return max(1, round(FRAME_TOKENS / length))


def _frames(ids: list[list[int]]) -> Iterator[tuple[int, list[int]]]:
    """(length, indices of texts) of every frame; a text's length alone decides the shape it is encoded in."""
    by_length: dict[int, list[int]] = {}
    for i, one in enumerate(ids):
        by_length.setdefault(next(length for length in LENGTHS if len(one) <= length), []).append(i)
    for length, members in by_length.items():
        for start in range(0, len(members), rows_of(length)):
            yield length, members[start : start + rows_of(length)]


def load_library() -> None:
    """Import what the encoder needs, for a caller that has something to wait for meanwhile: it takes 5 s."""
    import sentence_transformers  # noqa: F401 - for its time


def _load(folder: str) -> "SentenceTransformer":
    local = Path(folder).is_dir()
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()  # its report of a pooler that e5 does not use would reach every user
        logging.disable_progress_bar()
        return SentenceTransformer(folder, device="cpu", local_files_only=local)
    except Exception as error:  # the libraries below raise whatever they like: hub, network, JSON, shapes
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise InfrastructureError(
            f"the model {folder!r} cannot be loaded ({lines[0][:200]}): name a sentence-transformers folder "
            "or a hub model in PARALLAX_MODEL, or leave it unset for the default"
        ) from error


def _few_arenas() -> None:
    """Let glibc's threads share their heaps: each of a stage's threads would keep what a large text once took."""
    if (tune := _glibc("mallopt")) is not None:
        tune(_M_ARENA_MAX, 2)


def _give_back_memory() -> None:
    """Give the system what loading freed: 280 MB of a worker's memory, which glibc would keep for later."""
    gc.collect()
    if (trim := _glibc("malloc_trim")) is not None:
        trim(0)


def _glibc(name: str) -> Any:
    """A function of the C library, None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; emulated it is slower than float32."""
    import torch

    return any(
        bool(getattr(torch.cpu, name, bool)()) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )


def _name(folder: str, model: Any, half: bool) -> str:
    path = Path(folder)
    receipt = path / "receipt.json"
    basis = receipt.read_bytes() if receipt.is_file() else str(model).encode()
    precision = "bfloat16" if half else "float32"
    return f"{path.name}@{hashlib.sha256(basis).hexdigest()[:12]}/torch-{version('torch')}/{precision}"
