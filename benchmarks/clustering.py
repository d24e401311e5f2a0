"""Speed of the online narratives on made-up statements; prints JSON lines. Times are CPU seconds of one thread.

With 1,000 and 10,000 active documents (or `--documents` others), a third of them narratives: milliseconds an item of
Narratives.take once so many are active, and items a second; the seconds in which a stage is restored from the journal
of all, and the memory that it takes for each document, records included. Half a minute on one idle core, 5 for 100,000;
run it with OMP_NUM_THREADS=1, as a worker runs beside a broker: threads that spin cost more than they give.

`--search` prints instead how many of the near documents are found among so many, in what time, and the time of looking
at all (what EXACT and PROBED of models/clustering/meanings.py were chosen by); a million takes some minutes.

`--pairs` prints instead how many of PAIRS_FILE, events told in English and in Russian in our own words, share a
narrative (what CROSS of models/clustering/similarity.py was chosen by), with the usual means made of the other half of
the pairs. `--background` writes models/clustering/background.json from all of them.
"""

import argparse
import json
import random
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numkong
import numpy as np
import psutil

from models.clustering import Limits, Member, Narratives, features
from models.clustering.features import GRID
from models.clustering.meanings import Meanings, row
from models.clustering.search import BY_MEANING
from models.copies import HASHES, signature
from models.days import opening_days
from models.encoding import Encoder, SentenceTransformerEncoder
from models.news import Statement
from models.terms import lead, terms
from streams.agents.cluster import ClusterStage
from streams.delivery.stage import restored
from streams.model_store import model_folder
from streams.settings import load_settings
from streams.wire import encode

START = datetime(2022, 1, 1, tzinfo=UTC)
BACKGROUND = Path(features.__file__).with_name("background.json")
STEP = timedelta(seconds=0.5)
UNBOUNDED = Limits(1 << 40)
NEAR = 0.3
"""Cosine of vectors that must be found: below, no bond would come of it."""
PAIRS_FILE = Path(__file__).with_name("clustering_pairs.json")


def made_up(dim: int = 384, common: int = 80, own: int = 20, vocabulary: int = 60_000) -> Iterator[Statement]:
    """Statements of events of 3 documents on average, told within some thousand statements.

    As in the development corpora of `stories.py`: half of the variance of vectors is inside events, the share of the
    i-th direction falls as 1 / (i + 3). 80 terms are of a long-tailed vocabulary, 20 of 30 that the event has.
    """
    rng = np.random.default_rng(7)
    spread = np.sqrt(1.0 / (np.arange(dim) + 3.0))
    spread /= np.linalg.norm(spread)
    usual = rng.normal(size=dim) / dim**0.5
    events: list[tuple[np.ndarray, int]] = []
    for number in count():
        if not events or rng.random() < 1 / 3:
            events.append((rng.normal(size=dim) * spread, number))
        centre, name = events[-1 - int(min(len(events) - 1, rng.exponential(1_000)))]
        halves = [centre + rng.normal(size=dim) * spread + 2 * usual for _ in range(2)]
        first, headline = ((half / np.linalg.norm(half)).astype(np.float16) for half in halves)
        chosen = np.unique((vocabulary ** rng.random(common)).astype(int)).tolist()
        mine = rng.choice(30, own, replace=False).tolist()
        words = tuple((f"term{one}", 1.0) for one in chosen) + tuple((f"event{name} {one}", 1.5) for one in mine)
        marks = tuple(rng.integers(0, 1 << 31, HASHES).tolist())
        at, day = START + number * STEP, 1 << name % 7
        yield _statement(f"item {number}", at, first, headline, words, marks, words_of=300, days=day)


def _statement(
    item: str,
    at: datetime,
    first: np.ndarray,
    headline: np.ndarray,
    words: tuple[tuple[str, float], ...],
    marks: tuple[int, ...],
    title: str = "",
    lang: str = "en",
    encoder: str = "made-up/1",
    words_of: int = 0,
    days: int = 0,
) -> Statement:
    return Statement(
        item=item,
        revision=0,
        withdrawn=False,
        published_at=at,
        source="",
        url="",
        title=title,
        lang=lang,
        voice=None,
        words=words_of,
        lead=first,
        headline=headline,
        terms=words,
        signature=marks,
        passages=(),
        passages_left_out=0,
        encoder=encoder,
        days=days,
    )


def speed(sizes: Sequence[int], measured: int = 500) -> Iterator[dict[str, float]]:
    stage, stream = Narratives(UNBOUNDED), made_up()
    known: dict[str, Member] = {}
    for size in sizes:
        while len(known) < size:
            _take(stage, next(stream), known)
        some = [next(stream) for _ in range(measured)]
        start = time.thread_time()
        for one in some:
            _take(stage, one, known)
        seconds = time.thread_time() - start
        journal = [(key.encode(), encode(record)) for key, record in known.items()]
        before = psutil.Process().memory_info().rss
        other = ClusterStage(lambda: Narratives(UNBOUNDED), placements="placements", narratives="narratives")
        start = time.thread_time()
        restored(other, journal)
        ready = time.thread_time() - start
        held = psutil.Process().memory_info().rss - before
        yield {
            "documents": len(known),
            "narratives": stage.live,
            "ms_per_item": round(1000 * seconds / measured, 2),
            "items_per_s": round(measured / seconds),
            "restored_in_s": round(ready, 2),
            "kb_per_document": round(held / len(known) / 1024, 1),
        }


