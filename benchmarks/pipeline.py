"""The whole system on real Kafka against the bare encoder on the same texts, in one run; prints one JSON line.

  throughput   items/s from the first send until every stage is through, over items/s of the encoder alone on the texts
               that the embed stage encodes, in the same micro-batches on one thread
  memory       resident MB of worker and broker at the end
  latency      at half of that throughput: seconds from a news message's timestamp to the last message that the item
               led to (placements for every item; alerts for those that tipped one), and what the encoder alone takes
  restart      seconds from starting a worker on a state of --narratives narratives until a new item is placed

Items are the first --items (from --from on) of ../shared/data/two_sided_stream where it is there, else of the bundled
stream.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psutil

from models.encoding import Encoder, SentenceTransformerEncoder
from models.errors import InvalidItem
from models.news import NewsItem
from models.statements import prepare
from streams.demo import SAMPLES, Through
from streams.files import items
from streams.model_store import model_folder
from streams.present import present
from streams.publish import producer
from streams.running import Running, system
from streams.settings import Settings, load_settings, load_voices
from streams.wire import HEADER_ITEM, encode

STREAM = Path(__file__).resolve().parents[2] / "shared" / "data" / "two_sided_stream"
WARM, HALF = 8, 120
"""Items sent before anything is timed, and items of the latency run: none among the timed ones, so none remembered."""
SUBJECTS = (
    "harbour",
    "library",
    "orchestra",
    "glacier",
    "tramway",
    "vineyard",
    "observatory",
    "ferry",
    "museum",
    "stadium",
)


def news(number: int, since: datetime) -> list[NewsItem]:
    """The first items of the stream from then on."""
    paths = sorted(map(str, STREAM.glob("*.jsonl"))) or [str(SAMPLES)]
    found = items(paths, start=datetime(2022, 1, 1, tzinfo=UTC), refuse=lambda *_: None)
    return list(islice((one for one in found if not one.withdrawn and one.published_at >= since), number))


def texts_of(stream: Sequence[NewsItem], settings: Settings) -> list[list[str]]:
    """What the embed stage encodes, item by item."""
    voices, made = load_voices(settings.voices), []
    for item in stream:
        try:
            one = prepare(item, voices, settings.passages)
        except InvalidItem:
            continue
        made.append([one.lead, *([one.headline] if one.headline else []), *(text for _, text in one.evidence)])
    return made


def bare(encoder: Encoder, texts: Sequence[list[str]], batch: int) -> float:
    """Items/s of the encoder alone in micro-batches."""
    encoder.encode(["warm"])
    began = time.perf_counter()
    for at in range(0, len(texts), batch):
        encoder.encode([text for some in texts[at : at + batch] for text in some])
    return len(texts) / (time.perf_counter() - began)


def alone(encoder: Encoder, texts: Sequence[list[str]]) -> list[float]:
    """Seconds of the encoder for each item by itself."""
    took = []
    for some in texts:
        began = time.perf_counter()
        encoder.encode(some)
        took.append(time.perf_counter() - began)
    return took


def send(running: Running, stream: Sequence[NewsItem], *, per_second: float = 0.0) -> None:
    """Send items, as fast as it goes or evenly."""
    topic = running.reached.topics.news.name
    with producer(running.reached.bootstrap) as sender:
        began = time.monotonic()
        for number, item in enumerate(stream):
            if per_second:
                time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            sender.send(topic, key=item.id.encode(), value=encode(item), headers=[(HEADER_ITEM, item.id.encode())])


def await_through(running: Running) -> None:
    """Until every stage has committed all it was sent."""
    through = Through(running.reached, lambda *_: None)
    try:
        while not through():
            running.check()
            time.sleep(0.05)
    finally:
        through.close()


def stamps(running: Running, topic: str) -> dict[str, float]:
    """Per item the time of its last message in a topic, seconds."""
    found: dict[str, float] = {}
    for record in present(running.reached.bootstrap, topic):
        item = next((value.decode() for name, value in record.headers if name == HEADER_ITEM), "")
        found[item] = record.timestamp / 1000
    return found


def resident(pid: int) -> int:
    """MB of a process and of those it started; what they share counts for each."""
    top = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (top, *top.children(recursive=True))) >> 20


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    if len(seconds) < 2:
        return {"count": len(seconds)}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49], 3), "p99": round(cuts[98], 3), "count": len(seconds)}


def restart(settings: Settings, narratives: int) -> dict[str, object]:
    """A worker is started on the state of so many narratives."""
    at = datetime(2022, 1, 1, tzinfo=UTC)
    stream = [
        NewsItem(id=f"n{n}", published_at=at + timedelta(seconds=n), lang="en",
                 title=f"The {SUBJECTS[n % 10]} of district {n * 7919 % 10007} opens hall {n * 104729 % 9973}")
        for n in range(narratives)
    ]  # fmt: skip
    with system(settings) as running:
        send(running, stream)
        await_through(running)
        bootstrap = running.reached.bootstrap
        narratives_now = present(bootstrap, running.reached.topics.narratives.name)
        born = sum(record.value is not None for record in narratives_now)
        running.worker.process.terminate()
        running.worker.process.wait()
        began = time.monotonic()
        with system(settings.model_copy(update={"brokers": bootstrap})) as other:
            ready = time.monotonic() - began
            send(other, [NewsItem(id="probe", published_at=at, lang="en", title="A probe is sent")])
            await_through(other)
            return {"messages_of_narratives": born, "ready_seconds": round(ready, 1),
                    "first_item_through_seconds": round(time.monotonic() - began, 1)}  # fmt: skip


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument(
        "--from", dest="since", type=lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
        default=datetime.min.replace(tzinfo=UTC), help="leave out items published before this date",
    )  # fmt: skip
    parser.add_argument("--narratives", type=int, default=2000)
    parser.add_argument("--skip-restart", action="store_true")
    asked = parser.parse_args()
    every, result = news(asked.items + HALF + WARM, asked.since), {}
    stream, half, warm = every[: asked.items], every[asked.items : asked.items + HALF], every[asked.items + HALF :]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder) / "a")
        texts = texts_of(stream, settings)
        where = model_folder(settings.cache_dir, None, lambda *_: None)
        bare_rate = bare(SentenceTransformerEncoder(where), texts, settings.batch)
        took = alone(SentenceTransformerEncoder(where, remembered=0), texts[:60])
        print(f"encoder alone: {bare_rate:.2f} items/s", file=sys.stderr)
        with system(settings) as running:
            send(running, warm)
            await_through(running)
            began = time.monotonic()
            send(running, stream)
            await_through(running)
            rate = len(stream) / (time.monotonic() - began)
            print(f"whole system: {rate:.2f} items/s", file=sys.stderr)
            send(running, half, per_second=rate / 2)
            await_through(running)
            topics, ids = running.reached.topics, {one.id for one in half}
            sent = stamps(running, topics.news.name)
            placed, alerted = stamps(running, topics.placements.name), stamps(running, topics.alerts.name)
            broker = json.loads((settings.data_dir / "broker.json").read_text())["pid"]
            result = {
                "items": len(stream), "encoder_items_per_second": round(bare_rate, 2),
                "items_per_second": round(rate, 2), "ratio": round(rate / bare_rate, 3),
                "worker_rss_mb": resident(running.worker.process.pid),
                "broker_rss_mb": psutil.Process(broker).memory_info().rss >> 20,
                "placed_seconds": quantiles([placed[one] - sent[one] for one in ids if one in placed]),
                "alert_seconds": quantiles([alerted[one] - sent[one] for one in ids if one in alerted]),
                "encoder_alone_seconds": quantiles(took),
            }  # fmt: skip
        if not asked.skip_restart:
            result["restart"] = restart(load_settings(data_dir=Path(folder) / "b"), asked.narratives)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
