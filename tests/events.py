"""Made-up alert events for tests."""

from datetime import UTC, datetime
from typing import Any

from models.alerts import AlertEvent, Evidence, Versions


def an_event(**other: Any) -> AlertEvent:
    """An alert event as small as one can be, but for what is given."""
    fields: dict[str, Any] = {
        "id": "one",
        "type": "parallax.alert.opened.v1",
        "time": datetime(2025, 3, 18, tzinfo=UTC),
        "alert": "alert",
        "narrative": "narrative",
        "headline": "A headline",
        "basis": "observed",
        "severity": "low",
        "score": 0.5,
        "interval": (0.4, 0.6),
        "sides": {},
        "one_sided": (),
        "opposed": (),
        "words": {},
        "evidence": Evidence(pairs=0, e_value=1.0, alpha=0.05, fdr=0.1, guarantee="", ledger="", latest=()),
        "reason": "first",
        "revision": 1,
        "sequence": 1,
        "cause": "item",
        "parts": {},
        "counts": {},
        "versions": Versions(model="m", config="c", code="1"),
    }
    return AlertEvent(**{**fields, **other})
