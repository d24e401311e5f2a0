"""What of a published JSON Schema may change: FULL_TRANSITIVE, for objects that are open.

A reader of either version reads what a writer of the other wrote. So optional fields may be added; nothing is removed
or renamed, and of what is there nothing is narrowed, widened, newly required or required no more. Against every
version that was published, so that a name never comes back with another meaning.

A library was looked for: those for JSON Schema compare sets of values. To them a new optional field of an open object
is incompatible, since an old writer might have written anything under its name; ours wrote nothing there.
"""

from collections.abc import Iterator
from typing import Any

TOLD = {"title", "description", "$comment", "examples", "default", "deprecated"}
"""Keywords that say something to people and nothing about values."""
NAMED = {"$schema", "$id", "$defs", "$ref"}
LISTS = {"anyOf", "oneOf", "allOf", "prefixItems"}
PARTS = {"items", "additionalProperties", "not"}
SETS = {"enum", "required", "type"}
WALKED = {"properties"}


def incompatible(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """What changed that must not, each as `path: what`; a path is that of the value, `*` any name, `[]` any entry."""
    return tuple(_Comparison(old, new).of(old, new, "$"))


class _Comparison:
    """Two documents; a pair of definitions that refer to themselves is looked at once."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self._old, self._new = old, new
        self._met: set[tuple[str, str]] = set()

    def of(self, old: Any, new: Any, path: str) -> Iterator[str]:
        if isinstance(old, bool) or isinstance(new, bool):
            if old is not new:
                yield f"{path}: {_short(old)} became {_short(new)}"
            return
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if all(names) and not (old.keys() | new.keys()) - TOLD - NAMED:
            if names in self._met:
                return
            self._met.add(names)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        for keyword in sorted((old.keys() | new.keys()) - TOLD - NAMED):
            yield from self._keyword(keyword, old, new, path)

    def _keyword(self, keyword: str, old: Any, new: Any, path: str) -> Iterator[str]:
        if keyword in WALKED:
            yield from self._properties(old.get(keyword, {}), new.get(keyword, {}), path)
        elif keyword in SETS:
            yield from _sets(keyword, _set(old.get(keyword)), _set(new.get(keyword)), path)
        elif keyword in PARTS:
            yield from self.of(old.get(keyword, True), new.get(keyword, True), path + _step(keyword))
        elif keyword in LISTS:
            yield from self._list(keyword, old.get(keyword, []), new.get(keyword, []), path)
        elif old.get(keyword) != new.get(keyword) or (keyword in old) != (keyword in new):
            yield f"{path}: {keyword} {_short(old.get(keyword))} became {_short(new.get(keyword))}"

    def _properties(self, old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[str]:
        for name in old:
            if name not in new:
                yield f"{path}.{name}: removed or renamed"
            else:
                yield from self.of(old[name], new[name], f"{path}.{name}")

    def _list(self, keyword: str, old: list[Any], new: list[Any], path: str) -> Iterator[str]:
        """In order: a change of order alone is refused, too; nobody needs one."""
        if len(old) != len(new):
            yield f"{path}: {keyword} has {len(new)} entries, not {len(old)}"
            return
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from self.of(one, other, f"{path}[{number}]" if keyword == "prefixItems" else path)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The schema, with what it refers to in its place."""
    while "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = {**target, **{name: one for name, one in schema.items() if name != "$ref"}}
    return schema


def _sets(keyword: str, old: frozenset[Any], new: frozenset[Any], path: str) -> Iterator[str]:
    for change, names in (("no more", old - new), ("newly", new - old)):
        for name in sorted(map(str, names)):
            if keyword == "required":
                yield f"{path}.{name}: {change} required"
            else:
                yield f"{path}: {change} of {keyword} {name}"


def _set(value: Any) -> frozenset[Any]:
    """A list's entries, of which nothing but which they are matters; no list is no entry."""
    return frozenset(value if isinstance(value, list) else () if value is None else (value,))


def _step(keyword: str) -> str:
    return {"items": "[]", "additionalProperties": ".*", "not": ""}[keyword]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
