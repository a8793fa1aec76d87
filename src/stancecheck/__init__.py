"""Compares statements made by different parties: do they agree, contradict each other, or are they unrelated?"""

from __future__ import annotations

from stancecheck import errors
from stancecheck.attribution import read_article
from stancecheck.checker import StanceChecker
from stancecheck.data.statements import Pair, Statement, pairs_between, read_statements
from stancecheck.evaluation import Evaluation, evaluate, read_pairs
from stancecheck.judging.judge import Judgement, NLIScores
from stancecheck.models import LoadOptions
from stancecheck.report import Report
from stancecheck.stance import Stance

__version__ = "0.1.0"

__all__ = [
    "Evaluation",
    "Judgement",
    "LoadOptions",
    "NLIScores",
    "Pair",
    "Report",
    "Stance",
    "StanceChecker",
    "Statement",
    "errors",
    "evaluate",
    "pairs_between",
    "read_article",
    "read_pairs",
    "read_statements",
]
