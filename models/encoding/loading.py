"""Getting a model into memory, and no more memory than it needs."""

import ctypes
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import InfrastructureError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_M_ARENA_MAX = -8


def load_library() -> None:
    """Import what the encoder needs, for a caller that has something to wait for meanwhile: it takes 5 s."""
    import sentence_transformers  # noqa: F401 - for its time


def load(folder: str) -> "SentenceTransformer":
    """A model from a folder or the hub.

    Raises:
        InfrastructureError: there is none of that name, or it cannot be read; says what to do.
    """
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


def halve(model: Any) -> None:
    """Keep the weights of linear layers in bfloat16: autocast would convert them again for every frame."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)


def few_arenas() -> None:
    """Let glibc's threads share their heaps: each of a stage's threads would keep what a large text once took."""
    if (tune := _glibc("mallopt")) is not None:
        tune(_M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Give the system what loading freed: 280 MB of a worker's memory, which glibc would keep for later."""
    gc.collect()
    if (trim := _glibc("malloc_trim")) is not None:
        trim(0)


def _glibc(name: str) -> Any:
    """A function of the C library, None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; emulated it is slower than float32."""
    import torch

    return any(
        bool(getattr(torch.cpu, name, bool)()) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )
