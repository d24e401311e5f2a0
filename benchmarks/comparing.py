"""Milliseconds a document in the compare stage with 60 documents a side held; prints one JSON line per number of them.

Documents are random unit vectors of 384 dimensions, 12 passages each, their voices in turn, over `--narratives`
narratives that are full before the clock starts and in each of which an alert is open. "take_ms": CPU milliseconds per
placement, median and 95th percentile; "with_event_ms": the same where each leads to an alert event, with its interval
and explanation.
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


def stage(a_side: int, update_after: timedelta) -> Comparer:
    settings = AlertSettings(documents_per_side=a_side, update_after=update_after, open_p=1.0, sure_p=1.0)
    names = {voice: {"en": voice} for voice in PAIR}
    return Comparer(PAIR, names, settings, versions=Versions(model="random", config="", code=""))


def timed(narratives: int, a_side: int, documents: int) -> dict[str, object]:
    """CPU milliseconds of placements into narratives that hold so many documents a side."""
    draw = np.random.default_rng(0)
    centres = {(n, voice): draw.normal(size=384) / 8 for n in range(narratives) for voice in PAIR}
    rare, records = stage(a_side, timedelta(days=999)), {}
    quiet, telling = [], []

    def take(one: Comparer, number: int, spent: list[float]) -> None:
        n, voice = number % narratives, PAIR[number // narratives % 2]
        placed = placement(number, f"n{n}", voice, centres[n, voice], draw)
        start = time.thread_time()
        taken = one.take(placed)
        spent.append(1000 * (time.thread_time() - start))
        for change in taken.changes:
            records[change.key] = change.record

    filled = 2 * a_side * narratives
    for number in range(filled + documents):
        take(rare, number, quiet if number >= filled else [])
    often = stage(a_side, timedelta(0))
    often.restore({key: record for key, record in records.items() if record is not None})
    for number in range(filled + documents, filled + 2 * documents):
        take(often, number, telling)
    return {
        "narratives": narratives, "documents_per_side": a_side,
        "take_ms": [round(float(np.quantile(quiet, q)), 2) for q in (0.5, 0.95)],
        "with_event_ms": [round(float(np.quantile(telling, q)), 2) for q in (0.5, 0.95)],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--narratives", type=int, default=8)
    parser.add_argument("--sides", type=int, nargs="+", default=[60], help="documents a side that are held")
    parser.add_argument("--documents", type=int, default=60, help="placements that are timed, of each kind")
    asked = parser.parse_args()
    for a_side in asked.sides:
        print(json.dumps(timed(asked.narratives, a_side, asked.documents)), flush=True)


if __name__ == "__main__":
    main()
