"""B-cubed F1 of the online narratives on labelled corpora, ours and others' on the same items; prints JSON lines.

    python benchmarks/stories.py            ours: the three development corpora, titles alone (all, and the first
                                            1,500), sparse streams
    python benchmarks/stories.py --dated    ours, on what is dated alone: allsides, its sparse streams, the accounts
    python benchmarks/stories.py --grid     the same for every constant that was chosen here, one at a time
    python benchmarks/stories.py --orders   how alike the narratives of two orders of the same undated items are
    python benchmarks/stories.py --rivals   TF-IDF, and on our vectors river's DenStream and DBSTREAM and BERTopic's
                                            online mode, each with the best of its settings on each corpus (chosen
                                            with the answers in hand); `pip install -e .[rivals]` first
    python benchmarks/stories.py --sides    the two-sided stream: its narratives that hold both sides, to be read by eye

Corpora are ../shared/data/stories, undated but for those whose dates tell; `allsides_undated` is without any. The grid
takes an hour, most of it for the 11,109 titles. A sparse
stream is 30 events of one document and 8 of two of one corpus: in a quiet stream strangers must stay strangers.
accounts: the streams of tests/data/accounts one after another; among: moved to random times of the two-sided stream,
precision, recall and F1 of theirs. calls: pairs of calls in one narrative of the two-sided stream, [with other people,
with one of them the same], and how many narratives hold both sides; few of the first are wished.
moves: documents that changed their narrative after they were placed, for each document.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

import numpy as np
from stories_accounts import Labelled, accounts, among, b_cubed_at
from stories_calls import calls

from models.clustering import Narratives, grouping, neighbours, planning, rare, search, similarity
from models.copies import signature
from models.days import opening_days
from models.encoding import Encoder, SentenceTransformerEncoder
from models.masking import mask
from models.news import NewsItem, Statement
from models.reading import read
from models.terms import lead, terms
from streams.files import items as items_of
from streams.model_store import model_folder
from streams.settings import load_settings, load_voices

STORIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "stories"
STREAM = STORIES.parent / "two_sided_stream"
DEVELOPMENT = ("allsides_dev", "wikinews_medium", "ecbplus_dev")
TITLES, SOME_TITLES, SOME = "googlenews_titles", "some_titles", 1500
"""Rivals get the first of them: their cost grows with the square."""
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
GRID: Mapping[str, Sequence[float]] = {
    "NEAREST": (12, 24), "SURROUNDING": (4, 8), "RELATIVE": (0.7, 0.8, 0.9), "USUAL": (0.1, 0.2),
    "USUAL_WORDS": (5, 20), "LEAST": (0.0, 0.15, 0.18, 0.25), "APART": (0.005, 0.015), "BETTER": (0.0, 0.05),
    "CROWD": (24, 32, 48, 64, 1 << 40), "BY_MEANING": (16, 24), "BY_TERMS": (16, 24), "TERMS": (16, 64),
    "OTHER_DAY": (0.6, 0.8, 1.0), "SAME_DAY": (1.0, 1.05, 1.15),
}  # fmt: skip
DATED_GRID: Mapping[str, Sequence[object]] = {
    "RELATIVE_DATED": (0.55, 0.6, 0.7, 0.85), "GENRE": (0.0, 0.8, 1.0), "LEAST_DATED": (0.12, 0.18, 0.22),
    "ANOTHER_TIME": (timedelta(hours=36), timedelta(hours=84)), "DECAY_SECONDS": (5 * 86400.0,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpus:
    """Statements in the order of a stream, their gold stories, and their texts."""

    statements: Sequence[Statement]
    stories: Sequence[str]
    texts: Sequence[str]

    def chosen(self, places: Sequence[int]) -> "Corpus":
        """The documents at these places."""
        return Corpus(
            [self.statements[i] for i in places], [self.stories[i] for i in places], [self.texts[i] for i in places]
        )


def b_cubed(found: Sequence[object], gold: Sequence[object]) -> float:
    """F1 of Bagga and Baldwin (1998), 0..1."""
    return b_cubed_at(found, gold, range(len(found)))[2]


def load(name: str, encoder: Encoder) -> Corpus:
    """A corpus with the dates that its labeller did not set, in a fixed random order where it has none."""
    rows = [json.loads(line) for line in (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    dated = name.startswith("allsides")
    items = []
    for row in rows:
        at = UNDATED
        if dated:  # its stamps are those of the story: the day, and up to 48 hours of our own
            day = datetime.fromisoformat(row["date"]).replace(hour=0, minute=0, second=0)
            at = day.astimezone(UTC) + timedelta(seconds=random.Random(row["id"]).randrange(48 * 3600))
        told = {"title": row["title"], "text": row["text"], "lang": "en", "dated": dated}
        items.append((NewsItem(id=row["id"], published_at=at, **told), row))
    items.sort(key=lambda one: (one[0].published_at, random.Random("order" + one[0].id).random()))
    made, texts = statements([item for item, _ in items], encoder)
    return Corpus(made, [row["story"] for _, row in items], texts)


def statements(items: Sequence[NewsItem], encoder: Encoder) -> tuple[list[Statement], list[str]]:
    """What the embed stage makes of items, as far as clustering goes, and their texts."""
    voices = load_voices(load_settings().voices)
    documents = [read(item) for item in items]
    leads = encoder.encode([mask(lead(one.title, one.text), voices, one.lang) for one in documents])
    headlines = encoder.encode([mask(one.title, voices, one.lang) if one.title else "" for one in documents])
    made = [
        Statement(
            item=item.id, revision=0, withdrawn=False, published_at=item.published_at, source=item.source, url=item.url,
            title=one.title, lang=one.lang, voice=voices.voice_of_source(item.source, item.url),
            words=len(one.text.split()), lead=first.astype(np.float16),
            headline=(head if one.title else first).astype(np.float16), terms=terms(one.title, one.text, one.lang),
            signature=signature(one.text, one.title), passages=(), passages_left_out=0, encoder=encoder.name,
            days=opening_days(one.title, one.text), dated=item.dated,
        )
        for item, one, first, head in zip(items, documents, leads, headlines, strict=True)
    ]  # fmt: skip
    return made, [f"{one.title}. {one.text}" for one in documents]


def undated(corpus: Corpus, seed: int) -> Corpus:
    """The same documents without their dates, in another order."""
    order = random.Random(seed).sample(range(len(corpus.stories)), len(corpus.stories))
    mixed = corpus.chosen(order)
    return replace(mixed, statements=[replace(one, published_at=UNDATED, dated=False) for one in mixed.statements])


def sparse(corpus: Corpus, seed: int) -> Corpus:
    """30 events of one document and 8 of two."""
    rng = random.Random(seed)
    by_story: dict[str, list[int]] = defaultdict(list)
    for place, story in enumerate(corpus.stories):
        by_story[story].append(place)
    stories = rng.sample(sorted(by_story), 38)
    places = [
        place
        for number, story in enumerate(stories)
        for place in rng.sample(by_story[story], min(len(by_story[story]), 2 if number < 8 else 1))
    ]
    return corpus.chosen(sorted(places))


def narratives(corpus: Corpus) -> tuple[list[str | None], float]:
    """Each document's narrative in the end, known or forgotten, and moves for each document."""
    stage, moved = Narratives(), 0
    where: dict[str, str] = {}
    for one in corpus.statements:
        for placement in stage.take(one).placements:
            if placement.how not in ("left", "merged"):
                where |= dict.fromkeys(placement.items or (placement.item,), placement.narrative)
                moved += len(placement.items)
    return [stage.root(where[one.item]) for one in corpus.statements], moved / len(corpus.statements)


