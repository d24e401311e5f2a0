"""A sentence-transformers model that encodes in frames.

A matrix product's last bits depend on the shape it is computed in, so the same sentence in another micro-batch would
get another vector, and a decision near its threshold would flip on a replay. Here texts stand one after another in
frames of one size, whatever they are; every product has that one shape, in which a row's bits depend on the row alone;
and attention is computed text by text, at the text's own length. A vector is a function of its text alone, on one
machine and one version, and little is computed for nothing.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from models.encoding.encoder import Floats, TokenStates
from models.encoding.loading import few_arenas, give_back_memory, halve, has_bfloat16, load
from models.encoding.packing import FRAME, Place, pack
from models.encoding.rows import stored_rows
from models.encoding.stack import Stack
from models.errors import InfrastructureError

REMEMBERED = 8192
"""Vectors kept of texts seen before (12 MB at 384 dimensions): a stream repeats its titles and passages."""
MOST_CHARACTERS = 16_384
"""Where a text is cut before the tokenizer sees it: 256 tokens of written language do not reach so far."""
PROBES = ("Two short words.", "A longer sentence, of other words, that stands in the same frame as the one before it.")
SAME_COSINE = 0.999
"""From here on a packed vector is the model's own: bfloat16 keeps .9999, a model that cannot be packed is far off."""
WORDS = "embeddings.word_embeddings.weight"
"""The name of the word vectors in the file of a model of the BERT family, which may stand behind the family's name."""
_SURROGATES = re.compile("[\ud800-\udfff]")


