"""How right whole reports are: what stands on their first page, what they call a contradiction, and what they miss."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.rows import RowSource
from stancecheck.errors import InputError
from stancecheck.evaluation.bootstrap import Estimate, interval
from stancecheck.evaluation.gold import ReportGold, read_gold, statement_key
from stancecheck.evaluation.metrics import ece
from stancecheck.evaluation.tables import Grid, estimate_text, grids_html, grids_rich, plain_text
from stancecheck.judging.judge import Judgement
from stancecheck.report import Report
from stancecheck.stance import Stance

__all__ = ["ReportEvaluation", "evaluate_report", "evaluate_reports"]

Floats = NDArray[np.float64]

_FIRST = (5, 10)
_SCORED = (Stance.CONTRADICT, Stance.AGREE)
_NAMES = {
    "contradict_precision": "contradictions: precision",
    "contradict_recall": "contradictions: recall",
    "contradict_f1": "contradictions: F1",
    "first_5": "right of the first 5 contradictions",
    "first_10": "right of the first 10 contradictions",
    "empty": "share of reports that show none of what there is",
    "contradict_ap": "average precision of contradictions",
    "agree_precision": "agreements: precision",
    "agree_recall": "agreements: recall",
    "agree_f1": "agreements: F1",
    "ece": "calibration error of what is reported (ECE)",
    "lost": "share of the real ones that was not judged",
    "false_contradict": "false contradictions in 1,000 pairs",
    "false_agree": "false agreements in 1,000 pairs",
}


@dataclass(frozen=True)
class ReportEvaluation:
    """How right reports are.

    Attributes:
        reports: How many.
        pairs: Pairs of statements of different parties that gold labels tell about.
        judged: How many of them were judged.
        metrics: By name, with intervals where there are several reports (reports are drawn, not pairs). Precision, recall and
            F1 of contradict and agree over all pairs together; a pair that was not judged is not found. first_5 and first_10:
            of the first contradictions of a report, the share that is right, on average over the reports; 0 where a report
            shows none though there are some, and empty is the share of such reports. contradict_ap: average precision in one
            report, on average. ece: of the confidence of what is reported. lost: of the pairs that agree or contradict, the
            share that was not judged. false_contradict and false_agree: in 1,000 pairs. None where a metric is not defined:
            marks of a reader tell nothing of what is missing.
        counts: By stance, how many pairs were reported, how many of them are right, and how many there are (None where that is
            not known). Pairs that are not scored are left out.
    """

    reports: int
    pairs: int
    judged: int
    metrics: Mapping[str, Estimate]
    counts: Mapping[str, tuple[int, int, int | None]]

    __hash__ = None  # type: ignore[assignment]  # it holds a mapping

    @property
    def summary(self) -> str:
        """How many of the reported pairs are right, in a line."""
        parts = []
        for stance, name in ((Stance.CONTRADICT, "contradictions"), (Stance.AGREE, "agreements")):
            shown, right, real = self.counts[stance]
            found = "" if real is None else f"; {right:,} of {real:,} found"
            parts.append(f"{right:,} of {shown:,} {name} right{found}")
        return ". ".join(parts) + "."

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        """The metrics as a table of plain text."""
        return plain_text(self.__rich__())

    def __rich__(self) -> Any:
        """The metrics as a table for a terminal."""
        return grids_rich(*self._shown())

    def _repr_html_(self) -> str:
        return grids_html(*self._shown())

    def _shown(self) -> tuple[str, list[Grid], list[str]]:
        rows = tuple((shown, estimate_text(self.metrics[name])) for name, shown in _NAMES.items())
        reports = f"{self.reports:,} {'report' if self.reports == 1 else 'reports'}"
        headline = f"{reports}, {self.pairs:,} labelled pairs, {self.judged:,} of them judged. {self.summary}"
        return headline, [Grid("How right the reports are", ("metric", "value"), rows)], []


def evaluate_report(report: Report, gold: RowSource | ReportGold) -> ReportEvaluation:
    """How right one report is.

    Args:
        report: What was found.
        gold: Labels of the case or marks on the report: a path or rows, as ``read_gold`` reads them, or what it gave.

    Raises:
        InputError: If the gold cannot be read, names no statement of the report, or an id of it stands for two statements.
    """
    return evaluate_reports([(report, gold)])


def evaluate_reports(
    cases: Iterable[tuple[Report, RowSource | ReportGold]], *, resamples: int = 1000, seed: int = 0
) -> ReportEvaluation:
    """How right the reports on several cases are, with 95% bootstrap intervals; whole reports are drawn.

    Args:
        cases: Reports, each with the gold of its case.
        resamples: How many replicates.
        seed: Of the random numbers.

    Raises:
        InputError: As for ``evaluate_report``; or if there is no report.
    """
    counted = [_counted(report, gold if isinstance(gold, ReportGold) else read_gold(gold)) for report, gold in cases]
    if not counted:
        raise InputError("expected at least one report with its gold labels, got none")
    drawn = np.random.default_rng(seed).multinomial(len(counted), [1 / len(counted)] * len(counted), size=resamples)
    once = np.ones((1, len(counted)))
    metrics = {}
    for name, metric in _metrics(counted).items():
        value = float(metric(once)[0])
        ends = interval(metric(drawn.astype(np.float64)), len(counted)) if len(counted) > 1 else None
        metrics[name] = Estimate(value if np.isfinite(value) else None, ends)
    counts = {}
    for stance in _SCORED:
        real = sum(c.support[stance] for c in counted)
        shown, right = (sum(getattr(c, name)[stance] for c in counted) for name in ("predicted", "true_positives"))
        counts[stance.value] = (shown, right, int(real) if np.isfinite(real) else None)
    return ReportEvaluation(len(counted), sum(c.pairs for c in counted), sum(c.judged for c in counted), metrics, counts)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is kept of one report."""

    pairs: int
    judged: int
    true_positives: dict[Stance, int]
    predicted: dict[Stance, int]
    support: dict[Stance, float]  # NaN where the gold does not tell
    first: dict[int, float]
    average_precision: float
    missing: float
    confidence: list[float]
    correct: list[float]


