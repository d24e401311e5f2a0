"""What benchmarks/guarantee.py is about: real documents dealt to two sides, Gaussian ones, and their evidence.

A stream is a list of narratives that are alive together; a narrative is a list of Told, its documents in order. They
come in turns, one of each narrative an hour, so that what a narrative knows of the usual style is the pairs of the
others so far, as in the compare stage. Evidence and stages are the project's own functions throughout.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pairs_documents as pairs
from pairs_fitting import HOUSES

from models import evidence
from models.alerting import AlertSettings
from models.alerts import Versions
from models.clustering import Limits, Narratives
from models.comparing import Comparer
from models.comparing.narrative import USUAL_NORM, Held, Narrative
from models.copies import signature
from models.divergence import Position, position
from models.encoding import SentenceTransformerEncoder
from models.news import Statement
from models.terms import terms
from models.voices import voices_from_toml
from streams.model_store import model_folder
from streams.settings import SHIPPED_VOICES, load_settings

Array = npt.NDArray[np.float64]
Draw = np.random.Generator
Order = Callable[[Array, list[Array], list[Array]], Array]
Languages = tuple[str, str]
Dealt = list[tuple[bool, int]]
"""A narrative of real documents: of each whether it is the first side's, and its number."""
START = datetime(2022, 4, 1, tzinfo=UTC)
SETTINGS = AlertSettings()
PAIR = ("kremlin", "white_house")
DIM, SPREAD = 55, 0.17
"""Of Gaussian documents: dimension, standard deviation of a pair's difference along any direction. The differences of
real documents of two houses about one thing have an effective dimension (participation ratio of their scatter) of 49 to
56 and a total variance of 1.5 to 1.6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A document as one side's."""

    on_a: bool
    position: Position


@dataclass(slots=True)
class Course:
    """A narrative's evidence so far. log_e: after each pair; established: by the stage's rule, after each pair."""

    narrative: Narrative = field(default_factory=lambda: Narrative(head=None))
    ledger: evidence.Ledger = field(default_factory=evidence.Ledger)
    times: tuple[dict[str, datetime], dict[str, datetime]] = field(default_factory=lambda: ({}, {}))
    past: list[tuple[Languages, Array]] = field(default_factory=list)
    log_e: list[float] = field(default_factory=list)
    established: list[bool] = field(default_factory=list)

    def first(self, alpha: float) -> int | None:
        """Number of pairs at the first look at which E is 1 / alpha or more."""
        return next((number for number, one in enumerate(self.log_e, 1) if one >= -np.log(alpha)), None)


def courses(stream: Sequence[Sequence[Told]], order: Order | None = None) -> list[Course]:
    """The evidence of every narrative of a stream.

    Args:
        order: what a pair's difference becomes once past and history are known (`worst`); without it stays as it is.
    """
    live = [Course() for _ in stream]
    history: list[tuple[int, Languages, Array]] = []
    for turn in range(max(map(len, stream))):
        for number, narrative in enumerate(stream):
            if turn < len(narrative):
                one, told, item = live[number], narrative[turn], f"{number}/{turn}"
                side = {PAIR[not told.on_a]: (None, told.position)}
                one.narrative.held[item] = Held(key=item, record=None, sides=side)
                one.times[not told.on_a][item] = START + timedelta(hours=turn)
                one.ledger = evidence.waiting(one.ledger, item, on_a=told.on_a)
                _pay(live, number, history, order)
    return live


def _pay(live: list[Course], number: int, history: list[tuple[int, Languages, Array]], order: Order | None) -> None:
    """The pairs that a document makes are paid off: models/comparing/steps.py without its records."""
    one = live[number]
    while (found := evidence.next_pair(one.ledger, *one.times)) is not None:
        difference, like = one.narrative.difference(*found, PAIR), one.narrative.languages(*found, PAIR)
        past = [it for langs, it in one.past if langs == like]
        others = [it for of, langs, it in history if of != number and langs == like][-evidence.MOST_HISTORY :]
        if order is not None:
            difference = order(difference, past, others)
        payoffs = evidence.bet(difference, past, others)
        one.ledger = evidence.paid(one.ledger, evidence.Pair(a=found[0], b=found[1], seq=len(history), log_e=payoffs))
        one.past.append((like, difference))
        history.append((number, like, difference))
        one.log_e.append(one.ledger.log_e_value)
        alive = [it.log_e[-1] for it in live if it.log_e]  # and the rule of models/comparing/audit.py
        enough = one.log_e[-1] >= -np.log(SETTINGS.alpha)
        one.established.append(enough and evidence.rejected(one.log_e[-1], alive, SETTINGS.fdr))


