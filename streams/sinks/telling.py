"""What a sinks file means, in a sentence for each sink; and what a file names that only other files know."""

from typing import Any

from models.errors import InvalidSettings
from models.voices import Voices
from streams.sinks.chat import knows
from streams.sinks.configuration import Match, Receiver, load_sinks
from streams.toml_lines import line_of


def load(path: str, book: Voices) -> tuple[Receiver, ...]:
    """The sinks of a file, checked against the voices and against what apprise knows.

    Raises:
        InvalidSettings: names file and line.
        InfrastructureError: the file needs apprise, and it is not installed.
    """
    receivers = load_sinks(path)
    with open(path, encoding="utf-8") as file:
        content = file.read()
    for at, receiver in enumerate(receivers):
        key = "url" if receiver.sink.url else "url_env"
        if receiver.kind == "apprise" and not knows(receiver.address):
            raise InvalidSettings(
                f"{path}:{line_of(content, ('sink', at, key))}: sink.{key}: apprise knows no such service, or the URL "
                "lacks a part of it; `apprise --details` lists them"
            )
        for voice in {voice for match in (receiver.sink.match, *receiver.routes) for voice in match.voices}:
            if voice not in book.ids:
                raise InvalidSettings(
                    f"{path}:{line_of(content, ('sink', at))}: sink {receiver.sink.name}: no voice {voice!r} in the "
                    f"voices file, which has {', '.join(book.ids)}"
                )
    return receivers


def told(receiver: Receiver) -> dict[str, Any]:
    """A sink for `--check`: for programs its fields, for a person what it will do. No secret is shown."""
    sink = receiver.sink
    where = {"webhook": "POSTs to", "apprise": "sends to", "log": "writes to standard output"}[receiver.kind]
    place = "" if receiver.kind == "log" else f" {_without_secrets(receiver)}"
    signed = " (signed)" if receiver.secret else ""
    return {
        "sink": sink.name,
        "kind": receiver.kind,
        "signed": receiver.secret is not None,
        "says": f"{sink.name} {where}{place}{signed}: {_what(receiver)}; {_when(receiver)}",
    }


def _without_secrets(receiver: Receiver) -> str:
    """The scheme and, of a webhook's URL that stands in the file, its host: paths and users may be secrets."""
    if receiver.sink.url_env:
        return f"what {receiver.sink.url_env} holds"
    scheme, _, rest = receiver.address.partition("://")
    return f"{scheme}://{rest.split('/')[0].rpartition('@')[2]}/…" if receiver.kind == "webhook" else f"{scheme}://…"


def _what(receiver: Receiver) -> str:
    sink = receiver.sink
    own = _fitting(sink.match)
    routes = [_fitting(one) for one in receiver.routes]
    events = (
        "all events" if not own and not any(routes) else "events " + " and ".join(filter(None, [own, _any(routes)]))
    )
    less = [
        "updates" if not sink.sends_updates else "",
        "ends of alerts" if not sink.send_resolved else "",
        "replays" if not sink.replays else "",
    ]
    without = ", ".join(filter(None, less))
    return events + (f", without {without}" if without else "")


def _any(routes: list[str]) -> str:
    return "" if not all(routes) else " or ".join(f"({one})" for one in routes) if len(routes) > 1 else "".join(routes)


def _fitting(match: Match) -> str:
    """What a match asks for; empty: nothing."""
    parts = [f"{match.min_severity} or above" if match.min_severity != "low" else ""]
    parts += [
        f"{name} {' or '.join(values)}"
        for name in ("voices", "narratives", "types", "basis")
        if (values := getattr(match, name))
    ]
    return ", ".join(filter(None, parts))


def _when(receiver: Receiver) -> str:
    sink = receiver.sink
    if sink.digest is not None:
        return f"once a day at {sink.digest:%H:%M} UTC, if anything happened"
    again = f", open ones again after {sink.repeat_interval_seconds:g} s" if sink.repeat_interval_seconds else ""
    if sink.group_by is None:
        return f"each at once{again}"
    grouped = f"grouped by {' and '.join(sink.group_by)}" if sink.group_by else "all in one group"
    return (
        f"{grouped}, after {sink.group_wait_seconds:g} s, then at most every {sink.group_interval_seconds:g} s{again}"
    )
