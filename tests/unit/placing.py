"""Documents of two voices, placed by hand, for a compare stage: what a cluster stage would hand it."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from models.alerting import AlertSettings
from models.alerts import AlertEvent, Versions
from models.comparing import Comparer, Record, Taken
from models.news import EncodedPassage, Placement, Statement
from streams.wire import decode, encode

DIM = 384
PAIR = ("kremlin", "white_house")
NAMES = {"kremlin": {"en": "the Kremlin"}, "white_house": {"en": "the White House"}}
START = datetime(2022, 1, 1, tzinfo=UTC)
NOTHING = np.zeros(0, np.float16)


def direction(name: str) -> np.ndarray:
    vector = np.random.default_rng(list(hashlib.sha256(name.encode()).digest())).normal(size=DIM)
    return vector / np.linalg.norm(vector)


def statement(
    item: str,
    voice: str,
    *,
    topic: str = "N",
    apart: float = 2.2,
    at: datetime = START,
    revision: int = 0,
    passages: int = 4,
    publisher: str | None = None,
) -> Statement:
    """A document of one voice: its passages lie about its topic, `apart` from the other voice."""
    centre = 0.5 * direction(topic) + apart * direction(f"{voice} on {topic}")
    made = []
    for number in range(passages):
        vector = centre + direction(f"{item}/{revision}/{number}")
        text = f"Point {number} of {item} concerns the talks on security and trade"
        vector = (vector / np.linalg.norm(vector)).astype(np.float16)
        made.append(
            EncodedPassage(
                start=100 * number, end=100 * number + len(text), text=text, voice=voice, confidence=0.9, vector=vector
            )
        )
    return Statement(
        item=item,
        revision=revision,
        withdrawn=False,
        published_at=at,
        source="",
        url=f"https://news.example/{item}",
        title=f"Title of {item}",
        lang="en",
        voice=publisher if publisher is not None else voice,
        words=40,
        lead=NOTHING,
        headline=NOTHING,
        terms=(),
        signature=(),
        passages=tuple(made),
        passages_left_out=0,
        encoder="fake",
    )


def joined(one: Statement, narrative: str = "N", *, at: datetime | None = None) -> Placement:
    return Placement(
        item=one.item,
        revision=one.revision,
        narrative=narrative,
        how="joined",
        similarity=0.5,
        at=at or one.published_at,
        statement=one,
    )


def comparer(**thresholds: object) -> Comparer:
    return Comparer(
        PAIR,
        NAMES,
        replace(AlertSettings(open_p=1.0, sure_p=1.0), **thresholds),
        versions=Versions(model="fake", config="c", code="1"),
    )


def stored(records: dict[str, bytes], changes: object) -> dict[str, bytes]:
    """What a changelog holds after these changes: bytes, as they travel."""
    held = dict(records)
    for change in changes:
        if change.record is None:
            held.pop(change.key, None)
        else:
            held[change.key] = encode(change.record)
    return held


def restored(records: dict[str, bytes], **thresholds: object) -> Comparer:
    stage = comparer(**thresholds)
    stage.restore({key: decode(value, Record) for key, value in records.items()})
    return stage


def kinds(taken: Taken) -> list[str]:
    return [one.type.split(".")[2] for one in taken.events]


def opened(stage: Comparer) -> AlertEvent:
    stage.take(joined(statement("k1", "kremlin")))
    return stage.take(joined(statement("w1", "white_house"))).events[0]
