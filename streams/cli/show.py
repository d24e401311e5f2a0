"""What a person at a terminal sees."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from models.alerts import AlertEvent
from models.comparing import Audit, Comparison
from models.news import JOINT, OTHER
from models.voices import Voices

console = Console(highlight=False)
COLOURS = ("cyan", "yellow", "green", "magenta", "blue", "red")
"""The first two are the compared pair's, on equal terms; the order says nothing of either."""
MOST_QUOTES = 3
SECOND_HAND = (
    "No account is a side's own: the score was learnt from what sides publish themselves, and says less of what others "
    "report of them. The sentences decide."
)
SHORT_NAME = 12
"""Letters of an alert's id that are shown: commands take the beginning of one."""


def colours(book: Voices) -> dict[str | None, str]:
    """A colour for each voice, the pair first."""
    ordered = [*book.pair, *(one for one in book.ids if one not in book.pair), JOINT, OTHER]
    return {voice: COLOURS[number % len(COLOURS)] for number, voice in enumerate(ordered)}


def alert(event: AlertEvent, book: Voices) -> None:
    """An alert as an analyst reads it: headline, score, both sides' sentences, what one says and the other does not."""
    palette = colours(book)
    kind = event.type.split(".")[2]
    console.rule(
        f"[bold]{kind}[/] {escape(event.severity)}, {escape(event.basis)}  {event.time:%Y-%m-%d %H:%M}Z", align="left"
    )
    console.print(Text(event.headline, "bold"))
    low, high = event.interval
    console.print(
        f"score {event.score:.2f} ({low:.2f} to {high:.2f}), reason: {escape(event.reason)}, "
        f"narrative {event.narrative}, alert {event.alert[:SHORT_NAME]}"
    )
    if (quiet := event.silence) is not None:
        console.print(
            f"{escape(book.name(quiet.voice, 'en'))}: nothing since {quiet.since:%Y-%m-%d}, {quiet.documents} "
            f"documents of the other side; by chance so many in a row: p {quiet.p_value:.2g}; called so falsely in at "
            f"most {quiet.rate:.0%} of narratives"
        )
    for voice, side in event.sides.items():
        count = len(side.documents)
        console.print(
            f"\n[{palette.get(voice, '')}]{escape(book.name(voice, 'en'))}[/], {count} document{'s' * (count != 1)}:"
        )
        for quote in side.quotes[:MOST_QUOTES]:
            console.print(Text(f"  “{_one_line(quote.text)}”"))
            console.print(Text(f"    {quote.url or quote.id}", "dim"))
    _couples(event.opposed, book)
    _couples(event.agreed, book, said="Both say:")
    shown = {_one_line(quote.text) for side in event.sides.values() for quote in side.quotes[:MOST_QUOTES]}
    _one_sided(
        [one for one in event.one_sided if _one_line(one.text) not in shown], book, said="Only {} also says, so far:"
    )
    console.print()


def quote(one: Mapping[str, str], book: Voices) -> None:
    """A sentence of an alert with the span by which `parallax feedback` names it."""
    console.print(Text(one["span"], "dim"), soft_wrap=True)
    console.print(f"  [{colours(book).get(one['voice'], '')}]{escape(book.name(one['voice'], 'en'))}[/]", end=" ")
    console.print(Text(f"“{_one_line(one['text'])}”"))


def _couples(pairs: Iterable[Any], book: Voices, *, said: str = "On one matter:") -> None:
    """What the sides say of one thing, apart or alike."""
    for pair in list(pairs)[:MOST_QUOTES]:
        console.print(f"\n{said}")
        for voice, quote in _fields(pair).items():
            if voice != "similarity":
                console.print(Text(f"  {_name(book, voice)}: “{_one_line(_fields(quote)['text'])}”"))


def _one_sided(entries: Iterable[Any], book: Voices, *, said: str = "Only {} says, so far:") -> None:
    by_voice: dict[str, list[str]] = {}
    for entry in entries:
        by_voice.setdefault(entry.voice, []).append(_one_line(entry.text))
    for voice, texts in by_voice.items():
        console.print("\n" + escape(said.format(_name(book, voice))))
        for text in texts[:MOST_QUOTES]:
            console.print(Text(f"  • {text}"))


def _name(book: Voices, voice: str) -> str:
    return book.name(voice, "en") if voice in book.ids else f"side {voice}"


def comparison(result: Comparison, book: Voices, *, hint: str = "") -> None:
    """Two accounts side by side, on one screen. hint: what to do if they are the sides' own, unknown as such."""
    low, high = result.interval
    console.rule("comparison", align="left")
    told = "" if result.p_value is None else f", p {result.p_value:.3f}"
    console.print(f"divergence [bold]{result.score:.2f}[/] ({low:.2f} to {high:.2f}){told}, basis {result.basis}")
    for voice, counts in result.sides.items():
        size = (
            f"{_counted(counts.documents, 'document')} ({counts.own} its own), {_counted(counts.passages, 'passage')}"
        )
        console.print(f"  {escape(_name(book, voice))}: {size}")
    if result.second_hand:
        console.print(f"[dim]{SECOND_HAND} {escape(hint)}[/]")
    _couples(result.opposed, book)
    _couples(result.agreed, book, said="Both say:")
    _one_sided(result.one_sided, book)
    for voice, words in result.words.items():
        console.print(f"\nwords of {escape(_name(book, voice))}: {escape(', '.join(word for word, _ in words[:10]))}")


