"""Frames of reported speech as patterns over one sentence in which a mark stands for every name of a side."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MASK, PERSON = "\ue000", "\ue001"
"""Stand for a side's name while a sentence is worked on, PERSON where it holds a person's; private characters, which no
text has a use for."""
_LONGEST = 240
"""Characters: a frame at a sentence's end is shorter, its apposition included (a judgement)."""
_EDGE = re.compile(r"[,!?…][”\"»]?|[”\"»],?|(?=\s[—–]\s)")
"""Where the content before a frame may end."""

Instead = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The patterns of one language.

    titled: a person's name with its title. leading: a frame that opens a sentence; the group `occasion` is kept.
    adjunct: what opens a sentence and is no content of what is said. trailing: a frame that closes a sentence, from the
    end of the content on. inside: what is put between commas, and what
    stands for it.
    """

    titled: re.Pattern[str]
    leading: Sequence[re.Pattern[str]]
    adjunct: re.Pattern[str]
    trailing: Sequence[re.Pattern[str]]
    inside: Sequence[tuple[re.Pattern[str], Instead]]

    def untitled(self, sentence: str) -> str:
        """A sentence whose people have no titles, and one kind of mark for every name."""
        return self.titled.sub(MASK, sentence).replace(PERSON, MASK)

    def before(self, sentence: str) -> str | None:
        """What a sentence says that a frame opens."""
        for pattern in self.leading:
            if found := pattern.match(sentence):
                return (found.groupdict().get("occasion") or "") + sentence[found.end() :]
        return None

    def after(self, sentence: str) -> str | None:
        """What a sentence says that a frame closes."""
        for edge in _EDGE.finditer(sentence, max(0, len(sentence) - _LONGEST)):
            if edge.group() == "," and self.adjunct.fullmatch(sentence, 0, edge.start()):
                continue
            if any(one.match(sentence, edge.end()) for one in self.trailing):
                return sentence[: edge.end()]
        return None

    def without_inner(self, sentence: str) -> str:
        """A sentence without the frames between its commas."""
        for pattern, instead in self.inside:
            sentence = pattern.sub(instead, sentence)
        return sentence
