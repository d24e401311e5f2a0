"""The tagger and the judge over it and the rules."""

import importlib.util
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

import models
from models.attribution import attribute, attribute_all, learned
from models.attribution.features import named_in, vectors
from models.attribution.learned import CARRIED, CHUNK, DENIED, OWN_SENSE, chunks_near, chunks_of, confidence
from models.attribution.mentions import Mention, names_of
from models.attribution.tagger import LAYERS, TOGETHER, Marks, Tagger, load_weights, read_states, tagger_of
from models.encoding import SentenceTransformerEncoder, TokenStates
from models.news import EVIDENCE_CONFIDENCE, Document, NewsItem, Passage, Span
from models.reading import read
from models.statements import make_statements
from models.voices import voices_from_toml
from streams.model_store import model_folder
from streams.settings import load_settings

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
AT = datetime(2025, 3, 20, tzinfo=UTC)
NET = Path(__file__).parents[2] / "scripts" / "voices_net.py"
SIDES = {"kremlin": "white_house", "white_house": "kremlin"}
SAID = {
    "The Kremlin said the corridor stays open. Observers in Geneva heard nothing new.": "kremlin",
    "The White House said the corridor stays open. Observers in Geneva heard nothing new.": "white_house",
    "Grain will move by rail until May, Dmitry Peskov told reporters after the meeting.": "kremlin",
    "Grain will move by rail until May, Karoline Leavitt told reporters after the meeting.": "white_house",
    "“Nobody has shown us a map,” Lavrov said, adding that the ministry would wait for one.": "kremlin",
    "“Nobody has shown us a map,” Rubio said, adding that the department would wait for one.": "white_house",
}

NOBODY_SAID = (
    "Банк России снизил прогноз по ценам на зерно, следует из обзора, опубликованного на его сайте.",
    "«Сильная Россия» провела митинг против закрытия причала, о чем написала в своём канале.",
    "Верховный суд РФ решит, кто заплатит за простой вагонов с зерном.",
    "Демократы из Конгресса США опубликовали письма бывшего начальника порта.",
    "Владимир Путин подписал документ о портах, которые построят за десять лет.",
)
"""Of our own words, after the kinds of sentences that the judge alone took for a side's speech in Russian news."""


def judged(one: Document, passage: Passage) -> tuple[Passage, ...]:
    """A document with one passage by the rules, as the judge decides on what `Counting` gives the tagger to read."""
    asked, tagger = learned.doubt(one, [passage], names_of(VOICES).find(one.text, AT)), Tagger(Counting())
    return learned.judged(asked, tagger.marks(one.text, asked.chunks), tagger.weights)


class Counting:
    """States without a model, from the letters of each word; counts the characters asked for."""

    name = "multilingual-e5-small-of-letters"
    dim = 384

    def __init__(self) -> None:
        self.characters = self.calls = 0

    def encode(self, texts):
        return np.tile(np.eye(1, self.dim, dtype=np.float32), (len(texts), 1))

    def states(self, texts, layers):
        self.characters += sum(map(len, texts))
        self.calls += 1
        return tuple(self._states(text, len(layers)) for text in texts)

    def _states(self, text: str, layers: int) -> TokenStates:
        edges, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            edges.append((at, at + len(word)))
            at += len(word)
        seeds = [sum(map(ord, text[a:b])) for a, b in edges]
        made = [np.random.default_rng(seed).normal(size=(layers, self.dim)) for seed in seeds]
        stacked = np.stack(made, axis=1) if made else np.zeros((layers, 0, self.dim))
        return TokenStates(np.array(edges, np.int32).reshape(-1, 2), stacked.astype(np.float32))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    folder = model_folder(load_settings().cache_dir, None, lambda done, total: None)
    made = tagger_of(SentenceTransformerEncoder(folder))
    assert made is not None
    return made


def document(text: str, lang: str = "en") -> Document:
    return read(NewsItem(id="item", published_at=AT, text=text, lang=lang))


