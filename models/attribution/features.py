"""What is known of a passage and a voice: the rules' verdict and where the tagger's pointers lead, as numbers.

Every number is about one voice against the rest, none about which voice it is: exchanging the names of two sides
exchanges their numbers. Training and reading share this module (scripts/train_voices.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.attribution.cues import NOT_SIDE, PREPOSITION, ROLE
from models.attribution.mentions import Mention
from models.attribution.placed import placed
from models.attribution.tagger import Marks
from models.news import JOINT, OTHER, Passage, Span

Floats = npt.NDArray[np.float32]
RULES = (
    "cue-after", "cue-before", "cue-last", "locative", "participle", "subject-far", "passive-by", "according-to",
    "possessive", "noun-from", "colon", "dash", "pronoun", "role", "quote-continued", "contrast", "lead", "bullet",
    "continuation", "section", "named-other", "other-cue", "other-according-to", "none",
)  # fmt: skip
"""Rules that have weights of their own, in the order of the weights; a rule that is not here counts by confidence."""
TRAINED_ON = "en"
"""The language that the tagger was trained on; in others it finds less (methods.md §2)."""
IN_SOURCE = 0.3
"""Probability from which a token is part of a source: a judgement; .2 to .5 give the same figures."""
_APART = re.compile(
    r"supporters?\b|supportive|surrogates?\b|\ball(?:y|ies)\b|defenders?\b|backers?\b|bundlers?\b|critics?\b|accus"
    r"|voters?\b|fans\b|opponents?\b|rivals?\b|donors?\b|students?\b|wom[ae]n\b|people\b"
    r"|\b(?:former|ex|then)[\s-](?:[\w-]+\s){0,4}?(?:aide|advis[eo]r|official|staffer|strategist|chief|manager)"
    r"|\bsons?\b|daughter|\bwife\b|husband|brother|sister|father|mother|family|\bJr\b"
    r"|\bpolls?\b|surveys?\b|experts?\b|attorneys? for|doctor|biographer|reporters?\b|correspondents?\b"
    r"|interviews?\b|e-?mails?\b"
    r"|\b(?:until|once|formerly|previously)\s(?:[\w-]+\s){0,4}?(?:served|was|were|worked|headed|led)\b"
    r"|\bwho\s(?:served\b|was\b(?!\s(?:named|appointed|sworn|speaking|travel|visiting)))"
    r"|\b(?:periodic|occasional|informal|sometime)\s|\bdean\b|\bprofessor|\bscholar|\bhistorian|\bpundit"
    r"|\bprogram(?:me)?\s(?:at|of)\b|\bcent(?:er|re)\b|\binstitute\b|think\stank"
    r"|foundation|university|hotel|сторонник|критик|оппонент|соперник|бывш|опрос|сын|доч|жен[аеуы]\b|муж\b|семь",
    re.I,
)
"""In a source that names a side: it is another's (a supporter, a relative, a poll)."""
_PRONOUNS = re.compile(r"he|she|they|who|his|her|it?|we|you|that|which|он|она|они|кто|его|её|ее|их|я|мы", re.I)
_POSSESSIVE = re.compile(r"[’']s?\s")
_ROLE_NEXT = re.compile(rf"(?:[’']s?)?\s+(?:\w+\s+)?{ROLE}")
_QUOTE = re.compile('["“”«»]')


@dataclass(frozen=True, slots=True)
class Named:
    """A mention's tokens in a chunk, the source around it, and whether that source is the side's own."""

    mention: Mention
    tokens: npt.NDArray[np.intp]
    zone: npt.NDArray[np.intp]
    apart: bool


def named_in(text: str, marks: Marks, mentions: Sequence[Mention]) -> list[Named]:
    """The mentions in a chunk, with the run of source tokens around each."""
    starts, ends = marks.offsets[:, 0], marks.offsets[:, 1]
    made = []
    for one in mentions:
        tokens = np.nonzero((starts < one.end) & (ends > one.start))[0]
        if not len(tokens):
            continue
        first, last = int(tokens[0]), int(tokens[-1])
        sourced = bool((marks.source[first : last + 1] > IN_SOURCE).any())
        if sourced:
            while first and marks.source[first - 1] > IN_SOURCE:
                first -= 1
            while last + 1 < len(starts) and marks.source[last + 1] > IN_SOURCE:
                last += 1
        run = text[int(starts[first]) : int(ends[last])]
        apart = NOT_SIDE.match(text, one.end) is not None or _APART.search(run) is not None
        if sourced and one.kind != "person":
            apart = apart or placed(text, one.start, one.end, institution=one.kind == "institution")
        made.append(Named(one, tokens, np.arange(first, last + 1), apart))
    return made


