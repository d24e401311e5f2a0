"""`parallax read` for a person: the text, each voice in its colour and with its name beside it, and a legend."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.news import EVIDENCE_CONFIDENCE, JOINT, OTHER, Document, Passage
from models.voices import Voices
from streams.cli.show import colours, console

UNSURE = "?"
"""Marks a voice below evidence, beside being dim: a terminal may have no colours."""
NARROW = 60
"""Columns below which a name stands above its text instead of beside it."""
_LONGEST_NAME = 18
_WORDS = {JOINT: "both", OTHER: "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one voice says at a stretch, as it is shown; first: it begins a line of the text."""

    voice: str | None
    sure: bool
    text: str
    first: bool


def runs(document: Document, passages: Sequence[Passage]) -> Iterator[Run]:
    """The whole text in order, white space apart; what lies between passages is of no voice."""
    at, held = 0, None
    for start, end, voice, sure in _stretches(document, passages):
        first = not document.text[:start].strip() or "\n" in document.text[at:start]
        said = " ".join(document.text[start:end].split())
        if held is not None and not first and (held.voice, held.sure) == (voice, sure):
            said = f"{held.text} {said}" if start > at else held.text + said
            first = held.first
        elif held is not None:
            yield held
        held, at = Run(voice=voice, sure=sure, text=said, first=first), end
    if held is not None:
        yield held


def _stretches(document: Document, passages: Sequence[Passage]) -> Iterator[tuple[int, int, str | None, bool]]:
    at = 0
    for one in passages:
        yield from _between(document.text, at, one.start)
        yield one.start, one.end, one.voice, one.voice is None or one.confidence >= EVIDENCE_CONFIDENCE
        at = one.end
    yield from _between(document.text, at, len(document.text))


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, int, None, bool]]:
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip()), None, True
        start += len(line)


def reading(document: Document, passages: Sequence[Passage], book: Voices, to: Console = console) -> None:
    """A text with each voice in its colour and named, what is below evidence dim and marked; then a legend."""
    palette, shown = colours(book), list(runs(document, passages))
    names = {voice: _name(book, voice) for voice in dict.fromkeys(one.voice for one in shown) if voice is not None}
    width = min(_LONGEST_NAME, max((len(name) for name in names.values()), default=0) + 2)
    if document.title:
        to.print(Text(document.title, "bold"))
    for one in shown:
        style = "" if one.voice is None else palette[one.voice] if one.sure else f"dim {palette[one.voice]}"
        label = "" if one.voice is None else names[one.voice] + ("" if one.sure else f" {UNSURE}")
        if one.first:
            to.print()
        _line(to, Text(label, style), Text(one.text, style), width if names else 0)
    to.print()
    to.print(_legend(passages, names, palette))
    to.print()


def _line(to: Console, label: Text, said: Text, width: int) -> None:
    if not width:
        to.print(said)
    elif to.width < NARROW:
        to.print(*([Text.assemble("[", label, "]")] if label else []), said, sep="\n")
    else:
        row = Table.grid(padding=(0, 2))
        row.add_column(width=width, no_wrap=True, overflow="ellipsis")
        row.add_column(ratio=1)
        row.add_row(label, said)
        to.print(row)


def _legend(passages: Sequence[Passage], names: dict[str, str], palette: dict[str | None, str]) -> Text:
    if not names:
        return Text("No voice but the writer's.")
    sure = Counter(one.voice for one in passages if one.confidence >= EVIDENCE_CONFIDENCE)
    every = Counter(one.voice for one in passages)
    legend = Text("passages: ")
    for voice, name in names.items():
        unsure = every[voice] - sure[voice]
        counts = f"{sure[voice]}" + (f" + {unsure}{UNSURE}" if unsure else "")
        legend.append(f"{name} {counts}", palette[voice]).append("   ")
    legend.append(f"no voice {every[None]}")
    if any(every[voice] > sure[voice] for voice in names):
        legend.append(f"\n{UNSURE} and dim: below {EVIDENCE_CONFIDENCE}, may explain, does not weigh", "dim")
    return legend


def _name(book: Voices, voice: str) -> str:
    return book.name(voice, "en").removeprefix("the ") if voice in book.ids else _WORDS.get(voice, voice)