def _counted(report: Report, gold: ReportGold) -> _Counts:
    gold = gold.of_one_each(report.copies)
    _check_names(report, gold)
    scored = [(j, label) for j in report if (label := gold.label(j.a, j.b)) is not None]
    judged = {frozenset((statement_key(j.a), statement_key(j.b))) for j, _ in scored}
    correct_of = {s: [label is s for j, label in scored if j.stance is s] for s in _SCORED}
    ranked = [label is Stance.CONTRADICT for _, label in _by_rank(scored)]
    shown = [label is Stance.CONTRADICT for j, label in _by_rank(scored) if j.stance is Stance.CONTRADICT]
    unknown = float("nan")
    support = {s: float(gold.count(s)) if gold.complete else unknown for s in _SCORED}
    unscored = sum(label is None for label in gold.labels.values())
    real = {pair for pair, label in gold.labels.items() if label in _SCORED}
    sure = [(j.confidence, float(label is j.stance)) for j, label in scored if j.stance in _SCORED]
    return _Counts(
        pairs=max(report.pairs_considered - unscored, len(scored)) if gold.complete else len(scored),
        judged=len(scored),
        true_positives={s: sum(correct_of[s]) for s in _SCORED},
        predicted={s: len(correct_of[s]) for s in _SCORED},
        support=support,
        first={n: _share(shown[:n], support[Stance.CONTRADICT]) for n in _FIRST},
        average_precision=_average_precision(ranked, support[Stance.CONTRADICT]),
        missing=float(len(real - judged)) if gold.complete else unknown,
        confidence=[confidence for confidence, _ in sure],
        correct=[right for _, right in sure],
    )


