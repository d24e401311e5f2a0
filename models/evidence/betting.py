"""What the experts bet on a pair of documents, and what their bets pay.

One document of each side, published within 48 hours of one another, makes a pair. Under the null that the sides
differ by their usual style only, given the unordered pair and the past, P(the order seen) = sigma(h(a) - h(b) +
delta), |delta| <= slack, where h is the style logit learnt from other narratives' pairs, and the slack is what a style
may stray by (EPS) and what is not known of it yet. Each expert bets with a logit q of its own, and only outside
[style - slack, style + slack]:

  q > style + slack:  e = sigma(q) / sigma(style + slack)
  q < style - slack:  e = sigma(q) / sigma(style - slack);    else 1

A bet is paid off before the expert learns from the pair, so each expert's wealth (the product of its e) is a test
supermartingale, as is their mean E: P(E >= 1 / alpha at any look) <= alpha (Ville 1939).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""The experts: how strongly each bets on the mean difference so far (methods.md, section 5)."""
EPS = 0.5
"""How far, in logits, a side's style may stray from its usual one (methods.md, section 5: worst pair .01)."""
FEWEST_HISTORY = 20
"""Pairs of other narratives before any bet.

With fewer, style is not known and would pass for framing. Cautious by choice.
"""
STANDARD_ERRORS = 2.0
"""How many standard errors of the usual style logit, style / sqrt(pairs that it is learnt from), are allowed for.

English against Russian of one text comes to E = 100 in .04 of narratives without, in .03 at 1 (both with 30 pairs of
history at least), in .01 at 2 and at 3 (20); a planted difference of the Kremlin's documents is established after 13,
14, 12.5 and 12.5 pairs. 50 pairs of history in its stead give .02 and 16 (benchmarks/guarantee.py, language, planted).
"""
MOST_HISTORY = 300
"""Latest pairs that style is learnt from.

Bounds the cost; a judgement, as past data hold too few such pairs to choose it by (benchmarks/pairs.py, "history").
"""
NO_BET = (0.0,) * len(STRENGTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What all bets on a pair follow from.

    lean: product of the pair's difference with the mean of the narrative's earlier ones: above 0, the order seen is the
    one that they would have foretold; an expert's logit q is its strength times this. style: the logit of this order
    under the sides' usual difference. slack: how far off that may be.
    """

    lean: float
    style: float
    slack: float


def odds(difference: Array, past: Sequence[Array], history: Sequence[Array]) -> Odds | None:
    """The odds of a pair, None where nothing may be bet: nothing was learnt here yet, or usual style is not known.

    Args:
        difference: (dim,) document of a minus document of b, of the pair to be paid off.
        past: differences of this narrative's earlier pairs.
        history: differences of other narratives' pairs, oldest first.
    """
    if not past or len(history) < FEWEST_HISTORY:
        return None
    style = usual_logit(difference, history)
    slack = EPS + STANDARD_ERRORS * abs(style) / math.sqrt(min(len(history), MOST_HISTORY))
    return Odds(lean=float(np.mean(past, axis=0) @ difference), style=style, slack=slack)


def payoffs(on: Odds | None) -> tuple[float, ...]:
    """Logarithm of what each expert's bet pays at these odds."""
    return NO_BET if on is None else tuple(_log_payoff(strength * on.lean, on) for strength in STRENGTHS)


def bet(difference: Array, past: Sequence[Array], history: Sequence[Array]) -> tuple[float, ...]:
    """Logarithm of what each expert's bet pays on one pair; arguments as of `odds`."""
    return payoffs(odds(difference, past, history))


def usual_logit(difference: Array, history: Sequence[Array]) -> float:
    """h(a) - h(b): the logit of this order under the sides' usual difference.

    Along the mean past difference, the projections of past pairs (each on the mean of the others, so that none
    vouches for itself) are about normal with mean m and variance v; the logit of a projection p against its mirror
    image is 2 p m / v.
    """
    past = np.stack(history[-MOST_HISTORY:])
    total = past.sum(axis=0)
    own = np.einsum("ij,ij->i", past, past)
    projections = (past @ total - own) / (len(past) - 1)
    spread = float(projections.var()) + 1e-12
    return 2 * float(total @ difference / len(past)) * float(projections.mean()) / spread


def _log_payoff(q: float, on: Odds) -> float:
    low, high = on.style - on.slack, on.style + on.slack
    if q > high:
        return _log_sigmoid(q) - _log_sigmoid(high)
    if q < low:
        return _log_sigmoid(q) - _log_sigmoid(low)
    return 0.0


def _log_sigmoid(x: float) -> float:
    return -math.log1p(math.exp(-x)) if x > 0 else x - math.log1p(math.exp(x))
