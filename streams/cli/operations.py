"""Commands for operating the system: topics, doctor, config."""

import typer
from rich.table import Table

from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, emit, for_person
from streams.doctor import diagnose
from streams.progress import say
from streams.settings import PREFIX, Settings, load_settings, shown
from streams.topics import check_topics, create_topics


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    topics = typer.Typer(help="The topics of this installation.", no_args_is_help=True)
    topics.command("create")(topics_create)
    topics.command("check")(topics_check)
    app.add_typer(topics, name="topics")
    app.command()(doctor)
    app.command("config")(configuration)


def topics_create(config: Config = None) -> None:
    """Create the topics that are missing, and check the others."""
    reached = reach(load_settings(config=config))
    made = create_topics(reached.bootstrap, reached.topics)
    say(f"created: {', '.join(made)}" if made else "every topic is there")


def topics_check(config: Config = None) -> None:
    """Compare the topics with what Parallax needs."""
    reached = reach(load_settings(config=config))
    problems = check_topics(reached.bootstrap, reached.topics)
    for problem in problems:
        say(f"parallax: {problem}")
    if problems:
        raise typer.Exit(1)
    say("every topic is as it should be")


def doctor(as_json: AsJson = False, config: Config = None) -> None:
    """Whether Java, jars, model, disk, broker and topics are as they should be, and what to do where not."""
    findings = list(diagnose(load_settings(config=config)))
    for finding in findings:
        if for_person(as_json):
            show.finding(finding)
        else:
            emit(finding)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def configuration(as_json: AsJson = False, config: Config = None) -> None:
    """Every setting: its variable, its value here, what it means."""
    settings = load_settings(config=config)
    rows = [
        {"variable": PREFIX + name.upper(), "value": shown(name, getattr(settings, name)), "meaning": field.description}
        for name, field in Settings.model_fields.items()
    ]
    if not for_person(as_json):
        for row in rows:
            emit(row)
        return
    table = Table("setting", "value", "meaning")
    for row in rows:
        table.add_row(*map(str, row.values()))
    show.console.print(table)
