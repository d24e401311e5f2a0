"""Who is heard in tests/data/voices: our own sentences, by construction; a table to stderr, one JSON line to stdout.

Unit: a stretch of a text with one expected voice. What is said there is the voice with most of its letters among
passages that are evidence, if it has half of them. right: said as expected, where a speaker of no side and no
speaker are one. wrong_side: one side of the pair for the other. missed: no voice for a side's. other: all else, as
a side for nobody's words. Every item is also read mirrored, its sides swapped, where its names have a counterpart.
`part` is dev or held (a third, by a hash of the id), seen only as totals while rules were mended.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import models
from models.attribution import attribute
from models.attribution.mentions import names_of
from models.attribution.tagger import Tagger, tagger_of
from models.news import EVIDENCE_CONFIDENCE, JOINT, OTHER, NewsItem
from models.reading import read
from models.voices import Voices, voices_from_toml
from streams.core import make_encoder
from streams.settings import load_settings

DATA = Path(__file__).parents[1] / "tests" / "data" / "voices"
AT = datetime(2025, 3, 20, tzinfo=UTC)
OUTCOMES = ("right", "wrong_side", "missed", "other")
_MIRROR = {
    "en": "Kremlin/White_House Moscow/Washington Putin/Trump Vladimir/Donald Lavrov/Rubio Sergey/Marco Peskov/Vance"
    " Zakharova/Leavitt Ushakov/Witkoff Russian_officials/U.S._officials Russian_diplomats/American_officials"
    " Russian_Foreign_Ministry/State_Department Russian_Defence_Ministry/Pentagon",
    "ru": "Кремль/Белый_дом Кремля/Белого_дома Кремлю/Белому_дому Кремлём/Белым_домом Кремле/Белом_доме Путин/Трамп"
    " Путина/Трампа Путину/Трампу Путиным/Трампом Путине/Трампе Лавров/Вэнс Лаврова/Вэнса Лаврову/Вэнсу Песков/Уиткофф"
    " Пескова/Уиткоффа МИД_России/Госдепартамент президента_РФ/президента_США российской_стороны/американской_стороны"
    " президент_России/президент_США",
}


def items(lang: str, folder: Path = DATA) -> list[dict[str, Any]]:
    """The set of a language: id, construction, text, expected [[stretch, voice], …], maybe at and source."""
    path = folder / f"{lang}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def part(item: dict[str, Any]) -> str:
    """Which part an item belongs to: `dev` or `held`."""
    return "held" if hashlib.sha256(item["id"].encode()).digest()[0] % 3 == 0 else "dev"


def mirrored(item: dict[str, Any], lang: str, voices: Voices) -> dict[str, Any] | None:
    """The item with its sides swapped; None where a name has no counterpart."""
    pairs = [one.replace("_", " ").split("/") for one in _MIRROR[lang].split()]
    other = dict([*pairs, *(pair[::-1] for pair in pairs)])
    names = re.compile(r"(?<![\w-])(?:" + "|".join(sorted(other, key=len, reverse=True)) + r")(?![\w-])")

    def swapped(text: str) -> str:
        return names.sub(lambda match: other[match.group()], text)

    text, at = swapped(item["text"]), _at(item)
    sides = dict([voices.pair, voices.pair[::-1]])
    find = names_of(voices).find
    seen, mirror = (sorted((one.start > 0, one.voice) for one in find(some, at)) for some in (item["text"], text))
    if text == item["text"] or sorted((late, sides.get(voice, voice)) for late, voice in seen) != mirror:
        return None
    expected = [[swapped(stretch), sides.get(voice, voice)] for stretch, voice in item["expected"]]
    return item | {"id": item["id"] + "-mirrored", "text": text, "expected": expected}


def _at(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["at"]).replace(tzinfo=UTC) if "at" in item else AT


def judged(
    item: dict[str, Any], voices: Voices, tagger: Tagger | None = None
) -> Iterator[tuple[str, str | None, str | None, str]]:
    """(outcome, expected, said, stretch) of each stretch of an item."""
    at, text = _at(item), item["text"]
    document = read(NewsItem(id=item["id"], published_at=at, text=text))
    own = voices.voice_of_source(item.get("source", ""), item.get("source", ""))
    passages = attribute(document, voices, source_voice=own, at=at, tagger=tagger)
    end = 0
    for stretch, expected in item["expected"]:
        start = text.index(stretch, end)
        end = start + len(stretch)
        votes: Counter[str] = Counter()
        for one in passages:
            if one.voice is not None and one.confidence >= EVIDENCE_CONFIDENCE:
                votes[one.voice] += max(0, min(end, one.end) - max(start, one.start))
        said = next((voice for voice, n in votes.most_common(1) if 2 * n >= len(stretch)), None)
        yield _outcome(expected, said, voices), expected, said, stretch


def _outcome(expected: str | None, said: str | None, voices: Voices) -> str:
    nobody = (None, OTHER)
    if said == expected or (said in nobody and expected in nobody):
        return "right"
    if said in voices.pair and expected in voices.pair:
        return "wrong_side"
    return "missed" if said in nobody and expected in (*voices.pair, JOINT) else "other"


def table(lang: str, voices: Voices, tagger: Tagger | None = None, folder: Path = DATA) -> dict[str, Counter[str]]:
    """Outcomes by construction, by part (`dev`, `held`), of the mirrored items and of `all` as written."""
    counted: dict[str, Counter[str]] = {}
    for item in items(lang, folder):
        outcomes = Counter(outcome for outcome, *_ in judged(item, voices, tagger))
        for row in (item["construction"], part(item), "all"):
            counted.setdefault(row, Counter()).update(outcomes)
        if mirror := mirrored(item, lang, voices):
            counted.setdefault("mirrored", Counter()).update(outcome for outcome, *_ in judged(mirror, voices, tagger))
    return counted


def _show_errors(lang: str, voices: Voices, tagger: Tagger | None, folder: Path) -> None:
    for item in items(lang, folder):
        for outcome, expected, said, stretch in judged(item, voices, tagger) if part(item) == "dev" else ():
            if outcome != "right":
                print(f"{outcome}: {item['id']}: expected {expected}, said {said}: {stretch}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="also print what is not right in the dev part")
    parser.add_argument("--rules", action="store_true", help="the rules alone, without the tagger")
    parser.add_argument("--data", type=Path, default=DATA, help="another folder of sets, as collect_feedback.py makes")
    options = parser.parse_args()
    tagger = None if options.rules else tagger_of(make_encoder(load_settings()))
    shipped = Path(models.__file__).parent / "voices.toml"
    voices = voices_from_toml(shipped.read_text("utf-8"), shipped.name)
    result: dict[str, Any] = {"benchmark": "voices"}
    for lang in ("en", "ru"):
        if options.errors:
            _show_errors(lang, voices, tagger, options.data)
        rows = table(lang, voices, tagger, options.data)
        print(f"{lang:16} {'n':>4} " + " ".join(f"{name:>10}" for name in OUTCOMES), file=sys.stderr)
        for row, counted in sorted(rows.items()):
            cells = " ".join(f"{counted[name]:>10}" for name in OUTCOMES)
            print(f"{row:16} {counted.total():>4} {cells}", file=sys.stderr)
        result[lang] = {row: {name: counted[name] for name in OUTCOMES} for row, counted in sorted(rows.items())}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
