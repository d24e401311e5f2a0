"""What was published stays true: each version's schemas and samples, held against those of today."""

import copy
import json
from pathlib import Path

import msgspec
import pytest
from compatibility import TOLD, incompatible
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from models.alerts import AlertEvent
from streams.schemas import ALERT_TYPES, CONTRACT, schemas
from streams.wire import decode, encode

GOLDEN = Path(__file__).parent / "golden"
TODAY = schemas()
PUBLISHED = sorted(path for path in GOLDEN.glob("v*/*.json"))
SAMPLES = sorted(GOLDEN.glob("v*/samples/*.json"))


def label(path: Path) -> str:
    return str(path.relative_to(GOLDEN))


def untold(schema):
    """The schema without what it says to people."""
    if isinstance(schema, list):
        return [untold(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {key: untold(one) for key, one in value.items()} if name in ("properties", "$defs") else untold(value)
        for name, value in schema.items()
        if name not in TOLD
    }


@pytest.mark.parametrize("path", PUBLISHED, ids=label)
def test_todays_schema_is_compatible_with_every_version_published(path):
    assert incompatible(json.loads(path.read_text("utf-8")), TODAY[path.stem]) == ()


def test_todays_schemas_are_those_of_the_version_that_they_say():
    """A change that may be made is a version of its own: raise CONTRACT, and keep its schemas beside the others."""
    kept = {path.stem: json.loads(path.read_text("utf-8")) for path in GOLDEN.glob(f"v{CONTRACT}/*.json")}
    assert {name: untold(schema) for name, schema in kept.items()} == {
        name: untold(schema) for name, schema in TODAY.items()
    }


def test_every_type_of_alert_has_a_sample_in_every_version():
    versions = {path.parent for path in PUBLISHED}
    assert versions
    assert all((version / "samples" / f"{name}.json").exists() for version in versions for name in ALERT_TYPES)


@pytest.mark.parametrize("path", SAMPLES, ids=label)
def test_an_event_of_any_version_is_valid_then_and_now_and_is_read_today(path):
    """And is written again with all that it said."""
    sample = json.loads(path.read_text("utf-8"))
    for schema in (
        json.loads((path.parents[1] / path.name).read_text("utf-8")),
        TODAY[path.stem],
        TODAY["alert_event"],
    ):
        Draft202012Validator(schema).validate(sample)
    event = decode(path.read_bytes(), AlertEvent)
    assert says(msgspec.json.decode(encode(event)), sample)


def says(written, sample) -> bool:
    """Whether what is written says all that the sample does; fields may have been added."""
    if isinstance(sample, dict):
        return all(name in written and says(written[name], value) for name, value in sample.items())
    if isinstance(sample, list):
        return len(written) == len(sample) and all(map(says, written, sample))
    return written == sample


SCHEMA = TODAY["parallax.alert.silence.v1"]


def objects(schema=SCHEMA) -> list[dict]:
    """Every object schema with named fields: the event and the definitions."""
    return [schema, *(one for one in schema["$defs"].values() if "properties" in one)]


def fields(schema=SCHEMA) -> list[tuple[int, str]]:
    return [(number, name) for number, one in enumerate(objects(schema)) for name in one["properties"]]


OTHER_TYPE = {
    **{"string": "integer", "integer": "number", "number": "integer"},
    **{"boolean": "string", "array": "string", "object": "string"},
}


def remove(where: dict, name: str) -> bool:
    del where["properties"][name]
    return True


def rename(where: dict, name: str) -> bool:
    where["properties"][f"{name}_2"] = where["properties"].pop(name)
    return True


def change_type(where: dict, name: str) -> bool:
    field = where["properties"][name]
    if "type" in field:
        field["type"] = OTHER_TYPE[field["type"]]
    else:
        where["properties"][name] = {"type": "null"}
    return True


def allow_null(where: dict, name: str) -> bool:
    field = where["properties"][name]
    if "anyOf" in field:
        field["anyOf"].append({"type": "boolean"})
    else:
        where["properties"][name] = {"anyOf": [field, {"type": "null"}]}
    return True


def bound(where: dict, name: str) -> bool:
    where["properties"][name].update(maxLength=5, maximum=5, maxItems=5, maxProperties=5)
    return "$ref" not in where["properties"][name]


def swap_required(where: dict, name: str) -> bool:
    where["required"] = sorted({*where["required"]} ^ {name})
    return True


def add_to_enum(where: dict, name: str) -> bool:
    enum = where["properties"][name].get("enum")
    if enum is not None:
        enum.append("another")
    return enum is not None


def take_from_enum(where: dict, name: str) -> bool:
    enum = where["properties"][name].get("enum")
    if enum is not None:
        enum.pop()
    return enum is not None


def restrict_to_enum(where: dict, name: str) -> bool:
    if "enum" in where["properties"][name]:
        return False
    where["properties"][name]["enum"] = ["one"]
    return True


BREAKS = (
    remove, rename, change_type, allow_null, bound, swap_required, add_to_enum, take_from_enum, restrict_to_enum,
)  # fmt: skip


@given(st.sampled_from(BREAKS), st.sampled_from(fields()))
def test_a_change_that_breaks_is_refused_and_its_field_named(change, at):
    number, name = at
    changed = copy.deepcopy(SCHEMA)
    if change(objects(changed)[number], name):
        found = incompatible(SCHEMA, changed)
        assert found
        assert all(f".{name}" in one.partition(": ")[0] for one in found)


@given(st.integers(0, len(objects()) - 1))
def test_closing_an_object_is_refused(number):
    changed = copy.deepcopy(SCHEMA)
    objects(changed)[number]["additionalProperties"] = False
    assert incompatible(SCHEMA, changed)


values = st.recursive(
    st.sampled_from(
        [{"type": "string"}, {"type": ["number", "null"]}, {"enum": ["a"]}, {"$ref": "#/$defs/AlertQuote"}]
    ),
    lambda inner: (
        inner.map(lambda one: {"type": "array", "items": one})
        | inner.map(lambda one: {"type": "object", "properties": {"in": one}, "required": ["in"]})
    ),
    max_leaves=3,
)


@given(st.integers(0, len(objects()) - 1), st.from_regex(r"new_[a-z]{1,8}", fullmatch=True), values, st.text())
def test_a_new_optional_field_and_other_words_are_accepted(number, name, value, words):
    changed = copy.deepcopy(SCHEMA)
    objects(changed)[number]["properties"][name] = value
    for one in objects(changed):
        one["description"] = words
    assert incompatible(SCHEMA, changed) == ()
    objects(changed)[number]["required"].append(name)
    assert incompatible(SCHEMA, changed)


def test_a_field_that_was_taken_away_once_does_not_come_back_as_another():
    """Between neighbours nothing is wrong with the last step: so each version is held against all before it."""
    first = {"type": "object", "properties": {"a": {"type": "string"}}}
    second = {"type": "object", "properties": {}}
    third = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert incompatible(second, third) == ()
    assert incompatible(first, third) == ("$.a: no more of type string", "$.a: newly of type integer")


def test_definitions_that_contain_themselves_are_compared_once():
    def tree(leaf: str) -> dict:
        return {
            "$ref": "#/$defs/Node",
            "$defs": {
                "Node": {
                    "type": "object",
                    "properties": {
                        "leaf": {"type": leaf},
                        "more": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                    },
                }
            },
        }

    assert incompatible(tree("string"), tree("string")) == ()
    assert [one.partition(": ")[0] for one in incompatible(tree("string"), tree("integer"))] == ["$.leaf", "$.leaf"]
