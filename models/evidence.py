"""The guarantee: an e-process over pairs of documents, its ledger, and e-BH over narratives.

One document of each side, published within 48 hours of one another, makes a pair. Under the null that the sides
differ by their usual style only, given the unordered pair and the past, P(the order seen) = sigma(h(a) - h(b) +
delta), |delta| <= eps, where h is the style logit learnt from other narratives' pairs. Each expert bets with a logit
q of its own, and only outside [style - eps, style + eps]:

  q > style + eps:  e = sigma(q) / sigma(style + eps);    q < style - eps:  e = sigma(q) / sigma(style - eps);    else 1

A bet is paid off before the expert learns from the pair, so each expert's wealth (the product of its e) is a test
supermartingale, as is their mean E: P(E >= 1 / alpha at any look) <= alpha (Ville 1939). Over narratives, e-BH keeps
the false discovery rate under any dependence (Wang and Ramdas 2022). The test proves a difference beyond usual style
in pairs taken in order of time; it proves neither deception nor importance.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
MOST_HISTORY = 300
"""Latest pairs that style is learnt from.

Bounds the cost; a judgement, as past data hold too few such pairs to choose it by (benchmarks/pairs.py, "history").
"""
PAIR_WITHIN = timedelta(hours=48)
MOST_WAITING = 32
MOST_LISTED = 64
MOST_SETTLED_ITEMS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One line of a ledger: the documents, and the logarithm of what each expert's bet paid. seq orders all pairs."""

    a: str
    b: str
    seq: int
    log_e: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A narrative's evidence.

    pairs: the latest, one by one. settled_pairs, settled_log: number of earlier pairs, and each expert's log wealth
    of them. settled_items: 8-byte digests of the documents in them, end to end. head: hash chain over every entry, so
    that anyone who kept the alerts can check that none was changed. waiting_a, waiting_b: documents that want a
    partner, oldest first.
    """

    pairs: tuple[Pair, ...] = ()
    settled_pairs: int = 0
    settled_log: tuple[float, ...] = (0.0,) * len(STRENGTHS)
    settled_items: bytes = b""
    head: str = ""
    waiting_a: tuple[str, ...] = ()
    waiting_b: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Pairs in all."""
        return self.settled_pairs + len(self.pairs)

    @property
    def log_wealth(self) -> tuple[float, ...]:
        """Each expert's log wealth."""
        totals = list(self.settled_log)
        for pair in self.pairs:
            totals = [total + log_e for total, log_e in zip(totals, pair.log_e, strict=True)]
        return tuple(totals)

    @property
    def log_e_value(self) -> float:
        """Logarithm of E, the mean of the experts' wealth."""
        return _log_mean(self.log_wealth)


def bet(difference: Array, past: Sequence[Array], history: Sequence[Array]) -> tuple[float, ...]:
    """Logarithm of what each expert's bet pays on one pair.

    Args:
        difference: (dim,) document of a minus document of b, of the pair to be paid off.
        past: differences of this narrative's earlier pairs.
        history: differences of other narratives' pairs, oldest first.
    """
    if not past or len(history) < FEWEST_HISTORY:
        return (0.0,) * len(STRENGTHS)
    style = usual_logit(difference, history)
    lean = float(np.mean(past, axis=0) @ difference)
    return tuple(_log_payoff(strength * lean, style) for strength in STRENGTHS)


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


def _log_payoff(q: float, style: float) -> float:
    low, high = style - EPS, style + EPS
    if q > high:
        return _log_sigmoid(q) - _log_sigmoid(high)
    if q < low:
        return _log_sigmoid(q) - _log_sigmoid(low)
    return 0.0


def _log_sigmoid(x: float) -> float:
    return -math.log1p(math.exp(-x)) if x > 0 else x - math.log1p(math.exp(x))


