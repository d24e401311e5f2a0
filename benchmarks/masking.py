"""How often identical contents alarm when the two sides say them in different frames, with and without masking.

A narrative is what one document of ../shared/data/two_sided_stream says in plain sentences (without that folder, and
in Russian, sentences made up here). Either side says it in `--documents` articles of a third party: the same sentences,
each in another frame of attribution and by another name of the side, drawn anew. Items go through reading, attribution,
masking, encoding and the compare stage as in the running system; nothing differs but who says it, so every alert is
false. Prints one JSON line, per language:

  evidence    share of the framed sentences that became evidence of the side that says them, and wrong_side
  masked      narratives, and of these the share with its 95 % interval (Wilson) that
                alerts      raised an alert (established: of that basis)
                p05         score among the highest 5 % of the usual pairs
                permuted    are told apart at .05 by an exact permutation test of the documents' means: the null of no
                            difference at all, which the system does not use because outlet style alone rejects it
                            (it wants four documents a side to be able to)
              score: median; cosine: of a sentence said by one side to the same one said by the other, median and share
              below .999
  unmasked    the same with every name and frame left in
"""

import argparse
import json
import math
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import models.statements as stage
from models.alerts import Versions
from models.comparing import Comparer
from models.comparing.comparison import side_document
from models.divergence import divergence
from models.encoding import Encoder
from models.errors import InvalidItem
from models.news import NewsItem, Placement, Statement
from models.reading import sentences
from models.voices import Voices
from streams.core import make_encoder
from streams.settings import load_settings, load_voices

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "two_sided_stream"
START = datetime(2022, 2, 1, 12, tzinfo=UTC)
SENTENCES = 6
FRAMES = {
    "en": (
        "{N} said that {c}.", "{N} told reporters on Monday that {c}.", "According to {n}, {c}.", "{C}, {n} said.",
        "{C}, {n} said in a statement.", "“{C},” {n} said on Tuesday.", "{N} also stressed that {c}.",
        "{N} has repeatedly insisted that {c}.", "“{C},” said {n}.", "In a statement, {n} warned that {c}.",
        "{C}, according to {n}.", "{N} noted in Geneva that {c}.", "{N} said {c}.", "But {n} argued that {c}.",
    ),
    "ru": (
        "{N} заявил, что {c}.", "{N} в понедельник сообщил, что {c}.", "{C}, заявил {n}.", "«{C}», — сказал {n}.",
        "{N} также отметил, что {c}.", "Как заявил {n}, {c}.", "{N} подчеркнул: «{C}».",
        "При этом {n} уточнил, что {c}.",
        "«{C}», — заявил {n} журналистам в Женеве.", "{C}, отметил {n} в понедельник.",
    ),
}  # fmt: skip
PARTS = {
    "en": (
        "the talks|the treaty|the ceasefire|the embargo|the pipeline|the grain deal|the exchange of prisoners"
        "|the summit|the inspection|the tariff|the exercise|the loan",
        "will go on in May|was agreed to by all parties|has brought no result so far|must begin without conditions"
        "|cannot be put off any longer|depends on guarantees in writing|would cost thousands of jobs"
        "|is close to its end|was broken twice last week|needs the consent of the parliament"
        "|serves the security of the whole continent"
        "|leaves the question of the border open",
    ),
    "ru": (
        "встреча министров|зерновая сделка|поставка газа|передача пленных|проверка на границе|новая пошлина"
        "|программа займов|договорённость о перемирии|работа комиссии|отмена учений",
        "продолжится в мае|пока не дала результата|должна начаться без условий|зависит от письменных гарантий"
        "|не может больше откладываться|была сорвана дважды за неделю|стоит тысяч рабочих мест|близка к завершению"
        "|служит безопасности всего континента|оставляет вопрос о границе открытым|требует согласия парламента",
    ),
}
_PLAIN = re.compile(r"(?:The|A|An|This|These|There|It|All|Many|Some) [^“”\"«»:;()?!\n]{40,260}\.")
_SPEECH = re.compile(
    r"\b(?:sa(?:id|ys?)|stat|not(?:ed|es)|stress|emphasi|add(?:ed|s)|accord|told|we|our|my|us)\b", re.I
)


