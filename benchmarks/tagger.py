"""What hearing voices costs against encoding: documents per CPU second, one thread; prints one JSON line.

rules: reading and attribution by the rules; tagger: with the tagger, the encoder's token states included; encoding:
the same documents, every sentence once. Documents: those of ../shared/data/voices/polnear_dev.jsonl, of a third party
all, read for the shipped voices; the two-sided stream, governments' own, which the tagger leaves alone.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from models.attribution.learned import chunks_near
from models.attribution.mentions import names_of
from models.attribution.tagger import tagger_of
from models.encoding import SentenceTransformerEncoder
from models.news import NewsItem
from models.reading import read
from models.statements import voiced
from streams.model_store import model_folder
from streams.settings import load_settings, load_voices

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
AT = datetime(2016, 9, 1, tzinfo=UTC)


def rate(work: Callable[[NewsItem], object], items: Sequence[NewsItem]) -> float:
    began = time.thread_time()
    for item in items:
        work(item)
    return round(len(items) / (time.thread_time() - began), 2)


def main() -> None:
    settings = load_settings()
    encoder = SentenceTransformerEncoder(model_folder(settings.cache_dir, None, lambda *_: None), remembered=0)
    tagger, voices = tagger_of(encoder), load_voices(settings.voices)

    def sentences(item: NewsItem) -> list[str]:
        document = read(item)
        return [document.text[one.start : one.end] for block in document.blocks for one in block.sentences]

    result: dict[str, object] = {"encoder": encoder.name}
    for name, pattern in (("polnear_dev", "voices/polnear_dev.jsonl"), ("two_sided", "two_sided_stream/*.jsonl")):
        lines = [line for path in sorted(DATA.glob(pattern)) for line in path.read_text("utf-8").splitlines()][:84]
        rows = [json.loads(line) for line in lines]
        items = [
            NewsItem(id=row["id"], published_at=AT, text=row["text"], source=row.get("source", ""), lang="en")
            for row in rows
        ]
        voiced(items[0], voices, tagger), encoder.encode(["warm"])
        documents = [read(one) for one in items]
        near = sum(
            span.end - span.start for one in documents for span in chunks_near(one, names_of(voices).find(one.text, AT))
        )
        result[name] = {
            "documents": len(items),
            "characters": round(sum(len(one.text) for one in items) / len(items)),
            "near_a_name": round(near / sum(len(one.text) for one in items), 3),
            "rules": rate(lambda item: voiced(item, voices), items),
            "tagger": rate(lambda item: voiced(item, voices, tagger), items),
            "encoding": rate(lambda item: encoder.encode(sentences(item)), items),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
