"""The constructed set of tests/data/voices: every construction, in English and Russian, as written and mirrored."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest
from hearing import VOICES, WINTER_2021, heard

import models.attribution
from models.attribution import attribute
from models.attribution.tagger import Tagger, tagger_of
from models.news import EVIDENCE_CONFIDENCE, NewsItem
from models.reading import read
from streams.core import make_encoder
from streams.settings import load_settings

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "voices.py"
SPEC = importlib.util.spec_from_file_location("benchmarks_voices", SCRIPT)
assert SPEC
assert SPEC.loader
BENCHMARK = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BENCHMARK)
NAMED = """direct-before direct-after direct-inside indirect indirect-last indirect-inside mixed according-to possessive
pronoun role chain contrast nested negated hypothetical heading bullets metonym other-speaker joint office-date trap
colon article"""
CONSTRUCTIONS = set(NAMED.split())
DOCUMENTS = [
    ("The talks were held in the palace. Both leaders stressed calm.", "kremlin.ru"),
    ("Donald Trump said that he would not sign. Emmanuel Macron said that Europe waits.", "kremlin.ru"),
    ("MS. PSAKI: We will see.\nQ    When?\nMODERATOR: Thanks.", "whitehouse.gov"),
    ("Vladimir Putin: Hello.\nQuestion: Why?\nVladimir Putin: Because.", "kremlin.ru"),
    ("The Kremlin published a statement. It says that talks go on.\nTalks\tin\tMay", ""),
]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_set_holds_every_construction_and_both_sides_alike(lang: str) -> None:
    items = BENCHMARK.items(lang)
    assert len(items) >= 150
    assert (
        len({item["id"] for item in items}) == len({item["text"] + item.get("at", "") for item in items}) == len(items)
    )
    assert {item["construction"] for item in items} == CONSTRUCTIONS
    voices = Counter(voice for item in items for _, voice in item["expected"])
    assert 0.9 < voices["kremlin"] / voices["white_house"] < 1.1


@pytest.fixture(scope="module")
def tagger() -> Tagger | None:
    return tagger_of(make_encoder(load_settings()))


@pytest.mark.parametrize("learned", [False, True], ids=["rules", "rules and tagger"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_of_the_set_95_of_100_stretches_are_right_and_none_is_the_other_sides(
    lang: str, learned: bool, tagger: Tagger | None
) -> None:
    assert tagger is not None
    rows = BENCHMARK.table(lang, VOICES, tagger if learned else None)
    assert rows["all"]["wrong_side"] == rows["mirrored"]["wrong_side"] == 0
    assert rows["mirrored"].total() > 100
    for row in ("all", "dev", "held", "mirrored"):
        assert rows[row]["right"] >= 0.95 * rows[row].total()


def test_every_rule_stands_in_the_table_of_the_package() -> None:
    texts = [item["text"] for lang in ("en", "ru") for item in BENCHMARK.items(lang)]
    used = {one.rule for text in texts for one in heard(text)}
    used |= {one.rule for text, source in DOCUMENTS for one in heard(text, source, WINTER_2021)}
    table = [row.split("|")[1] for row in (models.attribution.__doc__ or "").splitlines() if row.startswith("| ")]
    assert used <= {rule.strip() for row in table for rule in row.split(",")}
    assert len(used) > 25


@pytest.mark.parametrize(
    "introduced",
    [
        "{name}, who until last year served as the {adjective} ambassador",
        "{name}, who was {house} communications director for a year",
        "{name}, dean of an economics school and a periodic adviser to {house}",
        "{name}, head of a program at the Example Center in {capital}",
    ],
)
@pytest.mark.parametrize(
    "side",
    [
        {"name": "Igor Vetlugin", "adjective": "Russian", "house": "the Kremlin", "capital": "Moscow"},
        {"name": "Nora Haldane", "adjective": "American", "house": "the White House", "capital": "Washington"},
    ],
)
def test_who_has_left_a_side_or_only_advises_it_now_and_then_is_not_heard_as_it(
    introduced: str, side: dict[str, str], tagger: Tagger | None
) -> None:
    text = f"“They hold dozens of buildings, but not the whole province,” said {introduced.format(**side)}."
    item = NewsItem(id="t", published_at=WINTER_2021, text=text)
    passages = attribute(read(item), VOICES, source_voice=None, at=WINTER_2021, tagger=tagger)
    assert not [one for one in passages if one.voice in VOICES.pair and one.confidence >= EVIDENCE_CONFIDENCE]
