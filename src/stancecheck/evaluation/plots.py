"""Four small plots of an evaluation, drawn from its rows of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancecheck.errors import MissingExtraError
from stancecheck.evaluation.metrics import Curves
from stancecheck.report.render.clean import clean

__all__ = ["draw"]

_INK, _QUIET = "#1f5f8b", "#8a8a8a"


def draw(
    title: str,
    classes: Sequence[str],
    counts: Sequence[Sequence[int]],
    curves: Curves,
    metrics: Mapping[str, float | None],
) -> Any:
    """A matplotlib figure: confusion, reliability, coverage-risk, precision-recall.

    Args:
        title: Above the four.
        classes: Names of the scored classes.
        counts: Pairs by gold class (rows) and prediction (columns).
        curves: The curves.
        metrics: By name; ece and contradict_ap are written on the plots.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingExtraError("plot() needs matplotlib: pip install 'stancecheck[plot]'") from error
    figure = plt.figure(figsize=(9, 8), layout="constrained")
    plt.close(figure)  # a notebook shows it once: where it is returned
    axes = figure.subplots(2, 2)
    figure.suptitle(clean(title).replace("$", r"\$"))  # a dollar would start a formula
    _confusion(axes[0, 0], classes, counts)
    _reliability(axes[0, 1], curves.reliability, metrics["ece"])
    _coverage_risk(axes[1, 0], curves.coverage_risk)
    _precision_recall(axes[1, 1], curves.precision_recall, metrics["contradict_ap"])
    return figure


def _confusion(ax: Any, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = range(len(classes))
    for row in places:
        for column in places:
            shade = "white" if shares[row][column] > 0.5 else "black"
            text = f"{counts[row][column]:,}\n{shares[row][column]:.0%}"
            ax.text(column, row, text, ha="center", va="center", color=shade)
    ax.set_xticks(list(places), classes)
    ax.set_yticks(list(places), classes, rotation=90, va="center")
    ax.set(title="Confusion", xlabel="prediction", ylabel="gold label")


def _reliability(ax: Any, rows: Sequence[tuple[float, float, int]], ece: float | None) -> None:
    ax.plot([0, 1], [0, 1], color=_QUIET, linestyle="--", label="perfectly calibrated")
    ax.plot([sure for sure, _, _ in rows], [right for _, right, _ in rows], color=_INK, marker="o", label="15 equal bins")
    ax.set(title=f"Reliability (ECE {ece:.3f})", xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    ax.legend(loc="upper left", frameon=False)


def _coverage_risk(ax: Any, rows: Sequence[tuple[float, float]]) -> None:
    ax.plot([covered for covered, _ in rows], [risk for _, risk in rows], color=_INK)
    ax.set(title="Coverage and risk", xlabel="share of pairs kept, the surest first", ylabel="share wrong of these")
    ax.set_xlim(0, 1)
    ax.set_ylim(bottom=0)


def _precision_recall(ax: Any, rows: Sequence[tuple[float, float]], ap: float | None) -> None:
    ax.set(title="Contradictions: precision and recall", xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    if not rows or ap is None:
        ax.text(0.5, 0.5, "not defined for these labels", ha="center", va="center")
        return
    ax.step([recall for recall, _ in rows], [precision for _, precision in rows], where="pre", color=_INK, label=f"AP {ap:.3f}")
    ax.legend(loc="lower left", frameon=False)
