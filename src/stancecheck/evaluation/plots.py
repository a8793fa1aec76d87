"""Four small plots of an evaluation, drawn from its stored rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stancecheck.errors import MissingExtraError
from stancecheck.report.render.clean import clean

if TYPE_CHECKING:
    from stancecheck.evaluation.result import Evaluation

__all__ = ["draw"]

_INK, _QUIET = "#1f5f8b", "#8a8a8a"


def draw(evaluation: Evaluation) -> Any:
    """A matplotlib figure: confusion, reliability, coverage-risk, precision-recall.

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
    name = clean(str(evaluation.system["name"])).replace("$", r"\$")  # a dollar would start a formula
    figure.suptitle(f"{name}: {evaluation.pairs:,} pairs, task {evaluation.task}")
    _confusion(axes[0, 0], evaluation)
    _reliability(axes[0, 1], evaluation)
    _coverage_risk(axes[1, 0], evaluation)
    _precision_recall(axes[1, 1], evaluation)
    return figure


def _confusion(ax: Any, evaluation: Evaluation) -> None:
    shares = [[count / max(1, sum(row)) for count in row] for row in evaluation.confusion]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = range(len(evaluation.classes))
    for row in places:
        for column in places:
            shade = "white" if shares[row][column] > 0.5 else "black"
            text = f"{evaluation.confusion[row][column]:,}\n{shares[row][column]:.0%}"
            ax.text(column, row, text, ha="center", va="center", color=shade)
    ax.set_xticks(list(places), evaluation.classes)
    ax.set_yticks(list(places), evaluation.classes, rotation=90, va="center")
    ax.set(title="Confusion", xlabel="answer", ylabel="gold label")


def _reliability(ax: Any, evaluation: Evaluation) -> None:
    rows = evaluation.curves.reliability
    ax.plot([0, 1], [0, 1], color=_QUIET, linestyle="--", label="perfectly calibrated")
    ax.plot([sure for sure, _, _ in rows], [right for _, right, _ in rows], color=_INK, marker="o", label="15 equal bins")
    ece = evaluation.metrics["ece"].value
    ax.set(title=f"Reliability (ECE {ece:.3f})", xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    ax.legend(loc="upper left", frameon=False)


def _coverage_risk(ax: Any, evaluation: Evaluation) -> None:
    rows = evaluation.curves.coverage_risk
    ax.plot([covered for covered, _ in rows], [risk for _, risk in rows], color=_INK)
    ax.set(title="Coverage and risk", xlabel="share of pairs answered, the surest first", ylabel="share wrong of these")
    ax.set_xlim(0, 1)
    ax.set_ylim(bottom=0)


def _precision_recall(ax: Any, evaluation: Evaluation) -> None:
    rows = evaluation.curves.precision_recall
    ap = evaluation.metrics["contradict_ap"].value
    ax.set(title="Contradictions: precision and recall", xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    if not rows or ap is None:
        ax.text(0.5, 0.5, "not defined for these labels", ha="center", va="center")
        return
    ax.step([recall for recall, _ in rows], [precision for _, precision in rows], where="pre", color=_INK, label=f"AP {ap:.3f}")
    ax.legend(loc="lower left", frameon=False)
