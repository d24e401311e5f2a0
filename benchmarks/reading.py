"""What reading and attribution cost against encoding: documents/s of each on the same documents; prints one JSON line.

One process, one thread, CPU seconds. Documents are the first --documents of PolNeAR's development split (a third
party's: the learned tagger reads them) and every few of ../shared/data/two_sided_stream (governments' own); without
that folder, of the bundled stream.

  read          HTML or text to blocks and sentences
  rules         attribution by rules alone
  tagger        attribution by rules and the learned tagger, its passes of the encoder included
  encode        what the embed stage encodes of the documents: lead, headline, evidence (nothing remembered)
  ratio         documents/s of read and rules over documents/s of encode
  ratio_tagger  documents/s of read and tagger over documents/s of encode; issue 4 wants 1
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")

from models.attribution import attribute
from models.attribution.tagger import Tagger, tagger_of
from models.encoding import SentenceTransformerEncoder
from models.news import Document, NewsItem, Passage
from models.reading import read
from models.statements import Prepared, prepare
from models.voices import Voices
from streams.demo import SAMPLES
from streams.files import items
from streams.model_store import model_folder
from streams.settings import load_settings, load_voices

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
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


def attributing(voices: Voices, tagger: Tagger | None) -> Callable[[tuple[NewsItem, Document]], tuple[Passage, ...]]:
    """The attribution of an item's document."""

    def attributed(pair: tuple[NewsItem, Document]) -> tuple[Passage, ...]:
        item, document = pair
        source_voice = voices.voice_of_source(item.source, item.url)
        return attribute(document, voices, source_voice=source_voice, at=item.published_at, tagger=tagger)

    return attributed


def texts_of(made: Sequence[Prepared]) -> Iterator[list[str]]:
    """What the embed stage encodes, document by document."""
    for one in made:
        yield [one.lead, *([one.headline] if one.headline else []), *(text for _, text in one.evidence)]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    asked = parser.parse_args()
    settings = load_settings()
    voices = load_voices(settings.voices)
    encoder = SentenceTransformerEncoder(model_folder(settings.cache_dir, None, lambda *_: None), remembered=0)
    tagger, result, spent = tagger_of(encoder), {}, [0.0, 0.0, 0.0]
    encoder.encode(["warm"])
    for name, documents in corpora(asked.documents).items():
        for one in documents[:3]:  # patterns and libraries are loaded once
            prepare(one, voices, settings.passages, tagger)
        reading, read_in = timed(f"{name}, read", read, documents)
        pairs = list(zip(documents, read_in, strict=True))
        rules, _ = timed(f"{name}, rules", attributing(voices, None), pairs)
        tagged, _ = timed(f"{name}, tagger", attributing(voices, tagger), pairs)
        texts = list(texts_of([prepare(one, voices, settings.passages, tagger) for one in documents]))
        encoding, _ = timed(f"{name}, encode", encoder.encode, texts)
        count = len(documents)
        result[name] = {
            "documents": count,
            "characters": sum(len(one.text) for one in read_in),
            "read_per_second": round(count / reading, 1),
            "rules_per_second": round(count / rules, 1),
            "tagger_per_second": round(count / tagged, 1),
            "encode_per_second": round(count / encoding, 1),
            "ratio": round(encoding / (reading + rules), 2),
            "ratio_tagger": round(encoding / (reading + tagged), 2),
        }
        spent = [a + b for a, b in zip(spent, (encoding, reading + rules, reading + tagged), strict=True)]
    result["all"] = {"ratio": round(spent[0] / spent[1], 2), "ratio_tagger": round(spent[0] / spent[2], 2)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
