"""Processes of ours that must not outlive the one that started them."""

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _ask() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


ends_with_parent: Callable[[], None] | None = _ask if sys.platform == "linux" else None
"""For Popen's `preexec_fn`: Linux ends the child (SIGTERM) when its parent is gone, even by SIGKILL; elsewhere None."""
