"""The result of an evaluation: metrics with intervals, ready to read, plot and store."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancecheck.evaluation.baselines import Baseline
from stancecheck.evaluation.bootstrap import Estimate
from stancecheck.evaluation.metrics import METRIC_NAMES, ClassMetrics, Curves
from stancecheck.evaluation.plots import draw
from stancecheck.evaluation.tables import Grid, estimate_text, grids_html, grids_rich, plain_text
from stancecheck.report.export import write_atomically

__all__ = ["Evaluation", "SliceMetrics", "SwapConsistency"]

RECORD_VERSION = 1


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
    """Whether predictions stay the same when a and b are swapped.

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
        confusion: Pairs by gold class (rows) and prediction (columns).
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
        """Share of right predictions."""
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
        """Write the record atomically.

        Args:
            path: Where to; its folder must exist.

        Raises:
            InputError: If it cannot be written.
        """
        text = json.dumps(self.as_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(path, text + "\n")

    def plot(self) -> Any:
        """A matplotlib figure: confusion, reliability, coverage-risk, precision-recall.

        Raises:
            MissingExtraError: If matplotlib is not installed.
        """
        title = f"{self.system['name']}: {self.pairs:,} pairs, task {self.task}"
        return draw(title, self.classes, self.confusion, self.curves, {n: e.value for n, e in self.metrics.items()})

    def __str__(self) -> str:
        """The metrics as a table of plain text."""
        return plain_text(self.__rich__())

    def __rich__(self) -> Any:
        """The metrics as a table for a terminal."""
        return grids_rich(_headline(self), _grids(self), self.notes)

    def _repr_html_(self) -> str:
        """The metrics as an HTML fragment, for notebooks."""
        return grids_html(_headline(self), _grids(self), self.notes)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _headline(evaluation: Evaluation) -> str:
    device = evaluation.system.get("device")
    where = f" ({evaluation.system.get('backend')} on {device})" if device else ""
    return f"{evaluation.system['name']}{where}: {evaluation.pairs:,} pairs, task {evaluation.task}, {evaluation.scheme}"


def _grids(evaluation: Evaluation) -> list[Grid]:
    metrics = tuple((METRIC_NAMES.get(name, name), estimate_text(metric)) for name, metric in evaluation.metrics.items())
    grids = [Grid(f"Metrics with 95% intervals (bootstrap over: {evaluation.grouped_by})", ("", "value"), metrics)]
    per_class = tuple(
        (c.name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", f"{c.support:,}", f"{c.predicted:,}")
        for c in evaluation.per_class
    )
    grids.append(Grid("Classes", ("", "precision", "recall", "F1", "gold", "predicted"), per_class))
    confusion = tuple(
        (name, *(f"{count:,}" for count in row)) for name, row in zip(evaluation.classes, evaluation.confusion, strict=True)
    )
    grids.append(Grid("Confusion: gold in rows, predictions in columns", ("", *evaluation.classes), confusion))
    for column, slices in evaluation.slices.items():
        rows = tuple(
            (s.value, f"{s.pairs:,}", estimate_text(s.accuracy), estimate_text(s.macro_f1), _share(s.contradict_recall))
            for s in slices
        )
        grids.append(Grid(f"By {column}", (column, "pairs", "accuracy", "macro-F1", "contradict found"), rows))
    if evaluation.baselines:
        grids.append(_against_baselines(evaluation))
    grids.append(Grid("Run", ("", "value"), _run_rows(evaluation)))
    return grids


def _against_baselines(evaluation: Evaluation) -> Grid:
    system = evaluation.metrics
    rows = [
        (
            str(evaluation.system["name"]),
            f"{evaluation.accuracy:.3f}",
            f"{evaluation.macro_f1:.3f}",
            _share(system["contradict_ap"].value),
            f"{evaluation.pairs:,}",
        )
    ]
    rows += [
        (b.name, f"{b.accuracy:.3f}", f"{b.macro_f1:.3f}", _share(b.contradict_ap), f"{b.pairs:,}")
        for b in evaluation.baselines
    ]
    return Grid("Against baselines", ("", "accuracy", "macro-F1", "contradict AP", "pairs"), tuple(rows))


def _run_rows(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    swap = evaluation.swap
    same = "-" if swap.share is None else f"{swap.share:.1%} of {swap.pairs:,}"
    what = (
        "'contradiction' kept when a and b are swapped"
        if evaluation.task == "nli"
        else "same prediction when a and b are swapped"
    )
    return (
        (what, same),
        ("not read in full", f"{evaluation.truncated:,}"),
        ("without gold label", f"{evaluation.unlabelled:,}"),
        ("pairs per second", f"{evaluation.pairs_per_second:,.1f}"),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
