"""What a sink is given to deliver, and what it answers."""

from dataclasses import dataclass
from typing import Literal, Protocol

from models.alerts import CLOSING, AlertEvent
from streams.messages import Incoming
from streams.registry import payload
from streams.sinks.routing import kind_of
from streams.wire import decode


def json_of(message: Incoming) -> bytes:
    """The JSON of the alert event that a message of parallax.alerts carries."""
    return payload(message.value or b"")


def told(message: Incoming) -> "Told":
    """A message, read.

    Raises:
        InvalidItem: it is no alert event.
    """
    return Told(message=message, event=decode(json_of(message), AlertEvent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert event: as it came from Kafka, and read."""

    message: Incoming
    event: AlertEvent

    @property
    def kind(self) -> str:
        """opened, escalated, ..."""
        return kind_of(self.event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One notification. id: the same at every attempt and after a restart; the receiver's key against duplicates.

    single: of a sink that gets each event by itself. still_open: in a reminder or digest, the last events of alerts
    that are open and not among `events`.
    """

    id: str
    sink: str
    group: str
    kind: Literal["events", "reminder", "digest", "test"]
    single: bool
    events: tuple[Told, ...]
    still_open: tuple[Told, ...] = ()

    @property
    def latest(self) -> tuple[Told, ...]:
        """The last event of each alert in it, in the order in which the alerts first come."""
        return tuple({one.event.alert: one for one in (*self.still_open, *self.events)}.values())

    @property
    def status(self) -> Literal["firing", "resolved"]:
        """resolved: every alert in it has ended."""
        return "resolved" if all(one.kind in CLOSING for one in self.latest) else "firing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt failed: `reason` is a short stable code for metrics and dead letters, `detail` is for a person.

    lasting: another attempt would fail alike. after_seconds: how long the receiver asked to be left alone.
    """

    reason: str
    detail: str
    lasting: bool = False
    after_seconds: float | None = None


class Channel(Protocol):
    """A way to deliver. It never raises for what the receiver does, and ends within the sink's time-out."""

    async def deliver(self, package: Package) -> Failure | None:
        """Make one attempt; None: the receiver has it."""
        ...
