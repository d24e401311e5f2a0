"""Where in a TOML file a value stands, so that a fault can name its line; found with the parser itself."""

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(content: str, path: Sequence[str | int]) -> int:
    """The line (from 1) on which the value at `path` begins; of a value that is not there, its table's.

    The first lines of a file that parse and hold the value end with it; it begins behind the longest shorter prefix
    that parses. Of an empty path: the line at which parsing fails, for a file that is no TOML.
    """
    lines = content.splitlines()
    parsed_until, deepest, found = 0, 0, 1
    for count in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:count]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        depth = _depth(table, path)
        if depth > deepest:
            deepest, found = depth, parsed_until + 1
        parsed_until = count
    return found if path else min(parsed_until + 1, max(1, len(lines)))


def _depth(value: Any, path: Sequence[str | int]) -> int:
    """How many steps of the path lead to something."""
    for depth, step in enumerate(path):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
