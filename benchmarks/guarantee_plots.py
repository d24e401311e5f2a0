"""What benchmarks/guarantee.py makes of its narratives: figures, and plots of them as SVG.

The same run draws the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from guarantee_streams import SETTINGS, START, Course, Told
from scipy.stats import binomtest

from models.alerting import AlertState, Reading, take_reading
from models.divergence import Position, of_positions


def rate(hits: Iterable[object]) -> tuple[float, float, float] | None:
    """Share of hits with its 95 % interval (Clopper-Pearson); None of nothing."""
    held = [bool(one) for one in hits]
    if not held:
        return None
    found = binomtest(sum(held), len(held)).proportion_ci(0.95, "exact")
    return round(float(np.mean(held)), 4), round(float(found.low), 4), round(float(found.high), 4)


def evidence(found: Sequence[Course]) -> dict[str, Any]:
    """The figures of narratives' evidence; courses: what they are of, not printed."""
    first = [one.first(0.05) for one in found]
    median = float(np.median([np.inf if one is None else one for one in first]))
    return {
        "narratives": len(found),
        "pairs": int(np.median([len(one.log_e) for one in found])),
        "ever_05": rate(one is not None for one in first),
        "ever_01": rate(one.first(0.01) is not None for one in found),
        "established": rate(any(one.established) for one in found),
        "median_pairs": median if np.isfinite(median) else None,
        "courses": found,
    }


def observed(narratives: Sequence[Sequence[Told]]) -> dict[str, Any]:
    """The figures of what is observed: of pairs of one document a side that share none, and of whole narratives."""
    values = []
    for told in narratives:
        a, b = ([one.position for one in told if one.on_a == on_a] for on_a in (True, False))
        values += [p_value(*both) for both in zip(a, b, strict=True)]
    return {
        "observed_pairs": len(values),
        "observed_05": rate(one <= 0.05 for one in values),
        "observed_02": rate(one <= 0.02 for one in values),
        "opened": rate(map(opened, narratives)),
    }


def p_value(a: Position, b: Position) -> float:
    """Of one document a side."""
    found = of_positions([a], [b], resample=False).p_value
    assert found is not None
    return found


def opened(narrative: Sequence[Told]) -> bool:
    """Whether an observed alert opens at any document of a narrative."""
    state, sides = AlertState(), ([], [])
    for number, told in enumerate(narrative, 1):
        sides[not told.on_a].append(told.position)
        if all(sides):
            found = of_positions(*sides, resample=False)
            reading = Reading(score=found.score, p_value=found.p_value, documents=number, log_e_value=0.0,
                              established=False, authority=1.0)  # fmt: skip
            state, verdict = take_reading(state, reading, narrative="", at=START, settings=SETTINGS)
            if verdict is not None:
                return True
    return False


NOT_STRICT = ("length lead", "copies repeated", "allied")
"""Experiments in which something differs beyond the null: hollow in the plots."""
DRAWN = 30
GOOD, BAD, PLAIN = "#2b6ca3", "#b5402a", "#555555"


