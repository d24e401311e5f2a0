"""A passage without its attribution frame and with the names of the compared sides hidden.

With "The Kremlin said that …" left in, two identical contents differ by who says them (benchmarks/masking.py).
So of every sentence goes what only tells who speaks: the speaker, the verb of saying, the time and place of speaking,
the marks of quotation. What says something stays: a verb that denies, demands or promises stays with its subject
hidden, and so does the occasion in "After the talks in Geneva, the Kremlin said …". A sentence that has neither a
frame nor a side's name nor enclosing quotation marks is left as it is, but for white space. Adjectives ("Russian
gas") tell of what is spoken and stay, unless they are part of a listed name.
"""

import re
from collections.abc import Sequence

from models.attribution.mentions import Mention, names_of
from models.masking import english, russian
from models.masking.frames import MASK, PERSON, Frames
from models.reading import sentences
from models.voices import Voices

STAND_IN = {"ru": "сторона"}
"""What stands for either side's name, by language; English for every other."""
_ENGLISH = "the side"
_FRAMES = {"ru": russian.FRAMES}
_MARKS = re.compile(f"[{MASK}{PERSON}]")
_OPENING, _CLOSING = '“"«„', '”"»'
_MARKED = _OPENING + _CLOSING
_SPEECH_DASH = re.compile(r"^[—–-]\s+")


def mask(text: str, voices: Voices, lang: str) -> str:
    """The passage's content: its frames cut, the pair's names replaced by one stand-in, white space made single.

    A text with words stays one: a sentence that is nothing but a frame is kept, masked.
    """
    text = _MARKS.sub("\ufffd", text)
    mentions = names_of(voices).written(text)
    hidden = [one for one in mentions if one.voice in voices.pair]
    frames, stand_in = _FRAMES.get(lang, english.FRAMES), STAND_IN.get(lang, _ENGLISH)
    made = [
        _content(_hide(text, span.start, span.end, hidden), frames, stand_in) for span in sentences(text, 0, len(text))
    ]
    return " ".join(" ".join(made).split())


def _hide(text: str, start: int, end: int, hidden: Sequence[Mention]) -> str:
    """A sentence with a mark in the place of every name."""
    pieces, at = [], start
    for one in hidden:
        if at <= one.start and one.end <= end:
            pieces += [text[at : one.start], PERSON if one.kind == "person" else MASK]
            at = one.end
    return "".join((*pieces, text[at:end]))


def _content(sentence: str, frames: Frames, stand_in: str) -> str:
    named = frames.untitled(sentence).strip()
    cut = _without_frame(named, frames).strip()
    plain = _unquoted(cut)
    if cut != named:
        plain = _stopped(plain)
    shown = plain.replace(MASK, stand_in)
    return shown if plain == sentence.strip() and plain[:1] != MASK else shown[:1].upper() + shown[1:]


def _without_frame(sentence: str, frames: Frames) -> str:
    """What a sentence says without the outermost frame and those between its commas; as it is if that is nothing."""
    kept = frames.after(sentence)
    if kept is None or not _has_words(kept):
        kept = frames.before(sentence)
    if kept is None or not _has_words(kept):
        kept = sentence
    inner = frames.without_inner(kept)
    return inner if _has_words(inner) else kept


def _has_words(text: str) -> bool:
    return sum(map(str.isalpha, text.replace(MASK, ""))) > 1


def _unquoted(text: str) -> str:
    """Without quotation marks that enclose all of it, or that begin or end in another sentence."""
    body = len(text.rstrip(" .,!?…"))
    if text and text[0] in _OPENING:
        close = next((n for n in range(1, len(text)) if text[n] in _CLOSING), None)
        if close is None:
            return text[1:].strip()
        if close >= body - 1:
            return (text[1:close] + text[close + 1 :]).strip()
    elif body and text[body - 1] in _CLOSING and not any(one in _MARKED for one in text[: body - 1]):
        return _SPEECH_DASH.sub("", text[: body - 1].rstrip(), count=1) + text[body:]
    return text


def _stopped(text: str) -> str:
    """Ended by one full stop, question or exclamation mark, as the sentence would be without its frame."""
    text = re.sub(r",([”\"»])$", r"\1", text.strip(" ,;:—–-"))
    text = re.sub(r"([.!?…])\.+$", r"\1", text)
    return text if re.search(r"[.!?…][”\"»)]*$", text) else text.rstrip(",;: ") + "."
