"""The result of an evaluation: metrics with intervals, ready to read, plot and store."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancecheck.evaluation.baselines import Baseline
from stancecheck.evaluation.bootstrap import Interval
from stancecheck.evaluation.metrics import ClassMetrics, Curves
from stancecheck.report.export import write_whole

__all__ = ["Estimate", "Evaluation", "SliceMetrics", "SwapConsistency"]

RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric with how sure it is.

    Attributes:
        value: The metric; None where it is not defined for these labels.
        interval: Its bootstrap 95% interval, where it has one.
    """

    value: float | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class SliceMetrics:
    """Metrics of the pairs that share one value of a column.

    Attributes:
        value: The column's value.
        pairs: How many.
        accuracy: With its interval.
        macro_f1: With its interval.
        contradict_recall: Share of the contradicting pairs that were found; None without any.
    """

    value: str
    pairs: int
    accuracy: Estimate
    macro_f1: Estimate
    contradict_recall: float | None


@dataclass(frozen=True, slots=True)
class SwapConsistency:
    """Whether answers stay the same when a and b are swapped.

    Attributes:
        same: How many stay the same; for task 'nli', whether 'contradiction' does.
        pairs: Of how many that is known.
    """

    same: int
    pairs: int

    @property
    def share(self) -> float | None:
        """Share that stays the same; None if none was asked."""
        return self.same / self.pairs if self.pairs else None


@dataclass(frozen=True)
class Evaluation:
    """How right a system is on labelled pairs, and how sure that is.

    Attributes:
        system: Its name and, for a StanceChecker, what its model is.
        task: 'stance' or 'nli'.
        scheme: Which classes were scored: 'three-way', 'contradiction-or-not', 'entailment-or-not' or 'agree-or-contradict'.
        classes: Their names, in the order of the confusion matrix.
        pairs: How many pairs were scored.
        unlabelled: How many had no gold label and were left out.
        truncated: How many the system could not read in full.
        metrics: By name: accuracy, macro_f1, mcc, contradict_ap, contradict_auc, ece, brier, aurc.
        per_class: Precision, recall and F1 of each class.
        confusion: Pairs by gold class (rows) and answer (columns).
        swap: Swap consistency.
        slices: By column, the largest slice first.
        baselines: Systems that do not compare the statements.
        curves: Reliability, coverage-risk and precision-recall.
        seconds: Spent in the system's ``check_pairs``.
        grouped_by: What was drawn in the bootstrap.
        notes: What a reader of the metrics has to know.
        data_sha256: Hash of texts and labels, in order.
        settings: The arguments that make the metrics again.
        environment: Versions, machine, time.
    """

    system: Mapping[str, Any]
    task: str
    scheme: str
    classes: tuple[str, ...]
    pairs: int
    unlabelled: int
    truncated: int
    metrics: Mapping[str, Estimate]
    per_class: tuple[ClassMetrics, ...]
    confusion: tuple[tuple[int, ...], ...]
    swap: SwapConsistency
    slices: Mapping[str, tuple[SliceMetrics, ...]]
    baselines: tuple[Baseline, ...]
    curves: Curves = field(repr=False)
    seconds: float
    grouped_by: str
    notes: tuple[str, ...]
    data_sha256: str
    settings: Mapping[str, Any] = field(repr=False)
    environment: Mapping[str, Any] = field(repr=False, compare=False)

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(self.metrics["accuracy"].value or 0.0)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes."""
        return float(self.metrics["macro_f1"].value or 0.0)

    @property
    def pairs_per_second(self) -> float:
        """Pairs judged in a second, tokenising included."""
        return self.pairs / self.seconds if self.seconds > 0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON: everything that is needed to run it again, and none of the texts."""
        values = {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}
        return {"record": RECORD_VERSION, **values, "pairs_per_second": self.pairs_per_second}

    def to_json(self, path: str | Path) -> None:
        """Write the record, whole or not at all.

        Args:
            path: Where to; its folder must exist.

        Raises:
            InputError: If it cannot be written.
        """
        text = json.dumps(self.as_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        write_whole(path, text + "\n")

    def plot(self) -> Any:
        """A matplotlib figure: confusion, reliability, coverage-risk, precision-recall.

        Raises:
            MissingExtraError: If matplotlib is not installed.
        """
        from stancecheck.evaluation.plots import draw

        return draw(self)

    def __str__(self) -> str:
        """The metrics as a table of plain text."""
        from stancecheck.evaluation.show import as_text

        return as_text(self)

    def __rich__(self) -> Any:
        """The metrics as a table for a terminal."""
        from stancecheck.evaluation.show import as_rich

        return as_rich(self)

    def _repr_html_(self) -> str:
        """The metrics as an HTML fragment, for notebooks."""
        from stancecheck.evaluation.show import as_html

        return as_html(self)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
