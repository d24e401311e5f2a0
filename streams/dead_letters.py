"""The letters of `parallax.dead-letters`: what could not be processed, with its reason and its original bytes."""

import base64
from collections.abc import Iterator
from typing import Any

from streams.subscribe import records

HEADER_PREFIX = "parallax-"


def letters(bootstrap: str, topic: str, *, until_idle_seconds: float = 1.0) -> Iterator[dict[str, Any]]:
    """Every letter in the topic, oldest first, as `parallax dead-letters list` prints it.

    Raises:
        InfrastructureError: the broker is not there.
    """
    for record in records(bootstrap, topic, from_beginning=True, until_idle_seconds=until_idle_seconds):
        told = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
        yield {
            "letter": f"{record.partition}:{record.offset}",
            **{
                name.removeprefix(HEADER_PREFIX): value
                for name, value in told.items()
                if name.startswith(HEADER_PREFIX)
            },
            "key": _text_or_base64(record.key),
            "value": _text_or_base64(record.value),
        }


def _text_or_base64(data: bytes | None) -> str | dict[str, str] | None:
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
