"""Settings are checked together, and each fault names where it came from."""

import pytest

from models.errors import InvalidSettings
from streams.settings import load_settings, load_voices


def test_every_fault_is_named_at_once_with_its_source(tmp_path):
    file = tmp_path / "parallax.toml"
    file.write_text('batch = 0\ncolour = "red"\n')
    with pytest.raises(InvalidSettings) as refused:
        load_settings({"PARALLAX_PARTITIONS": "many", "PARALLAX_BROKERS": "nowhere"}, file)
    message = str(refused.value)
    assert "\n" not in message
    for part in ("PARALLAX_PARTITIONS = 'many'", "PARALLAX_BROKERS = 'nowhere'", "parallax.toml: batch = 0", "colour"):
        assert part in message


def test_an_argument_wins_over_the_environment_and_that_over_the_file(tmp_path):
    file = tmp_path / "parallax.toml"
    file.write_text('partitions = 2\nbatch = 3\nmodel = "from-file"\n')
    settings = load_settings({"PARALLAX_PARTITIONS": "4", "PARALLAX_BATCH": "5"}, file, batch=6)
    assert (settings.partitions, settings.batch, settings.model) == (4, 6, "from-file")


def test_brokers_are_a_list_of_addresses():
    assert load_settings({"PARALLAX_BROKERS": "a:1, [::1]:9092"}).brokers == "a:1,[::1]:9092"
    for wrong in ("a", "a:b", "http://a:1", "a:99999"):
        with pytest.raises(InvalidSettings, match="host:port"):
            load_settings({"PARALLAX_BROKERS": wrong})


def test_a_config_file_that_is_not_there_or_no_toml_is_named(tmp_path):
    with pytest.raises(InvalidSettings, match=r"missing\.toml: No such file"):
        load_settings({}, tmp_path / "missing.toml")
    (tmp_path / "broken.toml").write_text("a = = b")
    with pytest.raises(InvalidSettings, match=r"broken\.toml: .*line 1"):
        load_settings({}, tmp_path / "broken.toml")


def test_a_voices_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidSettings, match=r"none\.toml: No such file"):
        load_voices(tmp_path / "none.toml")
