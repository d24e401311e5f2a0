"""The whole explanation of two sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.divergence import SideDocument
from models.explanation.points import Couple, OneSided, Quote, explain_points
from models.explanation.sentences import gathered
from models.explanation.words import frame_shares, telling_words

MOST_FRAMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Evidence with offsets, shaped as `parallax compare` prints it (docs: interfaces.md).

    one_sided: points of both sides in turn, the most telling first. telling: of each side, by its voice, the most
    telling sentences. opposed, agreed: per pair {voice: quote, other
    voice: quote, "similarity": cosine}. words: {voice: ((word, z), ...)}. frames: {frame: {voice: share of its
    sentences}}, the largest shifts first.
    """

    one_sided: tuple[OneSided, ...]
    telling: dict[str, tuple[Quote, ...]]
    opposed: tuple[Couple, ...]
    agreed: tuple[Couple, ...]
    words: dict[str, tuple[tuple[str, float], ...]]
    frames: dict[str, dict[str, float]]


def explain(sides: Mapping[str, Sequence[SideDocument]], pair: tuple[str, str]) -> Explanation:
    """What tells the two voices of `pair` apart. Swapping the two changes the order of the sides and nothing else.

    Raises:
        ValueError: a side has no passages.
    """
    first, second = pair
    a, vectors_a = gathered(first, sides[first])
    b, vectors_b = gathered(second, sides[second])
    if not a or not b:
        raise ValueError("a side without passages cannot be explained")
    points = explain_points(a, vectors_a, b, vectors_b)
    words_a, words_b = telling_words(a, b)
    shares_a, shares_b = frame_shares(a), frame_shares(b)
    shifts = sorted(shares_a, key=lambda name: (-abs(shares_a[name] - shares_b[name]), name))[:MOST_FRAMES]
    return Explanation(
        one_sided=points.one_sided,
        telling=points.telling,
        opposed=points.opposed,
        agreed=points.agreed,
        words={first: tuple(words_a), second: tuple(words_b)},
        frames={
            name: {first: shares_a[name], second: shares_b[name]} for name in shifts if shares_a[name] != shares_b[name]
        },
    )
