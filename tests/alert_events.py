"""Alert events that tests make up, between two voices that are nobody's."""

from dataclasses import replace
from datetime import UTC, datetime

from models.alerts import AlertEvent, AlertQuote, AlertSide, Evidence, Kind, Versions, alert_id, event_id, event_type

AT = datetime(2025, 3, 18, 6, 30, tzinfo=UTC)


def event(narrative: str, revision: int = 1, kind: Kind = "opened", **how: object) -> AlertEvent:
    """An event of a narrative's first alert."""
    alert = alert_id(narrative, 1, AT)
    made = AlertEvent(
        id=event_id(alert, revision),
        type=event_type(kind),
        time=AT,
        alert=alert,
        narrative=narrative,
        headline=f"Framings differ on “{narrative}”: North and South",
        basis="observed",
        severity="medium",
        score=0.7,
        interval=(0.6, 0.8),
        sides={
            voice: AlertSide(
                documents=(f"{voice}/1",),
                quotes=(
                    AlertQuote(
                        id=f"{voice}/1",
                        url=f"https://{voice}.example/1",
                        text=f"The {voice} says so.",
                        start=0,
                        end=20,
                        at=AT,
                    ),
                ),
            )
            for voice in ("north", "south")
        },
        one_sided=(),
        opposed=(),
        words={},
        evidence=Evidence(pairs=1, e_value=1.0, alpha=0.05, fdr=0.1, guarantee="a promise", ledger="", latest=()),
        reason="first",
        revision=revision,
        sequence=revision,
        cause="item",
        parts={},
        counts={},
        versions=Versions(model="m", config="c", code="1"),
    )
    return replace(made, **how)
