"""How right is a system on labelled pairs, and how sure is that? Beside the flow, never imported by it."""

from __future__ import annotations

from stancecheck.evaluation.compare import Comparison, Difference, Disagreement, compare_systems
from stancecheck.evaluation.data import iter_pairs, read_pairs
from stancecheck.evaluation.gold import ReportGold, read_gold
from stancecheck.evaluation.reports import ReportEvaluation, evaluate_report, evaluate_reports
from stancecheck.evaluation.result import Evaluation
from stancecheck.evaluation.run import evaluate

__all__ = [
    "Comparison",
    "Difference",
    "Disagreement",
    "Evaluation",
    "ReportEvaluation",
    "ReportGold",
    "compare_systems",
    "evaluate",
    "evaluate_report",
    "evaluate_reports",
    "iter_pairs",
    "read_gold",
    "read_pairs",
]
