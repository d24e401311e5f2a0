"""The documents are complete and name nothing that is not there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from streams.cli import make_app
from streams.settings import PREFIX, Settings, load_settings
from streams.topics import topics_of

ROOT = Path(__file__).resolve().parents[2]
INTERFACES = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    group = typer.main.get_command(make_app())
    return sorted(
        f"{name} {sub}" if subs else name
        for name, command in group.commands.items()
        for subs in [getattr(command, "commands", {})]
        for sub in subs or [""]
    )


@pytest.mark.parametrize("command", commands())
def test_every_command_is_described(command):
    words = [re.escape(word) for word in command.split()]
    assert re.search(r"`(?:parallax )?" + r"[^`]*`?.*\b".join(words) + r"\b", INTERFACES), command


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_as_the_program_describes_it(name):
    assert f"| `{PREFIX}{name.upper()}` | {Settings.model_fields[name].description} |" in INTERFACES


def test_every_topic_is_described():
    for topic in topics_of(load_settings({}).topic_prefix, 1).every:
        assert f"`{topic.name}`" in INTERFACES


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name
)
def test_a_link_to_a_file_leads_to_one(document):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_a_docstring_that_names_a_script_or_document_names_one_that_is_there():
    for path in [*ROOT.glob("models/**/*.py"), *ROOT.glob("streams/**/*.py")]:
        for named in re.findall(
            r"\b((?:benchmarks|docs|tests|scripts)/[\w/]+\.(?:py|md))", path.read_text(encoding="utf-8")
        ):
            assert (ROOT / named).exists(), f"{path.relative_to(ROOT)}: {named}"


def test_the_compose_file_is_one():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
