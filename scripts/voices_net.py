"""The tagger as a torch module, and its training; models/attribution/tagger.py is the same net in numpy."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

WIDTH, HIDDEN, POINTER, REACH = 160, 112, 64, 64
"""Units of the projection, of each direction of the LSTM and of the pointer; tokens to which distances differ."""
BATCH_TOKENS, EPOCHS, RATE = 1024, 12, 2e-3
"""The pointer learns late: fewer steps leave it unlearned (`scripts/compare_taggers.py`, docs/measurements.md)."""
LINK_WEIGHT = 1.5
"""Of the pointer's loss against the three tags': a judgement, as the sizes above; none was searched for."""
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk to learn from.

    Attributes:
        states: (tokens, layers, dim) float16.
        tags: (3, tokens), 0 outside, 1 begins, 2 inside a content, source or cue.
        link: (tokens, tokens + 1), True where the pointer may lead; the last column is nowhere.
    """

    states: npt.NDArray[np.float16]
    tags: npt.NDArray[np.int8]
    link: npt.NDArray[np.bool_]


class Net(nn.Module):  # type: ignore[misc] # torch is untyped here
    """Token states to tag scores and pointer scores."""

    def __init__(self, layers: int, dim: int) -> None:
        super().__init__()
        self.mix = nn.Parameter(torch.zeros(layers))
        self.down = nn.Linear(dim, WIDTH)
        self.lstm = nn.LSTM(WIDTH, HIDDEN, batch_first=True, bidirectional=True)
        self.tags = nn.Linear(2 * HIDDEN, 9)
        self.q, self.k = nn.Linear(2 * HIDDEN, POINTER), nn.Linear(2 * HIDDEN, POINTER)
        self.none = nn.Linear(2 * HIDDEN, 1)
        self.rel = nn.Parameter(torch.zeros(2 * REACH + 1))
        self.drop = nn.Dropout(0.25)

    def forward(self, x: Any, mask: Any) -> tuple[Any, Any]:
        """(batch, tokens, layers, dim) and (batch, tokens) to (batch, tokens, 9) and (batch, tokens, tokens + 1)."""
        x = functional.layer_norm(x, x.shape[-1:])
        x = (x * torch.softmax(self.mix, 0)[None, None, :, None]).sum(2)
        x = self.drop(torch.relu(self.down(self.drop(x))))
        packed = nn.utils.rnn.pack_padded_sequence(x, mask.sum(1), batch_first=True, enforce_sorted=False)
        h, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        h = self.drop(h)
        at = torch.arange(h.shape[1])
        near = self.rel[(at[None] - at[:, None]).clamp(-REACH, REACH) + REACH]
        link = self.q(h) @ self.k(h).transpose(1, 2) / POINTER**0.5 + near
        return self.tags(h), torch.cat([link.masked_fill(~mask[:, None, :], -1e9), self.none(h)], 2)


def train(
    chunks: Sequence[Chunk],
    *,
    epochs: int = EPOCHS,
    batch_tokens: int = BATCH_TOKENS,
    seed: int = 1,
    told: Callable[[int, int, float], None] = lambda *_: None,
) -> Net:
    """A net fitted to chunks; the same chunks give the same net on one machine and one thread.

    Args:
        told: hears after each epoch its number, how many there are, and its mean loss.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    order = random.Random(seed)
    net = Net(*chunks[0].states.shape[1:])
    steps = epochs * len(_batches(chunks, random.Random(0), batch_tokens)) + 50  # shuffled, they differ in number
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    net.train()
    for epoch in range(epochs):
        losses = []
        for batch in _batches(chunks, order, batch_tokens):
            loss = _loss(net, [chunks[n] for n in batch])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        told(epoch + 1, epochs, sum(losses) / max(1, len(losses)))
    net.eval()
    return net


def _batches(chunks: Sequence[Chunk], order: random.Random, most: int) -> list[list[int]]:
    """Numbers of chunks of like length, together at most so many tokens with what pads them."""
    numbers = [n for n, one in enumerate(chunks) if len(one.states)]
    order.shuffle(numbers)
    numbers.sort(key=lambda n: len(chunks[n].states) // 24)
    made: list[list[int]] = [[]]
    for n in numbers:
        if made[-1] and (len(made[-1]) + 1) * len(chunks[n].states) > most:
            made.append([])
        made[-1].append(n)
    order.shuffle(made)
    return made


def _loss(net: Net, chunks: Sequence[Chunk]) -> Any:
    """Cross-entropy of the tags, and of the pointer's mass on any token of the source."""
    longest = max(len(one.states) for one in chunks)
    x = torch.zeros(len(chunks), longest, *chunks[0].states.shape[1:])
    mask = torch.zeros(len(chunks), longest, dtype=torch.bool)
    tags = torch.full((len(chunks), 3, longest), -100)
    link = torch.zeros(len(chunks), longest, longest + 1, dtype=torch.bool)
    for n, one in enumerate(chunks):
        size = len(one.states)
        x[n, :size] = torch.from_numpy(one.states.astype(np.float32))
        mask[n, :size] = True
        tags[n, :, :size] = torch.from_numpy(one.tags.astype(np.int64))
        link[n, :size, :size] = torch.from_numpy(one.link[:, :size])
        link[n, :size, longest] = torch.from_numpy(one.link[:, size])
    scores, pointers = net(x, mask)
    tagged = sum(
        functional.cross_entropy(
            scores[..., 3 * k : 3 * k + 3].reshape(-1, 3), tags[:, k].reshape(-1), ignore_index=-100
        )
        for k in range(3)
    )
    right = torch.log_softmax(pointers, 2).masked_fill(~link, -1e9).logsumexp(2)
    return tagged - LINK_WEIGHT * (right * mask).sum() / mask.sum()


def weights_of(net: Net) -> dict[str, Floats]:
    """The net's numbers under the names that models/attribution/tagger.py reads."""
    state = {name: value.detach().numpy().astype(np.float32) for name, value in net.state_dict().items()}
    both = {part: (state[f"lstm.{part}_l0"], state[f"lstm.{part}_l0_reverse"]) for part in _LSTM}
    made = {name: value for name, value in state.items() if not name.startswith("lstm.")}
    made["lstm.input"] = np.stack([one.T for one in both["weight_ih"]])
    made["lstm.recurrent"] = np.stack([one.T for one in both["weight_hh"]])
    made["lstm.bias"] = np.stack([a + b for a, b in zip(both["bias_ih"], both["bias_hh"], strict=True)])
    return made


_LSTM = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
