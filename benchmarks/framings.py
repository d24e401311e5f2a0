"""What the score makes of twenty pairs of accounts in our own words: tests/data/framing_pairs.json; a minute.

`--held`: of twenty more, framing_pairs_held.json, written after the score was set, by someone who did not know it.

Eight differ in substance, twelve in form alone: length, register, order, language, paraphrase. Prints a JSON line for
each pair, the highest score first, and one with the AUC of the eight above the twelve and the margin between the lowest
of the eight and the highest of the twelve.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit"))

from framing import HELD, PAIRS, compared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, help="a folder of collect_feedback.py, instead of our own pairs")
    parser.add_argument("--held", action="store_true")
    asked = parser.parse_args()
    pairs = HELD if asked.held else PAIRS
    if asked.pairs is not None:
        pairs = json.loads((asked.pairs / "framings.json").read_text("utf-8"))
    found = {name: one for name, (one, _) in compared(pairs).items()}
    for pair in sorted(pairs, key=lambda it: -found[it["id"]].score):
        one = found[pair["id"]]
        told = {"score": one.score, "p_value": one.p_value, **one.parts, "opposed": len(one.opposed)}
        print(json.dumps({"pair": pair["id"], "kind": pair["kind"], **told}))
    high, low = ([found[pair["id"]].score for pair in pairs if pair["kind"] == kind] for kind in ("differs", "same"))
    if not (high and low):
        return
    auc = sum((a > b) + 0.5 * (a == b) for a in high for b in low) / (len(high) * len(low))
    print(json.dumps({"auc": round(auc, 3), "margin": round(min(high) - max(low), 3)}))


if __name__ == "__main__":
    main()
