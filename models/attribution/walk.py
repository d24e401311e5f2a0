"""A document from its first line to its last: what each sentence says of its speaker, and what carries over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.attribution.clauses import hits, quoted
from models.attribution.headings import Section, bare, section_of
from models.attribution.hits import CUE, LAST, Hit
from models.attribution.leads import ANNOUNCED, OTHERS, POINTS, lead, overrides, told_by
from models.attribution.mentions import Mention, Names, names_of, within
from models.attribution.parts import opens, outermost, parts
from models.attribution.pronouns import fits, introduces, meant, proper_names, says
from models.attribution.quotations import around, near, quotes
from models.attribution.subjects import is_subject, oblique
from models.attribution.turns import turns
from models.news import JOINT, OTHER, Block, Document, Passage, Span
from models.voices import Voices

REPORTED = 0.8
"""In what a side publishes itself, a frame needs this much to give a sentence to another side: a judgement."""
BULLET = 0.9
"""Share of its lead's confidence that a bullet keeps (methods.md §2)."""
_HOUSE_OPENS = re.compile(r"[\s\"“]*(?:(?:But|And|Yet|Still)\s+)?(?:[Tt]he\s+)?")
_PERSON_OPENING = re.compile(r"^[\"“]?(?:(?:But|And|Yet|Still)\s+)?(?:[A-Z][\w.-]+\s+){1,3}[A-Z][\w-]+[\s,]")


@dataclass(slots=True)
class _State:
    """What carries over: the voice spoken last, the section's, the lead's of the bullets that follow, the turn's.

    person: the mention of who spoke last. own: whether the section's heading announced the points of its voice.
    """

    last: str | None = None
    person: Mention | None = None
    section: str | None = None
    own: bool = False
    lead: tuple[str | None, float] = (None, 0.0)
    turn: tuple[str | None, str] | None = None
    quoting: bool = False


