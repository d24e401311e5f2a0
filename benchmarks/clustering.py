"""Speed of the online narratives on made-up statements; prints one JSON line. Times are CPU seconds of one thread.

For 1,000 and 5,000 live narratives: milliseconds an item of Narratives.take once so many are live, and items a second;
and the seconds in which a stage of 2,000 narratives is restored from its records. Less than a minute on one idle core;
run it with OMP_NUM_THREADS=1, as a worker runs beside a broker: threads that spin cost more than they give.

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
from pathlib import Path

import numpy as np

import models.clustering.features as features
from models.clustering import Member, Narratives
from models.copies import HASHES, signature
from models.encoding import Encoder, SentenceTransformerEncoder
from models.news import Statement
from models.terms import lead, terms
from streams.model_store import model_folder
from streams.settings import load_settings

START = datetime(2022, 1, 1, tzinfo=UTC)
BACKGROUND = Path(features.__file__).with_name("background.json")
RESTORED = 2_000
PAIRS_FILE = Path(__file__).with_name("clustering_pairs.json")


def made_up(dim: int = 384, words: int = 160, vocabulary: int = 60_000) -> Iterator[Statement]:
    """Statements of ever new events: 160 terms of a long-tailed vocabulary, random vectors about a common mean."""
    rng = np.random.default_rng(7)
    common = rng.normal(size=dim)
    number = 0
    while True:
        vector = common + 0.5 * rng.normal(size=dim)
        half = (vector / np.linalg.norm(vector)).astype(np.float16)
        chosen = np.unique((vocabulary ** rng.random(words)).astype(int)).tolist()
        yield _statement(
            f"item {number}",
            START + timedelta(seconds=30 * number),
            half,
            half,
            tuple((f"term{one}", 1.0) for one in chosen),
            tuple(rng.integers(0, 1 << 31, HASHES).tolist()),
        )
        number += 1


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
        words=0,
        lead=first,
        headline=headline,
        terms=words,
        signature=marks,
        passages=(),
        passages_left_out=0,
        encoder=encoder,
    )


def speed(sizes: Sequence[int], measured: int = 200) -> dict[str, float]:
    stage, stream = Narratives(), made_up()
    records: dict[str, Member | None] = {}
    figures: dict[str, float] = {}
    for size in sorted({*sizes, RESTORED}):
        while stage.live < size:
            taken = stage.take(next(stream))
            records.update({one.key: one.record for one in taken.changes})
        if size == RESTORED:
            figures[f"restore_{size}_s"] = _restore(records)
        if size not in sizes:
            continue
        some = [next(stream) for _ in range(measured)]
        start = time.thread_time()
        for one in some:
            taken = stage.take(one)
            records.update({change.key: change.record for change in taken.changes})
        seconds = time.thread_time() - start
        figures[f"ms_per_item_at_{size}"] = round(1000 * seconds / measured, 2)
        figures[f"items_per_s_at_{size}"] = round(measured / seconds, 1)
    return figures


def _restore(records: dict[str, Member | None]) -> float:
    start = time.thread_time()
    Narratives().restore((key, one) for key, one in records.items() if one is not None)
    return round(time.thread_time() - start, 2)


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
    options = parser.parse_args()
    if not (options.pairs or options.background):
        print(json.dumps(speed((1_000, 5_000))))
        return
    folder = model_folder(load_settings().cache_dir, None, lambda _done, _all: None)
    statements = encoded_pairs(SentenceTransformerEncoder(folder))
    if options.background:
        BACKGROUND.write_text(json.dumps(usual(statements), indent=1) + "\n")
    if options.pairs:
        print(json.dumps(pairs(statements)))


if __name__ == "__main__":
    main()
