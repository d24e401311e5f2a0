"""A learned reader of reported speech: where content, sources and cues stand, and which source each word has.

Token states of the frozen encoder (a mix of two layers) go through a projection, one bidirectional LSTM and a
biaffine pointer from every token to the token that names its source, or to none. It knows no names: which side a source
belongs to is decided in learned.py. The forward pass is plain numpy, batched over one document's chunks, so what it
gives is a function of that document. Weights: `scripts/train_voices.py`, on PolNeAR's train split (Newell et al. 2018).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from models.encoding import Encoder, TokenStates
from models.news import Span

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]
WEIGHTS = "voices.npz"
LAYERS = (4, 6)
"""Layers of the encoder whose states are mixed; none above is computed. Higher ones read no better, trained as long
(`scripts/compare_taggers.py`; docs/measurements.md)."""
TRAINED_ON = "multilingual-e5-small"
"""The weights fit the states of this model alone."""
TOGETHER = 16_000
"""Characters up to which documents are read at once. Of 200 articles in batches of 16 the encoder's frames are 270 when
each is read alone, 233 at 4,000, 224 at 8,000, 210 at 16,000, 209 at any (`benchmarks/reading.py --frames`); the states
of so many take 13 MB."""
TAGS = ("content", "source", "cue")
"""In the order of the tag layer's outputs, three each: outside, begin, inside."""


@runtime_checkable
class States(Protocol):
    """The part of an encoder that the tagger needs."""

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
        """The token states of texts, each a function of its text alone."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is read in one chunk.

    Attributes:
        offsets: (tokens, 2), characters [start, end) in the document.
        content, source, cue: (tokens,), the probability that a token is part of one.
        link: (tokens, tokens + 1), rows sum to 1: where the source of a token is named; the last column is nowhere.
    """

    offsets: npt.NDArray[np.int32]
    content: Floats
    source: Floats
    cue: Floats
    link: Floats


class Tagger:
    """Reads chunks of a document by the states that an encoder gives."""

    def __init__(self, encoder: States, weights: Weights | None = None) -> None:
        """Bind the weights, the shipped ones by default, to an encoder."""
        self._encoder = encoder
        self.weights = load_weights() if weights is None else weights

    def marks(self, text: str, chunks: Sequence[Span]) -> tuple[Marks, ...]:
        """What is read in text[chunk] of each chunk; what lies past the encoder's frame has no marks."""
        (made,) = self.marks_of([(text, chunks)])
        return made

    def marks_of(self, texts: Iterable[tuple[str, Sequence[Span]]]) -> Iterator[tuple[Marks, ...]]:
        """The same of several texts with their chunks, in order; each is read as it would be alone.

        The encoder's frames are filled over texts: a text's own chunks fill three quarters of them (PolNeAR).
        """
        for group in _together(texts):
            every = [text[one.start : one.end] for text, chunks in group for one in chunks]
            states = iter(self._encoder.states(every, LAYERS) if every else ())
            for _, chunks in group:
                yield tuple(read_states([next(states) for _ in chunks], [one.start for one in chunks], self.weights))


def _together(texts: Iterable[tuple[str, Sequence[Span]]]) -> Iterator[list[tuple[str, Sequence[Span]]]]:
    """Texts in groups whose chunks have at most TOGETHER characters; one that has more is alone."""
    group: list[tuple[str, Sequence[Span]]] = []
    size = 0
    for text, chunks in texts:
        length = sum(one.end - one.start for one in chunks)
        if group and size + length > TOGETHER:
            yield group
            group, size = [], 0
        group.append((text, chunks))
        size += length
    if group:
        yield group


