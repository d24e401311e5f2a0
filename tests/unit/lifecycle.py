"""A scripted life of alerts: opened, escalated, updated, resolved, opened again, merged, carried over, retracted.

`python tests/unit/lifecycle.py` writes the story that the stage tells of it to tests/data/lifecycle.json; a person
reads the difference before it is committed.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from placing import PAIR, START, joined, statement

from models.alerts import AlertEvent
from models.news import How, Placement
from streams.agents.compare import CompareStage
from streams.core import make_comparer
from streams.messages import Incoming, Outgoing
from streams.settings import load_settings, load_voices
from streams.topics import topics_of
from streams.wire import HEADER_ITEM, decode, encode

GOLDEN = Path(__file__).parents[1] / "data" / "lifecycle.json"
TOPICS = topics_of("", 1)
APART, ALIKE = 2.0, 0.0
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class _Script:
    """Placements in the order that a cluster stage would send them; the clock goes on by hand."""

    def __init__(self) -> None:
        self.at, self.made, self._count = START, list[Placement](), 0

    def says(self, voice: str, narrative: str, *, apart: float, after: timedelta = HOUR) -> str:
        """A document joins a narrative; returns its item."""
        self.at += after
        self._count += 1
        item = f"{voice[0]}{self._count}"
        self.made.append(joined(statement(item, voice, topic="N", apart=apart, at=self.at), narrative))
        return item

    def both(self, narrative: str, *, apart: float, times: int = 1, after: timedelta = HOUR) -> tuple[str, ...]:
        """A document of each side in turn; returns their items."""
        return tuple(self.says(voice, narrative, apart=apart, after=after) for _ in range(times) for voice in PAIR)

    def does(
        self, how: How, narrative: str, cause: str, *, revision: int = 0, after: timedelta = 0 * HOUR, **more: Any
    ) -> None:
        """What a document tells of others, or that it leaves."""
        self.at += after
        one = Placement(item=cause, revision=revision, narrative=narrative, how=how, similarity=0.5, at=self.at)
        self.made.append(replace(one, **more))

    def items(self, *narratives: str) -> tuple[str, ...]:
        """What has joined them, whether it is still there or not."""
        return tuple(one.item for one in self.made if one.how == "joined" and one.narrative in narratives)


def script() -> tuple[Placement, ...]:
    """The life of the narratives, a paragraph each."""
    told = _Script()
    # a narrative's alert opens, grows, is told of again, and resolves as the sides come to say the same
    told.both("pipeline", apart=APART, times=2)
    for _ in range(2):
        told.says(PAIR[0], "pipeline", apart=APART, after=13 * HOUR)
    agreeing = told.both("pipeline", apart=ALIKE, times=6)
    # what they agreed in is withdrawn: once enough is said after that, the narrative has an alert again, a new one
    for one in agreeing:
        told.does("left", "pipeline", one, revision=1)
    told.both("pipeline", apart=APART, times=7)
    # another narrative becomes part of it, and its alert part of the other's
    told.both("pipes", apart=APART)
    told.does("merged", "pipeline", told.says(PAIR[0], "pipes", apart=APART), absorbed="pipes")
    # one side's documents are withdrawn, one after the other: corrected at first, then nothing holds the alert
    for one in [one for one in told.items("pipeline", "pipes") if one[0] == PAIR[1][0] and one not in agreeing]:
        told.does("left", "pipeline", one, revision=1, after=HOUR)
    # an alert is carried over into a narrative that has none, and resolves as nothing more comes
    told.both("treaty", apart=APART)
    told.does("merged", "talks", told.says(PAIR[0], "talks", apart=APART), absorbed="treaty")
    told.says(PAIR[1], "talks", apart=APART, after=13 * HOUR)
    # later a narrative turns out to hold two: what it told of is another's, which has an alert of its own
    told.both("summit", apart=APART, after=8 * DAY)
    cause = told.says(PAIR[0], "visit", apart=APART)
    moved = told.items("summit")
    told.does("split", "dinner", cause, origin="summit", items=moved)
    told.does("left", "summit", cause, items=moved)
    # one side goes on, and the other says nothing more
    told.both("dinner", apart=APART, times=7)
    for _ in range(18):
        told.says(PAIR[0], "dinner", apart=APART, after=4 * HOUR)
    return tuple(told.made)


def stage(encoder: str) -> CompareStage:
    """The compare stage as a worker makes it, with the settings and voices that are shipped."""
    settings = load_settings({})
    voices = load_voices(settings.voices)
    return CompareStage(
        lambda: make_comparer(voices, settings, encoder), TOPICS, seen=lambda _: None, now=lambda: START
    )


def sent(placements: tuple[Placement, ...], *, encoder: str = "fake") -> Iterator[Outgoing]:
    """What the stage answers to the bytes of these placements."""
    running = stage(encoder)
    for offset, one in enumerate(placements):
        message = Incoming(
            topic=TOPICS.placements.name, partition=0, offset=offset, key=one.narrative.encode(), value=encode(one),
            headers={HEADER_ITEM: one.item.encode()}, at=START,
        )  # fmt: skip
        (outcome,) = running.handle([message])
        assert outcome.rejected is None
        yield from outcome.sends


def events(messages: Iterator[Outgoing]) -> list[AlertEvent]:
    """The alert events of the history, in order."""
    return [decode(one.value or b"", AlertEvent) for one in messages if one.topic == TOPICS.alerts.name]


def story(messages: Iterator[Outgoing]) -> list[dict[str, object]]:
    """What matters of each event, and when its alert leaves the state; alerts are called A, B, ... as they open."""
    names: dict[str, str] = {}
    rows: list[dict[str, object]] = []
    for one in messages:
        if one.value is None:
            rows.append({"alert": names[one.key.decode()], "buried_by": one.headers[HEADER_ITEM].decode()})
        if one.topic != TOPICS.alerts.name:
            continue
        event = decode(one.value or b"", AlertEvent)
        name = names.setdefault(event.alert, chr(ord("A") + len(names)))
        reason = " ".join(names.get(word, word) for word in event.reason.split())
        rows.append(
            {
                "alert": name,
                "revision": event.revision,
                "type": event.type,
                "reason": reason,
                "severity": event.severity,
                "basis": event.basis,
                "narrative": event.narrative,
                "cause": event.cause,
                "time": event.time.isoformat(),
                "headline": event.headline,
                "documents": {voice: len(side.documents) for voice, side in event.sides.items()},
            }
        )
    return rows


def main() -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in story(sent(script()))]
    GOLDEN.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{GOLDEN}: {len(lines)} lines")


if __name__ == "__main__":
    main()