def narratives(summaries: Iterable[Any]) -> None:
    """Narratives as a table, the largest first."""
    table = Table("narrative", "items", "copies", "from", "to", "headline", "words")
    for one in sorted(filter(None, summaries), key=lambda one: (-one.items, one.narrative)):
        table.add_row(
            one.narrative,
            str(one.items),
            str(one.copies),
            f"{one.first_at:%Y-%m-%d}",
            f"{one.last_at:%Y-%m-%d}",
            one.headline,
            ", ".join(one.words),
        )
    console.print(table)


def ledgers(found: Iterable[Audit]) -> None:
    """Narratives with evidence as a table, the strongest first."""
    table = Table("narrative", "pairs", "E", "established from", "alert", "on")
    for one in found:
        alert_name = one.alert[:8] + (" established" if one.established else "") if one.alert else ""
        table.add_row(one.narrative, str(one.pairs), _e(one.e_value), _e(one.needed), alert_name, one.title)
    console.print(table)


def ledger(found: Audit, book: Voices) -> None:
    """A narrative's pairs, what was bet on each and what it paid, and what E comes to."""
    console.rule(f"evidence on “{escape(found.title)}”", align="left")
    first, second = (escape(book.name(voice, "en")) for voice in book.pair)
    table = Table("pair", "published", f"{first}\n{second}", "lean", "style", "E after it", "computed again")
    if found.settled:
        table.add_row(f"1–{found.settled}", "", "kept as a sum", "", "", _e(found.settled_e_value), "")
    for number, one in enumerate(found.lines, found.settled + 1):
        bet = (
            (f"{one.lean:+.3f}", f"{one.style:+.3f} ± {one.slack:.2f}")
            if one.lean is not None and one.style is not None
            else ("no", "bet")
        )
        at = f"{one.at:%Y-%m-%d}" if one.at else ""
        paid = _e(one.e_value) if one.counted else "began anew"
        table.add_row(str(number), at, escape(f"{one.a}\n{one.b}"), *bet, paid, _CHECKS[one.payoffs, one.documents])
    console.print(table)
    console.print(
        f"E {_e(found.e_value)} of {found.pairs} pair{'s' * (found.pairs != 1)}: the mean of {len(found.strengths)} "
        f"experts, who bet lean times {', '.join(f'{one:g}' for one in found.strengths)} against style.\n"
        f"Established from {_e(found.needed)} on: 1 / alpha is {1 / found.alpha:g}, and e-BH keeps the share of false "
        f"ones at {found.fdr:.0%} over {found.live} live narrative{'s' * (found.live != 1)} with evidence. "
        + ("[bold]Established.[/]" if found.established else "Not established.")
    )
    console.print(Text(f"ledger {found.ledger}", "dim"))


_CHECKS = {
    ("agrees", "agrees"): "agrees",
    ("agrees", "differs"): "pays as bet; its documents changed since",
    ("agrees", "gone"): "pays as bet; documents held no more",
    ("differs", "agrees"): "[red]does not follow[/]",
    ("differs", "differs"): "[red]does not follow[/]",
    ("differs", "gone"): "[red]does not follow[/]",
}


def _e(value: float) -> str:
    return f"{value:.3g}"


def letter(one: Mapping[str, Any]) -> None:
    """A dead letter on one line."""
    where = f"{one.get('topic')}-{one.get('partition')}@{one.get('offset')}"
    why = f"{one.get('stage')}: {one.get('reason')}: {one.get('detail')}"
    mark = f"  [{one['mark']} {one['marked-at']:%Y-%m-%d %H:%M}Z]" if "mark" in one else ""
    console.print(Text(_one_line(f"{one['letter']}  {one.get('failed-at', '')}  {where}  {why}{mark}")))


def finding(one: Any) -> None:
    """A line of the doctor."""
    mark = "[green]ok[/]  " if one.ok else "[red]mend[/]"
    console.print(
        f"{mark} {escape(one.what):18} {escape(one.found)}" + (f"\n     → {escape(one.advice)}" if one.advice else "")
    )


def summary(one: Any) -> None:
    """What became of a stream, on one line."""
    console.print(", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in _fields(one).items()))


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _one_line(text: str) -> str:
    """On one line, without the mark of the list it stands in: it is shown in another."""
    return re.sub(r"^[-–—•*·]\s+", "", " ".join(text.split()))


def _counted(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"