def tagger_of(encoder: Encoder) -> Tagger | None:
    """A tagger over an encoder, None where it gives no token states or is not the model that the weights fit."""
    if not isinstance(encoder, States) or not encoder.name.startswith(TRAINED_ON):
        return None
    return Tagger(encoder)


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The shipped weights: arrays by name, read once."""
    with (files("models.attribution") / WEIGHTS).open("rb") as stream, np.load(stream, allow_pickle=False) as made:
        return {name: made[name].astype(np.float32) for name in made.files}


def read_states(states: Sequence[TokenStates], starts: Sequence[int], weights: Weights) -> list[Marks]:
    """Marks of chunks that begin at `starts` in their document, from their states."""
    lengths = [len(one.offsets) for one in states]
    longest = max(lengths, default=0)
    if not longest:
        return [_nothing(one) for one in states]
    x = np.zeros((len(states), longest, len(weights["down.bias"])), np.float32)
    for i, one in enumerate(states):
        x[i, : lengths[i]] = _project(one.layers, weights)
    hidden = _lstm(x, lengths, weights)
    return [
        _marks(hidden[i, : lengths[i]], one.offsets + start, weights) if lengths[i] else _nothing(one)
        for i, (one, start) in enumerate(zip(states, starts, strict=True))
    ]


def _nothing(states: TokenStates) -> Marks:
    none = np.zeros(0, np.float32)
    return Marks(states.offsets, none, none, none, np.zeros((0, 1), np.float32))


def _project(layers: Floats, weights: Weights) -> Floats:
    """(layers, tokens, dim) to (tokens, width): each layer normed, mixed, projected."""
    centred = layers - layers.mean(axis=-1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    mixed = np.einsum("l,ltd->td", softmax(weights["mix"]), normed)
    return np.asarray(np.maximum(mixed @ weights["down.weight"].T + weights["down.bias"], 0), np.float32)


def _lstm(x: Floats, lengths: Sequence[int], weights: Weights) -> Floats:
    """A bidirectional LSTM: (chunks, tokens, width) to (chunks, tokens, 2 x hidden); gates i f g o."""
    chunks, longest, _ = x.shape
    order = np.tile(np.arange(longest), (chunks, 1))
    for row, length in zip(order, lengths, strict=True):
        row[:length] = row[:length][::-1]
    rows = np.arange(chunks)[:, None]
    both = np.stack([x, x[rows, order]])
    fed = np.einsum("sbtd,sdg->tsbg", both, weights["lstm.input"], optimize=True) + weights["lstm.bias"][:, None]
    recurrent = weights["lstm.recurrent"]
    width = recurrent.shape[1]
    h = np.zeros((2, chunks, width), np.float32)
    c = np.zeros_like(h)
    out = np.empty((longest, 2, chunks, width), np.float32)
    for t in range(longest):
        gates = fed[t] + h @ recurrent
        i, f, o = (sigmoid(gates[..., k * width : (k + 1) * width]) for k in (0, 1, 3))
        c = f * c + i * np.tanh(gates[..., 2 * width : 3 * width])
        h = o * np.tanh(c)
        out[t] = h
    forward, backward = out[:, 0].swapaxes(0, 1), out[:, 1].swapaxes(0, 1)
    return np.concatenate([forward, backward[rows, order]], axis=-1)


def _marks(hidden: Floats, offsets: npt.NDArray[np.int32], weights: Weights) -> Marks:
    tags = hidden @ weights["tags.weight"].T + weights["tags.bias"]
    inside = [1 - softmax(tags[:, 3 * k : 3 * k + 3])[:, 0] for k in range(len(TAGS))]
    query = hidden @ weights["q.weight"].T + weights["q.bias"]
    key = hidden @ weights["k.weight"].T + weights["k.bias"]
    reach = len(weights["rel"]) // 2
    at = np.arange(len(hidden))
    near = weights["rel"][np.clip(at[None] - at[:, None], -reach, reach) + reach]
    scores = query @ key.T / np.float32(np.sqrt(query.shape[1])) + near
    none = hidden @ weights["none.weight"].T + weights["none.bias"]
    return Marks(offsets, inside[0], inside[1], inside[2], softmax(np.concatenate([scores, none], axis=1)))


def softmax(x: Floats) -> Floats:
    """Along the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def sigmoid(x: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)
