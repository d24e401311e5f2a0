"""Another pair of capitals by a voices file alone: the example of Beijing and Washington through the commands."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from streams.settings import PREFIX, load_voices

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "beijing_washington"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")

    def command(*words: str) -> list[dict]:
        done = subprocess.run(
            [sys.executable, "-m", "streams.cli", *words, "--voices", str(FOLDER / "voices.toml")],
            capture_output=True,
            env={**os.environ, f"{PREFIX}DATA_DIR": str(data)},
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    return command


@pytest.fixture(scope="module")
def read(run):
    return {row["id"]: row["passages"] for row in run("read", str(FOLDER / "items.jsonl"))}


def test_the_pair_is_another_and_shares_no_voice_with_the_shipped_one():
    book = load_voices(FOLDER / "voices.toml")
    assert book.pair == ("beijing", "washington")
    assert not {"kremlin", "white_house"} & set(book.ids)


def test_an_official_page_speaks_for_its_own_side_alone(read):
    for name, passages in read.items():
        side = name.split("/")[0]
        if side in ("beijing", "washington"):
            assert {one["voice"] for one in passages} == {side}, name


@pytest.mark.parametrize(
    ("item", "begins", "voice"),
    [
        ("daily/0414", "Xi Jinping warned", "beijing"),
        ("daily/0414", "Xi said", "beijing"),
        ("daily/0414", "The Chinese Foreign Ministry", "beijing"),
        ("wire/0412", "“Threats do not work with us,” Lin Jian", "beijing"),
        ("wire/0412", "The White House said", "washington"),
        ("wire/0412", "“The tariffs bring the factories home,” Karoline", "washington"),
        ("post/0415", "Scott Bessent said", "washington"),
        ("wire/0425", "Donald Trump said", "washington"),
    ],
)
def test_news_gives_each_side_what_it_says(read, item, begins, voice):
    (found,) = [one for one in read[item] if one["text"].startswith(begins)]
    assert found["voice"] == voice
    assert found["confidence"] >= 0.6


def test_nobody_speaks_where_nobody_is_said_to(read):
    assert {one["voice"] for one in read["sports/0425"]} == {None}


def test_the_two_sides_of_the_stream_are_set_side_by_side(run):
    (found,) = run("compare", str(FOLDER / "items.jsonl"))
    assert all(side["documents"] >= 5 for side in found["sides"].values())
    assert Counter(one["voice"] for one in found["one_sided"]).keys() == {"beijing", "washington"}


def test_official_pages_of_one_day_are_one_narrative(run):
    placed = {row["id"]: row["narrative"] for row in run("cluster", str(FOLDER / "items.jsonl"))}
    for day in ("0411", "0424", "0512"):
        assert placed[f"beijing/{day}"] == placed[f"washington/{day}"]
    assert list(placed.values()).count(placed["sports/0425"]) == 1


def test_the_whole_stream_runs_and_names_no_voice_of_another_pair(run):
    for event in run("backtest", str(FOLDER / "items.jsonl")):
        assert event["sides"].keys() == {"beijing", "washington"}
