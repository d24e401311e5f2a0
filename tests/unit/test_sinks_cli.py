"""`parallax sinks` without a broker: what a file would do, and how wrong use is answered."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import InvalidSettings
from streams.cli import make_app

SMALLEST = '[[sink]]\nname = "a"\nurl = "https://example.org/secret-path"\n'


def run(*words: str, **variables: str):
    return CliRunner().invoke(make_app(), ["sinks", *words], env=variables)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "sinks.toml"
    made.write_text(SMALLEST)
    return made


def test_a_check_says_what_each_sink_would_do_and_shows_no_secret(file):
    (line,) = run("--check", PARALLAX_SINKS=str(file)).stdout.splitlines()
    assert json.loads(line) == {
        "sink": "a",
        "kind": "webhook",
        "signed": False,
        "says": "a POSTs to https://example.org/…: all events, without replays; each at once",
    }


def test_a_test_message_is_marked_as_one(tmp_path):
    file = tmp_path / "sinks.toml"
    file.write_text('[[sink]]\nname = "a"\nkind = "log"')
    done = run("--sinks", str(file), "--test", "a")
    held = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (held["kind"], held["events"][0]["type"]) == ("test", "parallax.alert.test.v1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no sinks file: --sinks FILE or PARALLAX_SINKS"),
        (("--sinks", "nowhere.toml", "--check"), "nowhere.toml: No such file"),
        (("--sinks", "FILE", "--test", "b"), "--test b: FILE has a"),
        (("--sinks", "FILE", "--from", "yesterday"), "--from yesterday: beginning or now"),
        (("silence", "add", "--reason", "x", "--voice", "v"), "--until TIME or --for 2h"),
        (
            ("silence", "add", "--reason", "x", "--voice", "v", "--for", "2h", "--until", "2030-01-01"),
            "--until TIME or",
        ),
        (("silence", "add", "--reason", "x", "--voice", "v", "--for", "2 hours"), "--for 2 hours: a number and"),
        (("silence", "add", "--reason", "x", "--voice", "v", "--until", "soon"), "--until soon: no ISO 8601"),
        (("silence", "add", "--reason", "x", "--for", "2h"), "must say what it covers"),
    ],
)
def test_wrong_use_is_answered_with_what_to_do(file, words, said):
    done = run(*(str(file) if word == "FILE" else word for word in words))
    assert isinstance(done.exception, InvalidSettings)
    assert said.replace("FILE has", f"{file} has") in str(done.exception)
    assert "\n" not in str(done.exception)
