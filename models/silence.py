"""When one side presses a narrative on which the other has fallen silent.

Were the documents of both sides to come in an order of chance, the chance that the last `run` of `all` are one side's,
given that the other has `others` among them, is C(all - run, others) / C(all, others). A narrative is looked at after
every document, so the level shrinks with their number, LEVEL / all: over narratives of up to 120 documents (60 a side
are held) the chance of ever calling a side silent is at most RATE (benchmarks/silence.py). It says that a side has gone
quiet while the other has not; it says nothing of why.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEVEL = 0.03
RATE = 0.05
"""Of narratives in an order of chance, those in which a side is ever called silent, at most: at LEVEL .04 measured
(benchmarks/silence.py), at .05 .065."""
FEWEST_OF_OTHER = 2
"""Documents of a side before it can fall silent: one alone began nothing that could end. A judgement."""
QUIET_FOR = timedelta(hours=48)
"""A document within this time answers one of the other side (PAIR_WITHIN of the evidence)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A side that has fallen silent.

    voice: that side. since: when it last spoke. documents: how many of the other side came since then. p_value: the
    chance of so many in a row in an order of chance, before the number of looks is counted. rate: the share of
    narratives, in an order of chance, in which a side is ever called silent, at most.
    """

    voice: str
    since: datetime
    documents: int
    p_value: float
    rate: float = RATE


def silence(spoken: Sequence[tuple[frozenset[str], datetime]], pair: tuple[str, str]) -> Silence | None:
    """The side that is silent now, None where neither is.

    Args:
        spoken: which of the pair's voices each document lets speak, and when it was published; in the order they came.
    """
    run = 0
    while run < len(spoken) and spoken[-1 - run][0] == spoken[-1][0]:
        run += 1
    if run in (0, len(spoken)) or len(spoken[-1][0]) != 1:
        return None
    voice = pair[1] if pair[0] in spoken[-1][0] else pair[0]
    earlier = [at for voices, at in spoken[:-run] if voice in voices]
    if len(earlier) < FEWEST_OF_OTHER or spoken[-1][1] - max(earlier) < QUIET_FOR:
        return None
    p_value = _chance(run, len(spoken), len(earlier))
    if p_value * len(spoken) > LEVEL:
        return None
    return Silence(voice=voice, since=max(earlier), documents=run, p_value=float(f"{p_value:.4g}"))


def _chance(run: int, total: int, others: int) -> float:
    """C(total - run, others) / C(total, others)."""
    return math.comb(total - run, others) / math.comb(total, others)