class SentenceTransformerEncoder:
    """A sentence-transformers model as an Encoder."""

    def __init__(
        self,
        folder: str,
        *,
        prefix: str = "query: ",
        threads: int = 1,
        remembered: int = REMEMBERED,
        frame: int = FRAME,
    ) -> None:
        """Load the model.

        Args:
            folder: a sentence-transformers folder, or the name of a model on the hub.
            prefix: put before every text; e5 was trained with "query: ".
            remembered: vectors kept of texts seen before; 0 keeps none.
            threads: torch threads of this process. One is best where a broker shares the cores (OpenMP threads spin).
            frame: tokens of a frame, and where a text is cut.

        Raises:
            InfrastructureError: there is no such model, or it cannot be had or read; says what to do.
        """
        import torch

        torch.set_num_threads(threads)
        few_arenas()
        model = load(folder)
        self._prefix = prefix
        self._remembered = remembered
        self._frame = frame
        self._half = has_bfloat16()
        if self._half:
            halve(model)
        self._seen: OrderedDict[str, Floats] = OrderedDict()
        self._dim = int(model.get_embedding_dimension() or 0)
        self._tokenizer, self._after = model.tokenizer, list(model)[1:]
        self._model: Any = model
        self._stack: Stack | None = None
        self._first_position = 0
        if self._packed(folder):
            self._model = None  # its weights are the stack's, or stay in their file
        self._name = _name(folder, str(model), self._half, packed=self._stack is not None)
        del model
        give_back_memory()

    @property
    def name(self) -> str:
        """Model, a hash of its weights' description, torch's version, the precision and how texts are batched."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts: (len(texts), dim) float32, unit L2 norm; row i is a function of texts[i] alone."""
        keys = [_SURROGATES.sub("\ufffd", text[:MOST_CHARACTERS]) for text in texts]
        missing = list(dict.fromkeys(key for key in keys if key not in self._seen))
        fresh = {key: row.copy() for key, row in zip(missing, self._encode(missing), strict=True)} if missing else {}
        rows = [fresh[key] if key in fresh else self._recall(key) for key in keys]
        self._seen.update(fresh)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, self._dim), np.float32)

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
        """The token states of texts, each a function of its text alone; 0 is the embedding layer. Cut at a frame's end.

        No layer is computed beyond the last that is wanted.

        Raises:
            IndexError: the model has no such layer.
            InfrastructureError: this model cannot be packed, and gives none.
        """
        if self._stack is None:
            raise InfrastructureError(f"{self._name} gives no token states: it can't be packed into frames")
        if not texts:
            return ()
        clean = [self._prefix + _SURROGATES.sub("\ufffd", text[:MOST_CHARACTERS]) for text in texts]
        tokens = self._tokenizer(
            clean, truncation=True, max_length=self._frame, verbose=False,
            return_offsets_mapping=True, return_special_tokens_mask=True,
        )  # fmt: skip
        made: dict[int, TokenStates] = {}
        for frame in pack([len(one) for one in tokens["input_ids"]], self._frame):
            hidden = self._run(tokens["input_ids"], frame, max(layers))
            for place in frame:
                offsets = np.array(tokens["offset_mapping"][place.text], np.int32) - len(self._prefix)
                kept = (np.array(tokens["special_tokens_mask"][place.text]) == 0) & (offsets[:, 1] > 0)
                stacked = np.stack([hidden[layer][place.start : place.end].float().numpy()[kept] for layer in layers])
                made[place.text] = TokenStates(np.maximum(offsets[kept], 0), stacked)
        return tuple(made[i] for i in range(len(clean)))

    def _recall(self, key: str) -> Floats:
        self._seen.move_to_end(key)
        return self._seen[key]

    def _encode(self, texts: list[str]) -> Floats:
        ids = self._tokens(texts)
        if self._stack is None:
            return np.stack([self._alone(one) for one in ids])
        vectors = np.empty((len(texts), self._dim), np.float32)
        for frame in pack([len(one) for one in ids], self._frame):
            hidden = self._run(ids, frame)[-1]
            for place in frame:
                vectors[place.text] = self._pool(hidden[place.start : place.end])
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        with_prefix = [self._prefix + text for text in texts]
        ids: list[list[int]] = self._tokenizer(
            with_prefix, truncation=True, max_length=self._frame, verbose=False
        )["input_ids"]  # fmt: skip
        return ids

    def _run(self, ids: Sequence[Sequence[int]], frame: Sequence[Place], last: int | None = None) -> Sequence[Any]:
        """The hidden states of a frame, each (tokens of the frame, dim): of the embeddings and the layers to `last`."""
        import torch

        tokens, positions = np.zeros((2, self._frame), np.int64)
        for place in frame:
            tokens[place.start : place.end] = ids[place.text]
            positions[place.start : place.end] = np.arange(place.end - place.start)
        with torch.inference_mode():
            assert self._stack is not None
            return self._stack(tokens, positions + self._first_position, frame, last)

    def _pool(self, hidden: Any) -> Floats:
        """A text's unit vector from its tokens' states, by the model's own modules after the transformer."""
        import torch

        features = {"token_embeddings": hidden[None].float(), "attention_mask": torch.ones((1, len(hidden)))}
        with torch.inference_mode():
            for module in self._after:
                features = module(features)
        return _unit(features["sentence_embedding"])

    def _alone(self, ids: Sequence[int]) -> Floats:
        """A text's unit vector by a call of its own, for a model that cannot be packed."""
        import torch

        tokens = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones((1, len(ids)), dtype=torch.long)}
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half):
            return _unit(self._model(tokens)["sentence_embedding"])

    def _packed(self, folder: str) -> bool:
        """Whether the model is of a kind whose layers are computed here; seen by trying, against its own vectors.

        The RoBERTa family counts positions from after the padding token's number, BERT from 0.
        """
        ids = self._tokens(PROBES)
        expected = [self._alone(one) for one in ids]
        (frame,) = pack([len(one) for one in ids], self._frame)
        for first in (0, int(self._tokenizer.pad_token_id or 0) + 1):
            self._first_position = first
            try:
                self._stack = _stack(self._model[0].auto_model, folder)
                hidden = self._run(ids, frame)[-1]
                packed = [self._pool(hidden[place.start : place.end]) for place in frame]
            except (AttributeError, IndexError, TypeError, ValueError, RuntimeError):
                continue  # another architecture: other modules, shapes, kinds of weights
            if all(float(one @ expected[place.text]) > SAME_COSINE for one, place in zip(packed, frame, strict=True)):
                return True
        self._stack = None
        return False


def _stack(model: Any, folder: str) -> Stack:
    """The layers of a model; its word vectors stay in its file where that can be read by rows."""
    shape = tuple(model.embeddings.word_embeddings.weight.shape)
    return Stack(model, stored_rows(folder, [WORDS, f"{model.base_model_prefix}.{WORDS}"], shape))


def _unit(rows: Any) -> Floats:
    """The one row of a (1, dim) tensor, with unit norm."""
    vector: Floats = rows[0].float().numpy()
    norm = np.sqrt(np.einsum("d,d->", vector, vector, dtype=np.float64))
    return np.asarray(vector / max(float(norm), 1e-12), np.float32)


def _name(folder: str, described: str, half: bool, *, packed: bool) -> str:
    path = Path(folder)
    receipt = path / "receipt.json"
    basis = receipt.read_bytes() if receipt.is_file() else described.encode()
    how = ("bfloat16" if half else "float32") + ("-stack" if packed else "-alone")
    return f"{path.name}@{hashlib.sha256(basis).hexdigest()[:12]}/torch-{version('torch')}/{how}"
