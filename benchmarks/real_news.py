"""Who speaks in real articles of third parties: a table to stderr, one JSON line to stdout.

tests/data/real_news.jsonl labels 107 articles of ../shared/data (wikinews sources, US and Russian media) that name
either government, by eight readers who had seen neither the program nor its answers. A label is a sentence's place and
whether it reports words of the Russian government (K), of the US government (W) or of both (KW); a sentence without one
is nobody's; `?` is a doubt, which does not count. Which sets were read before which rules: docs/measurements.md.
Outcomes as in benchmarks/introduced.py.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from quoted import OUTCOMES, outcome, said_there

from models.attribution.tagger import Tagger, tagger_of
from models.news import NewsItem
from models.statements import voiced
from models.voices import Voices
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

DATA = Path(__file__).parents[1] / "tests" / "data" / "real_news.jsonl"
TEXTS = Path(__file__).resolve().parents[2] / "shared" / "data"
SIDES = {"K": "kremlin", "W": "white_house"}


def articles(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The texts that the labels are of, by file and id."""
    wanted = {(row["file"], row["id"]) for row in rows}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in sorted({row["file"] for row in rows}):
        for line in (TEXTS / file).read_text("utf-8").splitlines():
            one = json.loads(line)
            if (file, one["id"]) in wanted:
                found[file, one["id"]] = one
    return found


def moment(day: str) -> datetime:
    """The beginning of a day, UTC."""
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def outcomes(row: dict[str, Any], article: dict[str, Any], book: Voices, tagger: Tagger | None) -> Iterator[str]:
    """Of an article's sentences, as far as it was read."""
    item = NewsItem(
        id=row["id"], published_at=moment(row["at"]),
        title=article.get("title") or "", text=article["text"], lang=article.get("lang"),
    )  # fmt: skip
    document, passages = voiced(item, book, tagger)
    for span in (span for block in document.blocks for span in block.sentences if span.start <= row["last"]):
        label = row["said"].get(str(span.start), "")
        if "?" not in label:
            voice = said_there(passages, span.start, span.end, book.pair)
            golds = [SIDES[side] for side in label] or [None]
            yield outcome(voice if voice in golds else golds[0], voice)


def main() -> None:
    """Read every article, by set."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if not TEXTS.is_dir():
        sys.exit(f"{TEXTS} is not there: the articles are not part of the project")
    settings = load_settings()
    book, tagger = load_voices(settings.voices), tagger_of(make_encoder(settings))
    rows = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    texts, seen = articles(rows), dict[str, Counter[str]]()
    for row in rows:
        counts = seen.setdefault(f"set {row['set']}", Counter())
        counts.update(outcomes(row, texts[row["file"], row["id"]], book, tagger))
    for name, counts in sorted(seen.items()):
        print(name, *(f"{key} {counts[key]:4}" for key in OUTCOMES), file=sys.stderr)
    print(json.dumps({name: {key: counts[key] for key in OUTCOMES} for name, counts in sorted(seen.items())}))


if __name__ == "__main__":
    main()
