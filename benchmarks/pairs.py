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
  seeds     how far an interval's ends move when it is resampled anew (RESAMPLES of models/divergence.py)
  history   how far the usual logit moves from its value at all pairs (MOST_HISTORY of models/evidence/betting.py), per
            length of history, as a median of absolute differences

`--write` writes models/calibration.json; `--all-passages` keeps courtesies and logistics; `--cache` keeps vectors.
"""

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

import models.divergence as scoring
from models.calibration import Calibration, Camps, Scale
from models.divergence import Divergence, Position, SideDocument, of_positions, position
from models.encoding import Encoder, SentenceTransformerEncoder
from models.errors import InvalidItem
from models.evidence import MOST_HISTORY, usual_logit
from models.masking import mask
from models.news import EncodedPassage, NewsItem
from models.reading import read
from models.statements import Prepared, prepare
from models.terms import terms
from models.voices import Voices, voices_from_toml
from streams.model_store import model_folder
from streams.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
EVENTS = Path(__file__).with_name("clustering_pairs.json")
SPLIT = datetime(2022, 3, 1, tzinfo=UTC)
WITHIN = timedelta(hours=72)
TOPIC = 0.12
"""Topic similarity from which two documents are taken to be about one event: half of what joins a narrative, since at
.20 there are 16 adversary pairs to learn from and at .12 there are 63."""
MOST_PASSAGES = 12
FEWEST_TOLD = 2
USUAL_PER_PAIR = 2
HOUSES, CAMPS = ("kremlin", "white_house", "kyiv"), (0, 1, 1)
SHRINKAGE, BOUND = 0.3, 4.0
"""Inverse strength of the houses' regression, on vectors of unit spread, and the bound of a stance. Trained on what is
before each of three dates and asked of the pairs until the next, all before SPLIT, a bound of 4 gives AUC .86 and .82
(allies, own) and none .77 and .75; SHRINKAGE .1 to 100 moves it by .02. On the later pairs bounds 2, 3, 5 and 6 give
.905, .909, .894, .870 (allies) where 4 gives .907."""
FOLDS, SEVERAL = 5, 3
LEVELS = (0.05, 0.02, 0.01)
SHORT, CUTS = (1, 2, 3, 4, 5), 2
"""Passages that each document of one side of a usual pair is cut to, for p-values of short sides; draws of them."""
GAP_WEIGHT = 8.0
"""Logits per unit of the gap, set and not learnt: alone it does not tell these pairs apart (AUC about .5), but in
another encoder's space it is all there is. Its spread over usual pairs is .03: it moves a score by a quarter logit."""
AGREED = 60.0
"""What full agreement takes off, in squared logits of stance: set on pairs of our own words, where 20 gives AUC .94, 40
and 80 1.0 (benchmarks/framings.py). Real documents agree so seldom that it moves the figures here by .01."""
ADVERSARIES, ALLIES = ("kremlin", "white_house"), ("kyiv", "white_house")

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A document with the passages of its publisher's voice; masked: what is encoded, `lead` first."""

    label: str
    item: NewsItem
    made: Prepared
    masked: tuple[str, ...]
    terms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents by number, the earlier first; relation: adversaries, allies, own."""

    a: int
    b: int
    relation: str
    topic: float
    lengths: float
    late: bool


class Cached:
    """An encoder that keeps its vectors in a file between runs."""

    def __init__(self, encoder: Encoder, path: Path | None) -> None:
        self.encoder, self.path = encoder, path
        self.known: dict[str, npt.NDArray[np.float16]] = {}
        if path is not None and path.exists():
            held = np.load(path)
            self.known = dict(zip(held["keys"].tolist(), held["vectors"], strict=True))

    def __call__(self, texts: list[str]) -> Array:
        """(n, dim) float64."""
        keys = [hashlib.sha256(f"{self.encoder.name}\0{text}".encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self.known}
        for start in range(0, len(new), 512):
            part = list(new)[start : start + 512]
            vectors = self.encoder.encode([new[key] for key in part]).astype(np.float16)
            self.known.update(zip(part, vectors, strict=True))
            if self.path is not None:
                np.savez(self.path, keys=np.array(list(self.known)), vectors=np.stack(list(self.known.values())))
        return np.stack([self.known[key] for key in keys]).astype(np.float64)


def texts(voices: Voices) -> list[Text]:
    """The stream's documents in order of time, once each, with what they say themselves."""
    rows: dict[str, dict[str, Any]] = {}
    for path in sorted((DATA / "two_sided_stream").glob("*.jsonl")):
        rows |= {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    found = []
    for row in sorted(rows.values(), key=lambda one: (datetime.fromisoformat(one["date"]), one["id"])):
        label, other = row["label"], "kremlin" if row["label"] == "white_house" else "white_house"
        item = NewsItem(
            id=row["id"], published_at=datetime.fromisoformat(row["date"]).astimezone(UTC), source=row["source"],
            url=row["url"], title=row["title"] or "", text=row["text"], lang=row["lang"],
        )  # fmt: skip
        try:
            made = prepare(item, voices.with_pair(label, other), MOST_PASSAGES)
        except InvalidItem:
            continue
        own = tuple((passage, text) for passage, text in made.evidence if passage.voice == label)
        if sum(scoring.tells(passage.text) for passage, _ in own) < FEWEST_TOLD:
            continue
        counted = dict(terms(made.document.title, made.document.text, made.document.lang))
        made = replace(made, evidence=own)
        found.append(Text(label=label, item=item, made=made, masked=tuple(text for _, text in own), terms=counted))
    return found


def pairs_of(found: list[Text], leads: Array) -> list[Pair]:
    """Every pair of documents near in time and topic, on one side of the split."""
    centred = leads - leads.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    seen = Counter(term for one in found for term in one.terms)
    weights = [{term: n * np.log(len(found) / seen[term]) for term, n in one.terms.items()} for one in found]
    norms = [float(np.sqrt(sum(value * value for value in one.values()))) + 1e-9 for one in weights]
    made = []
    for i, first in enumerate(found):
        for j in range(i + 1, len(found)):
            second = found[j]
            if second.item.published_at - first.item.published_at > WITHIN:
                break
            late = first.item.published_at >= SPLIT
            names = tuple(sorted((first.label, second.label)))
            relation = {ADVERSARIES: "adversaries", ALLIES: "allies"}.get(names, "own" if len(set(names)) == 1 else "")
            dense = float(centred[i] @ centred[j])
            if not relation or late != (second.item.published_at >= SPLIT) or dense < TOPIC / 2:
                continue
            shared = sum(weights[i][term] * weights[j][term] for term in weights[i].keys() & weights[j].keys())
            topic = 0.5 * dense + 0.5 * shared / (norms[i] * norms[j])
            if topic >= TOPIC and first.item.title != second.item.title:
                lengths = abs(float(np.log(len(first.masked) / len(second.masked))))
                made.append(Pair(a=i, b=j, relation=relation, topic=topic, lengths=lengths, late=late))
    return made


def matched(pairs: list[Pair], *, late: bool) -> dict[str, list[Pair]]:
    """The adversary pairs of one time, and for each as many of the others as are nearest in topic and length."""
    held = {"adversaries": [one for one in pairs if one.relation == "adversaries" and one.late == late]}
    for relation in ("allies", "own"):
        pool = [one for one in pairs if one.relation == relation and one.late == late]
        held[relation] = []
        for want in held["adversaries"]:
            pool.sort(key=lambda one, at=want: abs(one.topic - at.topic) / 0.05 + abs(one.lengths - at.lengths) / 0.7)
            held[relation] += pool[:USUAL_PER_PAIR]
            pool = pool[USUAL_PER_PAIR:]
    return held


def camps(means: Array, labels: Array) -> Camps:
    """What tells the houses' documents apart, each house weighing alike."""
    spread = float(means.std())
    model = LogisticRegression(C=SHRINKAGE, max_iter=5000, class_weight="balanced")
    model.fit(means / spread, [HOUSES.index(label) for label in labels])
    weights, bias = np.round(model.coef_ / spread, 3), np.round(model.intercept_, 4)
    return Camps(weights=weights, bias=bias, camps=CAMPS, bound=BOUND)


def translation(encode: Cached, voices: Voices) -> Array:
    """(dim,) what telling the same in Russian instead of English adds to a vector: a mean over events of our own words.

    The centre of Russian is midway between that and the mean of Russian media. By the media alone the Russian account
    of such an event leans to the Kremlin's camp by 4 logits more than the English one; by these events alone Russian
    media lean from it by 4 more than the English editions of their like.
    """
    moved = []
    for event in json.loads(EVENTS.read_text("utf-8")):
        told_in = {}
        for lang in ("en", "ru"):
            title, text = event[lang]
            document = read(NewsItem(id="", published_at=SPLIT, title=title, text=text, lang=lang))
            spans = [span for block in document.blocks for span in block.sentences]
            told_in[lang] = encode([mask(document.text[one.start : one.end], voices, lang) for one in spans]).mean(
                axis=0
            )
        moved.append(told_in["ru"] - told_in["en"])
    shift: Array = np.mean(moved, axis=0)
    return shift


def documents(found: list[Text], vectors: list[Array]) -> list[SideDocument]:
    return [
        SideDocument(
            item=one.item.id, url="", lang=one.made.document.lang, at=one.item.published_at,
            passages=tuple(
                EncodedPassage(start=it.start, end=it.end, text=it.text, voice=one.label, confidence=it.confidence,
                               vector=row.astype(np.float16))
                for (it, _), row in zip(one.made.evidence, rows, strict=True)
            ),
        )
        for one, rows in zip(found, vectors, strict=True)
    ]  # fmt: skip


def told(document: SideDocument) -> list[EncodedPassage]:
    return [one for one in document.passages if scoring.tells(one.text)]


def logistic(parts: Array, target: Array, sizes: Array) -> tuple[float, float]:
    """(bias, weight of the stance less what is agreed) beside the gap's set weight; both classes weigh alike.

    By Newton's method with a weak ridge.
    """
    scale = float(parts[:, 1].std())
    x = np.stack([np.ones(len(parts)), parts[:, 1] / scale], axis=1)
    offset, w = GAP_WEIGHT * parts[:, 0], np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ w + offset)))
        gradient = x.T @ (sizes * (p - target)) + 0.01 * w
        w = w - np.linalg.solve((x * (sizes * p * (1 - p))[:, None]).T @ x + 0.01 * np.eye(2), gradient)
    return float(w[0]), float(max(w[1], 0.0) / scale)


