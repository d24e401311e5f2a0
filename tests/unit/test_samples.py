"""The bundled stream keeps what its README promises, seen through the code that reads it."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from models.errors import InvalidItem
from models.reading import read
from models.voices import voices_from_toml
from streams.demo import SAMPLES
from streams.files import item_of, items, lines
from streams.settings import SHIPPED_VOICES

FIRST, END = datetime(2021, 12, 6, tzinfo=UTC), datetime(2021, 12, 27, tzinfo=UTC)
OUTSIDE = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of an item without a date before any dated one: outside the window, so that it would be seen."""
READOUTS = {"kremlin/67315", "en.kremlin/67315", "whitehouse/2021-12-07-readout-putin", "state/2021-12-07-readout-ru"}


@pytest.fixture(scope="module")
def refused():
    return []


@pytest.fixture(scope="module")
def stream(refused):
    return tuple(items([str(SAMPLES)], start=OUTSIDE, refuse=lambda where, error: refused.append((where, error))))


@pytest.fixture(scope="module")
def voices():
    return voices_from_toml(SHIPPED_VOICES.read_text(encoding="utf-8"), SHIPPED_VOICES.name)


def test_every_line_is_an_item_but_two_that_are_refused_with_their_reasons(stream, refused):
    assert len(stream) >= 90
    assert [error.reason for _, error in refused] == ["not_json", "bad_date"]
    assert len(stream) + len(refused) == sum(1 for _ in lines([str(SAMPLES)]))


def test_the_items_lie_in_three_weeks_in_order_of_publication(stream):
    times = [item.published_at for item in stream]
    assert times == sorted(times)
    assert FIRST <= times[0] <= times[-1] < END
    assert (times[-1] - times[0]).days >= 20


def test_an_item_without_a_date_is_among_them_and_happens_at_the_latest_time(stream):
    alone = []
    for line in lines([str(SAMPLES)]):
        with suppress(InvalidItem):
            alone.append(item_of(line, OUTSIDE))
    undated = [place for place, item in enumerate(alone) if item.published_at == OUTSIDE]
    assert [stream[place].id for place in undated] == ["herald/geminids-photos"]
    assert stream[undated[0]].published_at == stream[undated[0] - 1].published_at


def test_a_third_is_russian_and_the_rest_english_as_told_and_as_detected(stream):
    documents = [read(item) for item in stream if not item.withdrawn]
    languages = Counter(document.lang for document in documents)
    assert set(languages) == {"en", "ru"}
    assert 0.3 < languages["ru"] / len(documents) < 0.45
    assert any(item.lang is None for item in stream)


def test_an_id_comes_once_at_a_revision_and_a_change_comes_after_what_it_changes(stream):
    states = [(item.id, item.revision, item.withdrawn) for item in stream]
    assert len(set(states)) == len(states)
    said = {}
    corrections, withdrawals = [], []
    for item in stream:
        if item.withdrawn:
            withdrawals.append(item.id)
            assert item.id in said
        elif item.revision:
            corrections.append(item.id)
            assert item.text != said[item.id]
        else:
            assert item.id not in said
        said[item.id] = item.text
    assert corrections == ["wire/20211211-tornado"]
    assert withdrawals == ["courier/21-1210-04"]


def test_both_sides_publish_alike_in_both_languages_and_the_readouts_come_early(stream, voices):
    by_voice = Counter(
        (voices.voice_of_source(item.source, item.url), read(item).lang) for item in stream if item.title
    )
    for side in voices.pair:
        assert by_voice[side, "en"] >= 8
        assert by_voice[side, "ru"] >= 4
    totals = [sum(count for (voice, _), count in by_voice.items() if voice == side) for side in voices.pair]
    assert max(totals) <= 1.25 * min(totals)
    assert {item.id for item in stream[:30]} >= READOUTS
    assert by_voice["kyiv", "en"]


def test_every_form_of_item_is_there(stream):
    alive = [item for item in stream if not item.withdrawn]
    pages = [item for item in alive if item.html]
    assert {item.source for item in pages} == {"whitehouse.gov", "en.kremlin.ru"}
    for page in pages:
        text = read(page).text
        assert "Ukraine" in text
        assert not any(
            clutter in text for clutter in ("window.counter", "Share this page", "Briefing Room", "Structure")
        )
    assert [item.title for item in alive if not item.text and not item.html] == [
        "Carlsen beats Nepomniachtchi in game eleven and keeps the world chess title"
    ]
    assert any(b'"section"' in line.value for line in lines([str(SAMPLES)]))
    assert any("MS. PSAKI:" in item.text and "\nQ " in item.text for item in alive)
    assert any("Вопрос:" in item.text and "Дмитрий Песков:" in item.text for item in alive)


def test_one_story_is_carried_by_three_outlets(stream):
    leads = {}
    for item in stream:
        leads.setdefault(item.text.partition("\n")[0], set()).add(item.source)
    assert {"wire.example", "daily.example", "herald.example"} in leads.values()