def net():
    spec = importlib.util.spec_from_file_location("voices_net", NET)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["voices_net"] = module
    spec.loader.exec_module(module)
    return module


def test_numpy_reads_as_torch_does_and_no_chunk_hears_of_its_neighbours():
    module = net()
    torch.manual_seed(5)
    made = module.Net(3, 24).eval()
    with torch.no_grad():
        for value in made.parameters():
            value.copy_(torch.randn_like(value) * 0.3)
    some = [torch.randn(size, 3, 24) for size in (7, 31, 1)]
    states = [
        TokenStates(np.arange(2 * len(one), dtype=np.int32).reshape(-1, 2), one.numpy().swapaxes(0, 1)) for one in some
    ]
    read_together = read_states(states, [100, 0, 0], module.weights_of(made))
    assert read_together[0].offsets[0].tolist() == [100, 101]
    for one, marks in zip(some, read_together, strict=True):
        with torch.no_grad():
            tags, link = made(one[None], torch.ones(1, len(one), dtype=torch.bool))
        inside = [1 - torch.softmax(tags[0, :, 3 * k : 3 * k + 3], 1)[:, 0].numpy() for k in range(3)]
        np.testing.assert_allclose([marks.content, marks.source, marks.cue], inside, atol=1e-5)
        np.testing.assert_allclose(marks.link, torch.softmax(link[0], 1).numpy(), atol=1e-5)


def test_the_same_lessons_make_the_same_net_and_a_net_learns_them():
    module = net()
    draw = np.random.default_rng(3)
    lessons = []
    for _ in range(12):
        states = draw.normal(size=(20, 3, 16)).astype(np.float16)
        states[:, :, 0] = np.where(states[:, :1, 0] > 0, 4, -4)
        tags = np.repeat((states[:, 0, 0] > 0).astype(np.int8)[None] * 2, 3, axis=0)
        link = np.zeros((20, 21), np.bool_)
        link[np.arange(20), np.where(tags[0] > 0, 0, 20)] = True
        lessons.append(module.Chunk(states, tags, link))
    one, other = (module.weights_of(module.train(lessons, epochs=40)) for _ in range(2))
    assert all(np.array_equal(one[name], other[name]) for name in one)
    states = [TokenStates(np.zeros((20, 2), np.int32), lessons[0].states.astype(np.float32).swapaxes(0, 1))]
    (marks,) = read_states(states, [0], one)
    assert np.mean((marks.content > 0.5) == (lessons[0].tags[0] > 0)) > 0.9


def test_the_shipped_weights_are_numbers_of_less_than_a_megabyte_for_the_layers_and_features_in_the_code():
    weights = load_weights()
    path = Path(models.__file__).parent / "attribution" / "voices.npz"
    assert path.stat().st_size < 1_000_000
    assert len(weights["mix"]) == len(LAYERS)
    assert all(np.isfinite(one).all() for one in weights.values())
    text = "The Kremlin said no."
    half = np.full((3, 1), 0.5, np.float32)
    marks = Marks(np.array([[0, len(text)]], np.int32), *half, np.array([[0.5, 0.5]], np.float32))
    mention = Mention(start=4, end=11, voice="kremlin", kind="institution", nominative=True)
    passage = Passage(start=0, end=len(text), text=text, voice=None, confidence=0.5, rule="none")
    ((_, numbers),) = vectors(
        text, "en", passage, Span(start=0, end=len(text)), marks, named_in(text, marks, [mention])
    )
    assert len(numbers) == len(weights["judge.direct"])


