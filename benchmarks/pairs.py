"""What the divergence score is worth on pairs of documents about one event, and the calibration made from them.

Pairs are documents of ../shared/data/two_sided_stream at most 72 hours and a topic similarity of at least TOPIC apart:
adversaries (Kremlin-White House), allies (White House-Kyiv), one side's own. Usual pairs (allies, own) are matched to
the adversary pairs by topic similarity and number of passages. Camps are learnt from all documents of the three houses.
What is learnt is learnt before 2022-03-01; the figures are of the pairs after it, which share no document with the
earlier ones. Prints one JSON line:

  auc_one   one document a side, auc_three three a side: adversaries above allies and above one side's own
  false     share of usual pairs with p <= .05, .02 and .01 against the reference; false_all: of both kinds
  alarms    share of adversary pairs with p <= .05, .02 and .01
  *_short   the same one document a side, one of them cut to 1 to 5 passages
  *_three   the same three documents a side, against usual pairs of three a side
  related   AUC of adversary pairs against Kremlin and White House documents of unrelated topics: near .5 means that the
            camps hold what the two usually say differently, not what they say differently of one event
  median    score of each kind
  reliability  whether .8 means what it says: per fifth of the range, mean score and share of adversary pairs, were
            there as many of them as of usual ones; and pairs
  seeds     how far an interval's ends move when it is resampled anew (RESAMPLES of models/divergence.py)
  history   how far the usual logit moves from its value at all pairs (MOST_HISTORY of models/evidence/betting.py), per
            length of history, as a median of absolute differences

`--write` writes models/calibration.json; `--all-passages` keeps courtesies and logistics; `--cache` keeps vectors.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pairs_documents import (
    ADVERSARIES,
    DATA,
    ROOT,
    SPLIT,
    Cached,
    Pair,
    documents,
    matched,
    pairs_of,
    texts,
    three,
    told,
)
from pairs_fitting import SEVERAL, SHORT, fitted, sides_of, translation, write

import models.divergence as scoring
from models.calibration import Calibration
from models.divergence import Divergence, Position, SideDocument, of_positions, position
from models.encoding import SentenceTransformerEncoder
from models.evidence import MOST_HISTORY, usual_logit
from models.voices import voices_from_toml
from streams.model_store import model_folder
from streams.settings import load_settings

LEVELS = (0.05, 0.02, 0.01)


def shortened(document: SideDocument, cut: int) -> SideDocument:
    """The document with so many of its telling passages, evenly chosen."""
    passages = told(document)
    at = [(2 * n + 1) * len(passages) // (2 * cut) for n in range(cut)]
    return replace(document, passages=tuple(passages[n] for n in at) if len(passages) > cut else tuple(passages))


def auc(high: list[Divergence], low: list[Divergence]) -> float:
    """Share of couples in which the first scores higher, ties half (Mann-Whitney)."""
    a, b = np.array([it.score for it in high])[:, None], np.array([it.score for it in low])[None]
    return round(float(np.mean((a > b) + 0.5 * (a == b))), 3)


def measured(
    known: Calibration, pairs: list[Pair], faced: Mapping[str, list[SideDocument]], labels: list[str]
) -> dict[str, Any]:
    """The figures on the later pairs."""
    late, docs = matched(pairs, late=True), faced[""]
    placed = [position(one, known) for one in docs]

    def compared(sides: list[tuple[list[int], list[int]]], cut: int | None = None) -> list[Divergence]:
        """Of each pair of sides; cut: the first one has only so many passages, evenly chosen, of one document."""
        made = []
        for numbers in sides:
            a, b = sides_of(faced, labels, *numbers)
            first = a if cut is None else [shortened(a[0], cut)]
            both = ([position(one, known) for one in side] for side in (first, b))
            made.append(of_positions(*both, resample=False, known=known))
        return made

    couples = {name: [([it.a], [it.b]) for it in held] for name, held in late.items()}
    couples_turned = {name: [*held, *((b, a) for a, b in held)] for name, held in couples.items()}
    one = {name: compared(held) for name, held in couples.items()}
    short = {cut: {name: compared(held, cut) for name, held in couples_turned.items()} for cut in SHORT}
    groups = {name: [made for it in held if (made := three(it, pairs, labels))] for name, held in late.items()}
    several = {name: compared(held) for name, held in groups.items()}
    draw = np.random.default_rng(0)
    sides = [[n for n, label in enumerate(labels) if label == voice and docs[n].at >= SPLIT] for voice in ADVERSARIES]
    unrelated = compared([([int(draw.choice(sides[0]))], [int(draw.choice(sides[1]))]) for _ in range(400)])
    usual, usual_three = one["allies"] + one["own"], several["allies"] + several["own"]

    def share(held: list[Divergence], level: float) -> float:
        return round(float(np.mean([(it.p_value or 1.0) <= level for it in held])), 4)

    return {
        "pairs": {name: len(held) for name, held in late.items()},
        "auc_one": {name: auc(one["adversaries"], one[name]) for name in ("allies", "own")},
        "groups": {name: len(held) for name, held in groups.items()},
        "auc_three": {name: auc(several["adversaries"], several[name]) for name in ("allies", "own")},
        "false": {name: [share(one[name], level) for level in LEVELS] for name in ("allies", "own")},
        "false_all": [share(usual, level) for level in LEVELS],
        "alarms": [share(one["adversaries"], level) for level in LEVELS],
        "false_three": {name: [share(several[name], level) for level in LEVELS] for name in ("allies", "own")},
        "false_all_three": [share(usual_three, level) for level in LEVELS],
        "alarms_three": [share(several["adversaries"], level) for level in LEVELS],
        "false_short": {cut: [share(it["allies"] + it["own"], level) for level in LEVELS] for cut, it in short.items()},
        "alarms_short": {cut: [share(it["adversaries"], level) for level in LEVELS] for cut, it in short.items()},
        "related": auc(one["adversaries"], unrelated),
        "median": {name: round(float(np.median([it.score for it in held])), 3) for name, held in one.items()},
        "median_three": {name: round(float(np.median([it.score for it in held])), 3) for name, held in several.items()},
        "reliability": reliability(one),
        "reliability_three": reliability(several),
        "seeds": _seeds(groups["adversaries"], placed, known),
        "history": _history([it for it in pairs if it.relation == "adversaries"], placed, labels),
    }  # fmt: skip


def reliability(held: dict[str, list[Divergence]]) -> list[list[float]]:
    """Per fifth of the scores' range: mean score, share of adversary pairs where both kinds weigh alike, pairs."""
    pairs = [(it.score, float(name == "adversaries")) for name, found in held.items() for it in found]
    scores, target = np.array(pairs).T
    weights = np.where(target == 1, 0.5 / target.sum(), 0.5 / (1 - target).sum())
    fifths = np.minimum((5 * scores).astype(int), 4)
    return [
        [round(float(np.average(column[fifths == n], weights=weights[fifths == n])), 3) for column in (scores, target)]
        + [int((fifths == n).sum())]
        for n in range(5)
        if (fifths == n).any()
    ]


