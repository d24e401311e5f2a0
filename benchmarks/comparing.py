"""Milliseconds a document in the compare stage with 60 documents a side held; prints one JSON line.

Documents are random unit vectors of 384 dimensions, 12 passages each, their voices in turn, over `--narratives`
narratives that are full before the clock starts. "take_ms": CPU milliseconds per placement, median and 95th percentile;
"with_event_ms": of the placements that led to an alert event, with its interval and explanation.
"""

import argparse
import json
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from models.alerting import AlertSettings
from models.alerts import Versions
from models.comparing import Comparer
from models.news import EncodedPassage, Placement, Statement

START = datetime(2022, 1, 1, tzinfo=UTC)
PAIR = ("kremlin", "white_house")
NOTHING = np.zeros(0, np.float16)


def placement(number: int, narrative: str, voice: str, centre: np.ndarray, draw: np.random.Generator) -> Placement:
    passages = []
    for n in range(12):
        vector = centre + draw.normal(size=384) / 20
        text = f"Sentence {n} of document {number} is about transit, grain and the price of gas in winter"
        passages.append(
            EncodedPassage(
                start=n * 100, end=n * 100 + len(text), text=text, voice=voice, confidence=0.9,
                vector=(vector / np.linalg.norm(vector)).astype(np.float16),
            )
        )  # fmt: skip
    at = START + timedelta(minutes=number)
    item, url = f"item-{number}", f"https://news.example/item-{number}"
    statement = Statement(
        item=item, revision=0, withdrawn=False, published_at=at, source="", url=url,
        title=f"Document {number} on transit", lang="en", voice=voice, words=200, lead=NOTHING, headline=NOTHING,
        terms=(), signature=(), passages=tuple(passages), passages_left_out=0, encoder="random",
    )  # fmt: skip
    return Placement(
        item=item, revision=0, narrative=narrative, how="joined", similarity=0.5, at=at, statement=statement
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--narratives", type=int, default=20)
    parser.add_argument("--documents", type=int, default=200, help="placements that are timed")
    asked = parser.parse_args()
    draw = np.random.default_rng(0)
    settings = AlertSettings()
    names = {voice: {"en": voice} for voice in PAIR}
    stage = Comparer(PAIR, names, settings, versions=Versions(model="random", config="", code=""))
    centres = {f"n{n}": draw.normal(size=384) / 20 for n in range(asked.narratives)}
    filled = 2 * settings.documents_per_side * asked.narratives
    quiet, telling = [], []
    for number in range(filled + asked.documents):
        name = f"n{number % asked.narratives}"
        one = placement(number, name, PAIR[number // asked.narratives % 2], centres[name], draw)
        start = time.thread_time()
        taken = stage.take(one)
        spent = 1000 * (time.thread_time() - start)
        if number >= filled:
            (telling if taken.events else quiet).append(spent)
    print(json.dumps({
        "narratives": asked.narratives, "documents_per_side": settings.documents_per_side,
        "take_ms": [round(float(np.quantile(quiet, q)), 2) for q in (0.5, 0.95)],
        "with_event_ms": [round(float(np.quantile(telling, q)), 2) for q in (0.5, 0.95)] if telling else None,
        "events": len(telling),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
