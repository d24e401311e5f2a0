"""The expectations of feedparser's test cases, read as data: Python expressions of a few shapes, never evaluated."""

import ast
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Expected:
    """What a case expects at a place in feedparser's answer: `("entries", 0, "title")`, "…"."""

    path: Path
    value: Any


@dataclass(frozen=True)
class Unreadable:
    """A part of an expectation that is of no shape known here."""

    reason: str


def read_expectation(text: str | None) -> list[Expected | Unreadable]:
    """The comparisons that an expectation joins by `and`; whether a feed is well-formed comes as ("bozo",)."""
    if not text:
        return [Unreadable("none is given")]
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return [Unreadable("no Python expression")]
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    return [one for part in parts for one in _comparison(part)]


def _comparison(part: ast.expr) -> list[Expected | Unreadable]:
    if isinstance(part, ast.Constant):
        return [Unreadable("a constant: the case is there for not crashing")]
    if isinstance(part, ast.BoolOp):
        return [Unreadable("alternatives joined by `or`")]
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
        path = _path(part.operand)
        return [Expected(path, False) if path else Unreadable("a negation of more than a place")]
    if isinstance(part, ast.Compare):
        return _equality(part)
    path = _path(part)
    return [Expected(path, True) if path else Unreadable("a call")]


def _equality(part: ast.Compare) -> list[Expected | Unreadable]:
    if not all(isinstance(op, ast.Eq | ast.Is) for op in part.ops):
        return [Unreadable(f"a comparison by {type(part.ops[0]).__name__}")]
    *places, last = [part.left, *part.comparators]
    try:
        value = _constant(last)
    except ValueError:
        return [Unreadable("a comparison with no constant")]
    found: list[Expected | Unreadable] = []
    for place in places:
        if isinstance(place, ast.Call) and isinstance(place.func, ast.Name) and len(place.args) == 1:
            path, called = _path(place.args[0]), place.func.id
            if path and called == "ord":
                found.append(Expected(path, chr(value)))
            elif path and called == "len":
                found.append(Expected((*path, "len"), value))
            else:
                found.append(Unreadable("a call"))
        else:
            path = _path(place)
            found.append(Expected(path, value) if path else Unreadable("a call"))
    return found


def _path(node: ast.expr) -> Path:
    """entries[0]['title'], entries[0].title, encoding; () for anything else."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        within = _path(node.value)
        return (*within, node.attr) if within else ()
    if isinstance(node, ast.Subscript):
        within = _path(node.value)
        try:
            return (*within, _constant(node.slice)) if within else ()
        except ValueError:
            return ()
    return ()


def _constant(node: ast.expr) -> Any:
    """A literal, or several texts added up."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _constant(node.left) + _constant(node.right)
    return ast.literal_eval(node)