def _seeds(groups: list[tuple[list[int], list[int]]], placed: list[Position], known: Calibration) -> float:
    """Mean over groups of the spread (standard deviation) of an interval's ends between ten seeds."""
    spreads = []
    for a, b in groups[:30]:
        products = scoring._groups([placed[n] for n in a], [placed[n] for n in b], {})
        ends = [scoring._interval(products, known, 0.5, SEVERAL, bytes([seed])) for seed in range(10)]
        spreads.append(float(np.std(ends, axis=0).mean()))
    return round(float(np.mean(spreads)), 4) if spreads else 0.0


def _history(pairs: list[Pair], placed: list[Position], labels: list[str]) -> dict[str, float]:
    turned = [(one.a, one.b) if labels[one.a] == ADVERSARIES[0] else (one.b, one.a) for one in pairs]
    made = [placed[a].mean - placed[b].mean for a, b in turned]
    past, asked = made[: MOST_HISTORY + 1], made[-50:]
    full = [usual_logit(one, past) for one in asked]

    def moved(n: int) -> float:
        return float(np.median([abs(usual_logit(one, past[-n:]) - at) for one, at in zip(asked, full, strict=True)]))

    return {str(n): round(moved(n), 3) for n in (20, 50, 100, 200) if n < len(past)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--all-passages", action="store_true")
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    if asked.all_passages:
        scoring.tells = lambda _: True
    encoder = SentenceTransformerEncoder(model_folder(load_settings().cache_dir, None, lambda *_: None), remembered=0)
    encode = Cached(encoder, asked.cache)
    voices = voices_from_toml((ROOT / "models" / "voices.toml").read_text(encoding="utf-8"), "voices.toml")
    found = texts(voices)
    pairs = pairs_of(found, encode([one.made.lead for one in found]))
    flat = encode([text for one in found for text in one.masked])
    cuts = np.cumsum([len(one.masked) for one in found])[:-1]
    rows, labels = np.split(flat, cuts), [one.label for one in found]
    faced = {other: documents(found, rows, voices, other) for other in ("", "kremlin", "white_house", "kyiv")}
    early = matched(pairs, late=False)
    lines = (DATA / "feeds" / "russian_media_items.jsonl").read_text(encoding="utf-8").splitlines()
    media = [row["text"] or row["title"] for row in map(json.loads, lines) if row["lang"] == "ru"]
    known = fitted(early, pairs, faced, labels, translation(encode, voices), encode(media).mean(axis=0))
    counts = {name: len(held) for name, held in early.items()} | {"documents": len(found)}
    if asked.write:
        write(known, counts, encoder.name, ROOT / "models" / "calibration.json")
    made = {
        "counts": counts,
        "scales": [{"fewest": one.fewest, "bias": one.bias, **one.weights} for one in known.scales],
    }
    print(json.dumps(made | measured(known, pairs, faced, labels)))


if __name__ == "__main__":
    main()
