"""Whether the guarantee holds, and what it finds: null experiments, e-BH and power. Prints one JSON line each.

Nulls, in which nothing differs but what may differ usually. A stream is several narratives that are alive together,
with a look after every pair of documents:

  synthetic  Gaussian documents of two styles. worst: every pair is in the order that the null allows at its worst,
             given what the experts know; stray: every narrative strays by up to EPS in a direction of its own
  split      one house's documents about one thing, dealt at random to the two sides
  length     the same, with one passage, any, of each document of one side and all, up to twelve, of the other's. all:
             in every narrative; alone: in one only, against the usual style of documents of equal length; lead: as
             alone, the passage being the first. A lead differs from a text in more than length: no strict null
  language   English against Russian of the same 42 events in our own words. all: in every narrative; alone: in one
             only, while others deal the languages at random. The centre of Russian is in part that of these events
  copies     White House documents dealt at random through the real cluster and compare stages. plain; near: COPIES near
             copies of every document of one side; counted: the same, not recognised, to show what that is worth;
             repeated: so counted in longer narratives, without the stages
  allied     White House against Kyiv about one thing. No strict null: what the two say of it may differ beyond style

  ever_05, ever_01  share of narratives in which E ever reaches 20, 100: at most .05, .01 if the guarantee holds
  established       share in which the stage ever calls an alert established (e-BH among the stream's narratives)
  observed_05, _02  share of pairs of one document a side with p <= .05, .02: if calibrated, at most that
  opened            share of narratives of six documents a side in which an observed alert opens at any of them. No
                    rate is stated of it: that is what `established` is for

What is found where something differs:

  fdr        200 narratives alive together, a share of them divergent (shift 2, style 1), the others stray. fdr: mean
             share of false ones among the narratives established at the last look, stated to be at most .10; ever_fdr:
             among those that ever were; false: the former, pooled; power: share of the divergent ones
  power      Gaussian narratives with a shift beyond style, both in standard deviations of a pair's difference
  planted    one house's documents about one thing against those about another; usual pairs as in `split`
  adversaries  Kremlin against White House about one thing, against the style of their pairs about other things

  median_pairs      pairs until E reaches 20; null where fewer than half of the narratives get there with theirs

A rate is [rate, lower, upper]: a 95 % interval (Clopper-Pearson) over the narratives or pairs of all runs. Documents
are those of benchmarks/pairs.py, dealt anew in each run: intervals are over the dealing, given the documents. Observed
figures are of documents after that benchmark's split, on which nothing was calibrated.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pairs_documents as pairs
from guarantee_plots import evidence, observed, rate
from guarantee_streams import PAIR, START, Documents, Draw, Told, at_random, courses, gaussian, in_turns, staged, worst

from models.divergence import SideDocument, position
from models.masking import mask
from models.news import EncodedPassage, NewsItem
from models.reading import read

NUMBER = 40
"""Pairs of a narrative: twice those in which it is wished that divergence be established."""
FEW = 6
"""Documents a side of the narratives that observed alarms are counted in."""
COPIES = 5
LIVE, SHARES = 200, (0.1, 0.3)
SHIFTS, STYLES = (1.0, 1.5, 2.0, 3.0), (0.0, 1.0, 2.5)
"""Of Gaussian narratives. Two real houses' documents about one thing have a style of some 2.5 (|.42| at SPREAD .17),
and a narrative's own shift of some 2 (|.37|)."""

Lines = Iterable[dict[str, Any]]


def synthetic(_: Documents | None, runs: int, draw: Draw) -> Lines:
    for style in STYLES:
        for kind in ("worst", "stray"):
            found = []
            for _run in range(runs):
                stream = gaussian(draw, 10, NUMBER, style=style, stray=kind == "stray")
                found += courses(stream, worst(draw) if kind == "worst" else None)
            yield {"kind": kind, "style": style, **evidence(found)}


