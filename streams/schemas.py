"""The JSON Schemas of what goes in and what comes out, made from the types that the program itself uses."""

from typing import Any

import msgspec

from models.alerts import AlertEvent

NEWS_ITEM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "News item: the value of parallax.news",
    "type": "object",
    "anyOf": [
        {"required": ["text"]},
        {"required": ["html"]},
        {"required": ["title"]},
        {"required": ["id", "withdrawn"], "properties": {"withdrawn": {"const": True}}},
    ],
    "properties": {
        **{
            name: {"type": ["string", "null"]}
            for name in ("id", "source", "url", "title", "text", "html", "lang", "feed")
        },
        "published_at": {"type": ["string", "null"], "description": "ISO 8601; a bare date is its 00:00 UTC"},
        "date": {"type": ["string", "null"], "description": "accepted for published_at"},
        "revision": {"type": ["integer", "null"], "minimum": 0},
        "withdrawn": {"type": ["boolean", "null"]},
    },
    "additionalProperties": True,
}


def schemas() -> dict[str, Any]:
    """The published schemas, by name."""
    return {"news_item": NEWS_ITEM, "alert_event": msgspec.json.schema(AlertEvent)}
