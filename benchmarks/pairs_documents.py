"""The documents of the two-sided stream and their pairs, for benchmarks/pairs.py and benchmarks/guarantee.py."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import models.divergence as scoring
from models.disputing import disputes
from models.divergence import SideDocument
from models.encoding import Encoder
from models.errors import InvalidItem
from models.news import EncodedPassage, NewsItem, Passage
from models.statements import Prepared, prepare
from models.terms import terms
from models.voices import Voices

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
        self.encoder, self.path = encoder, None if path is None else path.with_suffix(".npz")
        self.known: dict[str, npt.NDArray[np.float16]] = {}
        if self.path is not None and self.path.exists():
            held = np.load(self.path)
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


def documents(found: list[Text], vectors: list[Array], voices: Voices, other: str = "") -> list[SideDocument]:
    """As sides that face another one: `other`, for its own documents and without it those that they usually face."""
    return [
        SideDocument(
            item=one.item.id, url="", lang=one.made.document.lang, at=one.item.published_at,
            passages=tuple(
                EncodedPassage(start=it.start, end=it.end, text=it.text, voice=one.label, confidence=it.confidence,
                               vector=row.astype(np.float16), disputes=_disputes(one, it, voices, other))
                for (it, _), row in zip(one.made.evidence, rows, strict=True)
            ),
        )
        for one, rows in zip(found, vectors, strict=True)
    ]  # fmt: skip


def _disputes(one: Text, passage: Passage, voices: Voices, other: str) -> bool:
    faced = facing(one.label, other or one.label)
    return disputes(passage.text, one.label, voices.with_pair(one.label, faced), one.item.published_at)


def facing(label: str, other: str) -> str:
    """Whom a side faces: the other, or whom it usually does."""
    if label != other:
        return other
    return next(one for one in ADVERSARIES[::-1] if one != label)


def told(document: SideDocument) -> list[EncodedPassage]:
    return [one for one in document.passages if scoring.tells(one.text)]


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
