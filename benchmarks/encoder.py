"""Sentences per second of the encoder against one call an item, in one run on one thread; prints one JSON line.

`--frames` prints instead, for several sizes of frames, sentences per second with all texts in one call ("all") and a
dozen in each ("documents"): what FRAME of models/encoding/packing.py was chosen by. Times are CPU seconds of the one
thread, each the least of five rounds in which all take turns, since a neighbour on the machine slows one round. Texts
are sentences of ../shared/data/two_sided_stream where it is there, else made up.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from models.encoding import SentenceTransformerEncoder
from models.encoding.packing import FRAME
from streams.model_store import model_folder
from streams.settings import load_settings

STREAM = Path(__file__).resolve().parents[2] / "shared" / "data" / "two_sided_stream"
SIZES = (128, 192, 256, 384)
ROUNDS = 5


def sentences(number: int) -> list[str]:
    """Different sentences in a fixed random order."""
    found: dict[str, None] = {}
    for path in sorted(STREAM.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                cut = re.split(r"(?<=[.!?])\s+", json.loads(line).get("text") or "")
                found.update(dict.fromkeys([one for one in cut if len(one.split()) >= 4][:6]))
    made = [f"Point {i}: " + "they spoke of transit, grain and prices, " * (i % 6 + 1) for i in range(number)]
    texts = list(found) or made
    random.Random(1).shuffle(texts)
    return texts[:number]


def rates(work: dict[str, tuple[int, Callable[[], object]]], rounds: int) -> dict[str, float]:
    """Items per CPU second of this thread, of each the best of some rounds in which all take turns."""
    best = dict.fromkeys(work, 0.0)
    for _ in range(rounds):
        for name, (number, one) in work.items():
            start = time.thread_time()
            one()
            best[name] = max(best[name], number / (time.thread_time() - start))
    return {name: round(rate, 1) for name, rate in best.items()}


def frames(folder: str, texts: list[str]) -> dict[int, dict[str, float]]:
    return {size: speeds(SentenceTransformerEncoder(folder, remembered=0, frame=size), texts) for size in SIZES}


def speeds(encoder: SentenceTransformerEncoder, texts: list[str]) -> dict[str, float]:
    encoder.encode(texts[:4])
    dozens = [texts[i : i + 12] for i in range(0, len(texts), 12)]
    every = {"all": lambda: encoder.encode(texts), "documents": lambda: [encoder.encode(dozen) for dozen in dozens]}
    return rates({name: (len(texts), work) for name, work in every.items()}, ROUNDS)


def compare(folder: str, texts: list[str]) -> dict[str, object]:
    start = time.perf_counter()
    import sentence_transformers

    imported = time.perf_counter()
    encoder = SentenceTransformerEncoder(folder, remembered=0)
    loaded = time.perf_counter()
    theirs = sentence_transformers.SentenceTransformer(folder, device="cpu", local_files_only=True)
    theirs.max_seq_length = FRAME
    prefixed = [f"query: {text}" for text in texts]
    few = prefixed[: max(1, len(texts) // 3)]
    encoder.encode(texts[:4]), theirs.encode(few[:4])
    dozens = [texts[i : i + 12] for i in range(0, len(texts), 12)]
    found = rates(
        {
            "one_by_one": (len(few), lambda: [theirs.encode(text, show_progress_bar=False) for text in few]),
            "batch_32": (len(texts), lambda: theirs.encode(prefixed, batch_size=32, show_progress_bar=False)),
            "ours": (len(texts), lambda: encoder.encode(texts)),
            "ours_a_dozen_each": (len(texts), lambda: [encoder.encode(dozen) for dozen in dozens]),
        },
        ROUNDS,
    )
    rows, order = encoder.encode(texts), random.Random(2).sample(range(len(texts)), len(texts))
    shuffled = encoder.encode([texts[i] for i in order])
    return {
        "sentences": len(texts), "encoder": encoder.name, **found,
        "ratio_to_one_by_one": round(found["ours"] / found["one_by_one"], 2),
        "ratio_to_batch_32": round(found["ours"] / found["batch_32"], 2),
        "identical_rows": sum(a.tobytes() == rows[i].tobytes() for a, i in zip(shuffled, order, strict=True)),
        "lowest_cosine": round(float(np.min((rows * theirs.encode(prefixed)).sum(axis=1))), 6),
        "import_seconds": round(imported - start, 2), "load_seconds": round(loaded - imported, 2),
        "rss_mb": psutil.Process().memory_info().rss >> 20,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=192)
    parser.add_argument("--frames", action="store_true")
    asked = parser.parse_args()
    folder = model_folder(load_settings().cache_dir, None, lambda *_: None)
    print(json.dumps((frames if asked.frames else compare)(folder, sentences(asked.sentences))))


if __name__ == "__main__":
    main()