def worst(draw: Draw) -> Order:
    """Orders of pairs as the null allows them at its worst for us: usual style and EPS more, the way the bets go."""

    def order(difference: Array, past: list[Array], history: list[Array]) -> Array:
        if not past or len(history) < evidence.FEWEST_HISTORY:
            return difference
        style = evidence.usual_logit(difference, history)
        lean = evidence.STRENGTHS[-1] * float(np.mean(past, axis=0) @ difference)
        as_it_is = draw.random() < _sigma(style + evidence.EPS * np.sign(lean - style))
        return difference if as_it_is else -difference

    return order


def gaussian(draw: Draw, narratives: int, number: int, *, style: float, shift: float = 0.0, divergent: int = 0,
             stray: bool = False) -> list[list[Told]]:  # fmt: skip
    """Narratives of `number` Gaussian pairs; the sides differ by `style` in all, by `shift` more in some.

    Args:
        style: difference of the means in standard deviations of a pair's difference (Cohen's d), of one direction.
        shift: the same, in a direction of each narrative's own; in the first `divergent`.
        stray: every other narrative has a direction in which orders lean by up to EPS beyond style: it is null.
    """
    stream, usual = [], style * np.eye(DIM)[0]
    for of in range(narratives):
        own = draw.normal(size=DIM)
        own /= np.linalg.norm(own)
        made = usual + (shift * own if of < divergent else 0.0) + draw.normal(size=(number, DIM))
        if stray and of >= divergent:
            lean = np.clip(2 * made @ own, -evidence.EPS, evidence.EPS)
            made *= np.where(draw.random(number) < _sigma(2 * made @ usual + lean), 1.0, -1.0)[:, None]
        stream.append([Told(on_a=on_a, position=_placed(SPREAD * one / (2 if on_a else -2)))
                       for one in made for on_a in (True, False)])  # fmt: skip
    return stream


def _placed(vector: Array) -> Position:
    nothing = np.zeros(0)
    return Position(lang="", mean=USUAL_NORM * vector, stance=nothing, sentences=nothing, inside=nothing, digest=b"")


def _sigma(logit: Array | float) -> Array | float:
    return 1 / (1 + np.exp(-np.clip(logit, -700, 700)))


