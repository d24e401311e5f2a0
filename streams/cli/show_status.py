"""What a person at a terminal sees of feeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from streams.cli.show import console

COLOURS = {"ok": "green", "new": "", "silent": "yellow", "retrying": "yellow", "failing": "red"}


def status(rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """A line for each feed, the ones in trouble with what the trouble is."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("feed", "condition", "answered", "newest item", "items", "next look"):
        table.add_column(name, overflow="fold", justify="right" if name == "items" else "left")
    for row in rows:
        table.add_row(
            Text(row["feed"].split("://")[-1]),
            Text(row["condition"], COLOURS[row["condition"]]),
            _ago(row["answered"], now),
            _ago(row["newest"], now),
            f"{row['published']:,}",
            _ahead(row["due"], now),
        )
    console.print(table)
    for row in rows:
        if row["message"]:
            console.print(Text(f"{row['feed']}: {row['message']}", COLOURS[row["condition"]]))
    counts = {name: sum(row["condition"] == name for row in rows) for name in COLOURS}
    console.print(", ".join(f"{count} {name}" for name, count in counts.items() if count), style="dim")


def _ago(at: datetime | None, now: datetime) -> str:
    return "never" if at is None else f"{span((now - at).total_seconds())} ago"


def _ahead(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    return f"in {span(seconds)}" if seconds > 0 else "now"


def span(seconds: float) -> str:
    """A length of time in its largest unit: 40 s, 5 min, 3 h, 2 d."""
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{max(0.0, seconds):.0f} s"
