"""Items from files: order, event time of the undated, and refusals by file and line."""

import json
from datetime import UTC, datetime

import pytest

from models.errors import InvalidSettings
from streams.files import items

START = datetime(2026, 1, 1, tzinfo=UTC)


def read(*paths, jsonl=False):
    refused = []
    found = list(
        items([str(path) for path in paths], start=START, refuse=lambda *one: refused.append(one), jsonl=jsonl)
    )
    return found, refused


def test_an_undated_item_happens_at_the_latest_time_seen(tmp_path):
    file = tmp_path / "a.jsonl"
    stamps = [None, "2025-05-02", "2025-05-01", None]
    file.write_text(
        "".join(json.dumps({"id": str(n), "text": "Words.", "date": at}) + "\n" for n, at in enumerate(stamps))
    )
    found, _ = read(file)
    assert [one.published_at.date().isoformat() for one in found] == [
        "2026-01-01",
        "2025-05-02",
        "2025-05-01",
        "2025-05-02",
    ]
    assert [one.dated for one in found] == [at is not None for at in stamps]


def test_a_bad_line_is_refused_by_file_and_line_and_the_others_stand(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"id": "1", "text": "Words."}\n\n{"id": "2"\n\xff\xfe\n{"id": "3", "title": "Words"}\n')
    found, refused = read(file)
    assert [one.id for one in found] == ["1", "3"]
    assert [(where.rpartition("/")[2], error.reason) for where, error in refused] == [
        ("a.jsonl:3", "not_json"),
        ("a.jsonl:4", "not_utf8"),
    ]


def test_a_plain_file_is_one_item_known_by_its_text(tmp_path):
    (tmp_path / "a.txt").write_text("Some words.\n")
    (tmp_path / "b.txt").write_text("Some words.\n")
    (tmp_path / "c.html").write_text("<p>Some words.</p>")
    (a, b, c), _ = read(tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.html")
    assert a.id == b.id != c.id
    assert (a.text, a.html, c.text, c.html) == ("Some words.\n", "", "", "<p>Some words.</p>")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidSettings, match=r"missing\.txt: No such file"):
        read(tmp_path / "missing.txt")
