"""tests/data/accounts is what benchmarks/accounts.py takes it for, and whole streams of it lead where they should."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.encoding import Encoder
from models.news import NewsItem
from streams import backtest
from streams.core import make_comparer, make_encoder, make_narratives
from streams.files import items
from streams.settings import load_settings, load_voices

DATA = Path(__file__).parents[1] / "data" / "accounts"
LABELS: dict[str, dict[str, Any]] = json.loads((DATA / "labels.json").read_text("utf-8"))
SETTINGS = load_settings()
VOICES = load_voices(SETTINGS.voices)


def refuse(where: str, error: Exception) -> None:
    raise AssertionError((where, error))


def read(name: str) -> list[NewsItem]:
    return list(items([str(DATA / f"{name}.jsonl")], start=datetime(2026, 1, 1, tzinfo=UTC), refuse=refuse))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return make_encoder(SETTINGS)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_labels_are_of_what_is_there(name: str) -> None:
    stream, told = {one.id: one for one in read(name)}, LABELS[name]
    assert set(told["on"]) < set(stream)
    for quote in told["quotes"]:
        assert stream[quote["id"]].text.count(quote["text"]) == 1
        assert quote["voice"] in (*VOICES.pair, "other", None)
    own = {VOICES.voice_of_source(one.source, one.url) for one in stream.values()} & set(VOICES.pair)
    assert own == (set(VOICES.pair) if told["first_hand"] else set())


@pytest.mark.parametrize("name", ["d-own-diverge", "e-own-agree", "c-second-diverge", "a-second-agree"])
def test_one_event_is_one_narrative_and_opens_an_alert_where_its_accounts_differ(name: str, encoder: Encoder) -> None:
    narratives = make_narratives(SETTINGS)
    stated = list(
        backtest.statements(
            read(name), VOICES, encoder, batch=SETTINGS.batch, passages=SETTINGS.passages, refuse=refuse
        )
    )
    comparer = make_comparer(VOICES, SETTINGS, encoder.name)
    found = list(backtest.compared(backtest.placements(iter(stated), narratives), comparer))
    on = LABELS[name]["on"]
    largest, held = Counter(narratives.current(item) for item in on).most_common(1)[0]
    assert held > len(on) / 2
    assert {item.id for item, _ in stated if narratives.current(item.id) == largest} <= set(on)
    opened = [event for _, taken in found for event in taken.events if ".opened." in event.type]
    assert bool(opened) == LABELS[name]["differs"]
    for event in opened:
        assert {document for side in event.sides.values() for document in side.documents} <= set(on)
