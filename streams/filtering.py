"""Which alert events a subscriber wants: a value to choose by, and the choice along an alert's life."""

import re
from dataclasses import dataclass, replace
from typing import get_args

from models.alerts import ENDS, SEVERITIES, AlertEvent, Basis, Kind, Severity, event_type
from models.errors import InvalidSettings

TYPES = tuple(event_type(kind) for kind in get_args(Kind))
"""The types of event that this version knows."""
REMEMBERED_ALERTS = 100_000
"""Alerts of which a selection knows how severe they were: more than are open at once, and a few MB."""
_KINDS: tuple[str, ...] = get_args(Kind)
_FULL_NAME = re.compile(r"parallax\.alert\.[a-z_]+\.v\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an event must be; several values of one field: any of them; an empty field: whatever.

    voices: one of the event's sides. An alert compares two voices and names both on every event, so this tells apart
    the alerts of different pairs, never the sides of one alert.
    narratives: ids, or how they begin.
    types: `opened`, or in full `parallax.alert.opened.v1`; in full also one that this version does not know.
    replays: whether events tipped by replayed items count (header `ce_replayid`).

    Raises:
        InvalidSettings: a value that no event can have.
    """

    voices: tuple[str, ...] = ()
    narratives: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    min_severity: Severity = "low"
    replays: bool = True

    def __post_init__(self) -> None:
        """Refuse what can never fit: it would look like a quiet day."""
        if self.min_severity not in SEVERITIES:
            raise InvalidSettings(f"severity {self.min_severity!r}: one of {', '.join(SEVERITIES)}")
        for basis in self.bases:
            if basis not in get_args(Basis):
                raise InvalidSettings(f"basis {basis!r}: one of {', '.join(get_args(Basis))}")
        for name in self.types:
            if name not in _KINDS and not _FULL_NAME.fullmatch(name):
                raise InvalidSettings(f"type {name!r}: one of {', '.join(_KINDS)}, or a full name like {TYPES[0]}")
        if "" in self.narratives or "" in self.voices:
            raise InvalidSettings("a narrative or voice to choose by is empty: leave it out to have every one")

    @property
    def full_types(self) -> frozenset[str]:
        """The types asked for, by their full names."""
        return frozenset(event_type(kind) if (kind := _kind(name)) else name for name in self.types)

    def fits(self, event: AlertEvent, *, replay: bool = False) -> bool:
        """Whether an event is wanted, by itself."""
        return (
            (not self.voices or any(voice in event.sides for voice in self.voices))
            and (not self.narratives or event.narrative.startswith(self.narratives))
            and (not self.types or event.type in self.full_types)
            and (not self.bases or event.basis in self.bases)
            and SEVERITIES.index(event.severity) >= SEVERITIES.index(self.min_severity)
            and (self.replays or not replay)
        )


EVERYTHING = Filter()


def _kind(name: str) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == name), None)


class Selection:
    """A filter along the life of alerts: who was told that an alert is high is also told that it is over.

    Severity may fall before an alert ends. So its end is wanted if it ever was severe enough, and also where nothing
    earlier of it was seen here: after a restart rather an end too many than an alert left open for ever.
    """

    def __init__(self, where: Filter) -> None:
        """Begin with no alert seen."""
        self._where, self._whatever_severity = where, replace(where, min_severity="low")
        self._severe: dict[str, bool] = {}

    def wants(self, event: AlertEvent, *, replay: bool = False) -> bool:
        """Whether the next event of the stream is wanted; of each alert the events come in order."""
        severe = SEVERITIES.index(event.severity) >= SEVERITIES.index(self._where.min_severity)
        before = self._severe.pop(event.alert, None)
        if event.type in ENDS:
            self._severe[event.alert] = severe = severe or before is not False
        else:
            self._severe[event.alert] = severe or bool(before)
        if len(self._severe) > REMEMBERED_ALERTS:
            del self._severe[next(iter(self._severe))]
        return severe and self._whatever_severity.fits(event, replay=replay)