@dataclass(frozen=True, slots=True)
class Dated:
    """What tells how dated streams are done: allsides, its sparse streams, the accounts, the two-sided stream."""

    corpus: Corpus
    quiet: Sequence[Corpus]
    accounts: Sequence[Sequence[Labelled]]
    stream: Sequence[Statement]

    def figures(self) -> dict[str, object]:
        """As the module says."""
        one_after_another = sorted(
            (one for stream in self.accounts for one in stream), key=lambda one: one[0].published_at
        )
        alone = _corpus(one_after_another)
        mixed, places = among(self.accounts, self.stream, seed=0)
        found, _ = narratives(_corpus(mixed))
        own, _ = narratives(Corpus(self.stream, [], []))
        return {
            "allsides_dev": round(b_cubed(narratives(self.corpus)[0], self.corpus.stories), 3),
            "sparse": round(mean(b_cubed(narratives(one)[0], one.stories) for one in self.quiet), 3),
            "accounts": round(b_cubed(narratives(alone)[0], alone.stories), 3),
            "among": [round(one, 3) for one in b_cubed_at(found, [event for _, event in mixed], places)],
            "calls": calls(self.stream, own),
        }


def _corpus(labelled: Sequence[Labelled]) -> Corpus:
    return Corpus([one for one, _ in labelled], [event for _, event in labelled], [""] * len(labelled))


def dated(allsides: Corpus, encoder: Encoder) -> Dated:
    """The dated streams."""
    streams = []
    for told in accounts():
        source = list(items_of([str(told.path)], start=UNDATED, refuse=lambda *_: None))
        made, _ = statements(source, encoder)
        named = [replace(one, item=f"{told.name}/{one.item}") for one in made]
        event = [told.name if item.id in told.on else one.item for item, one in zip(source, named, strict=True)]
        streams.append(list(zip(named, event, strict=True)))
    return Dated(allsides, [sparse(allsides, seed) for seed in range(3)], streams, two_sided(encoder))


def two_sided(encoder: Encoder) -> list[Statement]:
    """The documents of the two-sided stream."""
    paths = sorted(map(str, STREAM.glob("*.jsonl")))
    return statements(list(items_of(paths, start=UNDATED, refuse=lambda *_: None)), encoder)[0]