def test_exchanging_the_sides_exchanges_what_is_known_of_them_and_nothing_else():
    text = "Peskov said that Rubio had agreed, while the White House called it a draft. “It is one,” he said."
    marks = Tagger(Counting()).marks(text, [Span(start=0, end=len(text))])[0]
    passage = Passage(start=0, end=len(text), text=text, voice="kremlin", confidence=0.85, rule="cue-after")
    mentions = names_of(VOICES).find(text, AT)
    assert {one.voice for one in mentions} == set(SIDES)

    def numbers(found: list[Mention], one: Passage) -> dict[str, bytes]:
        named = named_in(text, marks, found)
        return {v: x.tobytes() for v, x in vectors(text, "en", one, Span(start=0, end=len(text)), marks, named)}

    exchanged = [
        Mention(start=m.start, end=m.end, voice=SIDES[m.voice], kind=m.kind, nominative=m.nominative) for m in mentions
    ]
    other = Passage(start=0, end=len(text), text=text, voice="white_house", confidence=0.85, rule="cue-after")
    straight, crossed = numbers(mentions, passage), numbers(exchanged, other)
    assert straight["kremlin"] != straight["white_house"]
    assert {SIDES[voice]: one for voice, one in straight.items()} == crossed


def test_only_sentences_that_name_a_voice_and_those_beside_them_are_encoded():
    filler = "Ferries ran late in the harbour that day. "
    text = filler * 40 + "The Kremlin said the quay was closed. " + filler * 40
    counting = Counting()
    made = attribute(document(text), VOICES, source_voice=None, at=AT, tagger=Tagger(counting))
    assert made
    assert 0 < counting.characters < 4 * len(filler)
    counting.characters = 0
    for free in (
        {"text": filler * 80, "source": None},
        {"text": "The White House said no. " + filler * 9, "source": "kremlin"},
        {"text": "Vladimir Putin: We agreed.\nQuestion: On what?\nVladimir Putin: On grain.", "source": None},
    ):
        one = document(str(free["text"]))
        by_rules = attribute(one, VOICES, source_voice=free["source"], at=AT)
        assert attribute(one, VOICES, source_voice=free["source"], at=AT, tagger=Tagger(counting)) == by_rules
    assert counting.characters == 0


def test_chunks_are_whole_sentences_of_a_text_in_order_and_as_long_as_they_may_be():
    text = "The Kremlin said the quay was closed. " * 100 + "Word " * 400 + ". A last one."
    one = document(text)
    for chunks in (chunks_of(one), chunks_near(one, names_of(VOICES).find(text, AT))):
        ends = {span.end for block in one.blocks for span in block.sentences}
        assert all(a.end <= b.start for a, b in pairwise(chunks))
        assert all(chunk.end in ends for chunk in chunks)
        whole = {span.end - span.start for block in one.blocks for span in block.sentences}
        assert all(chunk.end - chunk.start <= max(CHUNK, max(whole)) for chunk in chunks)
    assert sum(chunk.end - chunk.start for chunk in chunks_of(one)) > 0.98 * len(text.rstrip())


def test_an_encoder_without_states_or_of_another_model_leaves_the_rules_alone(hashing_encoder):
    assert tagger_of(hashing_encoder) is None
    other = Counting()
    other.name = "another-model"
    assert tagger_of(other) is None
    item = NewsItem(id="item", published_at=AT, text="The Kremlin said the corridor stays open.")
    (made,) = make_statements([item], VOICES, hashing_encoder, most_passages=9)
    assert [one.voice for one in made.passages] == ["kremlin"]


def test_statements_are_read_with_the_tagger_of_their_encoder():
    counting = Counting()
    item = NewsItem(id="item", published_at=AT, text="The Kremlin said the corridor stays open.")
    make_statements([item], VOICES, counting, most_passages=9)
    assert counting.characters == len(item.text)


@pytest.mark.parametrize("text", SAID)
def test_plain_speech_is_heard_and_nobody_hears_the_other_side(tagger: Tagger, text: str):
    made = attribute(document(text), VOICES, source_voice=None, at=AT, tagger=tagger)
    heard = {one.voice for one in made if one.confidence >= EVIDENCE_CONFIDENCE and one.voice in SIDES}
    assert heard == {SAID[text]}


