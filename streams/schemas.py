"""The published JSON Schemas of what goes in and what comes out, made from the types that the program itself uses.

Objects are open: a reader ignores fields that it does not know, so that fields can be added. What may change between
versions is in docs/contract.md, and tests/contract/test_compatibility.py holds us to it.
"""

from typing import Any, get_args

from models.alerts import AlertEvent, Kind, event_type
from models.clustering.records import Summary
from models.feedback import Feedback
from streams.described import schema_of

CONTRACT = "1.1"
"""Version of all schemas together: its second number is raised with every field added, its first never within a `v1`.

tests/contract/golden keeps the schemas of each.
"""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
URN = "urn:parallax:schema:"
Schema = dict[str, Any]

ALERT_TYPES = tuple(event_type(kind) for kind in get_args(Kind))
"""The types of alert event, in the order of an alert's life."""
SILENCE = event_type("silence")
ANY_TYPE = r"^parallax\.alert\.[a-z_]+\.v1$"
"""Types may be added: a subscriber ignores those that it does not know."""

VALUES: tuple[tuple[str, type, str], ...] = (
    ("alert_event", AlertEvent, "An alert event of any type: the value of parallax.alerts and parallax.alerts.state"),
    ("narrative", Summary, "A narrative's present state: the value of parallax.narratives"),
    ("feedback", Feedback, "What an analyst says of an alert: the value of parallax.feedback"),
)
"""Published values that are a type of ours: name, type, title. One line publishes another."""

NEWS_ITEM: Schema = {
    "title": "A news item: the value of parallax.news",
    "description": "What anyone may publish. Fields that are not listed are ignored; null is as if left out.",
    "type": "object",
    "anyOf": [
        {"required": ["text"]},
        {"required": ["html"]},
        {"required": ["title"]},
        {"required": ["withdrawn"], "properties": {"withdrawn": {"const": True}}},
    ],
    "if": {"required": ["withdrawn"], "properties": {"withdrawn": {"const": True}}},
    "then": {"required": ["id"], "properties": {"id": {"type": "string", "minLength": 1}}},
    "properties": {
        "id": {"type": ["string", "null"], "description": "default: a hash of the URL, else of source, title and text"},
        "source": {"type": ["string", "null"], "description": "who published it, if it is a host; else the URL says"},
        "url": {"type": ["string", "null"], "description": "where it was published"},
        "title": {"type": ["string", "null"], "description": "at least one of title, text and html has a word in it"},
        "text": {"type": ["string", "null"], "description": "plain text, paragraphs on lines of their own"},
        "html": {"type": ["string", "null"], "description": "the page, read where there is no text"},
        "lang": {"type": ["string", "null"], "description": "ISO 639-1; detected when absent"},
        "feed": {"type": ["string", "null"], "description": "URL of the feed that it came from"},
        "speaks_for": {
            "type": ["string", "null"],
            "description": "whose own words it is: an id of the voices file; else source or url says",
        },
        "published_at": {"type": ["string", "null"], "description": "ISO 8601; a bare date is that day 00:00 UTC"},
        "date": {"type": ["string", "null"], "description": "accepted for published_at"},
        "revision": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "a higher one of the same id corrects it; a lower or equal one is ignored",
        },
        "withdrawn": {"type": ["boolean", "null"], "description": "true retracts the item that id names"},
    },
}

