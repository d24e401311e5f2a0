"""What the score makes of twenty pairs of accounts in our own words: tests/data/framing_pairs.json; a minute.

Eight differ in substance, twelve in form alone: length, register, order, language, paraphrase. Prints a JSON line for
each pair, the highest score first, and one with the AUC of the eight above the twelve and the margin between the lowest
of the eight and the highest of the twelve.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit"))

from framing import PAIRS, compared


def main() -> None:
    found = {name: one for name, (one, _) in compared().items()}
    for pair in sorted(PAIRS, key=lambda it: -found[it["id"]].score):
        one = found[pair["id"]]
        told = {"score": one.score, "p_value": one.p_value, **one.parts, "opposed": len(one.opposed)}
        print(json.dumps({"pair": pair["id"], "kind": pair["kind"], **told}))
    high, low = ([found[pair["id"]].score for pair in PAIRS if pair["kind"] == kind] for kind in ("differs", "same"))
    auc = sum((a > b) + 0.5 * (a == b) for a in high for b in low) / (len(high) * len(low))
    print(json.dumps({"auc": round(auc, 3), "margin": round(min(high) - max(low), 3)}))


if __name__ == "__main__":
    main()
