"""News of an event from both sides and third parties, whole: is it one narrative, who is heard, is there an alert?

tests/data/accounts holds streams of a dozen items of one event and some of others, of invented events, in half of which
the two sides' accounts differ in substance and in half say the same; they were written by authors who had not seen the
program. Each is read by all three stages in one process. A table to stderr, JSON lines to stdout, one for each set:

  b_cubed     precision, recall, F1 of the narratives: an event's items are one, every other item is by itself
  voices      sentences of third parties' articles: right, missed (a side's, heard as nobody's), wrong_side, false
  opened      streams with an alert on the event, by whether the accounts differ, and whether each side has documents
  apart       how surely a stream whose accounts differ has a lower p-value in the end than one whose accounts agree,
              0..1 (area under the ROC curve), of the event's largest narrative; 1 where no narrative has both sides
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean

from quoted import said
from stories_accounts import Account, accounts, b_cubed_at

from models.attribution.tagger import Tagger, tagger_of
from models.encoding import Encoder
from models.news import NewsItem
from models.statements import voiced
from models.voices import Voices
from streams import backtest
from streams.core import make_comparer, make_encoder, make_narratives
from streams.files import items
from streams.settings import Settings, load_settings, load_voices

START = datetime(2026, 1, 1, tzinfo=UTC)
OUTCOMES = ("right", "missed", "wrong_side", "false")


@dataclass(frozen=True, slots=True)
class Found:
    """What the program makes of a stream: (narrative, event) by item, outcomes of quotes, alert, last p-value."""

    account: Account
    places: Sequence[tuple[str | None, str]]
    voices: Counter[str]
    opened: bool
    p_value: float


def found(account: Account, settings: Settings, book: Voices, encoder: Encoder, tagger: Tagger | None) -> Found:
    """A stream through all stages."""
    source = list(items([str(account.path)], start=START, refuse=lambda *_: None))
    made = backtest.statements(
        source, book, encoder, batch=settings.batch, passages=settings.passages, refuse=lambda *_: None
    )
    stated, narratives = list(made), make_narratives(settings)
    readings: dict[str, float | None] = {}
    opened: set[str] = set()
    comparer = make_comparer(book, settings, encoder.name)
    for placement, taken in backtest.compared(backtest.placements(iter(stated), narratives), comparer):
        opened |= {event.narrative for event in taken.events if ".opened." in event.type}
        if taken.reading is not None:
            readings[placement.narrative] = taken.reading.p_value
    places = [(narratives.current(it.id), account.name if it.id in account.on else it.id) for it, _ in stated]
    ours = Counter(name for name, event in places if event == account.name)
    p_value = readings.get(ours.most_common(1)[0][0] or "")
    heard = Counter(outcomes(account, {one.id: one for one in source}, book, tagger))
    alert = any(narratives.root(name) in ours for name in opened)
    return Found(account, places, heard, alert, 1.0 if p_value is None else p_value)


def outcomes(account: Account, source: Mapping[str, NewsItem], book: Voices, tagger: Tagger | None) -> Iterator[str]:
    """Who is heard in each of a stream's quotes: the voice of most of its letters, where it is evidence."""
    heard = {name: voiced(source[name], book, tagger) for name in {quote["id"] for quote in account.quotes}}
    for quote in account.quotes:
        voice, gold = said(*heard[quote["id"]], quote["text"], book.pair), quote["voice"]
        gold = gold if gold in book.pair else None
        yield "right" if voice == gold else "missed" if voice is None else "false" if gold is None else "wrong_side"


def told(some: Sequence[Found]) -> dict[str, object]:
    """The figures of a set."""
    names = [f"{one.account.name} {name}" for one in some for name, _ in one.places]
    events = [f"{one.account.name} {event}" for one in some for _, event in one.places]
    differ, agree = ([one.p_value for one in some if one.account.differs is it] for it in (True, False))
    opened: dict[str, list[int]] = {}
    for one in some:
        hand = "first hand" if one.account.first_hand else "second hand"
        counts = opened.setdefault(f"{'differ' if one.account.differs else 'agree'}, {hand}", [0, 0])
        counts[0], counts[1] = counts[0] + one.opened, counts[1] + 1
    heard = sum((one.voices for one in some), Counter[str]())
    return {
        "b_cubed": [round(one, 3) for one in b_cubed_at(names, events, range(len(names)))],
        "voices": {name: heard[name] for name in OUTCOMES},
        "opened": {name: f"{n} of {of}" for name, (n, of) in sorted(opened.items())},
        "apart": round(mean((a < b) + (a == b) / 2 for a in differ for b in agree), 3),
    }


def main() -> None:
    """Read every stream."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    settings = load_settings()
    book, encoder = load_voices(settings.voices), make_encoder(settings)
    sets: dict[int, list[Found]] = {}
    for account in accounts():
        one = found(account, settings, book, encoder, tagger_of(encoder))
        sets.setdefault(account.set, []).append(one)
        pieces = sorted(Counter(name for name, event in one.places if event == account.name).values(), reverse=True)
        print(f"{account.name:20} pieces {pieces}, p {one.p_value:.3f}{', alert' * one.opened}", file=sys.stderr)
    for number, some in sorted(sets.items()):
        print(json.dumps({"set": number, "streams": len(some), **told(some)}), flush=True)


if __name__ == "__main__":
    main()
