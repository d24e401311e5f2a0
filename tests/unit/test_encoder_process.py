"""A worker's encoder in a process of its own: the same vectors, and an end with its parent."""

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from models.encoding import SentenceTransformerEncoder
from models.errors import InfrastructureError
from streams.core import make_encoder
from streams.encoding import EncoderProcess
from streams.settings import Settings, load_settings

TEXTS = ("The talks ended without a joint statement.", "Стороны договорились продолжить консультации.", "Grain. " * 300)
PATIENCE_SECONDS = 60
PARENT = """
import sys
from streams.encoding import EncoderProcess
from streams.settings import load_settings
if __name__ == "__main__":
    import multiprocessing
    with EncoderProcess(load_settings()) as encoder:
        encoder.made()
        print(*(one.pid for one in multiprocessing.active_children()), flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="module")
def here(settings: Settings) -> SentenceTransformerEncoder:
    return make_encoder(settings)


@pytest.fixture
def there(settings: Settings) -> Iterator[EncoderProcess]:
    with EncoderProcess(settings) as encoder:
        yield encoder


def test_it_gives_what_an_encoder_in_this_process_gives_to_the_byte(here, there):
    assert (there.name, there.dim) == (here.name, here.dim)
    assert there.encode(TEXTS).tobytes() == here.encode(TEXTS).tobytes()
    assert there.encode([]).shape == here.encode([]).shape
    for ours, its in zip(here.states(TEXTS, (0, 6)), there.states(TEXTS, (0, 6)), strict=True):
        assert np.array_equal(ours.offsets, its.offsets)
        assert ours.layers.tobytes() == its.layers.tobytes()


def test_one_that_was_killed_says_so(there):
    there.made()
    (child,) = multiprocessing.active_children()
    child.kill()
    child.join()
    for ask in (lambda: there.encode(["a"]), lambda: there.states(["a"], (1,))):
        with pytest.raises(InfrastructureError, match="nothing is lost: make room and start the worker again"):
            ask()


def test_an_error_of_its_making_comes_to_whoever_waits(settings, tmp_path):
    with EncoderProcess(settings.model_copy(update={"model": str(tmp_path / "none")})) as encoder:
        for ask in (encoder.made, lambda: encoder.name, lambda: encoder.encode(["a"])):
            with pytest.raises(InfrastructureError, match="PARALLAX_MODEL"):
                ask()


def test_it_ends_with_the_block_even_while_it_loads(settings):
    with EncoderProcess(settings):
        (child,) = multiprocessing.active_children()
    child.join(PATIENCE_SECONDS)
    assert not child.is_alive()


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_it_ends_with_its_parent_however_that_ends(end: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    getattr(parent, end)()
    parent.communicate()
    child.wait(PATIENCE_SECONDS)
