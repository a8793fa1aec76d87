"""Seeded bootstrap: how far the metrics would move with other pairs of the same kind.

Each replicate draws groups of pairs with replacement (single pairs where they stand alone) and weighs every pair by how often
its group was drawn. Two systems on the same pairs with the same seed get the same draws, which makes differences paired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.evaluation.metrics import Scored

__all__ = ["Estimate", "Interval", "count_metrics", "interval", "replicates", "weighted_ranking"]

Codes: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

_BLOCK = 2_000_000  # weights held at once: 16 MB


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval.

    Attributes:
        low: Lower end.
        high: Upper end.
    """

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric with how sure it is.

    Attributes:
        value: The metric; None where it is not defined for these labels.
        interval: Its bootstrap 95% interval, where it has one.
    """

    value: float | None
    interval: Interval | None = None


def replicates(scored: Scored, groups: Codes | None, *, resamples: int, seed: int) -> dict[str, Floats]:
    """Metrics of every replicate, by name; NaN where one is not defined. Shape of each: (resamples,).

    Args:
        scored: The labelled pairs.
        groups: Group of each pair, numbered from 0, or None. Shape: (n,).
        resamples: How many replicates.
        seed: Of the random numbers.
    """
    classes = scored.probabilities.shape[1]
    cells = scored.gold * classes + scored.predictions
    order, block_starts, positive = _ranking(scored)
    onehot = np.eye(classes)[scored.gold]
    loss = ((scored.probabilities - onehot) ** 2).sum(-1)
    parts: list[dict[str, Floats]] = []
    for weights in _weights(len(cells), groups, resamples, seed):
        counts = np.stack([weights[:, cells == cell].sum(-1) for cell in range(classes**2)], axis=-1)
        part = count_metrics(counts.reshape(-1, classes, classes))
        part["brier"] = (weights * loss).sum(-1) / weights.sum(-1)
        if order is not None:
            part["contradict_ap"], part["contradict_auc"] = weighted_ranking(weights[:, order], positive, block_starts)
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def interval(values: Floats, units: int) -> Interval | None:
    """The expanded percentile interval, which allows for few groups; None where it is not defined.

    Args:
        values: A metric by replicate. Shape: (resamples,).
        units: How many groups (or single pairs) were drawn from.

    Source: Hesterberg 2015, "What Teachers Should Know about the Bootstrap", section 5.3 (expanded percentile).
    """
    from scipy.stats import norm, t

    known = values[np.isfinite(values)]
    if units < 2 or len(known) < max(2, len(values) // 2):
        return None
    tail = float(norm.cdf(np.sqrt(units / (units - 1)) * t.ppf(0.025, units - 1)))
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(float(low), float(high))


def count_metrics(counts: Floats) -> dict[str, Floats]:
    """Accuracy, macro-F1, Matthews correlation and each class's F1 (f1_0, f1_1, …) of many confusion matrices.

    Equal to scikit-learn's on each; a class that occurs neither in gold labels nor in predictions is left out of macro-F1.

    Args:
        counts: By gold class and prediction. Shape: (m, classes, classes).
    """
    counts = counts.astype(np.float64)
    total, correct = counts.sum((1, 2)), np.diagonal(counts, axis1=1, axis2=2)
    gold, predicted = counts.sum(2), counts.sum(1)
    occurs = (gold + predicted) > 0
    f1 = np.divide(2 * correct, gold + predicted, out=np.zeros_like(gold), where=occurs)
    right = correct.sum(1)
    covariance = right * total - (gold * predicted).sum(1)
    spread = (total**2 - (predicted**2).sum(1)) * (total**2 - (gold**2).sum(1))
    found = {
        "accuracy": right / total,
        "macro_f1": f1.sum(1) / occurs.sum(1),
        "mcc": np.divide(covariance, np.sqrt(spread), out=np.zeros_like(covariance), where=spread > 0),
    }
    return found | {f"f1_{index}": f1[:, index] for index in range(counts.shape[1])}


def weighted_ranking(weights: Floats, positive: NDArray[np.bool_], starts: Codes) -> tuple[Floats, Floats]:
    """Average precision and ROC AUC under many weightings; NaN without both classes. Shape of each: (m,).

    Equal to scikit-learn's with ``sample_weight``.

    Args:
        weights: Of the pairs, the highest score first. Shape: (m, n).
        positive: Whether each pair is of the class. Shape: (n,).
        starts: Where each run of equal scores starts. Shape: (different scores,).
    """
    of_class = np.add.reduceat(weights * positive, starts, axis=1)
    of_others = np.add.reduceat(weights * ~positive, starts, axis=1)
    true, false = of_class.cumsum(1), of_others.cumsum(1)
    positives, negatives = true[:, -1:], false[:, -1:]
    both = (positives > 0) & (negatives > 0)
    precision = np.divide(true, true + false, out=np.zeros_like(true), where=(true + false) > 0)
    ap = (of_class * precision).sum(1) / np.where(both, positives, np.nan)[:, 0]
    area = (of_others * (true - of_class / 2)).sum(1)
    return ap, area / np.where(both, positives * negatives, np.nan)[:, 0]


def _ranking(scored: Scored) -> tuple[Codes | None, Codes, NDArray[np.bool_]]:
    """Pairs by falling score of the contradicting class, where each run of equal scores starts, and which are of it."""
    empty = np.empty(0, dtype=np.int64)
    if scored.contradict is None:
        return None, empty, empty.astype(np.bool_)
    score = scored.probabilities[:, scored.contradict]
    order = np.argsort(-score, kind="stable").astype(np.int64)
    ranked = score[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]])).astype(np.int64)
    return order, starts, (scored.gold == scored.contradict)[order]


def _weights(n: int, groups: Codes | None, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each pair is drawn, some replicates at a time. Shape of each: (replicates, n)."""
    units = n if groups is None else int(groups.max()) + 1
    rng = np.random.default_rng(seed)
    at_once = max(1, _BLOCK // n)
    for start in range(0, resamples, at_once):
        rows = []
        for _ in range(min(at_once, resamples - start)):
            drawn = np.bincount(rng.integers(units, size=units), minlength=units).astype(np.float64)
            rows.append(drawn if groups is None else drawn[groups])
        yield np.stack(rows)
