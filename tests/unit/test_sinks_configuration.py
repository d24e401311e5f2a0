"""The sinks file: the smallest does, and what is wrong is refused with its line."""

import tomllib
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidSettings
from streams.settings import SHIPPED_VOICES, load_voices
from streams.sinks.configuration import load_sinks, sinks_from_toml
from streams.sinks.telling import load, told
from streams.toml_lines import line_of

SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiBvdXJzIGZvciB0ZXN0cw=="
EXAMPLE = Path(__file__).parents[2] / "examples" / "sinks.toml"
ENVIRONMENT = {"NEWSROOM_URL": "https://newsroom.example.org/in", "NEWSROOM_SECRET": SECRET}


def refused(content: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(InvalidSettings) as error:
        sinks_from_toml(content, "sinks.toml", environ or {})
    return str(error.value)


def test_a_name_and_a_url_do():
    (one,) = sinks_from_toml('[[sink]]\nname = "a"\nurl = "https://example.org/x"', "f", {})
    assert (one.kind, one.address, one.secret, one.routes) == ("webhook", "https://example.org/x", None, ())
    assert one.sink.sends_updates
    assert one.sink.group_by is None


def test_a_url_of_another_kind_is_for_apprise_and_spares_people_the_updates():
    (one,) = sinks_from_toml('[[sink]]\nname = "a"\nurl = "slack://x/y/z"', "f", {})
    assert one.kind == "apprise"
    assert not one.sink.sends_updates


def test_the_example_is_read_and_told_without_its_secrets():
    receivers = {one.sink.name: one for one in load_sinks(str(EXAMPLE), ENVIRONMENT)}
    assert [one.min_severity for one in receivers["newsroom"].routes] == ["low", "low"]
    assert receivers["morning"].sink.digest == time(7)
    said = " ".join(told(one)["says"] for one in receivers.values())
    assert "password" not in said
    assert "newsroom.example.org" not in said
    assert "once a day at 07:00 UTC" in said


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\n\nurls = "x"', 5, "unknown key 'urls'"),
        ('[[sink]]\nname = "a"', 1, "url (or url_env"),
        ('[[sink]]\nname = "A b"\nurl = "https://e.org"', 2, "pattern"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\ntimeout_seconds = -1', 4, "greater than 0"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\ngroup_wait_seconds = -1', 4, "greater than or equal to 0"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\ndigest = "25:00"', 4, "time of day"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\ngroup_by = ["severity"]', 4, "'narrative' or 'alert'"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\nmatch = { min_severity = "huge" }', 4, "'low', 'medium'"),
        (
            '[[sink]]\nname = "a"\nurl = "https://e.org"\n[sink.match]\ntypes = [\n "opened",\n "closed",\n]',
            5,
            "'opened'",
        ),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\n[[sink]]\nname = "a"\nurl = "https://e.org"', 5, "stands above"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\n[[route]]\nsinks = ["b"]', 5, "no [[sink]] has the name 'b'"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\n[[route]]\nsink = ["a"]', 4, "unknown key 'sink'"),
        ('[[sink]]\nname = "a"\nurl_env = "NOWHERE"', 3, "NOWHERE is not set"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\nsecret_env = "NOWHERE"', 4, "NOWHERE is not set"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\nsecret_env = "SHORT"', 4, "at least 24 random bytes"),
        ('[[sink]]\nname = "a"\nkind = "webhook"\nurl = "slack://x"', 4, "begins with https://"),
        ('[[sink]]\nname = "a"\nkind = "fax"\nurl = "https://e.org"', 3, "'webhook', 'apprise' or 'log'"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\nallow = ["http://inside"]', 4, "no host or address"),
        ('[[sink]]\nname = "a"\nurl = "https://e.org"\ndigest = "07:00"\ngroup_by = []', 1, "exclude each other"),
        ('[[sink]]\nname = "a"\nurl = https://e.org', 3, "Invalid value"),
        ("", 1, "Field required"),
        ("# nothing", 1, "Field required"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(content, line, what):
    said = refused(content, {"SHORT": "whsec_c2hvcnQ="})
    assert said.startswith(f"sinks.toml:{line}: ")
    assert what in said
    assert "\n" not in said


def test_every_fault_is_named_not_only_the_first():
    said = refused('[[sink]]\nname = "a"\nurl = "https://e.org"\nparallel = 0\nattempts = "many"')
    assert "sinks.toml:4: " in said
    assert "sinks.toml:5: " in said
    assert "https://e.org" not in said  # a url may hold a secret
    assert said.count("sinks.toml:") == 2


def test_a_voice_that_nobody_knows_and_a_service_that_apprise_lacks_are_refused_with_their_lines(tmp_path):
    book, file = load_voices(SHIPPED_VOICES), tmp_path / "sinks.toml"
    file.write_text('[[sink]]\nname = "a"\nurl = "https://e.org"\n[sink.match]\nvoices = ["nobody"]')
    with pytest.raises(InvalidSettings, match=r"sinks.toml:1: sink a: no voice 'nobody'"):
        load(str(file), book)
    file.write_text('[[sink]]\nname = "a"\nurl = "carrier-pigeon://coop"')
    with pytest.raises(InvalidSettings, match=r"sinks.toml:3: sink.url: apprise knows no such service"):
        load(str(file), book)


keys = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5, unique=True)
values = st.sampled_from(["1", '"x"', "[\n 1,\n 2,\n]", '"""\nlong\n"""', "{ inner = 1 }"])


@given(st.lists(st.tuples(keys, st.lists(values, min_size=5, max_size=5)), min_size=1, max_size=4), st.data())
def test_a_value_is_found_on_the_line_on_which_its_key_stands(tables, data):
    lines: list[str] = []
    places: dict[tuple[str | int, ...], int] = {}
    for number, (names, written) in enumerate(tables):
        lines += ["# a comment", "", "[[table]]"]
        for name, value in zip(names, written, strict=False):
            places["table", number, name] = len(lines) + 1
            lines += f"{name} = {value}".split("\n")
    content = "\n".join(lines)
    tomllib.loads(content)
    path = data.draw(st.sampled_from(sorted(places, key=str)))
    assert line_of(content, path) == places[path]
