"""An alert as a person reads it in a chat or a mail, perhaps woken by it: what, how sure, in whose words.

Pure. Text is plain by default, because every service shows it alike; as Markdown all that comes from the news is
escaped, so that no quotation can format, link or mention anything.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.alerts import AlertEvent, AlertSide
from models.voices import Voices
from streams.sinks.digest import sections
from streams.sinks.package import Package, Told

MOST_QUOTES = 1
"""Of each side, its most telling sentence; the alert has more (a judgement: what is read at once, half awake)."""
MOST_ALONE = 2
MOST_ALERTS = 10
"""Alerts that one message tells in full or in a line: more are counted (a judgement, as are the next two)."""
MOST_IN_FULL = 3
LONGEST_QUOTE = 280
"""Characters: with all quotes this long a message stays below Telegram's 4,096."""
LONGEST_TITLE = 200
LANG = "en"
_HEADINGS = {
    "opened": "New",
    "escalated": "Escalated",
    "updated": "Update",
    "silence": "One side has fallen silent",
    "resolved": "Resolved",
    "retracted": "Retracted",
}
_REASONS = {
    "first": "both sides have now spoken on this",
    "new_evidence": "new documents",
    "severity_up": "the framings have moved further apart, or the evidence has grown",
    "established": "the evidence has reached what the guarantee asks for",
    "one_side_silent": "one side goes on, the other does not",
    "resolved": "the framings have come closer",
    "corrected": "a document was corrected",
    "retracted": "a document was withdrawn",
    "silent": "nothing new has come",
    "regrouped": "some of its documents turned out to belong to another narrative",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A title of one line and a body."""

    title: str
    body: str


class _Style:
    """How text and quotations are written."""

    def __init__(self, markdown: bool) -> None:
        self._markdown = markdown

    def plain(self, text: str) -> str:
        """Text from outside on one line."""
        line = " ".join(text.split())
        return re.sub(r"([\\`*_{}\[\]()<>#+!|~@&-])", r"\\\1", line) if self._markdown else line

    def strong(self, text: str) -> str:
        return f"**{self.plain(text)}**" if self._markdown else self.plain(text)

    def quote(self, text: str) -> str:
        cut = _cut(" ".join(text.split()), LONGEST_QUOTE)
        return f"> “{self.plain(cut)}”" if self._markdown else f"  “{cut}”"

    def link(self, url: str) -> str:
        if not self._markdown:
            return f"  {url}"
        return f"> <{url}>" if re.fullmatch(r"https?://[^\s<>]+", url) else f"> {self.plain(url)}"

    def item(self, text: str) -> str:
        return f"{'- ' if self._markdown else '• '}{text}"


def render(package: Package, book: Voices, *, markdown: bool = False) -> Rendered:
    """The message of a notification."""
    style = _Style(markdown)
    if package.kind == "digest":
        return _digest(package, style)
    alerts = package.latest
    first = alerts[0]
    title = _title(first) if len(alerts) == 1 else f"{len(alerts)} alerts, first: {_title(first)}"
    if package.kind == "reminder":
        title = f"Still open: {title}"
    if package.kind == "test":
        title = f"[TEST, nothing has happened] {title}"
    parts = [
        _in_full(one, book, style, changes=_earlier(package, one), titled=len(alerts) == 1)
        for one in alerts[:MOST_IN_FULL]
    ]
    if more := alerts[MOST_IN_FULL:]:
        parts.append(_listed("Also:", more, style))
    return Rendered(title=title, body="\n\n".join(parts))


def _title(one: Told) -> str:
    severity = "" if one.kind in ("resolved", "retracted") else f"[{one.event.severity.upper()}] "
    heading = "" if one.kind == "opened" else f"{_HEADINGS.get(one.kind, one.kind)}: "
    return severity + heading + _cut(" ".join(one.event.headline.split()), LONGEST_TITLE)


def _earlier(package: Package, last: Told) -> list[Told]:
    """The events of an alert in this package before its last one."""
    return [one for one in package.events if one.event.alert == last.event.alert and one is not last]


def _in_full(one: Told, book: Voices, style: _Style, *, changes: Sequence[Told], titled: bool) -> str:
    event = one.event
    low, high = event.interval
    kinds = [*(_HEADINGS.get(each.kind, each.kind) for each in changes), _HEADINGS.get(one.kind, one.kind)]
    lines = [
        *([] if titled else [style.strong(event.headline)]),
        style.plain(
            f"{', then '.join(kinds).capitalize()}: {_REASONS.get(event.reason, event.reason.replace('_', ' '))}."
        ),
        style.plain(f"Severity {event.severity}, {event.time:%d %b %Y %H:%M} UTC."),
        style.plain(f"Score {_score(event.score)} of 1 ({_score(low)} to {_score(high)}). {basis(event)}"),
        *_silence(event, book, style),
    ]
    for voice, side in event.sides.items():
        lines += ["", _side(voice, side, book, style)]
    for voice in event.sides:
        lines += _alone(event, voice, book, style)
    lines += [
        "",
        style.plain(f"Alert {event.alert[:12]}, narrative {event.narrative}: parallax evidence {event.alert[:12]}"),
    ]
    return "\n".join(lines)


def _score(value: float) -> str:
    """Two places; what would round to certainty is not shown as such."""
    return f"{value:.2f}" if value < 0.995 else "over 0.99"


def basis(event: AlertEvent) -> str:
    """How sure it is and what that promises, in words."""
    if event.basis == "established":
        return f"Established: {event.evidence.guarantee}."
    chance = "" if event.p_value is None else f"; by usual style alone so far apart: p = {event.p_value:.2g}"
    return f"Observed: one look at what is there, calibrated, without a guarantee against false alarms{chance}."


def _silence(event: AlertEvent, book: Voices, style: _Style) -> Iterator[str]:
    if (quiet := event.silence) is not None:
        yield style.plain(
            f"{_name(book, quiet.voice)}: nothing since {quiet.since:%d %b %Y}, while the other side published "
            f"{quiet.documents} documents; called so falsely in at most {quiet.rate:.0%} of narratives."
        )


def _side(voice: str, side: AlertSide, book: Voices, style: _Style) -> str:
    count = len(side.documents)
    lines = [style.strong(f"{_name(book, voice)} ({count} document{'s' * (count != 1)})")]
    for quote in side.quotes[:MOST_QUOTES]:
        lines += [style.quote(quote.text), style.link(quote.url or quote.id)]
    return "\n".join(lines)


def _alone(event: AlertEvent, voice: str, book: Voices, style: _Style) -> list[str]:
    """What only one side says so far, and is not quoted above already."""
    shown = {quote.text for quote in event.sides[voice].quotes[:MOST_QUOTES]}
    texts = [one.text for one in event.one_sided if one.voice == voice and one.text not in shown]
    if not texts:
        return []
    return ["", style.strong(f"Only {_name(book, voice)} says, so far"), *map(style.quote, texts[:MOST_ALONE])]


def _listed(heading: str, alerts: Iterable[Told], style: _Style) -> str:
    every = list(alerts)
    lines = [style.strong(heading), *(_line(one, style) for one in every[:MOST_ALERTS])]
    if len(every) > MOST_ALERTS:
        lines.append(style.item(f"and {len(every) - MOST_ALERTS} more"))
    return "\n".join(lines)


def _line(one: Told, style: _Style) -> str:
    event = one.event
    return style.item(
        style.plain(
            f"{event.severity.upper()}, {event.basis}, {_score(event.score)}: {_cut(event.headline, LONGEST_TITLE)} "
            f"({event.alert[:12]})"
        )
    )


def _digest(package: Package, style: _Style) -> Rendered:
    found = sections(package)
    title = f"Parallax, the last day: {', '.join(f'{len(one.alerts)} {one.name}' for one in found)}"
    body = "\n\n".join(_listed(f"{one.name.capitalize()} ({len(one.alerts)})", one.alerts, style) for one in found)
    return Rendered(title=title, body=body)


def _name(book: Voices, voice: str) -> str:
    return book.name(voice, LANG) if voice in book.ids else voice


def _cut(text: str, most: int) -> str:
    """The text, at most so many characters, cut between words."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
