"""Rules and tagger together: a judge over both gives each passage's voice and how sure it is.

It judges what third parties publish, near where a voice is named; names, roles, transcripts, headings and bullets stay
with the rules. The judge is a logistic regression with eight hidden units beside it, trained on PolNeAR's train split,
over articles kept out of the tagger's own training, for six pairs of camps at once (scripts/train_voices.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.attribution.features import TRAINED_ON, Floats, Named, named_in, vectors
from models.attribution.mentions import Mention, within
from models.attribution.tagger import Marks, Weights, sigmoid
from models.attribution.telling import only_does
from models.attribution.unsaid import silent
from models.news import EVIDENCE_CONFIDENCE, JOINT, OTHER, Document, Passage, Span

RULE = "learned"
TURNS = frozenset(("turn", "turn-title", "turn-other", "question"))
"""Rules of transcripts; a document that has one is left to the rules."""
LAID_OUT = frozenset(("table", "heading", "bullet", "lead", "joint-cue", "dash", "colon"))
"""Rules whose passages are not judged: they read layout, not grammar, or find what the tagger has not learned."""
OWN_SENSE = frozenset(("possessive", "noun-from", "contrast", "section"))
"""Rules that the judge may not weaken: they find what PolNeAR does not count as speech, or hardly has ("in the view of
the Kremlin", once in 559 articles), and a comparison of accounts does ("the Kremlin's response has been one of
caution"). A judgement: the seed article reads alike were they weakened as CARRIED are, 65 of its 67 units right."""
CARRIED = frozenset(("pronoun", "role", "quote-continued", "attached"))
"""Rules that the judge weakens only where it denies them (DENIED): they know from further off than the tagger sees who
is meant, or, `attached`, find what it has hardly seen."""
DENIED = 0.2
"""Below it the judge denies one of CARRIED. On 559 train articles that tagger and judge had not seen, those are
another's in 81 cases and the voice's in 5 ("the official said", a quotation after another speaker's)."""
SILENT = 0.5
"""Most confidence of a sentence that tells of silence: it may be shown, and holds no framing to weigh. A judgement:
PolNeAR counts half of such sentences as speech (11 of 22 about its two camps on the train split)."""
CHUNK = 900
"""Most characters of a chunk: 95 % of such chunks have at most 226 tokens in English; the encoder's frame holds 256."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A document as the rules read it, and what the tagger has to read for the judge: nothing where chunks are empty.

    passages: by the rules, in order and apart. mentions: where the document names a voice, in order.
    """

    document: Document
    passages: Sequence[Passage]
    mentions: list[Mention]
    chunks: Sequence[Span] = ()


def doubt(document: Document, passages: Sequence[Passage], mentions: list[Mention]) -> Doubt:
    """What the judge has to decide of a third party's document."""
    settled = any(one.rule in TURNS for one in passages)
    return Doubt(document, passages, mentions, () if settled else chunks_near(document, mentions))


def judged(asked: Doubt, marks: Sequence[Marks], weights: Weights) -> tuple[Passage, ...]:
    """The passages, with the voices of those near a name as rules and tagger together read them.

    Args:
        marks: of the chunks.
    """
    document, passages = asked.document, asked.passages
    found = list(examples(document, passages, asked.mentions, asked.chunks, marks)) if asked.chunks else []
    sure: dict[int, dict[str, float]] = {}
    if found:
        shares = confidence(np.stack([numbers for _, _, numbers in found]), weights)
        for (n, voice, _), share in zip(found, shares.tolist(), strict=True):
            sure.setdefault(n, {})[voice] = round(share, 3)
    decided = _decided if document.lang == TRAINED_ON else _strengthened
    return tuple(_heard(one, sure[n], decided) if n in sure else one for n, one in enumerate(passages))


def chunks_of(document: Document) -> list[Span]:
    """A whole document in chunks: what the tagger is trained on."""
    sentences = _sentences(document)
    return list(_chunks(sentences, [True] * len(sentences)))


def chunks_near(document: Document, mentions: list[Mention]) -> list[Span]:
    """The stretches that are worth encoding: sentences that name a voice, and those beside them."""
    sentences = _sentences(document)
    named = [bool(within(mentions, one.start, one.end)) for one in sentences]
    return list(_chunks(sentences, [any(named[max(0, n - 1) : n + 2]) for n in range(len(sentences))]))


def _sentences(document: Document) -> list[Span]:
    return [span for block in document.blocks for span in block.sentences]


def _chunks(sentences: Sequence[Span], wanted: Sequence[bool]) -> Iterator[Span]:
    start = end = -1
    for one, want in zip(sentences, wanted, strict=True):
        if start >= 0 and (not want or one.end - start > CHUNK):
            yield Span(start=start, end=end)
            start = -1
        if want:
            start, end = (one.start if start < 0 else start), one.end
    if start >= 0:
        yield Span(start=start, end=end)


def examples(
    document: Document,
    passages: Sequence[Passage],
    mentions: list[Mention],
    chunks: Sequence[Span],
    marks: Sequence[Marks],
) -> Iterator[tuple[int, str, Floats]]:
    """(number of the passage, voice, what is known) for each passage that is judged and voice in question there."""
    sentences = _sentences(document)
    starts, begins = [one.start for one in sentences], [one.start for one in chunks]
    named: dict[int, list[Named]] = {}
    for n, one in enumerate(passages):
        at = int(np.searchsorted(begins, one.start, side="right")) - 1
        if one.rule in LAID_OUT or one.rule in TURNS or at < 0 or one.start >= chunks[at].end:
            continue
        if at not in named:
            near = within(mentions, chunks[at].start, chunks[at].end)
            named[at] = named_in(document.text, marks[at], near)
        sentence = sentences[max(0, int(np.searchsorted(starts, one.start, side="right")) - 1)]
        for voice, numbers in vectors(document.text, document.lang, one, sentence, marks[at], named[at]):
            yield n, voice, numbers


def confidence(numbers: Floats, weights: Weights) -> Floats:
    """How sure it is that a voice is heard: (examples, numbers) to (examples,) in 0..1."""
    x = np.clip((numbers - weights["judge.mean"]) * weights["judge.scale"], -6, 6)
    hidden = np.tanh(x @ weights["judge.hidden"] + weights["judge.hidden_bias"])
    return sigmoid(x @ weights["judge.direct"] + hidden @ weights["judge.out"] + weights["judge.bias"])


def _heard(one: Passage, sure: dict[str, float], decided: Callable[[Passage, dict[str, float]], Passage]) -> Passage:
    """A passage as it is decided by what the judge hears in it, but never evidence where it tells of silence."""
    return replace(one, confidence=min(one.confidence, SILENT)) if silent(one.text) else decided(one, sure)


def _decided(one: Passage, sure: dict[str, float]) -> Passage:
    """A passage in its likeliest voice if that is evidence; else what the rules gave, if need be as no evidence.

    A voice that the judge alone hears needs a word of speech where there is a deed (`benchmarks/real_news.py`).
    """
    voice = max(sure, key=lambda key: (sure[key], key == one.voice, key))
    if sure[voice] >= EVIDENCE_CONFIDENCE and (voice == one.voice or not only_does(one.text)):
        return replace(one, voice=voice, confidence=sure[voice], rule=one.rule if voice == one.voice else RULE)
    if one.rule in OWN_SENSE or one.confidence < EVIDENCE_CONFIDENCE or one.voice in (None, OTHER, JOINT):
        return one
    mine = sure.get(str(one.voice), 0.0)
    return one if one.rule in CARRIED and mine >= DENIED else replace(one, confidence=mine)


def _strengthened(one: Passage, sure: dict[str, float]) -> Passage:
    """A passage as the rules read it, the surer where the judge hears the same voice.

    In a language that the judge has not learned it takes deeds for speech, and names that hold a country's for the side
    ("the Bank of Russia", "the Democrats of the US House"): of nine voices that it alone gave in 582 Russian items two
    were right, of two that it strengthened both.
    """
    mine = sure.get(str(one.voice), 0.0)
    return replace(one, confidence=mine) if mine >= max(EVIDENCE_CONFIDENCE, one.confidence) else one
