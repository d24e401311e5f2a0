"""How much Python a piece of work runs: a measure of its growth that no busy machine can move.

A pattern's own work is not in it: those are held to their time by whole texts of 200,000 characters, which take a
second at most and minutes where the time grows with the square of the length (`timeout`).
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

MANY = 200_000
soon = pytest.mark.timeout(60)


def lines_run(work: Callable[[], object]) -> int:
    """Lines of Python that the work runs, in whatever module."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def grows_with_length(work: Callable[[int], object], length: int) -> None:
    """Four times the length runs about four times the lines, not sixteen."""
    work(length)  # what is computed once is computed now
    short, long = lines_run(lambda: work(length)), lines_run(lambda: work(4 * length))
    assert long < 6 * short + 1000, f"{short} lines at {length}, {long} at four times the length"
