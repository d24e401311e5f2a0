"""Two accounts set side by side, once, without a history: the command `parallax compare`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.divergence import SideDocument, divergence
from models.errors import NothingToCompare
from models.explanation import Couple, OneSided, explain
from models.news import Statement

ONE_VOICE = ("a", "b")
"""Names of the sides where both documents speak with one voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCount:
    """How much there was of a side; own: documents of it that it published itself, the others quote it."""

    documents: int
    passages: int
    own: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `parallax compare` prints (docs: interfaces.md)."""

    score: float
    interval: tuple[float, float]
    basis: Literal["observed"]
    p_value: float | None
    parts: dict[str, float]
    sides: dict[str, SideCount]
    one_sided: tuple[OneSided, ...]
    opposed: tuple[Couple, ...]
    agreed: tuple[Couple, ...]
    words: dict[str, tuple[tuple[str, float], ...]]
    frames: dict[str, dict[str, float]]

    @property
    def second_hand(self) -> bool:
        """No side has a document of its own: the score, learnt from such documents, says less."""
        return not any(one.own for one in self.sides.values())


def compare_documents(
    statements_a: Sequence[Statement], statements_b: Sequence[Statement], voices: tuple[str, str]
) -> Comparison:
    """Two accounts compared; with `statements_b` empty, the two voices inside the first.

    Each account speaks with its own voice: the one it was published by, else the one it quotes most such that the two
    accounts differ. Two accounts of one voice are the sides "a" and "b".

    Raises:
        NothingToCompare: a side says nothing; names it.
    """
    sides = _sides(statements_a, statements_b, voices)
    missing = [name for name, documents in sides.items() if not documents]
    if missing:
        raise NothingToCompare(_missing(missing, statements_b))
    first, second = sides
    found = divergence(sides[first], sides[second])
    why = explain(sides, (first, second))
    return Comparison(
        score=found.score,
        interval=found.interval,
        basis="observed",
        p_value=found.p_value,
        parts=found.parts,
        sides={
            name: SideCount(
                documents=len(documents),
                passages=sum(len(one.passages) for one in documents),
                own=sum(one.own for one in documents),
            )
            for name, documents in sides.items()
        },
        one_sided=why.one_sided,
        opposed=why.opposed,
        agreed=why.agreed,
        words=why.words,
        frames=why.frames,
    )


def side_document(statement: Statement, voice: str, *, name: str | None = None) -> SideDocument | None:
    """What a statement holds of a voice, None where it holds nothing.

    `name`: the passages' voice in what is printed.
    """
    passages = tuple(one for one in statement.passages if one.voice == voice)
    if not passages:
        return None
    return SideDocument(
        item=statement.item,
        url=statement.url,
        lang=statement.lang,
        at=statement.published_at,
        passages=passages if name is None else tuple(replace(one, voice=name) for one in passages),
        title=statement.title,
        own=statement.voice == voice,
    )


def _sides(
    statements_a: Sequence[Statement], statements_b: Sequence[Statement], voices: tuple[str, str]
) -> dict[str, tuple[SideDocument, ...]]:
    if not statements_b:
        return {voice: _documents(statements_a, voice) for voice in voices}
    voice_a, voice_b = _speakers(statements_a, statements_b, voices)
    if voice_a != voice_b:
        return {voice_a: _documents(statements_a, voice_a), voice_b: _documents(statements_b, voice_b)}
    one, other = ONE_VOICE
    return {one: _documents(statements_a, voice_a, one), other: _documents(statements_b, voice_b, other)}


def _documents(statements: Sequence[Statement], voice: str, name: str | None = None) -> tuple[SideDocument, ...]:
    made = (side_document(one, voice, name=name) for one in statements)
    return tuple(one for one in made if one is not None)


def _speakers(
    statements_a: Sequence[Statement], statements_b: Sequence[Statement], voices: tuple[str, str]
) -> tuple[str, str]:
    """Whose account each is.

    Where a publisher does not settle it, two different voices with the most to say on both sides.
    """
    own_a, own_b = _published_by(statements_a, voices), _published_by(statements_b, voices)
    first, second = voices
    options = [(first, second), (second, first), (first, first), (second, second)]
    fitting = [one for one in options if own_a in (None, one[0]) and own_b in (None, one[1])]

    def worth(option: tuple[str, str]) -> tuple[bool, bool, int]:
        said = (_said(statements_a, option[0]), _said(statements_b, option[1]))
        return min(said) > 0, option[0] != option[1], min(said)

    return max(fitting, key=worth)


def _published_by(statements: Sequence[Statement], voices: tuple[str, str]) -> str | None:
    own = {one.voice for one in statements if one.voice in voices}
    return own.pop() if len(own) == 1 else None


def _said(statements: Sequence[Statement], voice: str) -> int:
    return sum(one.voice == voice for statement in statements for one in statement.passages)


def _missing(missing: Sequence[str], statements_b: Sequence[Statement]) -> str:
    where = "the two accounts" if statements_b else "the text"
    return (
        f"nothing in {where} is said by {' or by '.join(missing)} alone: a comparison needs both sides "
        "(a joint statement is neither's account); `parallax read` shows who says what"
    )
