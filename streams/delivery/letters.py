"""Dead letters: what cannot be processed, as it came, with headers that tell where from and why."""

from datetime import datetime

from models.errors import InvalidItem
from streams.letters import Failure, failure_headers, history_of, redriven_from
from streams.messages import Incoming

LONGEST_DETAIL = 1000
"""Characters of a detail that are kept: enough for a person, whatever an exception quotes (a judgement)."""


def letter_headers(
    message: Incoming, *, stage: str, error: InvalidItem, attempts: int, failed_at: datetime
) -> list[tuple[str, bytes | None]]:
    """The headers of the letter of a message: its own, as they came, and ours.

    Args:
        attempts: calls with it alone, this time; those of the times before, if it was sent back, are added.
    """
    own = message.pairs if message.pairs is not None else tuple(message.headers.items())
    before = history_of(own)
    return failure_headers(
        own,
        Failure(
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            at=message.at if before is None else before.at,
            stage=stage,
            reason=error.reason,
            detail=error.detail[:LONGEST_DETAIL],
            attempts=attempts + (0 if before is None else before.attempts),
            failed_at=failed_at,
            first_failed_at=failed_at if before is None else before.first_failed_at,
            earlier=None if before is None else redriven_from(own),
        ),
    )