def figures(corpora: Mapping[str, Corpus], quiet: Iterable[Corpus]) -> dict[str, object]:
    found = {name: narratives(corpus) for name, corpus in corpora.items()}
    scores = {name: b_cubed(labels, corpora[name].stories) for name, (labels, _) in found.items()}
    return {
        "macro": round(mean(scores[name] for name in DEVELOPMENT), 4),
        "sparse": round(mean(b_cubed(narratives(one)[0], one.stories) for one in quiet), 4),
        **{name: round(score, 3) for name, score in scores.items()},
        "moves": {name: round(moves, 2) for name, (_, moves) in found.items()},
    }


def with_constant(name: str, value: object, work: Callable[[], dict[str, object]]) -> dict[str, object]:
    """The work done with another value of a constant of the clustering modules."""
    homes = [module for module in (neighbours, grouping, planning, search, rare, similarity) if hasattr(module, name)]
    before = getattr(homes[0], name)
    try:
        for module in homes:
            setattr(module, name, value if isinstance(value, timedelta) else type(before)(value))
        return {name: value if isinstance(value, float | int) else str(value), **work()}
    finally:
        for module in homes:
            setattr(module, name, before)


def orders(corpora: Mapping[str, Corpus]) -> dict[str, object]:
    """B-cubed F1 between the narratives of the first order and of five others."""
    result: dict[str, object] = {}
    for name in ("wikinews_medium", "ecbplus_dev", "allsides_undated"):
        runs = []
        for seed in range(6):
            mixed = undated(corpora[name], seed)
            labels, _ = narratives(mixed)
            runs.append({one.item: label for one, label in zip(mixed.statements, labels, strict=True)})
        items = sorted(runs[0])
        alike = [b_cubed([run[one] for one in items], [runs[0][one] for one in items]) for run in runs[1:]]
        gold = {one.item: story for one, story in zip(corpora[name].statements, corpora[name].stories, strict=True)}
        scores = [b_cubed([run[one] for one in items], [gold[one] for one in items]) for run in runs]
        result[name] = {"alike": round(mean(alike), 3), "scores": [round(one, 3) for one in scores]}
    return result


def sides(encoder: Encoder) -> None:
    """Print the narratives that hold both sides, and the largest."""
    pair = load_voices(load_settings().voices).pair
    made = two_sided(encoder)
    labels, moves = narratives(Corpus(made, [], []))
    held: dict[str | None, list[Statement]] = defaultdict(list)
    for one, name in zip(made, labels, strict=True):
        held[name].append(one)
    both = [members for members in held.values() if {*pair} <= {one.voice for one in members}]
    largest = sorted(held.values(), key=lambda members: -len(members))[:20]
    for kind, chosen in (("both sides", both), ("largest", largest)):
        for members in chosen:
            print(json.dumps({kind: [f"{one.published_at:%Y-%m-%d} {one.voice}: {one.title}" for one in members]}))
    print(json.dumps({"narratives": len(held), "with_both_sides": len(both), "moves": round(moves, 3)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--dated", action="store_true")
    parser.add_argument("--orders", action="store_true")
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--sides", action="store_true")
    asked = parser.parse_args()
    encoder = SentenceTransformerEncoder(model_folder(load_settings().cache_dir, None, lambda *_: None))
    if asked.sides:
        sides(encoder)
        return
    if asked.dated:
        some = dated(load("allsides_dev", encoder), encoder)
        print(json.dumps(some.figures()), flush=True)
        for name, values in DATED_GRID.items() if asked.grid else ():
            for value in values:
                print(json.dumps(with_constant(name, value, some.figures)), flush=True)
        return
    corpora = {name: load(name, encoder) for name in (*DEVELOPMENT, TITLES)}
    corpora["allsides_undated"] = undated(corpora["allsides_dev"], 5)
    corpora[SOME_TITLES] = corpora[TITLES].chosen(range(SOME))
    quiet = [sparse(corpora[name], seed) for name in DEVELOPMENT for seed in range(3)]
    if asked.orders:
        print(json.dumps(orders(corpora)))
        return
    print(json.dumps(figures(corpora, quiet)), flush=True)
    if asked.rivals:
        from stories_rivals import RIVALS

        for name, rival in RIVALS.items():
            few = {of: it for of, it in corpora.items() if of != TITLES}
            best = {of: max(b_cubed(one, it.stories) for one in rival(it)) for of, it in few.items()}
            macro = mean(best[of] for of in DEVELOPMENT)
            scores = {of: round(score, 3) for of, score in best.items()}
            print(json.dumps({"rival": name, "macro": round(macro, 4), **scores}), flush=True)
    for name, values in GRID.items() if asked.grid else ():
        for value in values:
            print(json.dumps(with_constant(name, value, lambda: figures(corpora, quiet))), flush=True)


if __name__ == "__main__":
    main()
