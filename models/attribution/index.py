"""Many names looked for in one reading of a text."""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Index(Generic[T]):
    """Patterns by the first two letters of their names, so that a text is read once however many names there are."""

    def __init__(self, names: Iterable[tuple[str, str, T]]) -> None:
        """Compile.

        Args:
            names: (name, pattern, what it stands for).
        """
        self._by_letters: dict[str, list[tuple[re.Pattern[str], T]]] = {}
        for name, pattern, value in sorted(names, key=lambda one: (-len(one[0]), -len(one[1]))):
            compiled = re.compile(rf"(?:{pattern})(?![\w-])")
            for letters in {name[:2], name[0].upper() + name[1:2]}:
                self._by_letters.setdefault(letters, []).append((compiled, value))
        firsts = "".join(sorted({letters[0] for letters in self._by_letters}))
        self._starts = re.compile(rf"(?<![\w-])[{re.escape(firsts)}][\w.]") if firsts else None

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """(start, end, value) of the longest pattern at each place, apart."""
        done = 0
        for word in self._starts.finditer(text) if self._starts else ():
            at = word.start()
            if at < done or (found := self._by_letters.get(word.group())) is None:
                continue
            for pattern, value in found:
                if match := pattern.match(text, at):
                    done = match.end()
                    yield at, done, value
                    break
