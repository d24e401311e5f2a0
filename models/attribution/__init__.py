"""Who says what in a document: a grammar of reported speech over lines, sentences and clauses, English and Russian.

Every passage names the rule that decided, with its confidence: a verb of saying .9 to .75, "according to" .85, a
possessive .7, what is carried over .75 to .5, the source's prior .6. The values were checked on
PolNeAR's development split: by the rules alone wrong side 1 of 160, precision .80 to .91 (docs/measurements.md).

| rule | construction |
| --- | --- |
| cue-after | `X said that …`: the subject before the verb; `X заявил, что …` |
| cue-before | `…," said X`; `…, заявил X` |
| cue-last | `…, X said.` at the end of its sentence; X may be of no side |
| locative | `в Кремле заявили`: an institution's place as the subject of a Russian verb; a country's is no evidence |
| document, publisher | `в сообщении X говорится`; who published the text that is cited next, shown, no evidence |
| participle, subject-far | `X walked out, saying …`: the sentence's subject, further from the verb |
| attached | `X expelled …, accusing …`, `a rebuke from X, which said …`: speech beside a deed (see attached.py) |
| passive-by | `was described by X as …` |
| according-to, other-according-to | `according to X`, `по словам X`; the latter of a source of no side |
| possessive, noun-from | `X's account hints …`, `позиция X`; `a statement from X …` |
| colon | `X: …` at the start of a sentence |
| dash | a headline's source: `… — Kremlin`; of no side: `… — economist` |
| pronoun, role | `he added`, `the spokesman said`, `a briefing noted`: whoever spoke last, else the section's voice |
| quote-continued | a sentence inside a quotation whose frame stands in another sentence |
| contrast | one of several clauses of a sentence, each with a speaker of its own (see parts.py) |
| joint-cue | both leaders, the sides, the presidents as the subject |
| named-other, other-cue | another named speaker; experts, sources and other speakers of no side |
| lead | "key points of their plan include:" after a side was heard (see leads.py) |
| bullet | a bullet in the voice of the line that led to it, or of the heading that announced its points |
| heading | a line that titles what follows; a side that it names first is the section's voice (see headings.py) |
| continuation, section | no frame: the voice of the sentence before, or of the section; shown, no evidence |
| prior | what a side's own source publishes, unless the text says otherwise: just evidence |
| quoted-opponent | what a side's own source reports of another voice |
| turn, turn-title | a transcript: a listed speaker; an unlisted title of the host |
| turn-other, question | a transcript: a guest or moderator; a reporter |
| table, none | no voice |
| learned | rules and tagger together, where the rules alone saw no voice or another (learned.py) |
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from models.attribution.learned import Doubt, doubt, judged
from models.attribution.publisher import publisher
from models.attribution.tagger import Tagger
from models.attribution.walk import Walk
from models.news import Document, Passage
from models.voices import Voices

__all__ = ["attribute", "attribute_all"]

_CLOSED = re.compile(r"([\"“«].*[.?!…][\"”»])\s+[^\"“”«»]{3,60}\s*", re.DOTALL)


def attribute(
    document: Document, voices: Voices, *, source_voice: str | None, at: datetime, tagger: Tagger | None = None
) -> tuple[Passage, ...]:
    """The passages of a document and their voices, in order and apart; separators, labels and boilerplate lie between.

    Args:
        source_voice: the voice that the document's source publishes for, if any (see publisher.py for joint statements
            and letterheads).
        at: publication time; office-holders are those of that day.
        tagger: judges, with the rules, what a third party publishes near a voice's name; without it the rules alone do.
    """
    (made,) = attribute_all([(document, source_voice, at)], voices, tagger)
    return made


def attribute_all(
    documents: Iterable[tuple[Document, str | None, datetime]], voices: Voices, tagger: Tagger | None = None
) -> Iterator[tuple[Passage, ...]]:
    """The passages of several documents, each with its source's voice and its time, as `attribute` gives them."""
    found = [_by_rules(document, voices, own, at, ask=tagger is not None) for document, own, at in documents]
    if tagger is None:
        yield from (tuple(map(_said, one.passages)) for one in found)
        return
    marks = tagger.marks_of((one.document.text, one.chunks) for one in found)
    for one, read in zip(found, marks, strict=True):
        yield tuple(map(_said, judged(one, read, tagger.weights)))


def _by_rules(document: Document, voices: Voices, source_voice: str | None, at: datetime, *, ask: bool) -> Doubt:
    """What the rules read, and what the judge is to be asked of it: nothing of a side's own document."""
    own = publisher(document, voices, source_voice, at)
    walk = Walk(document, voices, own, at)
    passages = tuple(_apart(walk.passages()))
    return doubt(document, passages, walk.mentions) if ask and own is None else Doubt(document, passages, [])


def _said(one: Passage) -> Passage:
    """The passage without a frame after a quotation that is closed as a sentence: who said it is the writer's word."""
    closed = _CLOSED.fullmatch(one.text) if one.voice is not None else None
    return one if closed is None else replace(one, end=one.start + closed.end(1), text=closed[1])


def _apart(passages: Iterator[Passage]) -> Iterator[Passage]:
    end = 0
    for one in passages:
        if one.start >= end and one.end > one.start and any(map(str.isalnum, one.text)):
            yield one
            end = one.end
