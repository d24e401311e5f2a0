"""The envelope of an alert event: CloudEvents 1.0, Kafka binding, binary mode (attributes as headers).

Binary mode, because the state topic is compacted: a structured event cannot be a tombstone.
"""

from datetime import datetime

from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from models.alerts import AlertEvent
from streams.schemas import URN
from streams.wire import HEADER_ITEM

SOURCE = "parallax"
SEVERITY_NUMBERS = {"low": 9, "medium": 13, "high": 17, "critical": 21}
"""The CloudEvents severity extension: INFO, WARN, ERROR and FATAL of OpenTelemetry's scale of 1 to 24."""
SEQUENCE_DIGITS = 10
REPLAY_ID = "ce_replayid"
"""On events that a replayed item tipped: what pages people leaves them out."""


def cloud_event_headers(event: AlertEvent, *, recorded_at: datetime, replay: str = "") -> dict[str, bytes]:
    """The headers of an alert event.

    Args:
        recorded_at: when the event is made, on the wall; the event's own time is that of what it is about.
        replay: the replay that the tipping item came with, if any.
    """
    attributes = {
        "id": event.id,
        "source": SOURCE,
        "type": event.type,
        "specversion": "1.0",
        "time": event.time,
        "subject": event.narrative,
        "datacontenttype": "application/json",
        "dataschema": URN + event.type,
        "partitionkey": event.alert,
        "sequence": f"{event.sequence:0{SEQUENCE_DIGITS}d}",
        "recordedtime": recorded_at,
        "severitytext": event.severity,
        "severitynumber": SEVERITY_NUMBERS[event.severity],
        "correlationid": event.narrative,
        "causationid": event.cause,
        **({"replayid": replay} if replay else {}),
    }
    return {**to_binary(CloudEvent(attributes), JSONFormat()).headers, HEADER_ITEM: event.cause.encode()}
