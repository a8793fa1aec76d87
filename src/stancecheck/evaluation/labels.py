"""Foreign column and label names -> ours, in two tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from stancecheck.data.columns import PAIR_COLUMNS
from stancecheck.errors import InputError

__all__ = ["GOLD_NAMES", "PAIR_COLUMNS", "GoldReader"]

# Gold label -> the names that mean it, in lower case, '-' and '_' as spaces.
GOLD_NAMES: Mapping[str, tuple[str, ...]] = {
    "entailment": ("entailment", "entail", "entails", "entailed"),
    "neutral": ("neutral", "not enough info", "not enough information", "nei", "notenoughinfo"),
    "contradiction": ("contradiction", "contradictory"),
    "agree": ("agree", "agrees", "agreement", "support", "supports", "supported", "for", "strengthen"),
    "contradict": (
        *("contradict", "contradicts", "refute", "refutes", "refuted", "disagree", "disagrees", "disagreement"),
        *("attack", "attacks", "undermine", "undermines", "against", "weaken"),
    ),
    "unrelated": ("unrelated", "no relation", "neither", "observing", "discuss", "unknown"),
    "not_contradiction": ("not contradiction", "no contradiction", "non contradiction", "not contradict"),
    "not_entailment": ("not entailment", "no entailment", "non entailment"),
}

_BY_NAME = {name: gold for gold, names in GOLD_NAMES.items() for name in names}
_NO_GOLD = {"", "-", "-1", "none", "nan"}  # '-' is how SNLI and MultiNLI write that the annotators did not agree


class GoldReader:
    """Reads one gold label: its name by the table, its number by a stated order.

    Args:
        labels: What the labels mean: the names in the order of the numbers 0, 1, 2, or a mapping from the data's own labels;
            None where the table's names are used.

    Raises:
        InputError: If `labels` itself names something that the table does not know.
    """

    def __init__(self, labels: Sequence[str] | Mapping[Any, str] | None = None) -> None:
        if isinstance(labels, str):
            raise InputError(f"labels: expected a sequence or a mapping of label names, got the text {labels!r}")
        stated = labels.items() if isinstance(labels, Mapping) else enumerate(labels or ())
        self._stated = {_plain(key): _known(name, f"labels[{key!r}]") for key, name in stated}

    def __call__(self, value: Any) -> str | None:
        """The gold label, None where the row has none.

        Raises:
            InputError: If the label is not known, or is a number and no order was stated.
        """
        if value is None:
            return None
        plain = _plain(value)
        if plain in self._stated:
            return self._stated[plain]
        if plain in _NO_GOLD:
            return None
        if plain.lstrip("-").isdigit():
            stated = f"the stated ones are {sorted(self._stated)}" if self._stated else "their order is not stated"
            raise InputError(
                f"label {value!r} is a number and {stated}: name the classes in order, as the data's card does, "
                "for example labels=('entailment', 'neutral', 'contradiction')"
            )
        return _known(value, "label")


def _plain(value: Any) -> str:
    if isinstance(value, Real) and float(value).is_integer():
        return str(int(float(value)))  # a column of integers with gaps comes from pandas as floats
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d*\s*", value):
        return value.strip()
    return re.sub(r"[\s_-]+", " ", str(value)).strip().lower()


def _known(name: Any, location: str) -> str:
    found = _BY_NAME.get(_plain(name))
    if found is None:
        raise InputError(
            f"{location}: expected a known label such as {', '.join(GOLD_NAMES)}, got {name!r}. "
            "Say what it means, for example labels={'for': 'agree', 'against': 'contradict'}"
        )
    return found