def _take(stage: Narratives, one: Statement, known: dict[str, Member]) -> None:
    for change in stage.take(one).changes:
        if change.record is None:
            del known[change.key]
        else:
            known[change.key] = change.record


def found(sizes: Sequence[int], asked: int = 200) -> Iterator[dict[str, float]]:
    """Of the documents that are near, how many the cells give, and what looking at all of them would cost."""
    index, rows = Meanings(), np.zeros((0, 384), np.int8)
    for size in sizes:
        more = np.stack([row(one) for one in made_up_vectors(size - len(rows), seed=len(rows))])
        for number, vector in enumerate(more, len(rows)):
            index.add(number, vector)
            index = index.settled() or index
        rows = np.concatenate([rows, more])
        cells = exact = 0.0
        near = met = 0
        for vector in rows[:: size // asked]:
            start = time.thread_time()
            got = set(index.nearest(vector, BY_MEANING))
            cells += time.thread_time() - start
            start = time.thread_time()
            products = np.asarray(numkong.cdist(vector[None], rows, "dot"))[0]
            best = np.argpartition(-products, BY_MEANING)[:BY_MEANING]
            exact += time.thread_time() - start
            wanted = {int(one) for one in best if products[one] >= NEAR * products.max()}
            near, met = near + len(wanted), met + len(wanted & got)
        yield {
            "documents": size,
            "pivots": 0 if index.pivots is None else len(index.pivots),
            "ms": round(1000 * cells / asked, 2),
            "ms_exact": round(1000 * exact / asked, 2),
            "near": round(near / asked, 1),
            "found": round(met / near, 3),
        }


def made_up_vectors(number: int, seed: int, dim: int = 384) -> Iterator[np.ndarray]:
    """Of documents as in `made_up`, lead and headline in steps of the grid, (2 * dim,) int16."""
    rng = np.random.default_rng(seed)
    spread = np.tile(np.sqrt(1.0 / (np.arange(dim) + 3.0)), 2)
    centre = np.zeros(0)
    for _ in range(number):
        if not len(centre) or rng.random() < 1 / 3:
            centre = np.tile(rng.normal(size=dim), 2) * spread
        halves = (centre + rng.normal(size=2 * dim) * spread).reshape(2, dim)
        yield np.rint(GRID * halves / np.linalg.norm(halves, axis=1, keepdims=True)).astype(np.int16).ravel()


def encoded_pairs(encoder: Encoder) -> list[Statement]:
    """Of each event its account in English, then in Russian."""
    texts = json.loads(PAIRS_FILE.read_text("utf-8"))
    accounts = [(lang, *event[lang]) for event in texts for lang in ("en", "ru")]
    leads = encoder.encode([lead(title, text) for _, title, text in accounts]).astype(np.float16)
    headlines = encoder.encode([title for _, title, _ in accounts]).astype(np.float16)
    return [
        _statement(
            f"{number}",
            START,
            leads[number],
            headlines[number],
            terms(title, text, lang),
            signature(text, title),
            title,
            lang,
            encoder.name,
            days=opening_days(title, text),
        )
        for number, (lang, title, text) in enumerate(accounts)
    ]


def usual(statements: Sequence[Statement]) -> dict[str, dict[str, str]]:
    means: dict[str, str] = {}
    for lang in ("en", "ru"):
        vectors = [
            np.concatenate([one.lead, one.headline]).astype(np.float64) for one in statements if one.lang == lang
        ]
        means[lang] = b64encode(np.mean(vectors, axis=0).astype("<f2").tobytes()).decode()
    return {statements[0].encoder.partition("@")[0]: means}


def pairs(statements: list[Statement]) -> dict[str, float]:
    """Shares of events whose two accounts meet, and of accounts of two events that do; over 10 shuffled streams."""
    shipped = BACKGROUND.read_text("utf-8")
    together = apart = trials = 0
    try:
        for fold in (0, 1):
            BACKGROUND.write_text(json.dumps(usual([one for one in statements if int(one.item) // 2 % 2 != fold])))
            features.usual_mean.cache_clear()
            held = [one for one in statements if int(one.item) // 2 % 2 == fold]
            for seed in range(10):
                order = random.Random(seed).sample(held, len(held))
                stage = Narratives()
                for one in order:
                    stage.take(one)
                where = {int(one.item): stage.current(one.item) for one in held}
                together += sum(where[one] == where[one + 1] for one in where if one % 2 == 0)
                apart += sum(where[a] == where[b] for a in where for b in where if a // 2 < b // 2)
                trials += len(held) // 2
    finally:
        BACKGROUND.write_text(shipped)
        features.usual_mean.cache_clear()
    return {"events_together": round(together / trials, 3), "wrong_pairs_per_event": round(apart / trials, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args()
    if not (options.pairs or options.background):
        for figures in (found if options.search else speed)(sorted(options.documents)):
            print(json.dumps(figures), flush=True)
        return
    folder = model_folder(load_settings().cache_dir, None, lambda _done, _all: None)
    statements = encoded_pairs(SentenceTransformerEncoder(folder))
    if options.background:
        BACKGROUND.write_text(json.dumps(usual(statements), indent=1) + "\n")
    if options.pairs:
        print(json.dumps(pairs(statements)))


if __name__ == "__main__":
    main()
