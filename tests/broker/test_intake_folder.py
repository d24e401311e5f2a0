"""`parallax watch` on a real Kafka: files become items, once or again but never not at all."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from processes import following
from taking import LONG_AGO, Process, made_settings, news

from models.errors import InfrastructureError, InvalidSettings
from streams.bootstrap import Reached, reach
from streams.dead_letters import Wanted, letters
from streams.instruments import IntakeInstruments
from streams.intake import folder as folders
from streams.publish import producer
from streams.settings import Settings
from streams.wire import decode_item

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def starting(settings: Settings, *words: str, ready: bool = True) -> Process:
        started.append(Process(settings, *words, log=tmp_path / "log", ready=ready))
        return started[-1]

    yield starting
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Settings:
    return made_settings(bootstrap, tmp_path)


def wait_until(done: Callable[[], bool], seconds: float = 60) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if done():
            return
        pause.wait(0.05)
    raise AssertionError("waited in vain")


def drop(folder: Path, name: str, content: bytes, at: datetime = LONG_AGO) -> Path:
    """As it should be done: written under another name, then renamed; last changed at that time."""
    (folder / f"{name}.part").write_bytes(content)
    os.utime(folder / f"{name}.part", (at.timestamp(), at.timestamp()))
    return (folder / f"{name}.part").rename(folder / name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_files_become_items_and_are_moved_and_what_is_none_is_told_and_kept(settings, start, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [
        '{"id": "x/1", "text":  "One.", "date": "2025-01-02"}',
        '{"text": "half',
        '{"title": "Two", "speaks_for": "kremlin"}',
    ]
    drop(folder, "lines.jsonl", "\n\n".join(lines).encode())
    drop(folder, "one.json", b'{\n  "id": "x/2",\n  "title": "Three"\n}')
    drop(folder, "picture.png", b"PNG")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text("Not to be read.")
    (folder / "half.txt.part").write_text("Not yet.")
    watching = start(settings, "-m", "streams.cli", "watch", str(folder))
    assert watching.told == {"ready": str(folder)}
    drop(folder, "text.txt", "Слова и слова.".encode())
    drop(folder, "page.html", b"<p>Some words.</p>")
    drop(folder, "latin.txt", "café".encode("latin-1"))
    (folder / "fresh.txt").write_text("Fresh words.")  # not renamed: it waits until it is still
    wait_until(lambda: names(folder) == ["half.txt.part"])
    assert watching.end(signal.SIGTERM) == 0

    assert names(folder / "done") == ["fresh.txt", "one.json", "page.html", "text.txt"]
    assert names(folder / "refused") == sorted(
        name + more for name in ("latin.txt", "lines.jsonl", "link.txt", "picture.png") for more in ("", ".reason.txt")
    )
    assert (folder / "refused" / "lines.jsonl").read_bytes() == "\n\n".join(lines).encode()
    said = {
        name: (folder / "refused" / f"{name}.reason.txt").read_text()
        for name in ("lines.jsonl", "latin.txt", "link.txt")
    }
    assert said["lines.jsonl"].startswith("lines.jsonl:3: not_json: ")
    assert said["latin.txt"].startswith("latin.txt: not_utf8: byte 3")
    assert "put the file itself here" in said["link.txt"]

    found = {record.key.decode(): record for record in news(settings)}
    assert len(found) == 6
    assert {found["x/1"].value.decode(), found["x/2"].value.decode()} == {
        lines[0],
        '{\n  "id": "x/2",\n  "title": "Three"\n}',
    }
    texts = {decode_item(record.value, now=LONG_AGO).text for record in found.values()}
    assert {"Слова и слова.", "Fresh words."} < texts
    for key, record in found.items():
        headers = dict(record.headers)
        assert headers["parallax-item"].decode() == key
    assert dict(found["x/1"].headers)["parallax-at"] == b"2025-01-02T00:00:00+00:00"
    assert (
        dict(found["x/2"].headers)["parallax-at"] == LONG_AGO.isoformat().encode()
    )  # undated: when the file was changed

    reached = reach(settings)
    told = [one.failure for one, _ in letters(reached.bootstrap, reached.topics, Wanted(stage="folder"))]
    assert {(one.reason, one.topic, one.offset, one.detail.split(": ")[0]) for one in told} == {
        ("not_utf8", reached.topics.news.name, 0, "latin.txt"),
        ("not_json", reached.topics.news.name, 3, "lines.jsonl:3"),
    }


def test_killed_between_the_acknowledgement_and_the_move_and_half_way_it_loses_nothing(settings, start, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [json.dumps({"title": f"Headline {n}", "text": "Words. " * 400}).encode() for n in range(20_000)]
    drop(folder, "first.jsonl", b"\n".join(lines[:50]))
    held = start(settings, str(Path(__file__).parent / "held_watch.py"), str(folder))
    assert held.told == {"held": "first.jsonl"}
    held.end(signal.SIGKILL)
    before = news(settings)
    assert (len(before), names(folder)) == (50, ["first.jsonl"])

    drop(folder, "second.jsonl", b"\n".join(lines), at=LONG_AGO + timedelta(days=1))
    watching = start(settings, "-m", "streams.cli", "watch", str(folder), ready=False)
    with following(settings.brokers, f"{settings.topic_prefix}news") as reading:
        reading(lambda records: len(records) > 200)
        watching.end(signal.SIGKILL)
    assert (names(folder), names(folder / "done")) == (["second.jsonl"], ["first.jsonl"]), (
        "it was to be killed half-way"
    )
    again = start(settings, "-m", "streams.cli", "watch", str(folder))
    wait_until(lambda: names(folder) == [])
    assert names(folder / "done") == ["first.jsonl", "second.jsonl"]
    assert again.end(signal.SIGTERM) == 0

    records = news(settings)
    assert [(one.key, one.value, one.headers) for one in records[50:100]] == [
        (one.key, one.value, one.headers) for one in before
    ]
    assert {one.value for one in records} == set(lines)
    assert len({one.key for one in records}) == len(lines)


def test_a_file_that_is_written_to_while_it_is_read_is_read_again(settings, tmp_path):
    drop(tmp_path, "a.jsonl", b'{"text": "half\n{"id": "1", "text": "Words."}\n')
    (tmp_path / "done").mkdir()
    (tmp_path / "refused").mkdir()
    times = iter(range(100))

    def clock() -> datetime:
        if next(times) == 1:  # asked for the dead letter of the first line
            with (tmp_path / "a.jsonl").open("ab") as file:
                file.write(b'{"id": "2", "text": "More words."}\n')
        return datetime.now(UTC)

    with producer(settings.brokers) as sender:
        watching = folders._Watching(tmp_path, reach(settings), sender, IntakeInstruments(), clock, threading.Event())
        watching.look()
        assert names(tmp_path) == ["a.jsonl"]
        os.utime(tmp_path / "a.jsonl", (1, 1))
        watching.look()
    assert (names(tmp_path), names(tmp_path / "refused")) == ([], ["a.jsonl", "a.jsonl.reason.txt"])
    assert [one.key for one in news(settings)][-2:] == [b"1", b"2"]


def test_a_folder_has_one_watcher_and_must_be_there(settings, tmp_path):
    def watch(folder: Path, reached: Reached) -> None:
        folders.run(settings, folder, reached, clock=lambda: LONG_AGO, ready=lambda: pytest.fail("it is running"))

    with folders._held(tmp_path), pytest.raises(InfrastructureError, match="another `parallax watch`"):
        watch(tmp_path, reach(settings))
    with pytest.raises(InvalidSettings, match="No such file"):
        watch(tmp_path / "none", reach(settings))
    with pytest.raises(InfrastructureError, match="parallax topics create"):
        watch(tmp_path, reach(settings.model_copy(update={"topic_prefix": "nowhere."})))
