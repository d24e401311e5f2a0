"""A narrative's evidence as a ledger: pairs of documents, what was won on them, and what must be given back.

Over narratives, e-BH keeps the false discovery rate under any dependence (Wang and Ramdas 2022). The test proves a
difference beyond usual style in pairs taken in order of time; it proves neither deception nor importance.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.evidence.betting import NO_BET, Odds

PAIR_WITHIN = timedelta(hours=48)
MOST_WAITING = 32
MOST_LISTED = 64
MOST_SETTLED_ITEMS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One line of a ledger.

    a, b: the documents. seq: orders the pairs of all narratives. odds: what the bets followed from, None where none was
    made. log_e: logarithm of what each expert's bet paid. counted: False since the narrative's evidence began anew.
    """

    a: str
    b: str
    seq: int
    log_e: tuple[float, ...]
    odds: Odds | None = None
    counted: bool = True


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
    settled_log: tuple[float, ...] = NO_BET
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
        return summed(self.settled_log, self.pairs)

    @property
    def log_e_value(self) -> float:
        """Logarithm of E, the mean of the experts' wealth."""
        return log_mean(self.log_wealth)


def summed(log: tuple[float, ...], pairs: Sequence[Pair]) -> tuple[float, ...]:
    """Each expert's log wealth after these pairs, those that count."""
    for pair in pairs:
        if pair.counted:
            log = tuple(total + log_e for total, log_e in zip(log, pair.log_e, strict=True))
    return log


def log_mean(logs: Sequence[float]) -> float:
    """Logarithm of the mean of what these are logarithms of."""
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
    grown = replace(
        ledger,
        pairs=(*ledger.pairs, pair),
        head=chained(ledger.head, pair),
        waiting_a=tuple(one for one in ledger.waiting_a if one != pair.a),
        waiting_b=tuple(one for one in ledger.waiting_b if one != pair.b),
    )
    return grown if len(grown.pairs) <= MOST_LISTED else _settled(grown, 1)


def chained(head: str, pair: Pair) -> str:
    """The head of the hash chain after a pair, from the one before it."""
    numbers = (*((pair.odds.lean, pair.odds.style, pair.odds.slack) if pair.odds else ()), *pair.log_e)
    entry = f"{head}:{pair.a}:{pair.b}:{pair.seq}:{','.join(one.hex() for one in numbers)}"
    return hashlib.sha256(entry.encode()).hexdigest()


def _settled(ledger: Ledger, number: int) -> Ledger:
    """The ledger with its oldest `number` pairs only as a sum."""
    done = ledger.pairs[:number]
    items = ledger.settled_items + b"".join(_digest(one.a) + _digest(one.b) for one in done)
    return replace(
        ledger,
        pairs=ledger.pairs[number:],
        settled_pairs=ledger.settled_pairs + len(done),
        settled_log=summed(ledger.settled_log, done),
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
    return replace(ledger, pairs=tuple(replace(one, counted=False) for one in ledger.pairs), settled_log=NO_BET)


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
    """Whether e-BH at this false discovery rate rejects the hypothesis of log e-value `log_e`; `live` as below."""
    return log_e >= least_rejected(live, fdr)


def least_rejected(live: Sequence[float], fdr: float) -> float:
    """The log e-value from which on e-BH rejects; where it rejects none, the least that would make it reject one.

    Args:
        live: log e-values of every live narrative with evidence, the one asked for among them; not empty.
    """
    ordered = sorted(live, reverse=True)
    levels = [math.log(len(ordered) / (fdr * k)) for k in range(1, len(ordered) + 1)]
    return next((at for one, at in reversed(list(zip(ordered, levels, strict=True))) if one >= at), levels[0])


def _digest(item: str) -> bytes:
    return hashlib.sha256(item.encode()).digest()[:8]