def draw_all(found: Mapping[str, Sequence[dict[str, Any]]], folder: Path) -> None:
    """The plots of whatever experiments were run."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "guarantee", "svg.fonttype": "none", "font.size": 10,
                                "font.family": "sans-serif", "axes.spines.top": False,
                                "axes.spines.right": False})  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    names = ("synthetic", "split", "length", "language", "copies", "allied")
    nulls = [one for name in names for one in lines(found, name)]
    seen = [one for one in (*nulls, *lines(found, "adversaries")) if "observed_05" in one[1]]
    rates("Nulls: narratives in which evidence ever reaches its threshold", nulls,
          {"ever_05": ("E ever reaches 20", 0.05), "ever_01": ("E ever reaches 100", 0.01)},
          folder / "guarantee-nulls.svg")  # fmt: skip
    rates("Observed: pairs of one document a side that look unusual", seen,
          {"observed_05": ("pairs with p ≤ .05", 0.05), "observed_02": ("pairs with p ≤ .02", 0.02)},
          folder / "guarantee-observed.svg")  # fmt: skip
    rates("e-BH at .10: 200 narratives alive together, a share of them divergent", lines(found, "fdr"),
          {"false": ("false of established", 0.10), "power": ("established of divergent", None)},
          folder / "guarantee-fdr.svg")  # fmt: skip
    paths(found, folder / "guarantee-evidence.svg")
    reached(found, folder / "guarantee-power.svg")


def lines(found: Mapping[str, Sequence[dict[str, Any]]], name: str) -> list[tuple[str, dict[str, Any]]]:
    """The lines of an experiment with labels of what tells them apart."""
    told = []
    for line in found.get(name, ()):
        parts = [name, line.get("kind", ""), str(line.get("house", "")).replace("_", " ").title()]
        parts += [f"{key} {line[key]:g}" for key in ("style", "shift") if key in line]
        parts += [f"{line['share']:.0%} divergent"] if "share" in line else []
        told.append((" ".join(filter(None, parts)), line))
    return told


def rates(title: str, rows: Sequence[tuple[str, dict[str, Any]]], columns: Mapping[str, tuple[str, float | None]],
          path: Path) -> None:  # fmt: skip
    """A row each: the rate with its interval beside the stated one; red where the interval is wholly above that."""
    import matplotlib.pyplot as plt

    if not rows:
        return
    figure, axes = plt.subplots(1, len(columns), figsize=(9, 1.6 + 0.26 * len(rows)), sharey=True, layout="constrained")
    for axis, (key, (label, stated)) in zip(axes, columns.items(), strict=True):
        for at, (name, line) in enumerate(rows):
            if line.get(key) is None:
                continue
            value, low, high = line[key]
            colour = PLAIN if stated is None or name == "adversaries" else BAD if low > stated else GOOD
            axis.plot([low, high], [at, at], color=colour, linewidth=1.4, clip_on=False)
            hollow = name.startswith(NOT_STRICT)
            axis.plot(
                [value],
                [at],
                "o",
                markersize=5,
                color=colour,
                markerfacecolor="white" if hollow else colour,
                clip_on=False,
            )
        if stated is not None:
            axis.axvline(stated, color="black", linestyle="--", linewidth=0.9)
        axis.set_xscale("function", functions=(np.sqrt, np.square))
        axis.set_xlim(0, 1.02)
        axis.set_xticks([0.01, 0.05, 0.1, 0.25, 0.5, 1], ["1", "5", "10", "25", "50", "100"])
        axis.set_xlabel(f"{label}, %" + (f" (stated: {100 * stated:g})" if stated is not None else ""))
        axis.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes[0].set_yticks(range(len(rows)), [name for name, _ in rows])
    axes[0].set_ylim(len(rows) - 0.5, -0.5)
    figure.suptitle(title, fontsize=11)
    _save(figure, path)


def paths(found: Mapping[str, Sequence[dict[str, Any]]], path: Path) -> None:
    """Evidence after each pair, of DRAWN narratives of each kind, with the thresholds."""
    import matplotlib.pyplot as plt

    wanted = ("synthetic stray style 1", "split Kremlin", "power style 1 shift 2", "planted Kremlin")
    rows = [
        one for name in ("synthetic", "split", "power", "planted") for one in lines(found, name) if one[0] in wanted
    ]
    if not rows:
        return
    figure, axes = plt.subplots(1, len(rows), figsize=(2.2 * len(rows) + 0.4, 3.6), sharey=True, layout="constrained",
                                squeeze=False)  # fmt: skip
    for axis, (name, line) in zip(axes[0], rows, strict=True):
        for one in line["courses"][:DRAWN]:
            axis.plot(range(len(one.log_e) + 1), np.array([0.0, *one.log_e]) / np.log(10), color=GOOD, alpha=0.4,
                      linewidth=0.8)  # fmt: skip
        for level in (20, 100):
            axis.axhline(np.log10(level), color="black", linestyle="--", linewidth=0.9)
        axis.set_title(name, fontsize=10)
        axis.set_xlabel("pairs of documents")
        axis.set_ylim(-2.5, 8)
    axes[0, 0].set_ylabel("evidence, log10 E")
    axes[0, min(1, len(rows) - 1)].text(0.5, np.log10(100) + 0.15, "E = 20, 100", fontsize=9)
    figure.suptitle("Evidence of some narratives: two nulls, and two in which something differs", fontsize=11)
    _save(figure, path)


def reached(found: Mapping[str, Sequence[dict[str, Any]]], path: Path) -> None:
    """Share of narratives established by the number of their pairs."""
    import matplotlib.pyplot as plt

    rows = [one for name in ("power", "planted", "adversaries", "allied") for one in lines(found, name)
            if name != "power" or one[1]["shift"] == 2]  # fmt: skip
    if not rows:
        return
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    for number, (name, line) in enumerate(rows):
        first = [one.first(0.05) or np.inf for one in line["courses"]]
        at = np.arange(line["pairs"] + 1)
        share = [100 * np.mean([one <= pairs for one in first]) for pairs in at]
        axis.step(at, share, where="post", label=name, color=f"C{number}",
                  linestyle="--" if name.startswith("power") else "-")  # fmt: skip
    axis.axvline(20, color="#999999", linewidth=0.9, linestyle=":")
    axis.axhline(50, color="#999999", linewidth=0.9, linestyle=":")
    axis.set_xlabel("pairs of documents (wished: half of the narratives by 20)")
    axis.set_ylabel("narratives with E ≥ 20 so far, %")
    axis.set_ylim(-2, 102)
    axis.set_title("Where something differs: pairs until it is established", fontsize=11)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
