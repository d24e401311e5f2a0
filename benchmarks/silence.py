"""How often a side is called silent that is not, and how soon one that is: prints one JSON line a case.

Null: the documents of a narrative come in an order of chance, each of the second side with probability `share`, and the
stage looks after every one. `false`: the share of such narratives in which a side is ever called silent, with its 95 %
interval (Clopper and Pearson 1934); the rate stated in models/silence.py is an upper bound of it. Power: after 20
documents with that share, the second side says nothing more: `called`, how many are called within 60 documents, and
the median number of documents until then.
"""

import argparse
import json
from datetime import UTC, datetime, timedelta

import numpy as np
from scipy.stats import binomtest

from models.silence import silence

PAIR = ("one", "other")
START = datetime(2022, 1, 1, tzinfo=UTC)
APART = timedelta(hours=49)
"""Between documents: that no silence is too short to be called, and the rate is not flattered."""
LENGTHS, SHARES, BEFORE = (20, 60, 120), (0.5, 0.3, 0.1), 20


def called(of_other: np.ndarray, begin: int = 0) -> int | None:
    """After how many documents, from `begin` on, a side is called silent."""
    spoken = [(frozenset({PAIR[int(one)]}), START + APART * number) for number, one in enumerate(of_other)]
    return next((n - begin for n in range(begin + 1, len(spoken) + 1) if silence(spoken[:n], PAIR)), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    draw = np.random.default_rng(asked.seed)
    for share in SHARES:
        for length in LENGTHS:
            false = sum(called(draw.random(length) < share) is not None for _ in range(asked.runs))
            ends = binomtest(false, asked.runs).proportion_ci(method="exact")
            print(json.dumps({
                "share": share, "documents": length, "false": round(false / asked.runs, 4),
                "interval": [round(float(ends.low), 4), round(float(ends.high), 4)], "runs": asked.runs,
            }), flush=True)  # fmt: skip
        begun = [np.concatenate((draw.random(BEFORE) < share, np.zeros(60, bool))) for _ in range(asked.runs)]
        after = [called(one, BEFORE) for one in begun]
        found = [one for one in after if one is not None]
        median = float(np.median(found)) if found else None
        print(json.dumps({"share": share, "called": round(len(found) / asked.runs, 3), "median_documents": median}))


if __name__ == "__main__":
    main()
