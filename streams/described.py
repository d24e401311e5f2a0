"""The JSON Schema of a dataclass, with the descriptions that its docstring gives.

A docstring of ours describes the type and then fields as `name: what it is.` or `start, end: what they are.`; the names
are those of the dataclass, so that nothing else in it is taken for one.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, get_args, get_type_hints

import msgspec

Schema = dict[str, Any]


def schema_of(kind: type) -> Schema:
    """The schema of a dataclass: its own keywords at the top, the types that it is made of in `$defs`."""
    _, definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for one in dict.fromkeys(dataclasses_in(kind)):
        _describe(definitions[one.__name__], one)
    made: Schema = msgspec.json.decode(msgspec.json.encode(definitions))  # a default may be a tuple, which JSON has not
    top: Schema = made.pop(kind.__name__)
    return {**top, "$defs": made} if made else top


def dataclasses_in(kind: Any) -> Iterator[type]:
    """A dataclass and those that its fields are made of, however deep; none of ours contains itself."""
    if isinstance(kind, type) and is_dataclass(kind):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from dataclasses_in(hint)
    else:
        for part in get_args(kind):
            yield from dataclasses_in(part)


def told(docstring: str, names: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """What a docstring says of the whole, and of each of these fields."""
    text = " ".join(docstring.split())
    name = "|".join(map(re.escape, names))
    found = list(re.finditer(rf"(?:^|(?<=[.;] ))((?:{name})(?:, (?:{name}))*): ", text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    of_fields = (
        {
            each: text[match.end() : end].strip().rstrip(".;")
            for match, end in zip(found, ends, strict=True)
            for each in match[1].split(", ")
        }
        if found
        else {}
    )
    return text[: found[0].start()].strip() if found else text, of_fields


def _describe(schema: Schema, kind: type) -> None:
    names = tuple(field.name for field in fields(kind))
    whole, of_fields = told(inspect.getdoc(kind) or "", names)
    schema["description"] = whole
    for name, hint in get_type_hints(kind).items():
        described = {"format": "date-time"} if hint is datetime else {}
        if name in of_fields:
            described["description"] = of_fields[name]
        schema["properties"][name] |= described
