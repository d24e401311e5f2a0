"""Dead letters: what cannot be processed, as it came, with headers that tell where from and why."""

from datetime import datetime

from models.errors import InvalidItem
from streams.messages import Incoming

LONGEST_DETAIL = 1000
"""Characters of a detail that are kept: enough for a person, whatever an exception quotes (a judgement)."""


def letter_headers(
    message: Incoming, *, stage: str, error: InvalidItem, attempts: int, failed_at: datetime
) -> dict[str, bytes]:
    """The message's own headers, and ours; a message that fails once more tells of its latest failure."""
    told = {
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "stage": stage,
        "reason": error.reason,
        "detail": error.detail[:LONGEST_DETAIL],
        "attempts": str(attempts),
        "failed-at": failed_at.isoformat(timespec="milliseconds"),
    }
    return {**message.headers, **{f"parallax-{name}": text.encode(errors="replace") for name, text in told.items()}}
