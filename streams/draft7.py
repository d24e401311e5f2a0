"""Our schemas, which are of JSON Schema 2020-12, as draft 7: what AsyncAPI's schema objects and schema registries read.

A registry takes any draft; but the compatibility rules of Apicurio 2.6 end in an error on one of 2020-12, and older
clients cannot validate it. Between the two drafts only tuples and the place of definitions differ in what we use.
"""

from typing import Any

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
HERE = "#/definitions/"


def draft_7(schema: Schema) -> Schema:
    """A published schema as one of draft 7 that stands alone; without `$id`, which some clients would try to fetch."""
    parts = {name: rewritten(one, HERE) for name, one in schema.get("$defs", {}).items()}
    return {"$schema": DIALECT, **rewritten(schema, HERE), **({"definitions": parts} if parts else {})}


def rewritten(schema: Any, definitions: str) -> Any:
    """The schema without what it is made of, which it refers to at `definitions`."""
    if isinstance(schema, list):
        return [rewritten(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(reference := schema.get("$ref"), str):  # draft 7 ignores what stands beside it
        return {"$ref": reference.replace("#/$defs/", definitions)}
    made = {
        name: rewritten(one, definitions) for name, one in schema.items() if name not in ("$schema", "$id", "$defs")
    }
    if "prefixItems" in made:
        made["additionalItems"] = made.pop("items", True)
        made["items"] = made.pop("prefixItems")
    return made