def _log_mean(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + math.log(sum(math.exp(one - top) for one in logs) / len(logs))


def waiting(ledger: Ledger, item: str, *, on_a: bool) -> Ledger:
    """The ledger with a document waiting for a partner; of too many the oldest stops waiting."""
    if on_a:
        return replace(ledger, waiting_a=(*ledger.waiting_a, item)[-MOST_WAITING:])
    return replace(ledger, waiting_b=(*ledger.waiting_b, item)[-MOST_WAITING:])


def next_pair(
    ledger: Ledger, times_a: Mapping[str, datetime], times_b: Mapping[str, datetime]
) -> tuple[str, str] | None:
    """The oldest two waiting documents of the two sides that are within 48 hours; a document is no partner of itself.

    Args:
        times_a: of the first side's documents that are still held; others are passed over. times_b: of the second's.
    """
    for a in ledger.waiting_a:
        for b in ledger.waiting_b:
            if a != b and a in times_a and b in times_b and abs(times_a[a] - times_b[b]) <= PAIR_WITHIN:
                return a, b
    return None


def paid(ledger: Ledger, pair: Pair) -> Ledger:
    """The ledger with a pair paid off; beyond MOST_LISTED the oldest pair is settled."""
    entry = f"{ledger.head}:{pair.a}:{pair.b}:{pair.seq}:{','.join(one.hex() for one in pair.log_e)}"
    grown = replace(
        ledger,
        pairs=(*ledger.pairs, pair),
        head=hashlib.sha256(entry.encode()).hexdigest(),
        waiting_a=tuple(one for one in ledger.waiting_a if one != pair.a),
        waiting_b=tuple(one for one in ledger.waiting_b if one != pair.b),
    )
    return grown if len(grown.pairs) <= MOST_LISTED else _settled(grown, 1)


def _settled(ledger: Ledger, number: int) -> Ledger:
    """The ledger with its oldest `number` pairs only as a sum."""
    done, totals = ledger.pairs[:number], list(ledger.settled_log)
    for pair in done:
        totals = [total + log_e for total, log_e in zip(totals, pair.log_e, strict=True)]
    items = ledger.settled_items + b"".join(_digest(one.a) + _digest(one.b) for one in done)
    return replace(
        ledger,
        pairs=ledger.pairs[number:],
        settled_pairs=ledger.settled_pairs + len(done),
        settled_log=tuple(totals),
        settled_items=items[-8 * MOST_SETTLED_ITEMS :],
    )


def without(ledger: Ledger, item: str) -> Ledger:
    """The ledger after a document left.

    Its pairs pay nothing. A settled pair cannot be taken out: no expert keeps a gain.
    """
    kept = tuple(one for one in ledger.pairs if item not in (one.a, one.b))
    digests = {ledger.settled_items[at : at + 8] for at in range(0, len(ledger.settled_items), 8)}
    log = tuple(min(one, 0.0) for one in ledger.settled_log) if _digest(item) in digests else ledger.settled_log
    changed = kept != ledger.pairs or log != ledger.settled_log
    return replace(
        ledger,
        pairs=kept,
        settled_log=log,
        head=hashlib.sha256(f"{ledger.head}:without:{item}".encode()).hexdigest() if changed else ledger.head,
        waiting_a=tuple(one for one in ledger.waiting_a if one != item),
        waiting_b=tuple(one for one in ledger.waiting_b if one != item),
    )


def restarted(ledger: Ledger) -> Ledger:
    """The ledger with nothing won or lost so far: an alert ended, and the next one is a test of its own."""
    nothing = (0.0,) * len(STRENGTHS)
    return replace(ledger, pairs=tuple(replace(one, log_e=nothing) for one in ledger.pairs), settled_log=nothing)


def merged(one: Ledger, other: Ledger) -> Ledger:
    """The ledger of two narratives that became one: each expert's wealth is the mean of both, weighted by their pairs.

    A mean of test supermartingales is one; a product or a maximum is not.
    """
    first, second = _settled(one, len(one.pairs)), _settled(other, len(other.pairs))
    pairs = first.settled_pairs + second.settled_pairs
    log = tuple(
        _log_weighted_mean(a, first.settled_pairs, b, second.settled_pairs)
        for a, b in zip(first.settled_log, second.settled_log, strict=True)
    )
    return Ledger(
        settled_pairs=pairs,
        settled_log=log,
        settled_items=(first.settled_items + second.settled_items)[-8 * MOST_SETTLED_ITEMS :],
        head=hashlib.sha256(f"{first.head}:merged:{second.head}".encode()).hexdigest() if pairs else "",
        waiting_a=(*one.waiting_a, *other.waiting_a)[-MOST_WAITING:],
        waiting_b=(*one.waiting_b, *other.waiting_b)[-MOST_WAITING:],
    )


def _log_weighted_mean(a: float, weight_a: int, b: float, weight_b: int) -> float:
    if weight_a == 0 or weight_b == 0:
        return a if weight_a else b if weight_b else 0.0
    top = max(a, b)
    mean = (weight_a * math.exp(a - top) + weight_b * math.exp(b - top)) / (weight_a + weight_b)
    return top + math.log(mean)


def rejected(log_e: float, live: Sequence[float], fdr: float) -> bool:
    """Whether e-BH at this false discovery rate rejects the hypothesis of log e-value `log_e`.

    Args:
        live: log e-values of every live narrative with evidence, this one among them.
    """
    ordered = sorted(live, reverse=True)
    most = 0
    for k, one in enumerate(ordered, 1):
        if one >= math.log(len(ordered) / (fdr * k)):
            most = k
    return most > 0 and log_e >= math.log(len(ordered) / (fdr * most))


def _digest(item: str) -> bytes:
    return hashlib.sha256(item.encode()).digest()[:8]
