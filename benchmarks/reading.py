"""What reading and attribution cost against encoding: documents/s of each on the same documents; prints one JSON line.

One process, one thread, CPU seconds; attribution and encode in micro-batches, as the embed stage has them. Documents
are the first --documents of PolNeAR's development split (a third party's: the learned tagger reads them) and every few
of ../shared/data/two_sided_stream (governments' own); without that folder, of the bundled stream.

  read          HTML or text to blocks and sentences
  rules         attribution by rules alone
  tagger        attribution by rules and the learned tagger, its passes of the encoder included
  encode        what the embed stage encodes of the documents: lead, headline, evidence (nothing remembered)
  ratio         documents/s of read and rules over documents/s of encode
  ratio_tagger  documents/s of read and tagger over documents/s of encode; wished: 1

`--frames` prints instead, for several bounds, in how many frames of the encoder the tagger reads 200 articles of
PolNeAR's train split in micro-batches: what TOGETHER of models/attribution/tagger.py was chosen by.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from models.attribution import attribute_all
from models.attribution import tagger as reading
from models.attribution.tagger import Tagger, tagger_of
from models.encoding import SentenceTransformerEncoder, TokenStates
from models.encoding.packing import FRAME, pack
from models.news import Document, NewsItem, Passage
from models.reading import read
from models.statements import Prepared, prepare
from models.voices import Voices
from streams.demo import SAMPLES
from streams.files import items
from streams.model_store import model_folder
from streams.settings import load_settings, load_voices

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
BOUNDS = (1, 4_000, 8_000, 16_000, 1 << 40)
Read = tuple[NewsItem, Document]
T = TypeVar("T")
R = TypeVar("R")


def corpora(number: int) -> dict[str, list[NewsItem]]:
    """The documents, by where they are from."""
    streams = sorted(map(str, (SHARED / "two_sided_stream").glob("*.jsonl")))
    named = {"polnear": [str(SHARED / "voices" / "polnear_dev.jsonl")], "stream": streams}
    found = {name: paths for name, paths in named.items() if paths and all(Path(one).exists() for one in paths)}
    made = {}
    for name, paths in (found or {"bundled": [str(SAMPLES)]}).items():
        every = [
            one
            for one in items(paths, start=datetime(2016, 9, 1, tzinfo=UTC), refuse=lambda *_: None)
            if not one.withdrawn
        ]
        made[name] = every[:: max(1, len(every) // number)][:number]
    return made


def timed(what: str, work: Callable[[T], R], some: Sequence[T]) -> tuple[float, list[R]]:
    """CPU seconds of `work` over some, and what it made; a line of progress every so often."""
    made, spent = [], 0.0
    for n, one in enumerate(some, 1):
        began = time.process_time()
        made.append(work(one))
        spent += time.process_time() - began
        if n % 25 == 0 or n == len(some):
            print(f"\r{what}: {n} of {len(some)}, {n / max(spent, 1e-9):.1f}/s   ", end="", file=sys.stderr)
    print(file=sys.stderr)
    return spent, made


def attributing(voices: Voices, tagger: Tagger | None) -> Callable[[Sequence[Read]], list[tuple[Passage, ...]]]:
    """The attribution of some items' documents at once."""

    def attributed(some: Sequence[Read]) -> list[tuple[Passage, ...]]:
        told = [(document, voices.voice_of_source(it.source, it.url), it.published_at) for it, document in some]
        return list(attribute_all(told, voices, tagger))

    return attributed


def batches(some: Sequence[T], size: int) -> list[Sequence[T]]:
    return [some[at : at + size] for at in range(0, len(some), size)]


class Frames:
    """An encoder of the tagger's that counts the frames it would need, and reads nothing."""

    def __init__(self, encoder: SentenceTransformerEncoder) -> None:
        self._encoder, self.count = encoder, 0

    def states(self, texts: Sequence[str], layers: Sequence[int]) -> tuple[TokenStates, ...]:
        """Of no token, for each text."""
        lengths = [len(one) for one in self._encoder._tokens(texts)]
        self.count += len(list(pack(lengths, FRAME)))
        nothing = TokenStates(np.zeros((0, 2), np.int32), np.zeros((len(layers), 0, self._encoder.dim), np.float32))
        return (nothing,) * len(texts)


def frames(voices: Voices, encoder: SentenceTransformerEncoder, size: int) -> dict[int, int]:
    """Frames in which the tagger reads, by the characters that it reads at once."""
    path = str(SHARED / "voices" / "polnear_train.jsonl")
    articles = list(islice(items([path], start=datetime(2016, 9, 1, tzinfo=UTC), refuse=lambda *_: None), 200))
    pairs, found = [(one, read(one)) for one in articles], {}
    for bound in BOUNDS:
        reading.TOGETHER, counting = bound, Frames(encoder)
        for some in batches(pairs, size):
            attributing(voices, Tagger(counting))(some)
        found[bound] = counting.count
    return found


def texts_of(made: Sequence[Prepared]) -> Iterator[list[str]]:
    """What the embed stage encodes, document by document."""
    for one in made:
        yield [one.lead, *([one.headline] if one.headline else []), *(text for _, text in one.evidence)]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--frames", action="store_true")
    asked = parser.parse_args()
    settings = load_settings()
    voices = load_voices(settings.voices)
    encoder = SentenceTransformerEncoder(model_folder(settings.cache_dir, None, lambda *_: None), remembered=0)
    if asked.frames:
        print(json.dumps(frames(voices, encoder, settings.batch)))
        return
    tagger, result, spent = tagger_of(encoder), {}, [0.0, 0.0, 0.0]
    encoder.encode(["warm"])
    for name, documents in corpora(asked.documents).items():
        for one in documents[:3]:  # patterns and libraries are loaded once
            prepare(one, voices, settings.passages, tagger)
        reading_took, read_in = timed(f"{name}, read", read, documents)
        together = batches(list(zip(documents, read_in, strict=True)), settings.batch)
        rules, _ = timed(f"{name}, rules", attributing(voices, None), together)
        tagged, _ = timed(f"{name}, tagger", attributing(voices, tagger), together)
        made = [prepare(one, voices, settings.passages, tagger) for one in documents]
        texts = [list(chain.from_iterable(texts_of(some))) for some in batches(made, settings.batch)]
        encoding, _ = timed(f"{name}, encode", encoder.encode, texts)
        count = len(documents)
        result[name] = {
            "documents": count,
            "characters": sum(len(one.text) for one in read_in),
            "read_per_second": round(count / reading_took, 1),
            "rules_per_second": round(count / rules, 1),
            "tagger_per_second": round(count / tagged, 1),
            "encode_per_second": round(count / encoding, 1),
            "ratio": round(encoding / (reading_took + rules), 2),
            "ratio_tagger": round(encoding / (reading_took + tagged), 2),
        }
        spent = [a + b for a, b in zip(spent, (encoding, reading_took + rules, reading_took + tagged), strict=True)]
    result["all"] = {"ratio": round(spent[0] / spent[1], 2), "ratio_tagger": round(spent[0] / spent[2], 2)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
