r"""What layers and how long a training the tagger needs: trained on half of PolNeAR's train split, seen on the other.

    python scripts/compare_taggers.py ../shared/data/voices/polnear_train.jsonl --keep build/voices \
        --try 4,6:1024:6 --try 6,10,12:4096:6

Each --try is layers, tokens of a batch and epochs. Prints one JSON line for each: F1 of tokens that are content, source
and cue; `linked`, the share of content tokens whose pointer has most of its mass on the source; `loss`, the mean
negative logarithm of the mass on the right place, over all tokens; seconds. The states are kept in --keep.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from voices_corpus import Corpus
from voices_net import Chunk, train, weights_of

from models.attribution.tagger import Marks, Weights, read_states

ASIDE_EVERY = 6
"""Every so manieth article is read, all of them of the half that was not learned from: 150,000 tokens."""


def seen(corpus: Corpus, weights: Weights) -> Iterator[tuple[Chunk, Marks]]:
    """Chunks of articles that were not learned from, as they should be read and as they are."""
    for article in corpus.articles[::ASIDE_EVERY]:
        states = corpus.token_states(article)
        yield from zip(corpus.lessons(article), read_states(states, [0] * len(states), weights), strict=True)


def figures(read: Sequence[tuple[Chunk, Marks]]) -> dict[str, float]:
    """What main prints of a tagger."""
    made: dict[str, float] = {}
    for k, kind in enumerate(("content", "source", "cue")):
        expected = np.concatenate([chunk.tags[k] > 0 for chunk, _ in read])
        found = np.concatenate([getattr(marks, kind) > 0.5 for _, marks in read])
        made[kind] = round(2 * float((expected & found).sum()) / max(1, int(expected.sum() + found.sum())), 4)
    content = np.concatenate([chunk.tags[0] > 0 for chunk, _ in read])
    right = np.concatenate([(marks.link * chunk.link).sum(axis=1) for chunk, marks in read if len(marks.content)])
    made["linked"] = round(float((right[content] > 0.5).mean()), 4)
    made["loss"] = round(float(-np.log(np.clip(right, 1e-6, 1)).mean()), 4)
    return made


def told(epoch: int, epochs: int, loss: float) -> None:
    """Show how far the training is."""
    print(f"epoch {epoch} of {epochs}, loss {loss:.3f}", file=sys.stderr)


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--keep", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--try", dest="tries", action="append", required=True, metavar="LAYERS:TOKENS:EPOCHS")
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    for one in asked.tries:
        layers, tokens, epochs = one.split(":")
        corpus = Corpus(asked.data, asked.keep, tuple(map(int, layers.split(","))))
        began = time.monotonic()
        lessons = [lesson for article in corpus.articles[1::2] for lesson in corpus.lessons(article)]
        weights = weights_of(train(lessons, epochs=int(epochs), batch_tokens=int(tokens), told=told))
        seconds = round(time.monotonic() - began)
        print(json.dumps({"tried": one, **figures(list(seen(corpus, weights))), "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
