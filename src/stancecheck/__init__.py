"""Compares statements made by different parties: do they agree, contradict each other, or are they unrelated?"""

from __future__ import annotations

from stancecheck import errors
from stancecheck.checker import StanceChecker
from stancecheck.judge import Judgement, NLIScores
from stancecheck.report import Report
from stancecheck.stance import Stance
from stancecheck.statements import Pair, Statement, pairs_between, read_statements

__version__ = "0.1.0"

__all__ = [
    "Judgement",
    "NLIScores",
    "Pair",
    "Report",
    "Stance",
    "StanceChecker",
    "Statement",
    "errors",
    "pairs_between",
    "read_statements",
]