def vectors(
    text: str, lang: str, passage: Passage, sentence: Span, marks: Marks, named: Sequence[Named]
) -> Iterator[tuple[str, Floats]]:
    """(voice, numbers) for every voice that the chunk names or the rule gave; none if the passage has no marks."""
    inside = np.nonzero((marks.offsets[:, 0] >= passage.start) & (marks.offsets[:, 0] < passage.end))[0]
    if not len(inside):
        return
    voices = dict.fromkeys([one.mention.voice for one in named])
    if passage.voice not in (None, OTHER, JOINT):
        voices[str(passage.voice)] = None
    link, content = marks.link[inside], marks.content[inside]
    masses = {voice: _masses(voice, link, named, sentence) for voice in voices}
    pronouns = [n for n, (a, b) in enumerate(marks.offsets.tolist()) if _PRONOUNS.fullmatch(text[a:b].strip())]
    pronoun = np.asarray(link[:, pronouns].sum(axis=1), np.float32)
    for voice in voices:
        numbers = _vector(text, passage, sentence, marks, named, voice, masses, content, link, pronoun)
        yield voice, np.append(numbers, np.float32(lang != TRAINED_ON))


def _masses(voice: str, link: Floats, named: Sequence[Named], sentence: Span) -> Floats:
    """(3, tokens): pointer mass on the voice in the sentence, elsewhere in the chunk, on sources that only name it."""
    width = link.shape[1]
    zones = np.zeros((3, width), np.float32)
    for one in named:
        if one.mention.voice == voice:
            here = sentence.start <= one.mention.start < sentence.end
            zones[2 if one.apart else 0 if here else 1, one.zone] = 1
    zones[1] *= 1 - zones[0]
    zones[2] *= (1 - zones[0]) * (1 - zones[1])
    return np.asarray(zones @ link.T, np.float32)


def _spread(content: Floats, mass: Floats) -> list[float]:
    """Of a mass over tokens, weighted by how likely each is content: maximum, mean over content, mean over all."""
    weighed = content * mass
    return [float(weighed.max()), float(weighed.sum() / (content.sum() + 0.5)), float(weighed.mean())]


def _logit(share: float) -> float:
    return float(np.log((share + 0.01) / (1.01 - min(share, 1.0))))


def _vector(
    text: str, passage: Passage, sentence: Span, marks: Marks, named: Sequence[Named], voice: str,
    masses: dict[str, Floats], content: Floats, link: Floats, pronoun: Floats,
) -> Floats:  # fmt: skip
    nowhere = link[:, -1]
    own, far, apart = masses[voice]
    rest = [one for other, one in masses.items() if other != voice]
    other = np.max([one[0] + one[1] for one in rest], axis=0) if rest else np.zeros_like(own)
    listed = sum((one.sum(axis=0) for one in rest), own + far + apart)
    unlisted = np.clip(1 - listed - nowhere - pronoun, 0, 1)
    values: list[float] = []
    for mass in (own, far, apart, other, unlisted, pronoun):
        values += _spread(content, mass)
    values += [_logit(values[k]) for k in (0, 1, 3, 9, 10, 12, 13)]
    values += [float(content.max()), float(content.mean()), _logit(float(content.mean()))]
    values += [float((content * nowhere).sum() / (content.sum() + 0.5)), float(np.log(len(content)))]
    values += _names(text, sentence, marks, named, voice, link)
    values += _ruled(passage, voice)
    values.append(float(_QUOTE.search(passage.text) is not None))
    return np.array(values, np.float32)


def _names(text: str, sentence: Span, marks: Marks, named: Sequence[Named], voice: str, link: Floats) -> list[float]:
    """How the voice, and any other, is named in the sentence; its mention that most pointers lead to, closely."""
    here = [one for one in named if sentence.start <= one.mention.start < sentence.end]
    own = [one for one in here if one.mention.voice == voice]
    others = [one for one in here if one.mention.voice != voice]
    values = [float(bool(own)), float(bool(others)), float(len(own) > 1)]
    values.append(max((float(marks.source[one.tokens].mean()) for one in others), default=0.0))
    if not own:
        return [*values, *[0.0] * 12]
    best = max(own, key=lambda one: (float(link[:, one.tokens].sum(axis=1).max()), -one.mention.start))
    one, after = best.mention, best.mention.end
    before = text[max(sentence.start, one.start - 40) : one.start]
    return [
        *values,
        float(link[:, best.tokens].sum(axis=1).max()),
        float(marks.source[best.tokens].mean()),
        float(marks.content[best.tokens].mean()),
        float(marks.cue[max(0, best.tokens[0] - 6) : best.tokens[-1] + 7].max()),
        float(best.apart),
        float(one.kind == "metonym"),
        float(one.kind == "institution"),
        float(not one.nominative),
        float(PREPOSITION.search(before) is not None),
        float(_POSSESSIVE.match(text, after) is not None),
        float(_ROLE_NEXT.match(text, after) is not None),
        float((one.start - sentence.start) < 8),
    ]


def _ruled(passage: Passage, voice: str) -> list[float]:
    """What the rules say: of this voice, of another, of a speaker of no side; and by which rule."""
    own, sure = passage.voice == voice, passage.confidence
    other = passage.voice not in (None, OTHER, voice)
    values = [sure * own, float(own and sure >= 0.6), sure * other, sure * (passage.voice == OTHER)]
    return (
        values
        + [float(own and passage.rule == rule) for rule in RULES]
        + [float(not own and passage.rule == rule) for rule in RULES]
    )
