"""The AsyncAPI document, as the parser that AsyncAPI publishes reads it."""

import json
from pathlib import Path

import pytest
from node import node_modules, run_node

from streams.asyncapi import asyncapi
from streams.schemas import ALERT_TYPES
from streams.settings import load_settings
from streams.topics import topics_of

FOLDER = Path(__file__).parent / "asyncapi"
NEWER_VERSION = "asyncapi-latest-version"
"""Said of every document of 3.0; more tools read 3.0 than 3.1, which has nothing that is needed here."""


@pytest.fixture(scope="session")
def modules(cache_dir: Path) -> Path:
    return node_modules(FOLDER, cache_dir)


def read_by_asyncapi(document: dict, modules: Path) -> dict:
    return json.loads(run_node(FOLDER / "validate.js", modules=modules, stdin=json.dumps(document)))


SETTINGS = {
    "as it comes": {},
    "an installation": {
        "brokers": "one.example:9092,two.example:9092",
        "topic_prefix": "theirs-",
        "partitions": 6,
        "schema_registry": "https://me:secret@registry.example:8081/path",
    },
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.timeout(400)
def test_the_document_is_valid_and_names_what_each_channel_carries(settings, modules):
    made = load_settings({}, **settings)
    found = read_by_asyncapi(asyncapi(made), modules)

    assert found["parsed"]
    assert {one["code"] for one in found["diagnostics"]} <= {NEWER_VERSION}
    topics = topics_of(made.topic_prefix, made.partitions)
    carried = {one["channels"][0]: (one["action"], tuple(one["messages"])) for one in found["operations"]}
    assert carried == {
        topics.news.name: ("receive", ("news_item", "tombstone")),
        topics.feedback.name: ("receive", ("feedback",)),
        topics.alerts.name: ("send", ALERT_TYPES),
        topics.alerts_state.name: ("send", (*ALERT_TYPES, "tombstone")),
        topics.narratives.name: ("send", ("narrative", "tombstone")),
        topics.dead_letters.name: ("send", ("dead_letter",)),
    }
    assert set(found["channels"]) == carried.keys()


@pytest.mark.timeout(400)
def test_the_parser_refuses_what_is_none(modules):
    """Else its silence above would tell nothing."""
    document = asyncapi(load_settings({}))
    document["operations"]["sendAlerts"]["channel"] = {"$ref": "#/channels/nowhere"}
    assert not read_by_asyncapi(document, modules)["parsed"]
    document = asyncapi(load_settings({}))
    document["channels"]["news"]["bindings"]["kafka"]["partitions"] = "one"
    assert not read_by_asyncapi(document, modules)["parsed"]


def test_the_bindings_say_how_the_topics_are_made():
    made = load_settings({}, **SETTINGS["an installation"])
    channels = asyncapi(made)["channels"]
    for name, topic in (("news", "news"), ("alerts", "alerts"), ("alertsState", "alerts_state")):
        wanted, bound = getattr(topics_of("theirs-", 6), topic), channels[name]["bindings"]["kafka"]
        assert (bound["topic"], bound["partitions"]) == (wanted.name, wanted.partitions)
        told = {key: str(value) for key, value in bound["topicConfiguration"].items() if key != "cleanup.policy"}
        policy = ",".join(bound["topicConfiguration"]["cleanup.policy"])
        assert {**told, "cleanup.policy": policy} == wanted.configuration


def test_the_document_of_an_installation_names_its_registry_and_not_its_password():
    document = json.dumps(asyncapi(load_settings({}, **SETTINGS["an installation"])))
    assert "https://registry.example:8081/path" in document
    assert "secret" not in document
