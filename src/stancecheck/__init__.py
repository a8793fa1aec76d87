"""Compares statements made by different parties: do they agree, contradict each other, or are they unrelated?"""

from __future__ import annotations

import importlib as _importlib
import typing as _typing

from stancecheck import errors
from stancecheck.checker import StanceChecker
from stancecheck.data.statements import Pair, Statement, pairs_between, read_statements
from stancecheck.judging.judge import Judgement, NLIScores
from stancecheck.models import LoadOptions
from stancecheck.report import Report
from stancecheck.stance import Stance

if _typing.TYPE_CHECKING:
    from stancecheck.attribution import read_article, read_transcript
    from stancecheck.evaluation import Evaluation, evaluate, read_pairs

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
    "read_transcript",
]

# Loaded when first asked for: a tenth of a second that judging a pair need not wait for.
_LATER = {
    "Evaluation": "stancecheck.evaluation",
    "evaluate": "stancecheck.evaluation",
    "read_article": "stancecheck.attribution",
    "read_pairs": "stancecheck.evaluation",
    "read_transcript": "stancecheck.attribution",
}


def __getattr__(name: str) -> _typing.Any:
    """A public name of a room that is not loaded yet.

    Raises:
        AttributeError: If there is no such name.
    """
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value = getattr(_importlib.import_module(_LATER[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