def fitted(
    held: dict[str, list[Pair]],
    every: list[Pair],
    docs: list[SideDocument],
    labels: list[str],
    to_russian: Array,
    russian: Array,
) -> Calibration:
    """The calibration from what is before SPLIT; the reference's scores come from camps that did not see its time."""
    raw = [np.stack([one.vector.astype(np.float64) for one in told(document)]) for document in docs]
    early = np.array([one.at < SPLIT for one in docs])
    english = np.concatenate([rows for rows, soon in zip(raw, early, strict=True) if soon]).mean(axis=0)
    ru = (english + to_russian + russian) / 2
    centres = {"en": english, "ru": ru, "": (english + ru) / 2}
    centres = {lang: np.round(centre, 4) for lang, centre in centres.items()}
    centred = [rows - centres["en"] for rows in raw]
    means = np.stack([rows.mean(axis=0) for rows in centred])
    flat = [one for pairs in held.values() for one in pairs]
    starts = sorted(docs[one.a].at for one in flat)
    edges = [starts[len(starts) * fold // FOLDS] for fold in range(1, FOLDS)]
    fold_of = [sum(docs[one.a].at >= edge for edge in edges) for one in flat]
    fold_of_document = np.array([sum(one.at >= edge for edge in edges) for one in docs])
    houses = np.array(labels)
    final = camps(means[early], houses[early])
    nothing = Scale(fewest=1, bias=0.0, weights={}, reference=())
    base = Calibration(
        centres=centres,
        camps=None,
        usual_within=_usual(centred),
        scales=(nothing,),
        half_width=1.0,
    )
    sides: dict[int, list[tuple[int, list[int], list[int]]]] = {1: [], SEVERAL: []}
    for i, one in enumerate(flat):
        sides[1].append((i, [one.a], [one.b]))
        if (made := three(one, every, labels)) is not None:
            sides[SEVERAL].append((i, *made))
    scales, spread, draw = [], 0.0, np.random.default_rng(0)
    for fewest, groups in sides.items():
        parts = np.zeros((len(groups), 2))
        short: dict[int, list[tuple[float, float]]] = {cut: [] for cut in SHORT}
        for fold in range(FOLDS):
            mine = [at for at, (i, _, _) in enumerate(groups) if fold_of[i] == fold]
            used = {n for at in mine for side in groups[at][1:] for n in side}
            rest = early & (fold_of_document != fold)
            rest[list(used)] = False
            known = replace(base, camps=camps(means[rest], houses[rest]))
            placed = {n: position(docs[n], known) for n in used}
            for at in mine:
                a, b = ([placed[n] for n in side] for side in groups[at][1:])
                parts[at] = told_apart(a, b, known)
                if flat[groups[at][0]].relation == "adversaries":
                    continue
                both = [[docs[n] for n in side] for side in groups[at][1:]]
                for cut, _, (full, other) in product(SHORT, range(CUTS), (both, both[::-1])):
                    thin = [position(drawn(one, cut, draw), known) for one in full]
                    short[cut].append(told_apart(thin, [position(one, known) for one in other], known))
        target = np.array([flat[i].relation == "adversaries" for i, _, _ in groups], np.float64)
        scale, logits = scaled(fewest, parts, target)
        thin = tuple((cut, scores_of(np.array(found), scale)) for cut, found in short.items())
        scale = replace(scale, short=thin)
        scales.append(scale)
        if fewest == 1:
            spread = float(np.sqrt((logits[target == 1].var() + logits[target == 0].var()) / 2))
    return replace(base, camps=final, scales=tuple(scales), half_width=round(1.2816 * spread, 3))


def drawn(document: SideDocument, cut: int, draw: np.random.Generator) -> SideDocument:
    """The document with so many of its telling passages, drawn at random."""
    passages = told(document)
    return replace(document, passages=tuple(passages[n] for n in sorted(draw.permutation(len(passages))[:cut])))


def told_apart(a: list[Position], b: list[Position], known: Calibration) -> tuple[float, float]:
    """Gap, and stance less what is agreed."""
    found = of_positions(a, b, resample=False, known=known).parts
    return found["gap"], found["stance"] - AGREED * found["agreement"]


def scores_of(parts: Array, scale: Scale) -> tuple[float, ...]:
    """Scores at a scale, ascending."""
    logits = scale.bias + parts @ np.array([scale.weights["gap"], scale.weights["stance"]])
    return tuple(sorted(round(1 / (1 + float(np.exp(-one))), 4) for one in logits))


def scaled(fewest: int, parts: Array, target: Array) -> tuple[Scale, Array]:
    """The scale of sides of so many documents, and the logits of what it was fitted on."""
    bias, weight = logistic(parts, target, np.where(target == 1, 0.5 / target.mean(), 0.5 / (1 - target.mean())))
    logits = bias + GAP_WEIGHT * parts[:, 0] + weight * parts[:, 1]
    reference = sorted(round(1 / (1 + float(np.exp(-one))), 4) for one in logits[target == 0])
    weights = {"gap": GAP_WEIGHT, "stance": round(weight, 4), "agreement": -round(AGREED * weight, 3)}
    return Scale(fewest=fewest, bias=round(bias, 3), weights=weights, reference=tuple(reference)), logits


def _usual(centred: list[Array]) -> float:
    """Mean product of two passages of a document."""
    several = [rows for rows in centred if len(rows) > 1]
    products = [
        (np.square(rows.sum(axis=0)).sum() - np.square(rows).sum()) / (len(rows) * (len(rows) - 1)) for rows in several
    ]
    return round(float(np.mean(products)), 6)


def shortened(document: SideDocument, cut: int) -> SideDocument:
    """The document with so many of its telling passages, evenly chosen."""
    passages = told(document)
    at = [(2 * n + 1) * len(passages) // (2 * cut) for n in range(cut)]
    return replace(document, passages=tuple(passages[n] for n in at) if len(passages) > cut else tuple(passages))


def auc(high: list[Divergence], low: list[Divergence]) -> float:
    """Share of couples in which the first scores higher, ties half (Mann-Whitney)."""
    a, b = np.array([it.score for it in high])[:, None], np.array([it.score for it in low])[None]
    return round(float(np.mean((a > b) + 0.5 * (a == b))), 3)


def three(pair: Pair, pairs: list[Pair], labels: list[str]) -> tuple[list[int], list[int]] | None:
    """The pair's documents with two more a side that are near either of them; None where there are not so many."""
    near = {n: one.topic for one in sorted(pairs, key=lambda one: one.topic) for n in (one.a, one.b)
            if {pair.a, pair.b} & {one.a, one.b} and one.late == pair.late}  # fmt: skip
    order = sorted((n for n in near if n not in (pair.a, pair.b)), key=lambda n: (-near[n], n))
    if labels[pair.a] == labels[pair.b]:
        mine = [n for n in order if labels[n] == labels[pair.a]][:4]
        return ([pair.a, *mine[::2]], [pair.b, *mine[1::2]]) if len(mine) == 4 else None
    a, b = ([n, *[m for m in order if labels[m] == labels[n]][:2]] for n in (pair.a, pair.b))
    return (a, b) if len(a) == len(b) == 3 else None


def measured(known: Calibration, pairs: list[Pair], docs: list[SideDocument], labels: list[str]) -> dict[str, Any]:
    """The figures on the later pairs."""
    late = matched(pairs, late=True)
    placed = [position(one, known) for one in docs]

    def compared(sides: list[tuple[list[int], list[int]]], cut: int | None = None) -> list[Divergence]:
        """Of each pair of sides; cut: the first one has only so many passages, evenly chosen, of one document."""
        first = [
            [placed[n] for n in a] if cut is None else [position(shortened(docs[a[0]], cut), known)] for a, _ in sides
        ]
        return [
            of_positions(a, [placed[n] for n in b], resample=False, known=known)
            for a, (_, b) in zip(first, sides, strict=True)
        ]

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
        "seeds": _seeds(groups["adversaries"], placed, known),
        "history": _history([it for it in pairs if it.relation == "adversaries"], placed, labels),
    }  # fmt: skip


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


def write(known: Calibration, counts: dict[str, int], encoder: str, path: Path) -> None:
    assert known.camps is not None
    held = {
        "made_by": "benchmarks/pairs.py", "encoder": encoder, "counts": counts,
        "centres": {lang: centre.tolist() for lang, centre in known.centres.items()},
        "camps": {
            "houses": HOUSES, "camps": known.camps.camps, "bound": known.camps.bound,
            "weights": known.camps.weights.tolist(), "bias": known.camps.bias.tolist(),
        },
        "usual_within": known.usual_within,
        "scales": [
            {"fewest": one.fewest, "bias": one.bias, "weights": dict(one.weights), "reference": list(one.reference),
             "short": [[cut, list(scores)] for cut, scores in one.short]}
            for one in known.scales
        ],
        "half_width": known.half_width,
    }  # fmt: skip
    path.write_text(json.dumps(held, separators=(",", ":")) + "\n", encoding="utf-8")


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
    docs, labels = documents(found, np.split(flat, cuts)), [one.label for one in found]
    early = matched(pairs, late=False)
    lines = (DATA / "feeds" / "russian_media_items.jsonl").read_text(encoding="utf-8").splitlines()
    media = [row["text"] or row["title"] for row in map(json.loads, lines) if row["lang"] == "ru"]
    known = fitted(early, pairs, docs, labels, translation(encode, voices), encode(media).mean(axis=0))
    counts = {name: len(held) for name, held in early.items()} | {"documents": len(docs)}
    if asked.write:
        write(known, counts, encoder.name, ROOT / "models" / "calibration.json")
    made = {
        "counts": counts,
        "scales": [{"fewest": one.fewest, "bias": one.bias, **one.weights} for one in known.scales],
    }
    print(json.dumps(made | measured(known, pairs, docs, labels)))


if __name__ == "__main__":
    main()
