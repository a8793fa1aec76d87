"""Gold labels, predictions and probabilities -> metrics and curves. The values are scikit-learn's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["METRIC_NAMES", "ClassMetrics", "Curves", "Scored", "class_metrics", "confusion", "curves", "ece", "point_metrics"]

Codes: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

ECE_BINS = 15
_CURVE_POINTS = 200  # of a stored precision-recall curve


@dataclass(frozen=True, slots=True)
class Scored:
    """Labelled pairs under a scheme.

    Attributes:
        gold: Scored class of each pair. Shape: (n,).
        predictions: The system's. Shape: (n,).
        probabilities: Shape: (n, classes).
        contradict: Which class is the contradicting one, or None.
    """

    gold: Codes
    predictions: Codes
    probabilities: Floats
    contradict: int | None

    @property
    def confidence(self) -> Floats:
        """Probability of the system's prediction. Shape: (n,)."""
        chosen: Floats = np.take_along_axis(self.probabilities, self.predictions[:, None], axis=1)[:, 0]
        return chosen

    @property
    def correct(self) -> Floats:
        """1 where the prediction is right. Shape: (n,)."""
        return np.asarray(self.gold == self.predictions, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Metrics of one class.

    Attributes:
        name: The class.
        precision: Share of its predictions that are right; 0 if it was never predicted.
        recall: Share of its gold pairs that were found; 0 if there are none.
        f1: Harmonic mean of the two.
        support: Gold pairs of this class.
        predicted: Predictions of this class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves for plots and records, as rows of numbers.

    Attributes:
        reliability: By bin of equally many pairs: mean confidence, share right, pairs.
        coverage_risk: Share of pairs kept (the most confident first), share of these that are wrong.
        precision_recall: Recall and precision of the contradicting class, by falling threshold; empty if not defined.
    """

    reliability: tuple[tuple[float, float, int], ...]
    coverage_risk: tuple[tuple[float, float], ...]
    precision_recall: tuple[tuple[float, float], ...]


METRIC_NAMES = {  # of point_metrics, as they are shown
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "mcc": "Matthews correlation",
    "contradict_ap": "average precision of contradict",
    "contradict_auc": "ROC AUC of contradict",
    "ece": "calibration error (ECE, 15 bins)",
    "brier": "Brier score (0 to 2)",
    "aurc": "risk over all coverages (AURC)",
}


def point_metrics(scored: Scored) -> dict[str, float | None]:
    """Metrics by name, without intervals; None where a metric is not defined, as AUC without both classes.

    accuracy, macro_f1 (mean over the classes that occur in gold labels or predictions), mcc (Gorodkin's for three classes),
    contradict_ap and contradict_auc (average precision and area under the ROC curve of the contradicting class), ece, brier
    (sum over classes, so 0 to 2), aurc (mean risk over all coverages).

    Source: scikit-learn for the first five; `ece`, `brier` and `aurc` below.
    """
    from sklearn.metrics import accuracy_score, f1_score

    onehot = np.eye(scored.probabilities.shape[1])[scored.gold]
    risk = np.array([r for _, r in _coverage_risk(scored)])
    return {
        "accuracy": float(accuracy_score(scored.gold, scored.predictions)),
        "macro_f1": float(f1_score(scored.gold, scored.predictions, average="macro", zero_division=0)),
        "mcc": _mcc(scored),
        "contradict_ap": _ranked(scored)[0],
        "contradict_auc": _ranked(scored)[1],
        "ece": ece(scored.confidence, scored.correct),
        "brier": float(((scored.probabilities - onehot) ** 2).sum(-1).mean()),
        "aurc": float(risk.mean()),
    }


def class_metrics(scored: Scored, names: tuple[str, ...]) -> tuple[ClassMetrics, ...]:
    """Metrics of each class, in order."""
    from sklearn.metrics import precision_recall_fscore_support

    labels = list(range(len(names)))
    precision, recall, f1, support = precision_recall_fscore_support(
        scored.gold, scored.predictions, labels=labels, zero_division=0
    )
    predicted = np.bincount(scored.predictions, minlength=len(names))
    return tuple(
        ClassMetrics(names[i], float(precision[i]), float(recall[i]), float(f1[i]), int(support[i]), int(predicted[i]))
        for i in labels
    )


def confusion(scored: Scored, classes: int) -> tuple[tuple[int, ...], ...]:
    """Pairs by gold class (rows) and prediction (columns)."""
    from sklearn.metrics import confusion_matrix

    matrix = confusion_matrix(scored.gold, scored.predictions, labels=list(range(classes)))
    return tuple(tuple(int(x) for x in row) for row in matrix)


def ece(confidence: Floats, correct: Floats, bins: int = ECE_BINS) -> float:
    """Expected calibration error over bins of equally many pairs.

    Pairs of one confidence share their mean correctness, so that the value does not depend on their order.

    Source: Naeini et al. 2015, with the equal-mass bins of Nixon et al. 2019 ("Measuring Calibration in Deep Learning").
    """
    rows = _reliability(confidence, correct, bins)
    return float(sum(n * abs(right - sure) for sure, right, n in rows) / len(confidence))


def curves(scored: Scored) -> Curves:
    """All curves."""
    precision_recall: tuple[tuple[float, float], ...] = ()
    if _both_classes(scored):
        from sklearn.metrics import precision_recall_curve

        truth = scored.gold == scored.contradict
        precision, recall, _ = precision_recall_curve(truth, scored.probabilities[:, scored.contradict])
        # scikit-learn goes by rising threshold and ends at recall 0; thinned, ends kept.
        keep = np.unique(np.linspace(0, len(recall) - 1, min(_CURVE_POINTS, len(recall))).round().astype(np.int64))[::-1]
        precision_recall = tuple((float(recall[i]), float(precision[i])) for i in keep)
    return Curves(
        reliability=_reliability(scored.confidence, scored.correct, ECE_BINS),
        coverage_risk=_coverage_risk(scored),
        precision_recall=precision_recall,
    )


def _both_classes(scored: Scored) -> bool:
    return scored.contradict is not None and 0 < int((scored.gold == scored.contradict).sum()) < len(scored.gold)


def _ranked(scored: Scored) -> tuple[float | None, float | None]:
    """Average precision and ROC AUC of the contradicting class."""
    if not _both_classes(scored):
        return None, None
    from sklearn.metrics import average_precision_score, roc_auc_score

    truth, score = scored.gold == scored.contradict, scored.probabilities[:, scored.contradict]
    return float(average_precision_score(truth, score)), float(roc_auc_score(truth, score))


def _mcc(scored: Scored) -> float:
    """Matthews correlation; 0 where gold labels or predictions are all one class, as scikit-learn has it."""
    from sklearn.metrics import matthews_corrcoef

    if len(np.union1d(scored.gold, scored.predictions)) < 2:
        return 0.0  # scikit-learn returns the same, with a warning
    return float(matthews_corrcoef(scored.gold, scored.predictions))


def _reliability(confidence: Floats, correct: Floats, bins: int) -> tuple[tuple[float, float, int], ...]:
    _, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    shared = np.bincount(inverse, weights=correct) / counts
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return tuple((float(confidence[p].mean()), float(shared[inverse[p]].mean()), len(p)) for p in parts)


def _coverage_risk(scored: Scored) -> tuple[tuple[float, float], ...]:
    """Risk at 1%, 2%, … 100% coverage; within equal confidences the expected risk.

    Source: El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017.
    """
    values, inverse, counts = np.unique(-scored.confidence, return_inverse=True, return_counts=True)
    wrong = np.bincount(inverse, weights=1 - scored.correct, minlength=len(values))
    covered = np.concatenate([[0], np.cumsum(counts)])
    errors = np.concatenate([[0.0], np.cumsum(wrong)])
    share = np.arange(1, 101) / 100
    at = share * len(scored.gold)
    return tuple((float(s), float(r)) for s, r in zip(share, np.interp(at, covered, errors) / at, strict=True))
