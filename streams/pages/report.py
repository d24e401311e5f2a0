"""What a backtest is reported by: each narrative in which both sides spoke, its readings, evidence and alerts."""

from dataclasses import dataclass, field
from datetime import datetime

from models.alerts import AlertEvent
from models.comparing import Taken
from models.news import Placement, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A reading. score: 0..1; p_value: None without usual pairs; log_e: natural logarithm of the evidence."""

    at: datetime
    score: float
    p_value: float | None
    log_e: float


@dataclass(slots=True)
class Story:
    """A narrative: documents of both sides in the order they came, readings, alert events."""

    name: str
    documents: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Time, voice and title."""
    points: list[Point] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Of the first document."""
        return self.documents[0][2] if self.documents else self.name


class Report:
    """A backtest as it goes on."""

    def __init__(self, pair: tuple[str, str]) -> None:
        """Of nothing yet."""
        self.pair = pair
        self.items = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._stories: dict[str, Story] = {}
        self._titles: dict[str, tuple[datetime, str, str]] = {}

    def add(self, placement: Placement, taken: Taken) -> None:
        """One placement, and what the compare stage made of it."""
        self.first, self.last = self.first or placement.at, placement.at
        if placement.statement is not None:
            self.items += 1
            self._heard(placement.statement)
        story = self._stories.setdefault(placement.narrative, Story(placement.narrative))
        if placement.how == "merged":
            self._merge(story, placement.absorbed or "")
        elif placement.how != "left":
            known = [self._titles[item] for item in placement.items or (placement.item,) if item in self._titles]
            story.documents = sorted({*story.documents, *known})
        if (reading := taken.reading) is not None:
            story.points.append(
                Point(at=placement.at, score=reading.score, p_value=reading.p_value, log_e=reading.log_e_value)
            )
        for event in taken.events:
            self._stories.setdefault(event.narrative, Story(event.narrative)).events.append(event)

    def stories(self) -> list[Story]:
        """Narratives in which both sides spoke: those with alerts first, then by their highest score."""
        read = [one for one in self._stories.values() if one.points]
        return sorted(read, key=lambda one: (not one.events, -max(point.score for point in one.points), one.name))

    @property
    def opened(self) -> list[AlertEvent]:
        """The events that opened an alert, in order."""
        events = [event for one in self._stories.values() for event in one.events]
        return sorted((one for one in events if ".opened." in one.type), key=lambda one: one.sequence)

    def _heard(self, statement: Statement) -> None:
        voices = {one.voice for one in statement.passages}
        voice = (
            statement.voice if statement.voice in self.pair else " and ".join(one for one in self.pair if one in voices)
        )
        if voice:
            self._titles[statement.item] = (statement.published_at, voice, statement.title)

    def _merge(self, story: Story, absorbed: str) -> None:
        other = self._stories.pop(absorbed, None)
        if other is not None:
            story.documents = sorted({*story.documents, *other.documents})
            story.points = sorted((*story.points, *other.points), key=lambda one: one.at)
            story.events = sorted((*story.events, *other.events), key=lambda one: one.sequence)