ALERT_HEADERS: Schema = {
    "title": "The headers of an alert event",
    "description": "CloudEvents 1.0, Kafka binding, binary mode: attributes are headers, the value is the data.",
    "type": "object",
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "id of the event: an event delivered twice has one id"},
        "ce_source": {"type": "string", "description": "who made it: parallax"},
        "ce_type": {"type": "string", "pattern": ANY_TYPE, "description": "what happened, and the value's version"},
        "ce_time": {"type": "string", "format": "date-time", "description": "event time"},
        "ce_subject": {"type": "string", "description": "id of the narrative"},
        "ce_dataschema": {"type": "string", "description": "$id of the value's schema"},
        "ce_partitionkey": {"type": "string", "description": "id of the alert: the key of the message"},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "orders the events; as long as each other",
        },
        "ce_recordedtime": {"type": "string", "format": "date-time", "description": "when the event was made"},
        "ce_severitytext": {"enum": ["low", "medium", "high", "critical"]},
        "ce_severitynumber": {"type": "string", "pattern": "^[0-9]+$", "description": "higher is more severe"},
        "ce_correlationid": {"type": "string", "description": "id of the narrative"},
        "ce_causationid": {"type": "string", "description": "id of the item that tipped it"},
        "ce_replayid": {"type": "string", "description": "only on what a replayed item tipped: it pages nobody"},
        "parallax-item": {"type": "string", "description": "id of the item that tipped it"},
    },
    "required": [
        "content-type",
        *(f"ce_{name}" for name in ("specversion", "id", "source", "type", "time", "subject", "dataschema")),
        *(f"ce_{name}" for name in ("partitionkey", "sequence", "recordedtime", "severitytext", "severitynumber")),
        *("ce_correlationid", "ce_causationid", "parallax-item"),
    ],
}

LETTER_HEADERS: Schema = {
    "title": "The headers of a dead letter",
    "description": "A message as it came, its key, its value and its own headers, and these beside them.",
    "type": "object",
    "properties": {
        "parallax-topic": {"type": "string", "description": "where the message lay"},
        "parallax-partition": {"type": "string", "pattern": "^[0-9]+$"},
        "parallax-offset": {"type": "string", "pattern": "^[0-9]+$", "description": "in a file of a folder: the line"},
        "parallax-stage": {"type": "string", "description": "embed, cluster, compare, folder or sink:NAME"},
        "parallax-reason": {"type": "string", "description": "a short stable code, such as bad_date"},
        "parallax-detail": {"type": "string", "description": "what was wrong, for a person"},
        "parallax-attempts": {"type": "string", "pattern": "^[0-9]+$", "description": "how often it was tried"},
        "parallax-failed-at": {"type": "string", "format": "date-time", "description": "when it was given up"},
        "parallax-first-failed-at": {
            "type": "string",
            "format": "date-time",
            "description": "when it was given up for the first time, before it was sent back",
        },
        "parallax-timestamp": {
            "type": "string",
            "format": "date-time",
            "description": "the broker's timestamp of the message when it first came",
        },
        "parallax-headers": {"type": "string", "pattern": "^[0-9]+$", "description": "how many are the message's own"},
        "parallax-earlier": {"type": "string", "description": "the letter before this one of a message sent back"},
    },
    "required": [
        f"parallax-{name}"
        for name in (
            *("topic", "partition", "offset", "timestamp", "stage", "reason", "detail", "attempts"),
            *("failed-at", "first-failed-at", "headers"),
        )
    ],
}


def schemas() -> dict[str, Schema]:
    """Every published schema, by the name that ends its `$id`."""
    made = {name: _published(name, schema_of(kind), title) for name, kind, title in VALUES}
    made["alert_event"]["properties"]["type"]["pattern"] = ANY_TYPE
    return {
        **made,
        **alert_schemas(),
        **{
            name: _published(name, schema, schema["title"])
            for name, schema in (
                ("news_item", NEWS_ITEM),
                ("alert_headers", ALERT_HEADERS),
                ("dead_letter_headers", LETTER_HEADERS),
            )
        },
    }


def alert_schemas() -> dict[str, Schema]:
    """The schema of each type of alert event. A title is the type: registries call it the record's name."""
    made = {}
    for name in ALERT_TYPES:
        schema = _published(name, schema_of(AlertEvent), name)
        schema["properties"]["type"] = {**schema["properties"]["type"], "const": name}
        if name == SILENCE:
            schema["properties"]["silence"] = {
                "$ref": "#/$defs/Silence",
                "description": schema["properties"]["silence"]["description"],
            }
            schema["required"] = [*schema["required"], "silence"]
        made[name] = schema
    return made


def _published(name: str, schema: Schema, title: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"{URN}{name}", **schema, "title": title}
