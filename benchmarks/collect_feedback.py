"""What analysts said of alerts, as development sets for the fits: a folder of JSON Lines, from the topics of a broker.

    python benchmarks/collect_feedback.py OUT      # then benchmarks/voices.py --data OUT, framings.py --pairs OUT

LANG.jsonl: stretches with the voice that an analyst gave them, or confirmed; as tests/data/voices.
framings.json: each judged alert as two accounts made of the sentences that it showed, kind `differs` (confirm) or
`same` (not-divergent); as tests/data/framing_pairs.json. apart.jsonl: documents that do not belong to the narrative of
others; no fit reads these yet. Of two judgements of one thing the later one counts. Prints how many of each there are.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.alerts import AlertEvent
from models.errors import InvalidItem
from models.feedback import Feedback
from models.news import Document, NewsItem
from models.reading import read
from streams.bootstrap import Reached, reach
from streams.feedback import sentences
from streams.present import present
from streams.registry import payload
from streams.settings import load_settings
from streams.wire import decode, decode_item

Judged = tuple[Feedback, AlertEvent]
"""A judgement, and the event that the analyst had before them."""


def voices(judgements: Iterable[Judged], items: Mapping[str, NewsItem]) -> dict[str, list[Any]]:
    """By language: each stretch that was judged, with its document and the voice it has."""
    heard: dict[tuple[str, int, int], str | None] = {}
    for said, event in judgements:
        for voice, quote in sentences(event):
            if said.judgement == "confirm":
                heard[quote.id, quote.start, quote.end] = voice
            elif said.judgement == "wrong_voice" and quote.id == said.item and said.covers(quote.start, quote.end):
                heard[quote.id, quote.start, quote.end] = said.voice or None
    made: dict[str, list[Any]] = {}
    texts: dict[str, Document] = {item: read(items[item]) for item, *_ in heard}
    for (item, start, end), voice in heard.items():
        document = texts[item]
        made.setdefault(document.lang, []).append(
            {
                "id": f"{item}:{start}-{end}",
                "construction": "feedback",
                "source": items[item].source or items[item].url,
                "at": items[item].published_at.date().isoformat(),
                "text": document.text,
                "expected": [[document.text[start:end], voice]],
            }
        )
    return made


def framings(judgements: Iterable[Judged], items: Mapping[str, NewsItem]) -> list[dict[str, Any]]:
    """Each alert that was confirmed or called not divergent, as two accounts."""
    kinds = {"confirm": "differs", "not_divergent": "same"}
    made = {}
    for said, event in judgements:
        if said.judgement in kinds:
            sides: dict[str, Any] = {}
            for voice, quote in sentences(event):
                side = sides.setdefault(voice, {"lang": read(items[quote.id]).lang, "title": "", "text": []})
                side["text"].append(quote.text)
            told = {voice: {**side, "text": "\n\n".join(side["text"])} for voice, side in sides.items()}
            made[said.alert] = {"id": said.alert, "kind": kinds[said.judgement], "note": said.note, **told}
    return list(made.values())


def apart(judgements: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """Documents that were said to belong to another narrative, with those they stood among."""
    for said, event in judgements:
        if said.judgement == "wrong_narrative":
            others = {item for side in event.sides.values() for item in side.documents} - {said.item}
            yield {"item": said.item, "not_with": sorted(others)}


def judged(reached: Reached) -> tuple[list[Judged], int]:
    """Every judgement of an alert that the history still holds, and how many there are in all."""
    said = [decode(one.value, Feedback) for one in _values(reached, reached.topics.feedback.name)]
    shown: dict[str, list[tuple[datetime, AlertEvent]]] = {one.alert: [] for one in said}
    for one in _values(reached, reached.topics.alerts.name):
        event = decode(payload(one.value), AlertEvent)
        if event.alert in shown:
            shown[event.alert].append((_time(one), event))
    known = [one for one in said if shown[one.alert]]
    return [(one, _before(shown[one.alert], one.at)) for one in known], len(said)


def _before(shown: list[tuple[datetime, AlertEvent]], at: datetime) -> AlertEvent:
    return max((one for one in shown if one[0] <= at), key=lambda one: one[0], default=shown[0])[1]


def _time(record: Any) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _values(reached: Reached, topic: str) -> Iterator[Any]:
    return (one for one in present(reached.bootstrap, topic) if one.value is not None)


def quoted(reached: Reached, judgements: Iterable[Judged]) -> dict[str, NewsItem]:
    """The items that the judged events quote, as far as the news topic still holds them."""
    wanted = {quote.id for _, event in judgements for _, quote in sentences(event)}
    items = {}
    for one in _values(reached, reached.topics.news.name):
        with suppress(InvalidItem):
            item = decode_item(one.value, key=one.key, now=_time(one))
            if item.id in wanted and not item.withdrawn:
                items[item.id] = item
    return items


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    reached = reach(load_settings())
    judgements, count = judged(reached)
    items = quoted(reached, judgements)
    whole = [one for one in judgements if all(quote.id in items for _, quote in sentences(one[1]))]
    stretches, pairs, foreign = voices(whole, items), framings(whole, items), list(apart(judgements))
    out.mkdir(parents=True, exist_ok=True)
    for name, entries in {**stretches, "apart": foreign}.items():
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
        (out / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (out / "framings.json").write_text(json.dumps(pairs, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    counts = {"judgements": count, "stretches": sum(map(len, stretches.values())), "framings": len(pairs)}
    print(json.dumps({**counts, "apart": len(foreign), "of_alerts_or_items_gone": count - len(whole)}))


if __name__ == "__main__":
    main()
