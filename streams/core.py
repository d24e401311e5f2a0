"""The three stages' cores made from settings: what the agents, the backtest and the commands without a broker share."""

import hashlib
import threading
from importlib.metadata import version

from threadpoolctl import threadpool_limits

from models.alerts import Versions
from models.clustering import Limits, Narratives
from models.comparing import Comparer
from models.encoding import SentenceTransformerEncoder, load_library
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
