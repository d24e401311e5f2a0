"""The AsyncAPI 3 document of an installation: its channels, what Parallax does with them, and what their messages are.

Made from the published schemas and from the topics as they are created, so that it cannot say anything else than they.
What the schemas are made of stands beside them in `components`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import urlsplit

from streams.core import DISTRIBUTION
from streams.draft7 import rewritten
from streams.schemas import ALERT_TYPES, CONTRACT, schemas
from streams.settings import Settings
from streams.topics import Topic, group_of, topics_of

Object = dict[str, Any]
BINDING = "0.5.0"
"""Version of AsyncAPI's Kafka bindings that is used here."""
ANYWHERE = "127.0.0.1:9092"
"""Stands for the broker where the settings name none: the embedded one has a port of its own each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message is: names of published schemas, and what its key is. payload: None is any bytes."""

    title: str
    key: str
    payload: str | None
    headers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A topic, what Parallax does with it, and the names of its messages."""

    topic: str
    action: Literal["send", "receive"]
    title: str
    messages: tuple[str, ...]
    tags: tuple[str, ...]


TOMBSTONE = "tombstone"
MESSAGES: Mapping[str, Message] = {
    "news_item": Message(title="A news item", key="id of the item, or anything", payload="news_item"),
    "narrative": Message(title="A narrative's present state", key="id of the narrative", payload="narrative"),
    **{name: Message(title=name, key="id of the alert", payload=name, headers="alert_headers") for name in ALERT_TYPES},
    "dead_letter": Message(
        title="What could not be processed, byte for byte as it came",
        key="the original key",
        payload=None,
        headers="dead_letter_headers",
    ),
    "feedback": Message(title="What an analyst says of an alert", key="id of the alert", payload="feedback"),
    TOMBSTONE: Message(title="A null value: what the key names is no more", key="as of the others", payload=TOMBSTONE),
}
CHANNELS: Mapping[str, Channel] = {
    "news": Channel(
        topic="news", action="receive", title="News items", messages=("news_item", TOMBSTONE), tags=("input",)
    ),
    "feedback": Channel(
        topic="feedback", action="receive", title="What analysts say of alerts", messages=("feedback",), tags=("input",)
    ),
    "alerts": Channel(
        topic="alerts", action="send", title="The history of alerts", messages=ALERT_TYPES, tags=("alerts",)
    ),
    "alertsState": Channel(
        topic="alerts_state",
        action="send",
        title="The last event of each alert, until it is over",
        messages=(*ALERT_TYPES, TOMBSTONE),
        tags=("alerts", "state"),
    ),
    "narratives": Channel(
        topic="narratives",
        action="send",
        title="Each narrative's present state, until it is gone",
        messages=("narrative", TOMBSTONE),
        tags=("state",),
    ),
    "deadLetters": Channel(
        topic="dead_letters", action="send", title="Dead letters", messages=("dead_letter",), tags=("operations",)
    ),
}
"""The topics that others meet; those between the stages are our own and may change at any time."""


def asyncapi(settings: Settings) -> Object:
    """The document of the installation that the settings describe."""
    topics, published = topics_of(settings.topic_prefix, settings.partitions), schemas()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:parallax",
        "info": {
            "title": "Parallax",
            "version": f"{CONTRACT}.0",
            "description": (
                "News items in; alerts on two governments' diverging framings of one narrative out. Delivery is at "
                "least once and ordered per key: know an alert event by its id."
            ),
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": name} for name in dict.fromkeys(tag for one in CHANNELS.values() for tag in one.tags)],
            "x-program": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        },
        "defaultContentType": "application/json",
        "servers": _servers(settings),
        "channels": {name: _channel(one, getattr(topics, one.topic)) for name, one in CHANNELS.items()},
        "operations": {
            f"{one.action}{name[:1].upper()}{name[1:]}": _operation(name, one, group_of(settings.topic_prefix))
            for name, one in CHANNELS.items()
        },
        "components": {
            "messages": {name: _message(name, one, published, settings) for name, one in MESSAGES.items()},
            "schemas": _components(published),
        },
    }


def _servers(settings: Settings) -> Object:
    bindings: Object = {}
    if settings.schema_registry:
        at = urlsplit(settings.schema_registry)
        url = at._replace(netloc=at.netloc.rpartition("@")[2]).geturl()
        bindings = {
            "bindings": {"kafka": {"schemaRegistryUrl": url, "schemaRegistryVendor": "confluent", **_version()}}
        }
    hosts = settings.brokers.split(",") if settings.brokers else [ANYWHERE]
    return {f"broker{number}": {"host": host, "protocol": "kafka", **bindings} for number, host in enumerate(hosts, 1)}


def _channel(channel: Channel, topic: Topic) -> Object:
    configuration = topic.configuration
    configured: Object = {
        "cleanup.policy": configuration["cleanup.policy"].split(","),
        **{name: int(configuration[name]) for name in ("retention.ms", "max.message.bytes") if name in configuration},
    }
    return {
        "address": topic.name,
        "title": channel.title,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages},
        "tags": [{"name": name} for name in channel.tags],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configured,
                **_version(),
            }
        },
    }


def _operation(name: str, channel: Channel, group: str) -> Object:
    made: Object = {
        "action": channel.action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in channel.messages],
    }
    if channel.action == "receive":
        made["bindings"] = {"kafka": {"groupId": {"type": "string", "const": group}, **_version()}}
    return made


def _message(name: str, message: Message, published: Mapping[str, Object], settings: Settings) -> Object:
    registered = bool(settings.schema_registry) and name in ALERT_TYPES
    frame: Object = {"schemaIdLocation": "payload", "schemaIdPayloadEncoding": "confluent"} if registered else {}
    made: Object = {
        "name": name,
        "title": message.title,
        "bindings": {"kafka": {"key": {"type": "string", "description": message.key}, **frame, **_version()}},
    }
    if message.headers:
        made["headers"] = {"$ref": f"#/components/schemas/{message.headers}"}
    if message.payload == TOMBSTONE:
        made["payload"] = {"type": "null"}
    elif message.payload in published:
        made["payload"] = {"$ref": f"#/components/schemas/{message.payload}"}
    elif message.payload is None:
        made["contentType"] = "application/octet-stream"
    return made


def _version() -> Object:
    return {"bindingVersion": BINDING}


def _components(published: Mapping[str, Object]) -> Object:
    """Every schema and what it is made of, by name; a name means one thing, whichever schema uses it."""
    made: Object = {}
    for name, schema in published.items():
        for part, is_so in {name: schema, **schema.get("$defs", {})}.items():
            found = rewritten(is_so, "#/components/schemas/")
            if made.setdefault(part, found) != found:
                raise ValueError(f"two published types are named {part}")
    return made
