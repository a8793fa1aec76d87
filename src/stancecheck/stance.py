"""Stances and NLI classes: the only place where a class name meets an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from stancecheck.errors import LabelOrderError

__all__ = ["CONTRADICTION", "ENTAILMENT", "NEUTRAL", "NLI_CLASSES", "STANCES", "Stance", "label_order", "stance_index"]


class Stance(StrEnum):
    """How two statements stand to each other. Compares equal to its lower-case name."""

    AGREE = "agree"
    """One follows from the other, in either direction."""
    CONTRADICT = "contradict"
    """Both cannot be true of the same event."""
    UNRELATED = "unrelated"
    """Neither: also two statements on one topic that can both be true."""


STANCES: tuple[Stance, Stance, Stance] = (Stance.AGREE, Stance.CONTRADICT, Stance.UNRELATED)
"""The order of the stance axis in every array."""

ENTAILMENT, NEUTRAL, CONTRADICTION = 0, 1, 2
NLI_CLASSES = ("entailment", "neutral", "contradiction")
"""The order of the NLI axis in every array."""

# How models of the hub name the three classes, in lower case without separators.
_NLI_NAMES = {
    "entailment": ENTAILMENT,
    "entail": ENTAILMENT,
    "entails": ENTAILMENT,
    "neutral": NEUTRAL,
    "contradiction": CONTRADICTION,
    "contradict": CONTRADICTION,
    "contradicts": CONTRADICTION,
}


def stance_index(stance: Stance | str) -> int:
    """Position of a stance on the stance axis."""
    return STANCES.index(Stance(stance))


def label_order(names: Mapping[int, str] | Sequence[str], *, model: str) -> tuple[int, int, int]:
    """Columns of the model's output that hold entailment, neutral and contradiction, in that order.

    Args:
        names: The model's class names by output column.
        model: The model's name, for the message.

    Raises:
        LabelOrderError: If there are not exactly the three NLI classes, readable by name.
    """
    by_column = dict(names) if isinstance(names, Mapping) else dict(enumerate(names))
    columns: dict[int, int] = {}
    for column, name in by_column.items():
        nli_class = _NLI_NAMES.get(str(name).strip().lower().replace("_", "").replace("-", ""))
        if nli_class is not None:
            columns[nli_class] = int(column)
    if len(by_column) != 3 or sorted(columns) != [0, 1, 2] or sorted(columns.values()) != [0, 1, 2]:
        shown = [by_column[c] for c in sorted(by_column)]
        fix = "labels=('contradiction', 'entailment', 'neutral')"
        raise LabelOrderError(
            f"model {model!r}: expected three labels that name entailment, neutral and contradiction, got {shown}. "
            f"If it is a three-way NLI model, name its output columns in order yourself, as its model card states "
            f"them: StanceChecker.load({model!r}, {fix})"
        )
    return columns[ENTAILMENT], columns[NEUTRAL], columns[CONTRADICTION]
