"""A record of the alert topics as a subscriber sees it: an alert event, or why it is none that can be used."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from models.alerts import AlertEvent
from models.errors import InvalidItem
from streams.envelope import REPLAY_ID
from streams.filtering import TYPES
from streams.letters import REDRIVEN
from streams.registry import payload
from streams.wire import decode

HEADER_TYPE = "ce_type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert event as it was delivered.

    value: its JSON, byte for byte as sent (without a schema registry's frame). headers: as sent, the CloudEvents
    attributes under `ce_` names. partition, offset: where it lies in its topic.
    """

    event: AlertEvent
    value: bytes
    headers: dict[str, bytes]
    partition: int
    offset: int

    @property
    def replay(self) -> bool:
        """Whether a replayed item tipped it: of the past, and nobody is to be paged for it."""
        return REPLAY_ID in self.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A record that could not be handed on.

    reason: `unknown_type`, an event of a later version, or `unreadable`, no alert event at all.
    """

    where: str
    reason: Literal["unknown_type", "unreadable"]
    detail: str


class _Head(msgspec.Struct):
    type: str = ""


def delivered(
    topic: str,
    partition: int,
    offset: int,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes | None]],
    *,
    asked_for: frozenset[str] | None = frozenset(),
) -> Alert | PassedOver | None:
    """A record read; None for what is meant for nobody here: a tombstone, or a copy redriven for one sink.

    Args:
        asked_for: full names of types that are wanted though this version does not know them; None: any.
    """
    named = {name: held or b"" for name, held in headers}
    if value is None or REDRIVEN in named:
        return None
    where, data = f"{topic} {partition}:{offset}", payload(value)
    try:
        kind = named.get(HEADER_TYPE, b"").decode() or msgspec.json.decode(data, type=_Head).type
        if asked_for is not None and kind and kind not in TYPES and kind not in asked_for:
            return PassedOver(where=where, reason="unknown_type", detail=kind)
        event = decode(data, AlertEvent)
    except InvalidItem as error:
        return PassedOver(where=where, reason="unreadable", detail=error.detail)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return PassedOver(where=where, reason="unreadable", detail=str(error))
    return Alert(event=event, value=data, headers=named, partition=partition, offset=offset)
