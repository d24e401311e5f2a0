"""Real articles that eight readers labelled: the labels are of sentences that are there, and no side is the other."""

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from models.attribution.tagger import tagger_of
from models.news import NewsItem
from models.reading import read
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
SPEC = importlib.util.spec_from_file_location("benchmarks_real_news", BENCHMARKS / "real_news.py")
assert SPEC
assert SPEC.loader
BENCHMARK = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BENCHMARK)
ROWS = [json.loads(line) for line in BENCHMARK.DATA.read_text("utf-8").splitlines()]


@pytest.mark.shared_data
def test_every_label_is_of_a_sentence_that_is_there() -> None:
    texts = BENCHMARK.articles(ROWS)
    for row in ROWS:
        article = texts[row["file"], row["id"]]
        at = BENCHMARK.moment(row["at"])
        item = NewsItem(id="t", published_at=at, text=article["text"], lang=article.get("lang"))
        there = {str(span.start) for block in read(item).blocks for span in block.sentences}
        assert set(row["said"]) <= there, row["id"]
        assert set(row["said"].values()) <= {"K", "W", "KW", "K?", "W?", "KW?"}


@pytest.mark.shared_data
def test_what_a_reader_gives_to_one_side_is_never_the_others() -> None:
    settings = load_settings()
    book, tagger = load_voices(settings.voices), tagger_of(make_encoder(settings))
    texts, seen = BENCHMARK.articles(ROWS), Counter[str]()
    for row in ROWS:
        seen.update(BENCHMARK.outcomes(row, texts[row["file"], row["id"]], book, tagger))
    assert seen["wrong_side"] == 0
    assert seen["right"] > seen["missed"] + seen["false"]
