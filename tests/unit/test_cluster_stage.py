"""The cluster agent's step: what of a placement goes to which topic, and what becomes durable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from models.clustering import Member, Summary
from models.news import Placement, Statement
from streams.agents.cluster import ClusterStage
from streams.messages import Incoming, Outcome
from streams.wire import HEADER_ITEM, decode, encode

START = datetime(2025, 3, 1, tzinfo=UTC)
NOTHING = np.zeros(0, np.float16)
EAST, NORTH = np.eye(2, dtype=np.float16)


def statement(item: str, word: str = "grain", *, vector: np.ndarray = EAST, day: float = 0.0) -> Statement:
    return Statement(
        item=item,
        revision=0,
        withdrawn=False,
        published_at=START + timedelta(days=day),
        source="",
        url="",
        title=f"Of {word}",
        lang="en",
        voice=None,
        words=2,
        lead=vector,
        headline=vector,
        terms=((word, 1.0), (f"{word} again", 1.0)),
        signature=(),
        passages=(),
        passages_left_out=0,
        encoder="fake/1",
    )


def withdrawn(item: str) -> Statement:
    return replace(statement(item), withdrawn=True, lead=NOTHING, headline=NOTHING, terms=())


def stage() -> ClusterStage:
    return ClusterStage(placements="placements", narratives="narratives")


def incoming(value: bytes | None) -> Incoming:
    return Incoming(topic="statements", partition=0, offset=0, key=b"", value=value, headers={}, timestamp=START)


def step(one: ClusterStage, taken: Statement) -> Outcome:
    (outcome,) = one.handle([incoming(encode(taken))])
    return outcome
