"""Two layouts of one model: the packed 4-bit file, and the folder that sentence-transformers loads.

The packed file (little-endian): magic and version; nine sizes; the Unigram pieces with their scores; a map of single
code points for normalisation; a directory of tensors; the tensors. A matrix is in blocks of 32 weights: a scale in half
precision and 32 four-bit numbers q; a weight is (q - 8) * scale; the low halves of the 16 bytes are the first 16
weights. The map is not used: it is SentencePiece's nmt_nfkc, which the tokenizer has built in (they differ in 2 of
1,112,064 code points, U+FF5E and U+1F23B).
"""

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from models.errors import InfrastructureError

BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("packed", "u1", 16)])
MOST_POSITIONS = 512
_LAYER = (
    ("q.w", "attention.self.query.weight"), ("q.b", "attention.self.query.bias"),
    ("k.w", "attention.self.key.weight"), ("k.b", "attention.self.key.bias"),
    ("v.w", "attention.self.value.weight"), ("v.b", "attention.self.value.bias"),
    ("ao.w", "attention.output.dense.weight"), ("ao.b", "attention.output.dense.bias"),
    ("aln.w", "attention.output.LayerNorm.weight"), ("aln.b", "attention.output.LayerNorm.bias"),
    ("fi.w", "intermediate.dense.weight"), ("fi.b", "intermediate.dense.bias"),
    ("fo.w", "output.dense.weight"), ("fo.b", "output.dense.bias"),
    ("oln.w", "output.LayerNorm.weight"), ("oln.b", "output.LayerNorm.bias"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A packed file, read but not unpacked.

    sizes: hidden, layers, heads, intermediate, vocabulary, positions, token types.
    pieces: (piece, log probability) in the order of their ids. specials: ids of beginning, end, padding, unknown.
    tensors: name -> (is packed, number of weights, offset into `image`).
    """

    image: bytes
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: dict[str, tuple[bool, int, int]]


def read_packed(image: bytes) -> Packed:
    """Read the header, the pieces and the directory of a packed file.

    Raises:
        InfrastructureError: it is no such file.
    """
    if image[:4] != b"E5S1" or struct.unpack_from("<I", image, 4) != (1,):
        raise InfrastructureError("the packaged model has an unknown layout: reinstall the package it came with")
    (hidden, layers, heads, intermediate, vocabulary, positions, types) = struct.unpack_from("<7i", image, 8)
    number, bos, eos, pad, unk, text_bytes = struct.unpack_from("<5iQ", image, 44)
    at = 72
    ends = np.frombuffer(image, "<u4", number + 1, at).tolist()
    scores = np.frombuffer(image, "<f4", number, at + 4 * (number + 1)).tolist()
    at += 4 * (number + 1) + 4 * number
    pieces = tuple(
        (image[at + start : at + end].decode(), score)
        for start, end, score in zip(ends[:-1], ends[1:], scores, strict=True)
    )
    at += text_bytes
    (map_bytes,) = struct.unpack_from("<I", image, at + 4)
    return Packed(
        image=image, hidden=hidden, layers=layers, heads=heads, intermediate=intermediate, vocabulary=vocabulary,
        positions=positions, types=types, pieces=pieces, bos=bos, eos=eos, pad=pad, unk=unk,
        tensors=_directory(image, at + 8 + map_bytes),
    )  # fmt: skip


def _directory(image: bytes, at: int) -> dict[str, tuple[bool, int, int]]:
    (number,) = struct.unpack_from("<i", image, at)
    at += 4
    tensors = {}
    for _ in range(number):
        (length,) = struct.unpack_from("<H", image, at)
        name = image[at + 2 : at + 2 + length].decode()
        packed, count, offset, _ = struct.unpack_from("<BIQQ", image, at + 2 + length)
        tensors[name] = (bool(packed), count, offset)
        at += 2 + length + 21
    return tensors


def unpack(packed: Packed, name: str) -> npt.NDArray[np.float32]:
    """The weights of one tensor: (number of weights,) float32."""
    is_packed, count, offset = packed.tensors[name]
    if not is_packed:
        return np.frombuffer(packed.image, "<f4", count, offset)
    blocks = np.frombuffer(packed.image, _BLOCK_DTYPE, count // BLOCK, offset)
    numbers = np.concatenate([blocks["packed"] & 15, blocks["packed"] >> 4], axis=1).astype(np.float32) - 8
    return (numbers * blocks["scale"].astype(np.float32)[:, None]).ravel()


def write_folder(packed: Packed, folder: Path, progress: Callable[[int, int], None]) -> None:
    """Write a sentence-transformers folder: weights, tokenizer, mean pooling, unit norm.

    Args:
        packed: what to write.
        folder: where to; it must not exist.
        progress: called with (bytes of weights unpacked, bytes of weights in all).
    """
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Normalize").mkdir()
    save_file(_weights(packed, progress), folder / "model.safetensors", {"format": "pt"})
    for name, value in _descriptions(packed):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _names(packed: Packed) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """(name in the packed file, name in the folder, shape) of every tensor."""
    wide, hidden = packed.intermediate, packed.hidden
    yield "emb.word", "embeddings.word_embeddings.weight", (packed.vocabulary, hidden)
    yield "emb.pos", "embeddings.position_embeddings.weight", (packed.positions, hidden)
    yield "emb.type", "embeddings.token_type_embeddings.weight", (packed.types, hidden)
    yield "emb.ln.w", "embeddings.LayerNorm.weight", (hidden,)
    yield "emb.ln.b", "embeddings.LayerNorm.bias", (hidden,)
    shapes = {"fi.w": (wide, hidden), "fo.w": (hidden, wide), "fi.b": (wide,)}
    for layer in range(packed.layers):
        for short, long in _LAYER:
            square = (hidden, hidden) if short in ("q.w", "k.w", "v.w", "ao.w") else (hidden,)
            yield f"l{layer}.{short}", f"encoder.layer.{layer}.{long}", shapes.get(short, square)


def _weights(packed: Packed, progress: Callable[[int, int], None]) -> dict[str, npt.NDArray[np.float32]]:
    """Every tensor of the model by its name in the folder."""
    shapes = {name: (source, shape) for source, name, shape in _names(packed)}
    end, done, tensors = sum(4 * int(np.prod(shape)) for _, shape in shapes.values()), 0, {}
    for name, (source, shape) in shapes.items():
        weights = unpack(packed, source)
        if weights.size != int(np.prod(shape)):
            raise InfrastructureError(f"the packaged model is damaged: {source} has {weights.size} weights")
        tensors[name] = weights.reshape(shape)
        done += weights.nbytes
        progress(done, end)
    return tensors


def _descriptions(packed: Packed) -> Iterator[tuple[str, object]]:
    yield "config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "transformers_version": "5.0.0", "dtype": "float32",
        "hidden_act": "gelu", "hidden_size": packed.hidden, "num_hidden_layers": packed.layers,
        "num_attention_heads": packed.heads, "intermediate_size": packed.intermediate, "vocab_size": packed.vocabulary,
        "max_position_embeddings": packed.positions, "type_vocab_size": packed.types, "layer_norm_eps": 1e-12,
        "pad_token_id": packed.pad, "bos_token_id": packed.bos, "eos_token_id": packed.eos,
    }  # fmt: skip
    yield (
        "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    yield "sentence_bert_config.json", {"max_seq_length": MOST_POSITIONS, "do_lower_case": False}
    yield "1_Pooling/config.json", {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True}
    yield "2_Normalize/config.json", {}
    yield "tokenizer.json", tokenizer(packed)
    special = {one["id"]: {name: one[name] for name in one if name != "id"} for one in _special(packed)}
    names = {
        role: packed.pieces[i][0]
        for role, i in (("bos", packed.bos), ("eos", packed.eos), ("pad", packed.pad), ("unk", packed.unk))
    }
    yield "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MOST_POSITIONS,
        **{f"{role}_token": name for role, name in names.items()},
        "cls_token": names["bos"], "sep_token": names["eos"], "mask_token": packed.pieces[-1][0],
        "added_tokens_decoder": special,  # without it transformers reads the whole tokenizer to find them, .6 s
    }  # fmt: skip


def _special(packed: Packed) -> list[dict[str, object]]:
    """The tokens that no text is cut into, as both of the tokenizer's files tell them."""
    numbers = (packed.bos, packed.pad, packed.eos, packed.unk, len(packed.pieces) - 1)
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return [{"id": i, "content": packed.pieces[i][0], **flags} for i in numbers]


def tokenizer(packed: Packed) -> dict[str, object]:
    """A Unigram tokenizer in the layout of the `tokenizers` library.

    Normalised as SentencePiece's nmt_nfkc does it, cut at white space, a marker before each word, the two ends around.
    """
    bos, eos = packed.pieces[packed.bos][0], packed.pieces[packed.eos][0]
    first, last = {"SpecialToken": {"id": bos, "type_id": 0}}, {"SpecialToken": {"id": eos, "type_id": 0}}
    ends = {name: {"id": name, "ids": [i], "tokens": [name]} for name, i in ((bos, packed.bos), (eos, packed.eos))}
    one = [first, {"Sequence": {"id": "A", "type_id": 0}}, last]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": _special(packed),
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Nmt"}, {"type": "NFKC"}]},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": one,
            "pair": [*one, {"Sequence": {"id": "B", "type_id": 0}}, last],
            "special_tokens": ends,
        },
        "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": packed.unk, "vocab": packed.pieces, "byte_fallback": False},
    }