def real_contents(draw: random.Random) -> Iterator[list[str]]:
    """Plain sentences of documents of the stream, a document at a time, in an order drawn by `draw`."""
    rows = [json.loads(line) for path in sorted(DATA.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    draw.shuffle(rows)
    for row in rows:
        text = row["text"]
        spans = (" ".join(text[one.start : one.end].split()) for one in sentences(text, 0, len(text)))
        plain = [one[:-1] for one in spans if _PLAIN.fullmatch(one) and not _SPEECH.search(one)]
        if len(plain) >= SENTENCES:
            yield [one[0].lower() + one[1:] for one in plain[:SENTENCES]]


def made_up_contents(lang: str, draw: random.Random) -> Iterator[list[str]]:
    """Sentences of our own words, by chance."""
    subjects, predicates = (part.split("|") for part in PARTS[lang])
    while True:
        chosen = zip(draw.sample(subjects, SENTENCES), draw.sample(predicates, SENTENCES), strict=True)
        yield [f"{subject} {predicate}" for subject, predicate in chosen]


def names(book: Voices, voice: str, lang: str) -> list[str]:
    """What a side is called at START: institutions, metonyms and office-holders of the voices file."""
    held = next(one for one in book.voices if one.id == voice)
    article = "the " if lang == "en" else ""
    people = [one.names[lang] for one in held.people if lang in one.names and one.speaks_at(START)]
    return [*(article + one for one in held.institutions[lang]), *held.metonyms[lang], *people]


def article(contents: list[str], called: list[str], lang: str, draw: random.Random) -> str:
    """The contents as an article, each in a frame of its own."""
    told = []
    for content in contents:
        name = draw.choice(called)
        told.append(draw.choice(FRAMES[lang]).format(
            n=name, N=name[0].upper() + name[1:], c=content, C=content[0].upper() + content[1:],
        ))  # fmt: skip
    return " ".join(told)


@contextmanager
def masking(*, on: bool) -> Iterator[None]:
    """The embed stage with or without its masking."""
    real: Callable[..., str] = stage.mask
    try:
        if not on:
            stage.mask = lambda text, *_: " ".join(text.split())
        yield
    finally:
        stage.mask = real


def statements(items: list[NewsItem], book: Voices, encoder: Encoder) -> list[Statement]:
    """Through the embed stage, sixteen at a time."""
    made: list[Statement] = []
    for at in range(0, len(items), 16):
        for one in stage.make_statements(items[at : at + 16], book, encoder, most_passages=2 * SENTENCES):
            if isinstance(one, InvalidItem):
                raise SystemExit(f"an article of the benchmark is refused: {one}")
            made.append(one)
    return made


def share(count: int, of: int) -> dict[str, Any]:
    """A share with its 95 % interval (Wilson 1927)."""
    z, p = 1.96, count / of
    middle, half = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    ends = [(middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)]
    return {"count": count, "share": round(p, 4), "interval": [round(min(1.0, max(0.0, one)), 4) for one in ends]}


def permuted(sides: list[list[Any]]) -> float:
    """P of the distance between the sides' mean document vectors among all ways to deal the documents to two sides."""
    means = np.stack(
        [np.mean([one.vector.astype(np.float64) for one in it.passages], axis=0) for side in sides for it in side]
    )
    n, k = len(means), len(sides[0])

    def apart(chosen: tuple[int, ...]) -> float:
        first = np.zeros(n, bool)
        first[list(chosen)] = True
        return float(np.linalg.norm(means[first].mean(axis=0) - means[~first].mean(axis=0)))

    found = apart(tuple(range(k)))
    dealt = [apart(one) for one in combinations(range(n), k)]
    return float(np.mean([one >= found - 1e-9 for one in dealt]))


def judged(told: dict[str, list[Statement]], book: Voices, encoder: Encoder) -> dict[str, Any]:
    """What the compare stage makes of the narratives: told holds the statements of each, by its name."""
    comparer = Comparer(
        book.pair, {voice: book.names(voice) for voice in book.pair},
        versions=Versions(model=encoder.name, config="", code=""),
    )  # fmt: skip
    raised, established, scores, p05, told_apart = set(), set(), [], 0, 0
    for narrative, held in told.items():
        for number, one in enumerate(held):
            placement = Placement(
                item=one.item, revision=0, narrative=narrative, how="joined" if number else "born", similarity=0.9,
                at=one.published_at, statement=one,
            )  # fmt: skip
            for event in comparer.take(placement).events:
                raised.add(event.narrative)
                established |= {event.narrative} if event.basis == "established" else set()
        sides = [[two for one in held if (two := side_document(one, voice)) is not None] for voice in book.pair]
        if all(sides):
            found = divergence(*sides)
            scores.append(found.score)
            p05 += found.p_value is not None and found.p_value <= 0.05
            told_apart += permuted(sides) <= 0.05
    of = len(told)
    return {
        "narratives": of, "of_both_sides": len(scores), "alerts": share(len(raised), of), "p05": share(p05, of),
        "permuted": share(told_apart, of), "established": len(established), "score": round(float(np.median(scores)), 3),
    }  # fmt: skip


def experiment(lang: str, book: Voices, encoder: Encoder, narratives: int, documents: int, seed: int) -> dict[str, Any]:
    """Both conditions over the same articles."""
    draw = random.Random(f"{lang}:{seed}")
    real = lang == "en" and DATA.is_dir()
    contents = real_contents(draw) if real else made_up_contents(lang, draw)
    called = {voice: names(book, voice, lang) for voice in book.pair}
    items, side = [], {}
    for number, content in zip(range(narratives), contents, strict=False):
        for copy in range(2 * documents):
            voice = book.pair[copy % 2]
            side[f"{number}/{copy}"] = voice
            items.append(NewsItem(
                id=f"{number}/{copy}", published_at=START + timedelta(hours=number, minutes=copy),
                source="press.example", title="News of the day", lang=lang,
                text=article(content, called[voice], lang, draw),
            ))  # fmt: skip
    result: dict[str, Any] = {"contents": "two_sided_stream" if real else "made up", "documents_per_side": documents}
    for name, on in (("masked", True), ("unmasked", False)):
        with masking(on=on):
            made = statements(items, book, encoder)
        told: dict[str, list[Statement]] = {}
        for one in made:
            told.setdefault(one.item.split("/")[0], []).append(one)
        if on:
            voiced = [one.voice == side[held.item] for held in made for one in held.passages]
            result["evidence"] = {
                "right": round(sum(voiced) / (SENTENCES * len(items)), 4), "wrong_side": voiced.count(False)
            }  # fmt: skip
        result[name] = judged(told, book, encoder)
        result[name]["cosine"] = cosines(told, side, book)
    return result


def cosines(told: dict[str, list[Statement]], side: dict[str, str], book: Voices) -> dict[str, float]:
    """Of the same sentence said by either side: each of one side's with the nearest of the other's."""
    nearest = []
    for held in told.values():
        a, b = (
            [one.vector.astype(np.float64) for two in held if side[two.item] == voice for one in two.passages]
            for voice in book.pair
        )
        if a and b:
            nearest += (np.stack(a) @ np.stack(b).T).max(axis=1).tolist()
    values = np.array(nearest)
    return {"median": round(float(np.median(values)), 4), "below_.999": round(float((values < 0.999).mean()), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--narratives", type=int, default=250)
    parser.add_argument("--documents", type=int, default=1, help="articles a side and narrative")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    settings = load_settings()
    book, encoder = load_voices(settings.voices), make_encoder(settings)
    print(json.dumps({
        lang: experiment(lang, book, encoder, asked.narratives, asked.documents, asked.seed) for lang in ("en", "ru")
    }))  # fmt: skip


if __name__ == "__main__":
    main()