class Walk:
    """Attributes one document."""

    def __init__(self, document: Document, voices: Voices, source_voice: str | None, at: datetime) -> None:
        self._text, self._blocks = document.text, document.blocks
        names = names_of(voices)
        self._mentions = names.find(_recased(document, names), at)
        self._source = source_voice
        self._state = _State()
        self._quotes: Sequence[tuple[int, int]] = ()
        self._bare = {
            voice
            for block in self._blocks
            if block.kind == "heading"
            and (voice := bare(self._text, block.start, block.end, within(self._mentions, block.start, block.end)))
        }
        self._turns = turns(
            self._text,
            self._blocks,
            lambda label: next(reversed(names.find(label, at)), None),
            source_voice,
        )

    @cached_property
    def _proper(self) -> frozenset[str]:
        return proper_names(self._text)

    @property
    def mentions(self) -> list[Mention]:
        """Where the document names a voice, in order."""
        return self._mentions

    def passages(self) -> Iterator[Passage]:
        """The document's passages in order."""
        for block in self._blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Passage]:
        state = self._state
        if block.kind == "boilerplate":
            return
        if block.kind == "table":
            yield self._passage(block.start, block.end, None, 0.5, "table")
            return
        if block.kind == "heading" and state.turn is None and block.start not in self._turns:
            yield self._heading(block)
            return
        quotes = quoted(self._text, block.start, block.end)
        spans, found = block.sentences, [self._hits(span, near(quotes, span)) for span in block.sentences]
        speech = block.start
        for n, span in enumerate(spans):
            if turn := self._turns.get(span.start):
                state.turn, state.last, speech = (turn.voice, turn.rule), turn.voice, turn.speech
            span = Span(start=max(span.start, min(speech, span.end)), end=span.end)
            borrowed = None if found[n] else around(self._text, n, spans, found, near(quotes, span))
            if span.start < span.end:
                self._quotes = near(quotes, span)
                yield from self._sentence(span, [borrowed] if borrowed else found[n], block, first=n == 0)
        if block.kind != "bullet":
            self._set_lead(block, found[-1] if found else [])

    def _hits(self, span: Span, quotes: Sequence[tuple[int, int]]) -> list[Hit]:
        return hits(self._text, span.start, span.end, within(self._mentions, span.start, span.end), quotes)

    def _heading(self, block: Block) -> Passage:
        state, mentions = self._state, within(self._mentions, block.start, block.end)
        opened = self._opened(block, mentions)
        state.section, state.own = (opened.voice, opened.own) if opened else (None, False)
        state.last, state.lead = None, (state.section, ANNOUNCED) if state.own else (None, 0.0)
        found = [
            hit
            for hit in hits(self._text, block.start, block.end, mentions)
            if hit.named and hit.rule not in ("possessive", "noun-from")
        ]
        if self._source is not None:
            return self._passage(block.start, block.end, self._source, 0.5, "heading")
        hit = outermost(found)
        if hit is not None and hit.voice != OTHER:
            return self._passage(block.start, block.end, hit.voice, hit.confidence, hit.rule)
        return self._passage(block.start, block.end, None, 0.5, "heading")

    def _opened(self, block: Block, mentions: Sequence[Mention]) -> Section | None:
        """What a heading opens; a bare name does so for an institution, and where another side's stands likewise."""
        if (voice := bare(self._text, block.start, block.end, mentions)) is None:
            return section_of(self._text, block.start, block.end, mentions)
        return Section(voice, mentions[0].kind == "institution" or len(self._bare) > 1)

    def _sentence(self, span: Span, found: list[Hit], block: Block, *, first: bool) -> Iterator[Passage]:
        state = self._state
        if state.turn is not None and (state.turn[0] != self._source or self._source is None):
            yield self._passage(span.start, span.end, state.turn[0], 0.9, state.turn[1])
            return
        mentions = within(self._mentions, span.start, span.end)
        own = self._source
        if own is not None:
            yield from self._own(span, found, own)
            return
        voice, confidence = state.lead
        if block.kind == "bullet" and not any(overrides(self._text, hit, voice) for hit in found):
            rule = "bullet" if voice else "none"
            yield self._passage(span.start, span.end, voice, round(confidence * BULLET, 3) if voice else 0.5, rule)
            return
        sure = [hit for hit in found if hit.named and hit.confidence >= CUE]
        spoken = parts(self._text, span.start, span.end, sure, self._quotes)
        if len(spoken) > 1 and any(hit and hit.voice not in (OTHER, JOINT) for _, _, hit in spoken):
            start = span.start
            for _, end, hit in spoken:
                if hit is not None:  # an opening clause without a frame goes with the next
                    state.last = hit.voice
                    yield self._passage(start, end, hit.voice, hit.confidence, "contrast")
                    start = end
            return
        if spoken[0][2] is not None:
            found = [spoken[0][2]]
        yield self._single(span, found, mentions, first=first)

    def _own(self, span: Span, found: list[Hit], own: str) -> Iterator[Passage]:
        """A sentence of what a side publishes itself: its voice, unless it reports another's."""
        state = self._state
        if state.turn is not None:
            base, confidence, rule = state.turn[0], 0.85, state.turn[1]
            strong = [hit for hit in found if hit.named and hit.rule in ("cue-last", "cue-before")]
            hit = strong[0] if strong else None
            if hit and hit.voice not in (own, OTHER, JOINT):
                yield self._passage(span.start, span.end, hit.voice, hit.confidence, "quoted-opponent")
            else:
                yield self._passage(span.start, span.end, base, confidence, rule)
            return
        reliable = [
            hit
            for hit in found
            if hit.confidence >= (REPORTED if hit.named and hit.voice not in (own, OTHER) else CUE)
            and hit.rule not in ("possessive", "noun-from", "other-according-to", "role")
            and (hit.voice in (own, LAST) or "according" in hit.rule or opens(self._text, span.start, hit))
        ]
        spoken = parts(self._text, span.start, span.end, [hit for hit in reliable if hit.named], self._quotes)
        if len(spoken) == 1 and spoken[0][2] is None:
            spoken = ((span.start, span.end, reliable[0] if reliable else None),)
        for start, end, hit in spoken:
            yield self._own_part(start, end, hit, own)

    def _own_part(self, start: int, end: int, hit: Hit | None, own: str) -> Passage:
        state = self._state
        if hit is None or (hit.voice == OTHER and hit.rule not in ("named-other", "cue-last")):
            state.last = own
            return self._passage(start, end, own, 0.6, "prior")
        voice = hit.voice if hit.voice != LAST else (state.last or own)
        state.last = voice
        if voice == own:
            return self._passage(start, end, own, hit.confidence, hit.rule)
        rule = {JOINT: "joint-cue", OTHER: "named-other"}.get(voice, "quoted-opponent")
        return self._passage(start, end, voice, hit.confidence, rule)

    def _single(self, span: Span, found: list[Hit], mentions: Sequence[Mention], *, first: bool) -> Passage:
        state, text = self._state, self._text
        hit = outermost(found)
        if hit is not None:
            voice = hit.voice
            if voice == LAST:
                hit = next((one for one in found if one.named and not (state.last or state.section)), hit)
                voice = hit.voice
            if voice == LAST:
                voice = self._meant(span, hit, mentions)
                if not voice:
                    return self._passage(span.start, span.end, None, 0.5, "none")
            else:
                state.person = next((one for one in mentions if hit.start <= one.start < hit.end), None)
            state.last = voice
            state.quoting = any(mark in text[span.start : span.end] for mark in '“”"«»')
            return self._passage(span.start, span.end, voice, hit.confidence, hit.rule)
        quoted_here = quotes(text, span, self._quotes)
        if quoted_here and state.quoting and state.last and not first:
            return self._passage(span.start, span.end, state.last, 0.65, "quote-continued")
        opening = mentions[0] if mentions and mentions[0].start - span.start < 30 else None
        beside = opening is not None and opening.kind == "person" and oblique(text, span.start, opening)
        if quoted_here:
            pass  # who is named in what is said does not say it
        elif opening is not None and opening.kind == "person" and not beside:
            state.last, state.person = opening.voice, opening
        elif told := told_by(text, span.start, span.end, mentions):
            state.last, state.person = told, None
        elif (
            opening is not None
            and _HOUSE_OPENS.fullmatch(text, span.start, opening.start)
            and is_subject(text, opening)
        ):
            state.last, state.person = opening.voice, None
        elif beside or self._another_opens(span, mentions, opening):
            state.last, state.person = OTHER, None
        leads = text[span.end - 1] == ":" and POINTS.search(text, span.start, span.end)
        if leads and state.last not in (None, OTHER, JOINT) and not OTHERS.search(text, span.start, span.end):
            return self._passage(span.start, span.end, state.last, 0.6, "lead")
        if state.last and not first:
            return self._passage(span.start, span.end, state.last, 0.5, "continuation")
        if state.section:
            return self._passage(span.start, span.end, state.section, 0.5, "section")
        return self._passage(span.start, span.end, None, 0.5, "none")

    def _another_opens(self, span: Span, mentions: Sequence[Mention], opening: Mention | None) -> bool:
        """Whether a sentence without a frame is about somebody else, or somebody else's."""
        text = self._text
        if introduces(text, span.start, span.end, mentions, self._proper) or says(text, span.start, span.end):
            return True
        named = _PERSON_OPENING.match(text[span.start : span.start + 80]) is not None
        return named and not (opening and opening.voice == self._state.section)

    def _meant(self, span: Span, hit: Hit, mentions: Sequence[Mention]) -> str:
        """The voice that a pronoun or role means: of its sentence, else of who spoke last, else of the section."""
        state, text = self._state, self._text
        named = meant(text, span.start, hit, mentions, self._quotes, self._proper)
        if named is None:
            person = state.person if state.person and state.person.kind == "person" else None
            return (state.last or state.section or "") if fits(text, hit, person) else OTHER
        state.person = named if isinstance(named, Mention) else None
        return named.voice if isinstance(named, Mention) else named

    def _set_lead(self, block: Block, found: list[Hit]) -> None:
        """Whose bullets may follow, and whether others have been heard; a question may open a section as a heading."""
        state, text, span = self._state, self._text, block.sentences[-1]
        mentions = within(self._mentions, span.start, span.end)
        if len(block.sentences) == 1 and text[span.end - 1] == "?" and (asked := self._opened(block, mentions)):
            state.section, state.own, state.last = asked.voice, asked.own, None
        state.lead = lead(
            text, block.sentences, found, mentions, speaking=state.last, section=state.section, own=state.own
        )
        if text[span.end - 1] == ":" and OTHERS.search(text, span.start, span.end):
            state.last = OTHER

    def _passage(self, start: int, end: int, voice: str | None, confidence: float, rule: str) -> Passage:
        text = self._text
        while start < end and (text[start].isspace() or text[start] in ",;"):
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Passage(start=start, end=end, text=text[start:end], voice=voice, confidence=confidence, rule=rule)


def _recased(document: Document, names: Names) -> str:
    """The text with headings that are all in capitals written as names are: "THE WHITE HOUSE VERSION"."""
    text, pieces, at = document.text, [], 0
    for block in document.blocks:
        line = text[block.start : block.end]
        if block.kind == "heading" and line.isupper() and len(written := names.recased(line)) == len(line):
            pieces += [text[at : block.start], written]
            at = block.end
    return "".join((*pieces, text[at:]))
