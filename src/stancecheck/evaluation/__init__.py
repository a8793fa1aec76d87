"""How right is a system on labelled pairs, and how sure is that? Beside the flow, never imported by it."""

from __future__ import annotations

from stancecheck.evaluation.compare import Comparison, Difference, Disagreement, compare_systems
from stancecheck.evaluation.data import iter_pairs, read_pairs
from stancecheck.evaluation.result import Evaluation
from stancecheck.evaluation.run import evaluate

__all__ = [
    "Comparison",
    "Difference",
    "Disagreement",
    "Evaluation",
    "compare_systems",
    "evaluate",
    "iter_pairs",
    "read_pairs",
]
