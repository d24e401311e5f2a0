"""The three stages' cores made from settings: what the agents, the backtest and the commands without a broker share."""

import gc
import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from models.alerts import Versions
from models.clustering import Limits, Narratives
from models.comparing import Comparer
from models.encoding import SentenceTransformerEncoder, TokenStates, load_library
from models.terms import load_words
from models.voices import Voices
from streams.model_store import model_folder
from streams.progress import progress
from streams.settings import Settings

DISTRIBUTION = "parallax-narratives"


def make_encoder(settings: Settings) -> SentenceTransformerEncoder:
    """The encoder that the settings name; its weights are made in the cache on the first use, with a bar.

    Numpy gets as many threads: on cores that a broker shares, threads that spin double the time of a stage
    (benchmarks/clustering.py with and without OMP_NUM_THREADS=1).

    Raises:
        InfrastructureError: there is no such model, or it cannot be had; says what to do.
    """
    threadpool_limits(settings.encoder_threads, user_api="blas")
    loading = threading.Thread(target=load_library, daemon=True)
    loading.start()
    with progress("preparing the model") as advance:
        folder = model_folder(settings.cache_dir, settings.model or None, advance)
    loading.join()
    return SentenceTransformerEncoder(folder, threads=settings.encoder_threads)


class LoadingEncoder:
    """An encoder that is made in a thread: a worker joins its group meanwhile. Whoever needs it waits for it."""

    def __init__(self, settings: Settings) -> None:
        """Begin to make the encoder that the settings name."""
        self._made: Future[SentenceTransformerEncoder] = Future()
        gc.disable()  # to look for garbage among what is being loaded takes 1.4 of 10 s, and finds none to speak of
        threading.Thread(target=self._make, args=(settings,), name="encoder", daemon=True).start()

    def _make(self, settings: Settings) -> None:
        try:
            encoder = make_encoder(settings)
            load_words()
            gc.freeze()  # what is there by now stays: to look through it again and again stops all stages for .5 s
            self._made.set_result(encoder)
        except BaseException as error:  # it is raised where the encoder is needed
            self._made.set_exception(error)
        finally:
            gc.enable()

    def made(self) -> SentenceTransformerEncoder:
        """Wait for the encoder; raises what making it raised."""
        return self._made.result()

    @property
    def name(self) -> str:
        """As the encoder's."""
        return self.made().name

    @property
    def dim(self) -> int:
        """As the encoder's."""
        return self.made().dim

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As the encoder's."""
        return self.made().encode(texts)

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
        """As the encoder's: what the tagger reads."""
        return self.made().states(texts, layers)


def make_narratives(settings: Settings) -> Narratives:
    """An empty cluster stage."""
    return Narratives(Limits(settings.active))


def make_comparer(voices: Voices, settings: Settings, encoder_name: str) -> Comparer:
    """An empty compare stage for the voices' pair."""
    return Comparer(
        voices.pair,
        {voice: voices.names(voice) for voice in voices.pair},
        versions=Versions(model=encoder_name, config=configuration(voices, settings), code=version(DISTRIBUTION)),
    )


def configuration(voices: Voices, settings: Settings) -> str:
    """A short hash of everything configured that an alert depends on."""
    basis = f"{voices.digest}:{settings.passages}:{settings.active}"
    return hashlib.sha256(basis.encode()).hexdigest()[:12]
