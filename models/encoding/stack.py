"""The layers of a BERT over a frame of texts (Vaswani et al. 2017; Devlin et al. 2019), computed frame by frame.

transformers' own forward pass computes the same; this one multiplies the three projections of attention at once, rounds
to bfloat16 where torch's autocast would but without asking at every operation, lays the weights out once as oneDNN
multiplies them, and lets each text of a frame attend to itself alone. It is quicker for it (`benchmarks/encoder.py`).
The weights are those of the model given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.encoding.packing import FRAME, Place

if TYPE_CHECKING:
    from torch import Tensor

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Linear:
    """x -> x weight' + bias, in the weights' own precision."""

    weight: Tensor
    bias: Tensor
    laid_out: bool
    """The weight is in oneDNN's own layout: given as rows, it is laid out again for every product."""

    def __call__(self, x: Tensor) -> Tensor:
        import torch

        x = x.to(self.weight.dtype)
        if self.laid_out:
            product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, "none", [], "")
            return product
        return torch.nn.functional.linear(x, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer: attention and two projections, each added to what came in and normalised."""

    heads: int
    projections: _Linear
    attended: _Linear
    attended_norm: Any
    wide: _Linear
    activation: Any
    narrow: _Linear
    narrow_norm: Any

    def __call__(self, x: Tensor, places: Sequence[Place]) -> Tensor:
        """(tokens, dim) -> (tokens, dim), float32."""
        x = self.attended_norm(self.attended(self._attention(x, places)) + x)
        return self.narrow_norm(self.narrow(self.activation(self.wide(x))) + x)

    def _attention(self, x: Tensor, places: Sequence[Place]) -> Tensor:
        """Of each text to itself, at its own length; zero where no text stands."""
        from torch.nn.functional import scaled_dot_product_attention

        query, key, value = self.projections(x).float().view(len(x), 3, 1, self.heads, -1).permute(1, 2, 3, 0, 4)
        out = x.new_zeros(1, len(x), self.heads, query.shape[-1])
        for place in places:
            mine = slice(place.start, place.end)
            out[:, mine] = scaled_dot_product_attention(
                query[:, :, mine], key[:, :, mine], value[:, :, mine]
            ).transpose(1, 2)
        return out.view(len(x), -1)


class Stack:
    """A BERT's embeddings and layers. To be called under torch.inference_mode."""

    def __init__(self, model: Any, words: Callable[[Numbers], Tensor] | None = None) -> None:
        """Copy the weights of a transformers model of the BERT or RoBERTa family.

        Args:
            model: as transformers loads it.
            words: the vectors of tokens, (tokens,) -> (tokens, dim) float32, where not the model's own are to be kept.

        Raises:
            AttributeError: it is built in another way.
        """
        if model.config.is_decoder or getattr(model.config, "position_embedding_type", "absolute") != "absolute":
            raise AttributeError("a decoder, or positions of another kind")
        embeddings = model.embeddings
        self._words = words or _looked_up(embeddings.word_embeddings.weight.detach())
        self._kind = embeddings.token_type_embeddings.weight.detach()[0].clone()
        self._places = embeddings.position_embeddings.weight.detach().clone()
        self._norm = deepcopy(embeddings.LayerNorm)
        self._layers = [_layer(one, model.config.num_attention_heads) for one in model.encoder.layer]

    def __call__(
        self, tokens: Numbers, positions: Numbers, places: Sequence[Place], last: int | None = None
    ) -> list[Tensor]:
        """The states after the embeddings and after each layer, each (tokens, dim) float32.

        Args:
            tokens, positions: (tokens,), of the whole frame.
            places: where its texts stand.
            last: the number of the last layer that is wanted, from 1; None: of all.
        """
        states = [self._norm(self._words(tokens) + self._kind + self._places[positions])]
        for layer in self._layers[:last]:
            states.append(layer(states[-1], places))
        return states


def _looked_up(rows: Tensor) -> Callable[[Numbers], Tensor]:
    return lambda numbers: rows[numbers]


def _layer(layer: Any, heads: int) -> _Layer:
    attention = layer.attention
    own = attention.self
    return _Layer(
        heads=heads,
        projections=_joined(own.query, own.key, own.value),
        attended=_joined(attention.output.dense),
        attended_norm=deepcopy(attention.output.LayerNorm),
        wide=_joined(layer.intermediate.dense),
        activation=layer.intermediate.intermediate_act_fn,
        narrow=_joined(layer.output.dense),
        narrow_norm=deepcopy(layer.output.LayerNorm),
    )


def _joined(*linear: Any) -> _Linear:
    """Several linear maps of one input as one."""
    import torch

    weight, bias = (torch.cat([getattr(one, name).detach() for one in linear]) for name in ("weight", "bias"))
    if weight.dtype != torch.bfloat16:
        return _Linear(weight, bias, laid_out=False)
    try:
        return _Linear(torch.ops.mkldnn._reorder_linear_weight(weight, FRAME), bias, laid_out=True)
    except (AttributeError, RuntimeError, TypeError):  # operators of torch's own use: they may go
        return _Linear(weight, bias, laid_out=False)
