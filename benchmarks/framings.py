"""What the score makes of twenty pairs of accounts in our own words: tests/data/framing_pairs.json; a minute.

Eight differ in substance, twelve in form alone: length, register, order, language, paraphrase. Prints a JSON line for
each pair, the highest score first, and one with the AUC of the eight above the twelve and the margin between the lowest
of the eight and the highest of the twelve.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from models.comparing.comparison import compare_documents
from models.news import NewsItem, Statement
from models.statements import make_statements
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

PAIRS = Path(__file__).parents[1] / "tests" / "data" / "framing_pairs.json"
SOURCES = {"kremlin": "kremlin.ru", "white_house": "whitehouse.gov"}


def main() -> None:
    pairs = json.loads(PAIRS.read_text("utf-8"))
    settings = load_settings()
    voices = load_voices(settings.voices)
    items = [
        NewsItem(
            id=f"{pair['id']}/{side}", published_at=datetime(2024, 1, 1, tzinfo=UTC), title=pair[side]["title"],
            text=pair[side]["text"], lang=pair[side]["lang"], source=source,
        )
        for pair in pairs for side, source in SOURCES.items()
    ]  # fmt: skip
    made = [
        one
        for one in make_statements(items, voices, make_encoder(settings), most_passages=512)
        if isinstance(one, Statement)
    ]
    found = [compare_documents([a], [b], voices.pair) for a, b in zip(made[::2], made[1::2], strict=True)]
    for pair, one in sorted(zip(pairs, found, strict=True), key=lambda it: -it[1].score):
        told = {"score": one.score, "p_value": one.p_value, **one.parts, "opposed": len(one.opposed)}
        print(json.dumps({"pair": pair["id"], "kind": pair["kind"], **told}))
    high, low = (
        [one.score for pair, one in zip(pairs, found, strict=True) if pair["kind"] == kind]
        for kind in ("differs", "same")
    )
    auc = sum((a > b) + 0.5 * (a == b) for a in high for b in low) / (len(high) * len(low))
    print(json.dumps({"auc": round(auc, 3), "margin": round(min(high) - max(low), 3)}))


if __name__ == "__main__":
    main()
