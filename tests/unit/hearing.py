"""What the tests of attribution share: who is heard in a text."""

from datetime import UTC, datetime
from pathlib import Path

import models
from models.attribution import attribute
from models.news import EVIDENCE_CONFIDENCE, NewsItem, Passage
from models.reading import read
from models.voices import Voices, voices_from_toml

VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
K, W, Y, J, OTHERS = "kremlin", "white_house", "kyiv", "joint", "other"
WINTER_2021 = datetime(2021, 12, 8, tzinfo=UTC)
SPRING_2025 = datetime(2025, 3, 20, tzinfo=UTC)


def heard(text: str, source: str = "", at: datetime = SPRING_2025, voices: Voices = VOICES) -> tuple[Passage, ...]:
    item = NewsItem(id="t", published_at=at, source=source, text=text)
    return attribute(read(item), voices, source_voice=voices.voice_of_source(source, ""), at=at)


def evidence(text: str, source: str = "", at: datetime = SPRING_2025) -> list[str | None]:
    """Voices of the passages, with None where the passage is no evidence."""
    return [p.voice if p.confidence >= EVIDENCE_CONFIDENCE else None for p in heard(text, source, at)]


def last(text: str, source: str = "", at: datetime = SPRING_2025) -> str | None:
    return evidence(text, source, at)[-1]
