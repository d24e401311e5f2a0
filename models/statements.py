"""News items to statements: read, attribute, mask, encode. The embed stage is one call of `make_statements`."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.attribution import attribute, attribute_all
from models.attribution.tagger import Tagger, tagger_of
from models.copies import signature
from models.days import opening_days
from models.disputing import disputes
from models.encoding import Encoder
from models.errors import InvalidItem
from models.masking import mask
from models.news import EVIDENCE_CONFIDENCE, Document, EncodedPassage, NewsItem, Passage, Statement, Vector
from models.reading import read
from models.terms import lead, terms
from models.voices import Voices

FEWEST_WORDS = 4
"""A masked passage of fewer words ("Thank you.") states nothing that two sides could differ on: a judgement, not a
fit."""
_NOTHING: Vector = np.zeros(0, np.float16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document before encoding: what was read in it, and the masked texts that want a vector."""

    item: NewsItem
    document: Document
    passages: tuple[Passage, ...]
    evidence: tuple[tuple[Passage, str], ...]
    left_out: int
    lead: str
    headline: str


def speaker(item: NewsItem, voices: Voices) -> str | None:
    """The voice that an item's own words are: as it says itself, else as its source or address says; None if neither.

    An item may be any voice's of the file. What is none, JOINT and OTHER among it, says nothing: who they are is read
    in the text.
    """
    if item.speaks_for in voices.ids:
        return item.speaks_for
    return voices.voice_of_source(item.source, item.url)


def voiced(item: NewsItem, voices: Voices, tagger: Tagger | None = None) -> tuple[Document, tuple[Passage, ...]]:
    """A news item's document and who says what in it, by the rules alone where there is no tagger.

    Raises:
        InvalidItem: there is nothing to read.
    """
    document = read(item)
    own = speaker(item, voices)
    return document, attribute(document, voices, source_voice=own, at=item.published_at, tagger=tagger)


def prepare(item: NewsItem, voices: Voices, most_passages: int, tagger: Tagger | None = None) -> Prepared:
    """Everything of the embed stage but the encoding.

    Raises:
        InvalidItem: there is nothing to read.
    """
    return _prepared(item, *voiced(item, voices, tagger), voices, most_passages)


def _prepared(
    item: NewsItem, document: Document, passages: tuple[Passage, ...], voices: Voices, most_passages: int
) -> Prepared:
    weighing = [one for one in passages if one.voice in voices.pair and one.confidence >= EVIDENCE_CONFIDENCE]
    masked = [(one, mask(one.text, voices, document.lang)) for one in weighing]
    telling = [(one, text) for one, text in masked if len(text.split()) >= FEWEST_WORDS]
    kept = _spread(telling, most_passages)
    return Prepared(
        item=item,
        document=document,
        passages=passages,
        evidence=tuple(kept),
        left_out=len(telling) - len(kept),
        lead=mask(lead(document.title, document.text), voices, document.lang),
        headline=mask(document.title, voices, document.lang) if document.title else "",
    )


def make_statements(
    items: Sequence[NewsItem], voices: Voices, encoder: Encoder, *, most_passages: int
) -> tuple[Statement | InvalidItem, ...]:
    """Statements of items, in their order, by one call of the encoder, and what its tagger reads before it.

    An item that cannot be read gives its InvalidItem.
    """
    prepared = list(_prepare_all(items, voices, tagger_of(encoder), most_passages))
    texts: list[str] = []
    for one in prepared:
        if isinstance(one, Prepared):
            texts += [one.lead, *([one.headline] if one.headline else []), *(text for _, text in one.evidence)]
    vectors = iter(encoder.encode(texts).astype(np.float16) if texts else ())
    return tuple(
        _withdrawal(one, encoder) if isinstance(one, NewsItem) else one if isinstance(one, InvalidItem) else
        _statement(one, voices, encoder, [next(vectors) for _ in range(1 + bool(one.headline) + len(one.evidence))])
        for one in prepared
    )  # fmt: skip


def _prepare_all(
    items: Sequence[NewsItem], voices: Voices, tagger: Tagger | None, most_passages: int
) -> Iterator[Prepared | NewsItem | InvalidItem]:
    """Each item prepared; as it is if it is a withdrawal, its error if there is nothing to read."""
    found = [one if one.withdrawn else _read_or_error(one) for one in items]
    told = [
        (one, speaker(item, voices), item.published_at)
        for item, one in zip(items, found, strict=True)
        if isinstance(one, Document)
    ]
    heard = attribute_all(told, voices, tagger)
    for item, one in zip(items, found, strict=True):
        yield _prepared(item, one, next(heard), voices, most_passages) if isinstance(one, Document) else one


def _read_or_error(item: NewsItem) -> Document | InvalidItem:
    try:
        return read(item)
    except InvalidItem as error:
        return error


def _statement(one: Prepared, voices: Voices, encoder: Encoder, vectors: list[npt.NDArray[np.float16]]) -> Statement:
    item, document = one.item, one.document
    evidence = vectors[1 + bool(one.headline) :]
    return Statement(
        item=item.id,
        revision=item.revision,
        withdrawn=False,
        published_at=item.published_at,
        source=item.source,
        url=item.url,
        title=document.title,
        lang=document.lang,
        voice=speaker(item, voices),
        words=len(document.text.split()),
        lead=vectors[0],
        headline=vectors[1] if one.headline else vectors[0],
        terms=terms(document.title, document.text, document.lang),
        signature=signature(document.text, document.title),
        passages=tuple(
            EncodedPassage(
                start=passage.start,
                end=passage.end,
                text=passage.text,
                voice=passage.voice or "",
                confidence=passage.confidence,
                vector=vector,
                disputes=disputes(passage.text, passage.voice or "", voices, item.published_at),
            )
            for (passage, _), vector in zip(one.evidence, evidence, strict=True)
        ),
        passages_left_out=one.left_out,
        encoder=encoder.name,
        text_sha256=hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        days=opening_days(document.title, document.text),
        dated=item.dated,
    )


def _withdrawal(item: NewsItem, encoder: Encoder) -> Statement:
    return Statement(
        item=item.id,
        revision=item.revision,
        withdrawn=True,
        published_at=item.published_at,
        source=item.source,
        url=item.url,
        title=item.title,
        lang=item.lang or "",
        voice=None,
        words=0,
        lead=_NOTHING,
        headline=_NOTHING,
        terms=(),
        signature=(),
        passages=(),
        passages_left_out=0,
        encoder=encoder.name,
    )


def _spread(passages: list[tuple[Passage, str]], most: int) -> list[tuple[Passage, str]]:
    """At most `most` of them, evenly over the document, so that a long text is not judged by its opening alone."""
    if len(passages) <= most:
        return passages
    return [passages[i * len(passages) // most] for i in range(most)]
