"""Who speaks in articles whose officials no voices file lists: a table to stderr, one JSON line to stdout.

tests/data/introduced.jsonl holds 66 articles by four authors who had not seen the rules and were told to introduce
officials of either side by their offices in as many ways as they could, and others of no side beside them; 623
sentences are labelled. Set d was written with the rules still unread and measured before its errors were looked at.
Unit: a labelled sentence; said is the voice of most of its letters, where that is evidence and of the pair. right: a
side's heard as that side's. missed: as nobody's. wrong_side: as the other side's. left_alone, false: nobody's, heard as
nobody's and as a side's.
"""

import argparse
import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from quoted import OUTCOMES, outcome, said

from models.attribution.tagger import Tagger, tagger_of
from models.news import NewsItem
from models.statements import voiced
from models.voices import Voices
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

DATA = Path(__file__).parents[1] / "tests" / "data" / "introduced.jsonl"


def outcomes(row: dict[str, Any], book: Voices, tagger: Tagger | None) -> Counter[str]:
    """Of an article's labelled sentences."""
    item = NewsItem(
        id=row["id"], published_at=datetime.fromisoformat(row["published_at"]), title=row["title"], text=row["text"],
        lang=row["lang"],
    )  # fmt: skip
    document, passages = voiced(item, book, tagger)
    return Counter(
        outcome(quote["voice"], said(document, passages, quote["text"], book.pair)) for quote in row["quotes"]
    )


def main() -> None:
    """Read every article, by set and language."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    settings = load_settings()
    book, tagger = load_voices(settings.voices), tagger_of(make_encoder(settings))
    seen: dict[str, Counter[str]] = {}
    for row in map(json.loads, DATA.read_text("utf-8").splitlines()):
        seen.setdefault(f"set {row['set']}, {row['lang']}", Counter()).update(outcomes(row, book, tagger))
    for name, counts in sorted(seen.items()):
        print(f"{name:12}", *(f"{key} {counts[key]:4}" for key in OUTCOMES), file=sys.stderr)
    print(json.dumps({name: {key: counts[key] for key in OUTCOMES} for name, counts in sorted(seen.items())}))


if __name__ == "__main__":
    main()
