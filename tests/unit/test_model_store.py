"""The model's folder: what is made from a packed file, when it is made again, and what is said when it cannot be."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from models.errors import InfrastructureError
from streams.model_format import read_packed, unpack
from streams.model_store import is_whole, make_folder, model_folder, model_state, packed_file

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS, TYPES = 32, 1, 2, 64, 8, 2
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581a", "\u2581b", "<mask>")
VOCABULARY = 8


def tensor(rng: np.random.Generator, count: int, packed: bool) -> bytes:
    if not packed:
        return rng.normal(size=count).astype("<f4").tobytes()
    blocks = [struct.pack("<e", rng.uniform(0.01, 0.1)) + rng.bytes(16) for _ in range(count // 32)]
    return b"".join(blocks)


def packed_image(seed: int = 0) -> bytes:
    """A packed file with every part of the layout, a few kilobytes large."""
    rng = np.random.default_rng(seed)
    square, wide = HIDDEN * HIDDEN, HIDDEN * WIDE
    sizes = [("emb.word", VOCABULARY * HIDDEN, True), ("emb.pos", POSITIONS * HIDDEN, False),
             ("emb.type", TYPES * HIDDEN, False), ("emb.ln.w", HIDDEN, False), ("emb.ln.b", HIDDEN, False)]  # fmt: skip
    for name in ("q", "k", "v", "ao"):
        sizes += [(f"l0.{name}.w", square, True), (f"l0.{name}.b", HIDDEN, False)]
    sizes += [("l0.fi.w", wide, True), ("l0.fi.b", WIDE, False), ("l0.fo.w", wide, True), ("l0.fo.b", HIDDEN, False)]
    sizes += [(f"l0.{norm}.{part}", HIDDEN, False) for norm in ("aln", "oln") for part in ("w", "b")]
    texts = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, texts)])
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7ifi", HIDDEN, LAYERS, HEADS, WIDE, VOCABULARY, POSITIONS, TYPES, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(ends[-1])) + ends.astype("<u4").tobytes()
    head += np.array([0, 0, 0, 0, -1, -2, 0], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 9, 1, 32) + struct.pack("<i", len(sizes))
    at = len(head) + sum(2 + len(name) + 21 for name, _, _ in sizes)
    body = b""
    for name, count, packed in sizes:
        data = tensor(rng, count, packed)
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", packed, count, at + len(body), len(data))
        body += data
    return head + body


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "packed.bin"
    path.write_bytes(packed_image())
    return path


@pytest.fixture
def weights_sha256() -> str:
    return "345c1bad515275b3799158a321f63207f7bcf71297ef0a6b52a262f556f9139c"


def nothing(done: int, total: int) -> None: ...


def made(source: Path, folder: Path, weights: str, progress=nothing) -> None:
    make_folder(source, folder, progress, source_sha256=sha256(source.read_bytes()), weights_sha256=weights)


def tensors(path: Path) -> dict[str, np.ndarray]:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    return {
        name: np.frombuffer(data[8 + length :][slice(*one["data_offsets"])], "<f4").reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__"
    }


def test_a_packed_weight_is_its_nibble_less_eight_times_the_scale_of_its_block():
    image = packed_image()
    packed = read_packed(image)
    _, count, offset = packed.tensors["l0.fi.w"]
    weights = unpack(packed, "l0.fi.w")
    assert weights.shape == (count,)
    for i in (0, 15, 16, 31, 32, 47, 48, count - 1):
        block, j = divmod(i, 32)
        (scale,) = struct.unpack_from("<e", image, offset + 18 * block)
        byte = image[offset + 18 * block + 2 + j % 16]
        assert weights[i] == np.float32(((byte & 15) if j < 16 else byte >> 4) - 8) * np.float32(scale)


def test_the_folder_holds_every_tensor_in_its_shape_and_every_file_in_its_receipt(source, tmp_path, weights_sha256):
    steps: list[tuple[int, int]] = []
    folder = tmp_path / "models" / "one"
    made(source, folder, weights_sha256, lambda done, total: steps.append((done, total)))
    assert is_whole(folder)
    weights = tensors(folder / "model.safetensors")
    assert len(weights) == 5 + 16 * LAYERS
    assert weights["encoder.layer.0.intermediate.dense.weight"].shape == (WIDE, HIDDEN)
    assert weights["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, WIDE)
    assert weights["embeddings.word_embeddings.weight"].shape == (VOCABULARY, HIDDEN)
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] > 0
    assert [one.name for one in folder.parent.iterdir()] == ["one"]


def test_the_same_packed_file_gives_the_same_bytes(source, tmp_path, weights_sha256):
    for name in ("one", "two"):
        made(source, tmp_path / name, weights_sha256)
    first, second = ((tmp_path / name / "receipt.json").read_bytes() for name in ("one", "two"))
    assert first == second


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "receipt.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_folder_is_not_whole_and_is_made_again(source, tmp_path, weights_sha256, name, damage):
    folder = tmp_path / "model"
    made(source, folder, weights_sha256)
    whole = (folder / name).read_bytes()
    if damage == "remove":
        (folder / name).unlink()
    else:
        broken = whole[:-1] if damage == "cut" else whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]
        (folder / name).write_bytes(broken)
    assert not is_whole(folder)
    made(source, folder, weights_sha256)
    assert is_whole(folder)
    assert (folder / name).read_bytes() == whole


def test_a_packed_file_that_is_not_the_pinned_one_is_refused(source, tmp_path, weights_sha256):
    with pytest.raises(InfrastructureError, match="reinstall"):
        make_folder(source, tmp_path / "model", nothing, weights_sha256=weights_sha256)
    assert not (tmp_path / "model").exists()


def test_weights_that_are_not_the_pinned_ones_leave_no_folder(source, tmp_path):
    with pytest.raises(InfrastructureError, match="not the expected ones"):
        made(source, tmp_path / "models" / "one", "0" * 64)
    assert list((tmp_path / "models").iterdir()) == []


def test_an_interrupted_making_leaves_no_folder(source, tmp_path, weights_sha256):
    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(source, tmp_path / "models" / "one", weights_sha256, interrupted)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_said_in_one_line(source, tmp_path, weights_sha256):
    (tmp_path / "file").write_text("a file where the cache should be")
    with pytest.raises(InfrastructureError, match="PARALLAX_CACHE_DIR") as error:
        made(source, tmp_path / "file" / "model", weights_sha256)
    assert "\n" not in str(error.value)


def test_another_layout_is_refused():
    with pytest.raises(InfrastructureError, match="layout"):
        read_packed(b"NOPE" + bytes(100))


def test_another_model_is_taken_as_named_and_makes_nothing(tmp_path):
    assert model_folder(tmp_path / "cache", "someone/some-model", nothing) == "someone/some-model"
    assert model_folder(tmp_path / "cache", str(tmp_path), nothing) == str(tmp_path)
    assert not (tmp_path / "cache").exists()


def test_the_packaged_weights_are_found_and_an_empty_cache_says_so(tmp_path):
    assert packed_file().stat().st_size > 70_000_000
    there, found = model_state(tmp_path, None)
    assert not there
    assert str(packed_file()) in found
