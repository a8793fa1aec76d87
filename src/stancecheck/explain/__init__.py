"""What a judgement turns on: the words that carry it, the kind of a conflict, and reasons for caution."""

from __future__ import annotations

from stancecheck.explain.doubt import Doubt, doubt
from stancecheck.explain.judgements import explain_by_model, explain_judgement, explain_judgements
from stancecheck.explain.spans import ScorePairs
from stancecheck.judging.explanation import Caution, CautionReason, Cue, Explanation, Kind, Reversal

__all__ = [
    "Caution",
    "CautionReason",
    "Cue",
    "Doubt",
    "Explanation",
    "Kind",
    "Reversal",
    "ScorePairs",
    "doubt",
    "explain_by_model",
    "explain_judgement",
    "explain_judgements",
]
