"""Values to HTML, by templates; a title or a quotation from a feed is text and never markup."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from models.comparing import Comparison
from models.errors import InvalidSettings
from models.voices import Voices
from streams.pages.report import Report, Story

WIDTH, HEIGHT, MARGIN = 720, 96, 8
"""Of a timeline, in CSS pixels."""
_KINDS = {"opened": "▲", "escalated": "▲", "updated": "•", "resolved": "▼", "retracted": "✕"}


def comparison_page(result: Comparison, book: Voices) -> str:
    """A comparison as a page."""
    return str(_template("comparison.html", book).render(result=result))


def report_page(report: Report, book: Voices) -> str:
    """A backtest as a page."""
    return str(_template("report.html", book).render(report=report))


def write_page(path: Path, page: str) -> None:
    """Write a page.

    Raises:
        InvalidSettings: it cannot be written; says why.
    """
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InvalidSettings(f"{path}: {error.strerror}: a page is written there") from None


def _template(name: str, book: Voices) -> Any:
    environment = Environment(
        loader=PackageLoader("streams", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = lambda at: f"{at:%Y-%m-%d %H:%M}Z"
    environment.filters["link"] = lambda url: url if str(url).startswith(("https://", "http://")) else ""
    environment.globals |= {
        "named": lambda voice: " and ".join(_name(book, one) for one in voice.split(" and ")),
        "side": lambda voice: ("first", "second")[book.pair.index(voice)] if voice in book.pair else "",
        "timeline": timeline,
        "kind": lambda event: event.type.split(".")[2],
    }
    return environment.get_template(name)


def _name(book: Voices, voice: str) -> str:
    return book.name(voice, "en") if voice in book.ids else f"side {voice}"


def timeline(story: Story) -> Mapping[str, Any]:
    """Where a story's readings and events lie on a picture of WIDTH x HEIGHT: time to the right, score upwards."""
    times = [*(one.at for one in story.points), *(one.time for one in story.events)]
    first, last = min(times), max(times)
    span = max(1.0, (last - first).total_seconds())

    def x(at: datetime) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (at - first).total_seconds() / span, 1)

    def y(score: float) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * score, 1)

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "levels": [(level, y(level)) for level in (0.0, 0.5, 1.0)],
        "line": " ".join(f"{x(one.at)},{y(one.score)}" for one in story.points),
        "points": [(x(one.at), y(one.score), one) for one in story.points],
        "marks": [(x(one.time), _KINDS[one.type.split(".")[2]], one) for one in story.events],
        "first": first,
        "last": last,
    }
