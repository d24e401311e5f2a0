"""A worker's encoder, in a process of its own.

Between two operations of the model its thread needs Python's lock. A stage that works meanwhile keeps it for up to 5 ms
each time, of hundreds of times a batch: beside a thread that never waits the encoder is sixty times slower. In another
process it shares nothing but the cores (`benchmarks/pipeline.py`).
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from models.encoding import SentenceTransformerEncoder, TokenStates, few_arenas
from models.errors import InfrastructureError
from models.terms import load_words
from streams.core import make_encoder
from streams.settings import Settings

T = TypeVar("T")
_OURS: list[SentenceTransformerEncoder] = []
"""The encoder of the process that this module was imported in, once it is made."""


@dataclass(frozen=True, slots=True)
class _Made:
    name: str
    dim: int


class EncoderProcess:
    """An Encoder that works in a child process; whoever needs it before it is there waits for it.

    Every method raises what making the encoder raised, and InfrastructureError if the child has ended.
    """

    def __init__(self, settings: Settings) -> None:
        """Begin to make the encoder that the settings name, and what else the stages read."""
        threadpool_limits(settings.encoder_threads, user_api="blas")
        few_arenas()
        others = multiprocessing.active_children()
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
        self._made: Future[_Made] = self._pool.submit(_make, settings)
        self._children = [one for one in multiprocessing.active_children() if one not in others]
        self._words = threading.Thread(target=_load_words, name="words", daemon=True)
        self._words.start()

    def __enter__(self) -> Self:
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child, whatever it is at."""
        for one in self._children:
            one.kill()
        self._pool.shutdown()

    def made(self) -> None:
        """Wait until everything is there."""
        self._words.join()
        _of(self._made)

    @property
    def name(self) -> str:
        """As the encoder's."""
        return _of(self._made).name

    @property
    def dim(self) -> int:
        """As the encoder's."""
        return _of(self._made).dim

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As the encoder's."""
        vectors: npt.NDArray[np.float32] = self._ask(_encode, list(texts))
        return vectors

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
        """As the encoder's: what the tagger reads."""
        made: tuple[TokenStates, ...] = self._ask(_states, list(texts), list(layers))
        return made

    def _ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        _of(self._made)
        try:
            return self._pool.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise _ended() from None


def _of(future: Future[T]) -> T:
    try:
        return future.result()
    except BrokenProcessPool:
        raise _ended() from None


def _ended() -> InfrastructureError:
    return InfrastructureError(
        "the encoder's process has ended, as it does when memory runs out (it takes 1 GB); nothing is lost: "
        "make room and start the worker again"
    )


def _load_words() -> None:
    gc.disable()  # to look for garbage among what is being loaded finds none to speak of
    try:
        load_words()
        gc.freeze()  # what is there by now stays: to look through it again and again stops all stages
    finally:
        gc.enable()


def _begin() -> None:
    """In the child: end with the parent, however that ends, and not before: it may have a batch in hand."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _make(settings: Settings) -> _Made:
    gc.disable()  # 1.4 of 10 s of loading, for nothing
    encoder = make_encoder(settings)
    gc.freeze()
    gc.enable()
    _OURS.append(encoder)
    return _Made(encoder.name, encoder.dim)


def _encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return _OURS[0].encode(texts)


def _states(texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
    return _OURS[0].states(texts, layers)
