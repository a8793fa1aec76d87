"""Figures of the dev sets: accuracy, macro-F1, calibration error, each with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STANCES = ("agree", "contradict", "unrelated")
RESAMPLES = 500


def macro_f1(said: Ints, gold: Ints, classes: Ints) -> float:
    """Mean F1 of the classes that the set has."""
    scores = []
    for c in classes:
        hit = int(((said == c) & (gold == c)).sum())
        scores.append(2 * hit / max(1, int((said == c).sum()) + int((gold == c).sum())))
    return float(np.mean(scores))


def interval(said: Ints, gold: Ints, classes: Ints) -> dict[str, list[float]]:
    """95 % bootstrap intervals of accuracy and macro-F1 over rows (seed 0)."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(gold), len(gold))
        found.append([float((said[rows] == gold[rows]).mean()), macro_f1(said[rows], gold[rows], classes)])
    low, high = np.percentile(np.array(found), [2.5, 97.5], axis=0).round(4)
    return {"accuracy_95": [float(low[0]), float(high[0])], "macro_f1_95": [float(low[1]), float(high[1])]}


def ece(confidence: Floats, right: NDArray[np.bool_], weight: Floats | None = None, bins: int = 15) -> float:
    """Expected calibration error over bins of equal mass.

    Source: Nguyen and O'Connor 2015, 'Posterior calibration and exploratory analysis for NLP models' (adaptive bins).
    """
    weight = np.ones(len(right)) if weight is None else weight
    order = np.argsort(confidence, kind="stable")
    mass = np.cumsum(weight[order]) / weight.sum()
    which = np.minimum((mass * bins - 1e-9).astype(np.int64), bins - 1)
    apart = weight[order] * (confidence[order] - right[order])
    return float(sum(abs(apart[which == b].sum()) for b in range(bins)) / weight.sum())


def stance_figures(scores: Floats, gold: Ints) -> dict[str, Any]:
    """Of stance probabilities. Where a set lacks a class, also with the choice among its own classes only.

    Args:
        scores: Shape: (rows, 3 stances).
        gold: Shape: (rows,).
    """
    return _figures(scores, gold) | {"ece": round(ece(scores.max(1), scores.argmax(1) == gold), 4)}


def nli_figures(probs: Floats, gold: Ints) -> dict[str, Any]:
    """Of the NLI probabilities of one direction: entailment, neutral, contradiction. Shapes: (rows, 3), (rows,)."""
    return _figures(probs, gold)


def _figures(scores: Floats, gold: Ints) -> dict[str, Any]:
    classes = np.unique(gold)
    said = scores.argmax(1)
    out: dict[str, Any] = {
        "accuracy": round(float((said == gold).mean()), 4),
        "macro_f1": round(macro_f1(said, gold, classes), 4),
        **interval(said, gold, classes),
    }
    if len(classes) == 2:
        among = classes[scores[:, classes].argmax(1)]
        out["among_its_classes"] = {
            "accuracy": round(float((among == gold).mean()), 4),
            "macro_f1": round(macro_f1(among, gold, classes), 4),
        }
    return out
