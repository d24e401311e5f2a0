"""How texts share a frame: which go together, where each begins and ends, and who may look at whom.

The weights of a model are read once a frame, so a frame should be full. A text takes just its own tokens of it, and
attends to these alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FRAME = 256
"""Tokens of a frame, and where a text is cut. Chosen by `benchmarks/encoder.py --frames`: 384 is no quicker where
documents come one by one, 192 a tenth slower where many come at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: text number `text` has the tokens [start, end) of its frame."""

    text: int
    start: int
    end: int


def pack(lengths: Sequence[int], size: int) -> list[list[Place]]:
    """Frames of places, one place a text: first fit, the longest first (Johnson 1973: at most 11/9 of the fewest).

    Args:
        lengths: tokens of each text, 1..size.

    Raises:
        ValueError: a text has no token or does not fit in a frame.
    """
    if lengths and not (min(lengths) >= 1 and max(lengths) <= size):
        raise ValueError(f"a frame of {size} tokens holds no text of {min(lengths)} or {max(lengths)}")
    frames: list[list[Place]] = []
    for text in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        frame = next((one for one in frames if one[-1].end + lengths[text] <= size), None)
        if frame is None:
            frames.append(frame := [])
        start = frame[-1].end if frame else 0
        frame.append(Place(text, start, start + lengths[text]))
    return frames
