"""The command line without a broker: what is printed, and how wrong use is answered."""

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.settings import PREFIX

ARTICLE = """The Kremlin said the talks were useful. "We asked for guarantees in writing," Dmitry Peskov said.

The White House said it had warned of economic measures. Jen Psaki said the troops must return to their bases."""


def run(folder: Path, *words: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, f"{PREFIX}DATA_DIR": str(folder / "data"), **variables}
    command = [sys.executable, "-m", "streams.cli", *words]
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=200, check=False)


def refused(done: subprocess.CompletedProcess[bytes], status: int) -> str:
    """The one line of an error, with its status and no traceback."""
    said = done.stderr.decode().strip()
    assert done.returncode == status, said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    return said


def test_read_prints_passages_that_are_spans_of_the_text(tmp_path):
    (tmp_path / "article.txt").write_text(ARTICLE)
    row = json.loads(run(tmp_path, "read", str(tmp_path / "article.txt")).stdout)

    assert row["text"] == ARTICLE
    assert all(one["text"] == ARTICLE[one["start"] : one["end"]] for one in row["passages"])
    assert {"kremlin", "white_house"} <= {one["voice"] for one in row["passages"]}


def test_compare_of_one_text_with_both_voices_shows_each_side(tmp_path):
    (tmp_path / "article.txt").write_text(ARTICLE)
    page = tmp_path / "page.html"
    row = json.loads(run(tmp_path, "compare", str(tmp_path / "article.txt"), "--html", str(page)).stdout)

    assert set(row["sides"]) == {"kremlin", "white_house"}
    assert row["interval"][0] <= row["score"] <= row["interval"][1]
    assert f"{row['score']:.2f}" in page.read_text("utf-8")
    assert all(one["text"] in html.unescape(page.read_text("utf-8")) for one in row["one_sided"])
    assert {one["own"] for one in row["sides"].values()} == {0}
    assert "No account is a side's own" in page.read_text("utf-8")


def test_compare_without_two_voiced_sides_says_which_is_missing(tmp_path):
    (tmp_path / "one.txt").write_text("The Kremlin said that the talks on arms control were useful and would go on.")

    assert "white_house" in refused(run(tmp_path, "compare", str(tmp_path / "one.txt")), 1)


BAD_LINES = {
    "not_utf8": b'{"text": "caf\xe9 on the corner"}',
    "not_json": b'{"text": "half',
    "not_an_object": b'["text"]',
    "no_words": b'{"text": " ... "}',
    "bad_date": b'{"text": "Words.", "published_at": "yesterday"}',
    "bad_field": b'{"text": "Words.", "revision": -1}',
    "too_large": b'{"text": "' + b"word " * 220_000 + b'"}',
}


def test_a_bad_line_is_named_by_file_and_line_and_the_others_are_done(tmp_path):
    file = tmp_path / "items.jsonl"
    file.write_bytes(b"\n".join([b'{"text": "A first item."}', *BAD_LINES.values(), b'{"text": "A last item."}']))
    done = run(tmp_path, "read", str(file))

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    for number, reason in enumerate(BAD_LINES, 2):
        assert f"items.jsonl:{number}: {reason}" in done.stderr.decode().replace("\n", " ")


def test_standard_input_is_a_text_or_json_lines(tmp_path):
    text = json.loads(run(tmp_path, "read", "-", stdin=b"Some plain words.").stdout)
    line = json.loads(run(tmp_path, "read", "-", "--jsonl", stdin=b'{"id": "x", "text": "Words."}').stdout)

    assert (text["text"], line["id"]) == ("Some plain words.", "x")


def test_a_file_that_is_not_there_is_wrong_use(tmp_path):
    assert "none.txt" in refused(run(tmp_path, "read", str(tmp_path / "none.txt")), 2)


def test_a_wrong_setting_is_named_with_its_variable(tmp_path):
    assert "PARALLAX_BATCH" in refused(run(tmp_path, "config", PARALLAX_BATCH="0"), 2)


def test_a_wrong_voices_file_is_named_with_its_line(tmp_path):
    (tmp_path / "voices.toml").write_text('pair = ["a", "b"]\n[voices.a]\nname = { en = "A" }\n')
    said = refused(run(tmp_path, "read", "-", "--voices", str(tmp_path / "voices.toml"), stdin=b"Words."), 2)

    assert "voices.toml:1:" in said


def test_an_unknown_model_is_one_line(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "Some words."}\n')
    said = refused(
        run(tmp_path, "cluster", str(tmp_path / "a.jsonl"), PARALLAX_MODEL=str(tmp_path), HF_HUB_OFFLINE="1"), 1
    )

    assert "PARALLAX_MODEL" in said


@pytest.mark.parametrize(
    "command",
    [("subscribe",), ("publish", "a.jsonl"), ("topics", "check"), ("worker",), ("dead-letters", "list"), ("evidence",)],
)
def test_a_command_without_a_broker_says_how_to_start_one(tmp_path, command):
    (tmp_path / "a.jsonl").write_text('{"text": "Some words."}\n')
    words = [str(tmp_path / word) if word.endswith(".jsonl") else word for word in command]

    assert "parallax broker" in refused(run(tmp_path, *words), 1)


def test_a_broker_that_is_not_there_is_one_line(tmp_path):
    said = refused(run(tmp_path, "topics", "check", PARALLAX_BROKERS="127.0.0.1:1"), 1)

    assert "127.0.0.1:1 does not answer" in said


def test_a_stage_that_is_none_is_wrong_use(tmp_path):
    assert "embed, cluster, compare" in refused(
        run(tmp_path, "worker", "--stages", "embed,translate", PARALLAX_BROKERS="127.0.0.1:1"), 2
    )


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "data").write_text("a file, where a folder is wanted")

    assert "PARALLAX_DATA_DIR" in refused(run(tmp_path, "broker"), 1)


def test_doctor_says_what_to_do_where_no_broker_runs(tmp_path):
    done = run(tmp_path, "doctor")
    found = {row["what"]: row for row in map(json.loads, done.stdout.splitlines())}

    assert done.returncode == 1
    assert found["java"]["ok"]
    assert "parallax broker" in found["broker"]["advice"]


def test_schema_is_a_json_schema_of_items_and_events(tmp_path):
    schemas = json.loads(run(tmp_path, "schema").stdout)

    assert {"news_item", "alert_event", "parallax.alert.opened.v1", "feedback"} <= set(schemas)
    assert all(schema["$id"].endswith(f":{name}") for name, schema in schemas.items())


def test_a_time_that_is_none_is_wrong_use(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "Some words.", "date": "2022-01-01"}\n')

    assert "--until" in refused(run(tmp_path, "backtest", str(tmp_path / "a.jsonl"), "--until", "soon"), 2)
