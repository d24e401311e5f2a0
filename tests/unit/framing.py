"""Pairs of accounts in our own words (tests/data), compared by the shipped encoder and calibration."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.comparing.comparison import Comparison, compare_documents
from models.news import NewsItem, Statement
from models.statements import make_statements
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

DATA = Path(__file__).parents[1] / "data"
PAIRS = json.loads((DATA / "framing_pairs.json").read_text("utf-8"))
"""On which the weight of agreement was set."""
HELD = json.loads((DATA / "framing_pairs_held.json").read_text("utf-8"))
"""Written later, by someone who knew neither the score nor these figures."""
SOURCES = {"kremlin": "kremlin.ru", "white_house": "whitehouse.gov"}


def compared(pairs: list[dict[str, Any]] = PAIRS) -> dict[str, tuple[Comparison, Comparison]]:
    """By the pair's id: its comparison, and that with the sides swapped."""
    settings = load_settings()
    voices = load_voices(settings.voices)
    items = [
        NewsItem(
            id=f"{pair['id']}/{side}", published_at=datetime(2024, 1, 1, tzinfo=UTC), title=pair[side]["title"],
            text=pair[side]["text"], lang=pair[side]["lang"], source=source,
        )
        for pair in pairs for side, source in SOURCES.items()
    ]  # fmt: skip
    made = make_statements(items, voices, make_encoder(settings), most_passages=512)
    statements = [one for one in made if isinstance(one, Statement)]
    return {
        pair["id"]: (compare_documents([a], [b], voices.pair), compare_documents([b], [a], voices.pair))
        for pair, a, b in zip(pairs, statements[::2], statements[1::2], strict=True)
    }