def split(real: Documents, runs: int, draw: Draw) -> Lines:
    for house in PAIR:
        found, few = [], []
        for _ in range(runs):
            found += courses([real.told(one) for one in real.dealt(draw, house, NUMBER)])
            few += [real.told(one) for one in real.dealt(draw, house, FEW, late=True)]
        yield {"house": house, **evidence(found), **observed(few)}


def length(real: Documents, runs: int, draw: Draw) -> Lines:
    for house in PAIR:
        for kind in ("all", "alone", "lead"):
            cut = (lambda _: 0) if kind == "lead" else lambda passages: int(draw.integers(passages))
            found, few = [], []
            for _ in range(runs):
                stream = real.dealt(draw, house, NUMBER)
                short = len(stream) if kind == "all" else 1
                found += courses([real.told(one, cut if of < short else None) for of, one in enumerate(stream)])[:short]
                few += [real.told(one, cut) for one in real.dealt(draw, house, FEW, late=True)[:short]]
            yield {"kind": kind, "house": house, **evidence(found), **observed(few)}


def language(real: Documents, runs: int, draw: Draw) -> Lines:
    events = [
        [Told(on_a=lang == "en", position=position(own_words(real, lang, *event[lang]))) for lang in ("en", "ru")]
        for event in json.loads(pairs.EVENTS.read_text("utf-8"))
    ]

    def narrative(turned: float) -> list[Told]:
        """Half the events in both languages; turned: chance that an event's Russian is the first side's."""
        chosen = [events[at] for at in draw.permutation(len(events))[: len(events) // 2]]
        turns = draw.random(len(chosen)) < turned
        return [replace(one, on_a=one.on_a != turn) for both, turn in zip(chosen, turns, strict=True) for one in both]

    for kind in ("all", "alone"):
        found, few = [], []
        for _ in range(runs):
            stream = [narrative(0.5 if kind == "alone" and of else 0.0) for of in range(6)]
            found += courses(stream)[: 1 if kind == "alone" else None]
            few.append(stream[0][: 2 * FEW])
        yield {"kind": kind, **evidence(found), **observed(few)}


def own_words(real: Documents, lang: str, title: str, text: str) -> SideDocument:
    """A document of our own words."""
    document = read(NewsItem(id="", published_at=START, title=title, text=text, lang=lang))
    said = [document.text[one.start : one.end] for block in document.blocks for one in block.sentences]
    vectors = real.encode([mask(one, real.voices, lang) for one in said]).astype(np.float16)
    passages = tuple(
        EncodedPassage(start=0, end=len(one), text=one, voice=PAIR[0], confidence=1.0, vector=vector)
        for one, vector in zip(said, vectors, strict=True)
    )
    return SideDocument(item=f"{title}/{lang}", url="", lang=lang, at=START, passages=passages)


def copies(real: Documents, runs: int, draw: Draw) -> Lines:
    chosen = np.flatnonzero((real.houses == PAIR[1]) & real.late)
    real.encode([real.texts[at].made.headline or real.texts[at].made.lead for at in chosen])
    deals = [draw.random(len(chosen)) < 0.5 for _ in range(runs)]
    for kind in ("plain", "near", "counted"):
        found = []
        for deal in deals:
            stream = [(real.statement(int(at), edition), PAIR[not on_a]) for on_a, at in zip(deal, chosen, strict=True)
                      for edition in range(1 + (COPIES if on_a and kind != "plain" else 0))]  # fmt: skip
            stream.sort(key=lambda one: (one[0].published_at, one[0].item))
            found += staged(stream, known=kind != "counted")
        yield {"kind": kind, "narratives": len(found), "ever_05": rate(max(path) >= np.log(20) for path, _ in found),
               "opened": rate(one for _, one in found)}  # fmt: skip
    repeated = []
    for _ in range(10 * runs):
        stream = real.dealt(draw, PAIR[1], NUMBER)
        for one in stream:
            sides = [[at for on_a, at in one if on_a == side] for side in (True, False)]
            one[:] = in_turns(np.repeat(sides[0], 1 + COPIES)[:NUMBER], sides[1])
        repeated += courses([real.told(one) for one in stream])
    yield {"kind": "repeated", **evidence(repeated)}


def housed(real: Documents, runs: int, draw: Draw, houses: tuple[str, str]) -> Lines:
    """Two houses' narratives as they are."""
    found, few = [], []
    for _ in range(runs):
        found += courses([real.told(one) for one in real.housed(draw, houses, NUMBER)])
        few += [real.told(one) for one in real.housed(draw, houses, FEW, late=True)]
    yield {"houses": houses, **evidence(found), **observed(few)}


def planted(real: Documents, runs: int, draw: Draw) -> Lines:
    for house in PAIR:
        found = []
        for _ in range(runs):
            (one,), (other,), *rest = real.narratives(draw, [house], NUMBER)
            usual = [
                at_random(draw, np.sort(np.concatenate((*a, *b)))) for a, b in zip(rest[::2], rest[1::2], strict=False)
            ]
            found += courses([real.told(some) for some in (in_turns(one, other), *usual)])[:1]
        yield {"house": house, **evidence(found)}


def power(_: Documents | None, runs: int, draw: Draw) -> Lines:
    for style in STYLES:
        for shift in SHIFTS:
            streams = (gaussian(draw, 10, NUMBER, style=style, shift=shift, divergent=2) for _run in range(runs))
            yield {"style": style, "shift": shift, **evidence([it for one in streams for it in courses(one)[:2]])}


def fdr(_: Documents | None, runs: int, draw: Draw) -> Lines:
    for share in SHARES:
        divergent = int(share * LIVE)
        last, ever, false, found = [], [], [], []
        for _run in range(runs):
            made = courses(gaussian(draw, LIVE, NUMBER, style=1.0, shift=2.0, divergent=divergent, stray=True))
            at_end = [of >= divergent for of, one in enumerate(made) if one.established[-1]]
            last.append(np.mean(at_end or [0.0]))
            ever.append(np.mean([of >= divergent for of, one in enumerate(made) if any(one.established)] or [0.0]))
            false += at_end
            found += [one.established[-1] for one in made[:divergent]]
        yield {"share": share, "runs": runs, "rejected": len(false), "fdr": round(float(np.mean(last)), 4),
               "ever_fdr": round(float(np.mean(ever)), 4), "false": rate(false), "power": rate(found)}  # fmt: skip


EXPERIMENTS: dict[str, tuple[Callable[..., Lines], int, bool]] = {
    "synthetic": (synthetic, 100, False),
    "split": (split, 60, True),
    "length": (length, 40, True),
    "language": (language, 60, True),
    "copies": (copies, 3, True),
    "allied": (partial(housed, houses=pairs.ALLIES), 30, True),
    "fdr": (fdr, 8, False),
    "power": (power, 20, False),
    "planted": (planted, 60, True),
    "adversaries": (partial(housed, houses=pairs.ADVERSARIES), 30, True),
}
"""Name: what runs it, its streams unless --runs says otherwise, whether of real documents."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, default=list(EXPERIMENTS), metavar="NAME")
    parser.add_argument("--runs", type=int, help="streams of each experiment; by default as many as take six minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="keeps vectors of real documents between runs")
    parser.add_argument("--plots", type=Path, help="folder that SVG plots are written to; wants matplotlib")
    asked = parser.parse_args()
    real = Documents(asked.cache) if any(EXPERIMENTS[name][2] for name in asked.only) else None
    found: dict[str, list[dict[str, Any]]] = {}
    for number, (name, (experiment, usual, _)) in enumerate(EXPERIMENTS.items()):
        if name not in asked.only:
            continue
        start, found[name] = time.monotonic(), []
        for line in experiment(real, asked.runs or usual, np.random.default_rng([asked.seed, number])):
            found[name].append(line)
            told = {key: it for key, it in line.items() if key != "courses"}
            print(json.dumps({"experiment": name, **told}), flush=True)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    if asked.plots:
        from guarantee_plots import draw_all

        draw_all(found, asked.plots)


if __name__ == "__main__":
    main()
