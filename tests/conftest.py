"""What every test gets: no settings from outside, and shared data only where it is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.demo import SAMPLES
from streams.settings import PREFIX, load_settings

sys.path.insert(0, str(Path(__file__).parent))  # the helpers beside the tests: these folders are no packages

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
KEPT = ("PARALLAX_CACHE_DIR",)
"""Jars and the model are the same for everyone, and take a while to make."""


@pytest.fixture
def shared_data() -> Path:
    """The folder of real texts; a test that asks for it is marked `shared_data`."""
    return SHARED


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """The user's cache: jars, model, npm packages."""
    return load_settings().cache_dir


@pytest.fixture(scope="session")
def backtest(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], str]:
    """The alert events of the bundled stream from one process, one line each, and the report of it."""
    folder = tmp_path_factory.mktemp("backtest")
    page = folder / "report.html"
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli", "backtest", str(SAMPLES), "--report", str(page)],
        env={**os.environ, f"{PREFIX}DATA_DIR": str(folder)},
        capture_output=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()  # the stream holds two lines that are no items
    assert done.stdout, "the bundled stream must raise an alert, or nothing is compared"
    return done.stdout.splitlines(), page.read_text("utf-8")


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside():
    """Tests decide every setting themselves: a broker named in the environment is not theirs to fill."""
    held = {
        name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PARALLAX_") and name not in KEPT
    }
    yield
    os.environ.update(held)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what needs the shared data where there is none, and say so."""
    if SHARED.is_dir():
        return
    without = [item for item in items if item.get_closest_marker("shared_data") is not None]
    if without:
        items[:] = [item for item in items if item not in without]
        config.hook.pytest_deselected(items=without)
        config.stash[_MISSING] = len(without)
        if hasattr(config, "workeroutput"):  # a process of pytest-xdist: the one that prints is another
            config.workeroutput[_TOLD] = len(without)


_MISSING = pytest.StashKey[int]()
_TOLD = "tests that need the shared data"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Each process of pytest-xdist has collected every test, and left out the same."""
    node.config.stash[_MISSING] = getattr(node, "workeroutput", {}).get(_TOLD, 0)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """The line that says what was left out."""
    if left := config.stash.get(_MISSING, 0):
        terminalreporter.write_line(f"{left} tests need ../shared/data, which is not here: deselected")
