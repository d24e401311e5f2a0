"""The voices file: what it says, and what is refused with the line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import models
from models.errors import InvalidSettings
from models.voices import voices_from_toml

SHIPPED = (Path(models.__file__).parent / "voices.toml").read_text("utf-8")
SMALL = """
pair = ["north", "south"]
[voices.north]
name = { en = "the North", ru = "Север" }
sources = ["north.example"]
institutions = { en = ["North Office"] }
people = [{ en = "Ann Example", from = 2020-01-01, until = 2022-01-01 }]
[voices.south]
name = { en = "the South" }
"""


def test_the_shipped_file_compares_kremlin_and_white_house_and_knows_kyiv() -> None:
    voices = voices_from_toml(SHIPPED, "voices.toml")
    assert voices.pair == ("kremlin", "white_house")
    assert "kyiv" in voices.ids


@pytest.mark.parametrize(
    ("source", "url", "voice"),
    [
        ("kremlin.ru", "", "kremlin"),
        ("en.kremlin.ru", "", "kremlin"),
        ("EN.Kremlin.ru", "", "kremlin"),
        ("notkremlin.ru", "", None),
        ("whitehouse.gov", "", "white_house"),
        ("", "https://www.whitehouse.gov/briefing/1", "white_house"),
        ("", "https://obamawhitehouse.archives.gov/1", "white_house"),
        ("president.gov.ua", "", "kyiv"),
        ("A newspaper", "https://news.example/1", None),
        ("news.example", "https://www.whitehouse.gov/1", None),
        ("", "https://[", None),
        ("", "", None),
    ],
)
def test_a_source_speaks_with_the_voice_of_its_host_and_of_no_lookalike(
    source: str, url: str, voice: str | None
) -> None:
    assert voices_from_toml(SHIPPED, "voices.toml").voice_of_source(source, url) == voice


def test_a_text_without_an_address_can_be_said_to_speak_with_a_voice() -> None:
    voices = voices_from_toml(SMALL, "v")
    assert voices.voice_of_source(voices.source_of("south"), "") == "south"
    assert voices.voice_of_source("voice:east", "") is None


def test_a_voice_is_called_by_its_name_in_a_language_else_by_another() -> None:
    voices = voices_from_toml(SMALL, "v")
    assert [voices.name("north", lang) for lang in ("ru", "fr")] == ["Север", "the North"]


def test_time_in_office_begins_on_its_first_day_and_ends_before_its_last() -> None:
    person = voices_from_toml(SMALL, "v").voices[0].people[0]
    days = [datetime(year, month, day, tzinfo=UTC) for year, month, day in ((2019, 12, 31), (2020, 1, 1), (2022, 1, 1))]
    assert [person.speaks_at(day) for day in days] == [False, True, False]


def test_another_pair_changes_nothing_else() -> None:
    voices = voices_from_toml(SMALL, "v")
    swapped = voices.with_pair("south", "north")
    assert (swapped.pair, swapped.voices) == (("south", "north"), voices.voices)
    assert swapped.with_pair("north", "south") == voices


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("[voices.north]\nname = { en = 'N' }\n", 1, "pair"),
        (SMALL.replace('"south"]', '"west"]'), 2, "west"),
        (SMALL.replace('["north", "south"]', '["north", "north"]'), 2, "pair"),
        (SMALL.replace("sources", "hosts"), 5, "hosts"),
        (SMALL.replace("from = 2020-01-01", 'from = "2020-13-01"'), 7, "2020-13-01"),
        (SMALL + 'institutions = { en = ["North Office"] }\n', 10, "North Office"),
        (SMALL.replace("[voices.south]", "[voices.joint]"), 8, "joint"),
        (SMALL.replace("Ann Example", " "), 7, "people"),
        (SMALL.replace('["north.example"]', '"north.example"'), 5, "sources"),
        (SMALL.replace('["north.example"]', '["https://north.example"]'), 5, "[voices.north]: `sources`"),
        (SMALL.replace('["north.example"]', "[1]"), 5, "[voices.north]: `sources`: 1"),
        (SMALL.replace("{ en = [", "[ [").replace("] }", "] ]"), 6, "[voices.north]: `institutions`"),
        (SMALL.replace("{ en = [", "{ english = ["), 6, "'english' is no language"),
        (SMALL.replace("until", "untill"), 7, "[voices.north]: `people`: 'untill'"),
        (SMALL.replace("2022-01-01", "2019-01-01"), 7, "[voices.north]: `people`: Ann Example"),
        (
            SMALL.replace("[{ en", "[{ from").replace("from = 2020-01-01, ", "").replace('"Ann Example"', "2020-01-01"),
            7,
            "name",
        ),
        (SMALL.replace("[{ en", "{ en").replace("}]", "}"), 7, "[voices.north]: `people` must be a list"),
        (SMALL.replace("people = [", 'people = ["Ben Example", '), 7, "Ben Example"),
        (SMALL + "people = 3\n", 10, "[voices.south]: `people`"),
        (SMALL + 'metonyms = "South"\n', 10, "[voices.south]: `metonyms` must be a table"),
        (SMALL.replace("[voices.south]", "[voices.South]"), 8, "cannot be a voice's id"),
        ("", 1, "pair"),
        ("pairs = 1\n" + SMALL, 1, "unknown key 'pairs'"),
        ("pair = ['a', 'b']\nvoices = 1\n", 2, "`voices` must be a table"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_line(content: str, line: int, says: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        voices_from_toml(content, "mine.toml")
    assert str(refused.value).startswith(f"mine.toml:{line}: ")
    assert says in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_what_is_no_toml_is_refused_with_the_line_that_the_parser_names() -> None:
    with pytest.raises(InvalidSettings, match=r"mine\.toml:1: "):
        voices_from_toml("pair = [", "mine.toml")


def test_a_voice_named_twice_is_refused() -> None:
    with pytest.raises(InvalidSettings, match=r"mine\.toml"):
        voices_from_toml(SMALL + "[voices.north]\n", "mine.toml")
