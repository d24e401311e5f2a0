"""Whose bullets are, in tests/data/sections.jsonl: a table to stderr, one JSON line to stdout.

An item is a heading, perhaps a lead, two bullets that name no speaker, and whose they are: a side's or nobody's.
Unit: a bullet; said is the voice of its passage, where that is evidence and of the pair. right: a side's bullet heard
as that side's. missed: as nobody's. wrong_side: as the other side's. false: nobody's bullet heard as a side's. The sets
were written one after another by an author who had not seen the rules; each was measured before its errors were read.
"""

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from quoted import OUTCOMES

import models
from models.attribution import attribute
from models.news import EVIDENCE_CONFIDENCE, NewsItem
from models.reading import read
from models.voices import voices_from_toml

DATA = Path(__file__).parents[1] / "tests" / "data" / "sections.jsonl"
VOICES = voices_from_toml((Path(models.__file__).parent / "voices.toml").read_text("utf-8"), "voices.toml")
AT = datetime(2025, 11, 1, tzinfo=UTC)


def main() -> None:
    """Read every item, by set and language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="print every item that is not right")
    options = parser.parse_args()
    seen: dict[str, Counter[str]] = {}
    for line in options.data.read_text("utf-8").splitlines():
        item = json.loads(line)
        outcomes = [_outcome(item["voice"], said) for said in _said(item)]
        seen.setdefault(f"set {item['set']}, {item['lang']}", Counter()).update(outcomes)
        if options.errors and set(outcomes) & {"missed", "wrong_side", "false"}:
            print(item["voice"], outcomes, item["heading"], "|", item["lead"], file=sys.stderr)
    for name, counts in sorted(seen.items()):
        print(f"{name:12}", *(f"{key} {counts[key]:4}" for key in OUTCOMES), file=sys.stderr)
    print(json.dumps({name: {key: counts[key] for key in OUTCOMES} for name, counts in sorted(seen.items())}))


def _said(item: dict[str, str]) -> list[str | None]:
    bullets = [f"- {one}" for one in item["bullets"]]
    text = "\n".join((item["heading"], *filter(None, [item["lead"]]), *bullets))
    document = read(NewsItem(id=item["id"], published_at=AT, source="", text=text))
    passages = attribute(document, VOICES, source_voice=None, at=AT)[-len(bullets) :]
    return [
        one.voice if one.confidence >= EVIDENCE_CONFIDENCE and one.voice in VOICES.pair else None for one in passages
    ]


def _outcome(gold: str | None, said: str | None) -> str:
    if gold is None:
        return "left_alone" if said is None else "false"
    return "right" if said == gold else "missed" if said is None else "wrong_side"


if __name__ == "__main__":
    main()