@pytest.mark.parametrize("text", NOBODY_SAID)
def test_a_name_within_another_name_is_no_voice_in_a_language_that_the_judge_has_not_learned(tagger: Tagger, text: str):
    one = read(NewsItem(id="item", published_at=AT, text=text, lang="ru"))
    made = attribute(one, VOICES, source_voice=None, at=AT, tagger=tagger)
    assert [part for part in made if part.confidence >= EVIDENCE_CONFIDENCE and part.voice in SIDES] == []


@pytest.mark.parametrize(("held", "heard", "share"), [(0.5, "kremlin", 0.9), (0.9, "kremlin", 0.7), (0.5, None, 0.9)])
def test_in_another_language_the_judge_makes_the_rules_surer_and_never_says_otherwise(
    monkeypatch, held: float, heard: str | None, share: float
):
    text = "В Кремле видят в этом смысл. Он говорил и о зерне."
    one = read(NewsItem(id="item", published_at=AT, text=text, lang="ru"))
    monkeypatch.setattr(learned, "confidence", lambda numbers, weights: np.full(len(numbers), share, np.float32))
    passage = Passage(start=0, end=28, text=text[:28], voice=heard, confidence=held, rule="pronoun")

    (made,) = judged(one, passage)

    assert made.voice == heard
    assert made.confidence == pytest.approx(max(held, share) if heard else held)


def test_documents_are_read_together_as_each_is_alone(tagger: Tagger):
    texts = [*SAID, "Nothing of any side.", " ".join(SAID) * (1 + TOGETHER // sum(map(len, SAID))), *SAID]
    told = [(document(text), "kremlin" if n % 5 == 4 else None, AT) for n, text in enumerate(texts)]

    together = list(attribute_all(told, VOICES, tagger))

    assert together == [attribute(one, VOICES, source_voice=own, at=at, tagger=tagger) for one, own, at in told]


def test_the_encoder_is_asked_once_for_what_may_be_read_together():
    counting = Counting()
    few, long = [document(text) for text in SAID], document(" ".join(SAID) * (1 + TOGETHER // sum(map(len, SAID))))
    for documents, calls in ((few, 1), ([*few, long], 2), ([document("No side.")], 0)):
        counting.calls = 0
        list(attribute_all([(one, None, AT) for one in documents], VOICES, Tagger(counting)))
        assert counting.calls == calls


def test_the_same_document_is_read_alike_whatever_was_read_before(tagger: Tagger):
    one = document(" ".join(SAID))
    first = attribute(one, VOICES, source_voice=None, at=AT, tagger=tagger)
    attribute(document("Moscow says little. " * 30), VOICES, source_voice=None, at=AT, tagger=tagger)
    assert attribute(one, VOICES, source_voice=None, at=AT, tagger=tagger) == first
    assert all(one.text[part.start : part.end] == part.text for part in first)


@pytest.mark.parametrize(
    ("rules", "share", "kept"),
    [(CARRIED, DENIED + 0.05, True), (CARRIED, DENIED - 0.05, False), (OWN_SENSE, 0.01, True)],
)
def test_what_the_rules_carry_over_falls_only_where_the_judge_denies_it(
    monkeypatch, rules: frozenset[str], share: float, kept: bool
):
    text = "The Kremlin said no. He went on to speak of grain."
    monkeypatch.setattr(learned, "confidence", lambda numbers, weights: np.full(len(numbers), share, np.float32))
    for rule in rules:
        passage = Passage(start=21, end=len(text), text=text[21:], voice="kremlin", confidence=0.7, rule=rule)
        (made,) = judged(document(text), passage)
        assert made.voice == "kremlin"
        assert (made.confidence >= EVIDENCE_CONFIDENCE) is kept


def test_confidence_is_a_share():
    weights = load_weights()
    numbers = np.random.default_rng(1).normal(scale=1e4, size=(50, len(weights["judge.mean"]))).astype(np.float32)
    made = confidence(numbers, weights)
    assert ((made >= 0) & (made <= 1)).all()
