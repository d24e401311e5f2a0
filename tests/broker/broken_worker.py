"""A worker of the embed stage as `parallax worker` is one, but for its encoder, which fails: a fault to be mended.

Run as a script; prints `{"ready": true}` after each assignment of partitions.
"""

import json
from collections.abc import Sequence
from typing import NoReturn

from streams.app import create_app
from streams.bootstrap import reach
from streams.delivery import run_worker
from streams.instruments import Instruments
from streams.settings import load_settings, load_voices


class BrokenEncoder:
    """An encoder that can encode nothing."""

    name, dim = "broken/1", 384

    def encode(self, texts: Sequence[str]) -> NoReturn:
        raise ValueError("the weights are not numbers")

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> NoReturn:
        return self.encode(texts)


if __name__ == "__main__":
    settings = load_settings()
    app = create_app(
        settings,
        load_voices(settings.voices),
        BrokenEncoder(),
        reach(settings),
        ["embed"],
        instance="broken",
        instruments=Instruments(),
    )
    run_worker(app, ready=lambda: print(json.dumps({"ready": True}), flush=True))