def _by_rank(scored: list[tuple[Judgement, Stance]]) -> list[tuple[Judgement, Stance]]:
    return sorted(scored, key=lambda found: -found[0].scores[Stance.CONTRADICT])


def _share(right: list[bool], support: float) -> float:
    """Of what is shown, the share that is right; 0 if nothing is shown of what there is, NaN if there is nothing."""
    if right:
        return sum(right) / len(right)
    return 0.0 if support > 0 else float("nan")


def _average_precision(ranked: list[bool], support: float) -> float:
    """Mean precision at each real contradiction, those that were not judged counting as 0; NaN without any."""
    if not support > 0:
        return float("nan")
    right = np.flatnonzero(ranked)
    return float((np.arange(1, len(right) + 1) / (right + 1)).sum() / support)


def _check_names(report: Report, gold: ReportGold) -> None:
    texts: dict[str, str] = {}
    for statement in (s for j in report for s in (j.a, j.b)):
        if texts.setdefault(statement_key(statement), statement.text) != statement.text:
            raise InputError(
                f"gold labels name statements by id, and the id {statement.id!r} stands for two of the report: "
                "give each its own"
            )
    named = {key for pair in gold.labels for key in pair}
    if named and texts and named.isdisjoint(texts):
        raise InputError(
            f"none of the {len(named)} statements that the gold labels name is in the report: expected ids such as "
            f"{next(iter(texts))!r}, got {min(named)!r}"
        )


def _metrics(counted: list[_Counts]) -> dict[str, Callable[[Floats], Floats]]:
    """Each metric as a function of how often each report was drawn. Shape of what it takes: (replicates, reports)."""

    def column(values: Iterable[float]) -> Floats:
        return np.array(list(values), dtype=np.float64)

    def ratio(above: Floats, below: Floats, times: float = 1.0) -> Callable[[Floats], Floats]:
        def metric(weights: Floats) -> Floats:
            whole = weights @ below
            return np.divide(times * (weights @ above), whole, out=np.full_like(whole, np.nan), where=whole > 0)

        return metric

    def mean(values: Floats) -> Callable[[Floats], Floats]:
        known = np.isfinite(values)
        return ratio(np.where(known, values, 0.0), known.astype(np.float64))

    pairs = column(c.pairs for c in counted)
    metrics: dict[str, Callable[[Floats], Floats]] = {}
    for stance in _SCORED:
        right, predicted = column(c.true_positives[stance] for c in counted), column(c.predicted[stance] for c in counted)
        support = column(c.support[stance] for c in counted)
        metrics[f"{stance}_precision"] = ratio(right, predicted)
        metrics[f"{stance}_recall"] = ratio(right, support)
        metrics[f"{stance}_f1"] = ratio(2 * right, predicted + support)
        metrics[f"false_{stance}"] = ratio(predicted - right, pairs, 1000.0)
    for n in _FIRST:
        metrics[f"first_{n}"] = mean(column(c.first[n] for c in counted))
    hidden = (c.predicted[Stance.CONTRADICT] == 0 if c.support[Stance.CONTRADICT] > 0 else np.nan for c in counted)
    metrics["empty"] = mean(column(hidden))
    metrics["contradict_ap"] = mean(column(c.average_precision for c in counted))
    real = sum((column(c.support[s] for c in counted) for s in _SCORED), np.zeros(len(counted)))
    metrics["lost"] = ratio(column(c.missing for c in counted), real)
    metrics["ece"] = lambda weights: np.array([_ece(counted, row) for row in weights])
    return metrics


def _ece(counted: list[_Counts], weights: Floats) -> float:
    drawn = [c for c, times in zip(counted, weights, strict=True) for _ in range(int(times))]
    confidence = np.array([x for c in drawn for x in c.confidence])
    correct = np.array([x for c in drawn for x in c.correct])
    return ece(confidence, correct) if len(confidence) else float("nan")