class Documents:
    """The real documents of benchmarks/pairs.py in order of time; topics: (n, dim) leads less each house's mean."""

    def __init__(self, kept: Path | None) -> None:
        folder = model_folder(load_settings().cache_dir, None, lambda *_: None)
        self.encode = pairs.Cached(SentenceTransformerEncoder(folder, remembered=0), kept)
        self.voices = voices_from_toml(SHIPPED_VOICES.read_text(encoding="utf-8"), "voices.toml")
        self.texts = pairs.texts(self.voices)
        self.leads = self.encode([one.made.lead for one in self.texts])
        flat = self.encode([text for one in self.texts for text in one.masked])
        cuts = np.cumsum([len(one.masked) for one in self.texts])[:-1]
        self.documents = pairs.documents(self.texts, np.split(flat, cuts), self.voices)
        self.positions = [position(one) for one in self.documents]
        self.houses = np.array([one.label for one in self.texts])
        self.late = np.array([one.at >= pairs.SPLIT for one in self.documents])
        means = {of: self.leads[self.houses == of].mean(axis=0) for of in HOUSES}
        topics = self.leads - np.stack([means[of] for of in self.houses])
        self.topics = topics / np.linalg.norm(topics, axis=1, keepdims=True)

    def narratives(self, draw: Draw, houses: Sequence[str], each: int, late: bool = False) -> list[list[Array]]:
        """Numbers of documents about one thing, in order of time: of each house the `each` that are nearest to a seed.

        Every document once, for as long as there are so many. late: only documents on which nothing was calibrated.
        """
        left = [np.flatnonzero((self.houses == house) & (self.late | (not late))) for house in houses]
        found = []
        while min(map(len, left)) >= each:
            seed = self.topics[draw.choice(np.concatenate(left))]
            nearest = [np.sort(some[np.argsort(-(self.topics[some] @ seed))[:each]]) for some in left]
            left = [np.setdiff1d(some, taken) for some, taken in zip(left, nearest, strict=True)]
            found.append(nearest)
        return found

    def dealt(self, draw: Draw, house: str, number: int, late: bool = False) -> list[Dealt]:
        """One house's narratives, the documents of each dealt at random to two sides of so many."""
        return [at_random(draw, some) for (some,) in self.narratives(draw, [house], 2 * number, late)]

    def housed(self, draw: Draw, houses: tuple[str, str], number: int, late: bool = False) -> list[Dealt]:
        """Two houses' narratives, each house a side; the sides' documents come in turns."""
        return [in_turns(*some) for some in self.narratives(draw, houses, number, late)]

    def told(self, narrative: Dealt, cut: Callable[[int], int] | None = None) -> list[Told]:
        """The narrative; cut: of each document of the first side only the passage that it chooses of so many."""
        return [Told(on_a=on_a, position=self._one_passage(at, cut) if cut and on_a else self.positions[at])
                for on_a, at in narrative]  # fmt: skip

    def _one_passage(self, at: int, cut: Callable[[int], int]) -> Position:
        passages = self.documents[at].passages
        return position(replace(self.documents[at], passages=(passages[cut(len(passages))],)))

    @cache  # noqa: B019 one object lives for the whole run
    def statement(self, at: int, edition: int) -> Statement:
        """A document as the embed stage tells it; later editions are syndicated: byline, title, closing line change."""
        one, document = self.texts[at], self.texts[at].made.document
        title, text, lang = document.title, document.text, document.lang
        if edition:
            title = f"{title} (agency {edition})"
            text = f"Agency {edition}, by our correspondent {edition}. {text}\nReported and edited by desk {edition}."
        return Statement(
            item=f"{one.item.id}/{edition}", revision=0, withdrawn=False, source="", url=one.item.url,
            published_at=one.item.published_at + timedelta(hours=edition), title=title, lang=lang, voice=None,
            words=len(text.split()), lead=self.leads[at].astype(np.float16),
            headline=self.encode([one.made.headline or one.made.lead])[0].astype(np.float16),
            terms=terms(title, text, lang), signature=signature(text, title),
            passages=self.documents[at].passages, passages_left_out=0, encoder="",
        )  # fmt: skip


def at_random(draw: Draw, numbers: Array) -> Dealt:
    """The documents dealt at random to two sides of equal size."""
    sides = draw.permutation(np.arange(len(numbers)) < len(numbers) // 2)
    return [(bool(on_a), int(at)) for on_a, at in zip(sides, numbers, strict=True)]


def in_turns(a: Array, b: Array) -> Dealt:
    """The two sides' documents, in turns."""
    return [(on_a, int(at)) for both in zip(a, b, strict=True) for on_a, at in zip((True, False), both, strict=True)]


def staged(stream: Sequence[tuple[Statement, str]], *, known: bool) -> list[tuple[list[float], bool]]:
    """Through the cluster and compare stages: log E, and whether an alert opened, of narratives in which both speak.

    stream: statements with the voices that they get. known: whether copies are known, by their signatures.
    """
    stage = Narratives(Limits(load_settings().active))
    comparer = Comparer(PAIR, {one: {"en": one} for one in PAIR}, versions=Versions(model="", config="", code=""))
    log_e, opened = {}, set()
    for one, voice in stream:
        passages = tuple(replace(it, voice=voice) for it in one.passages)
        made = replace(one, voice=voice, passages=passages, signature=one.signature if known else ())
        for placement in stage.take(made).placements:
            taken = comparer.take(placement)
            if taken.reading is not None:
                log_e.setdefault(placement.narrative, []).append(taken.reading.log_e_value)
            opened |= {event.narrative for event in taken.events if event.reason == "first"}
    return [(path, name in opened) for name, path in log_e.items()]
