"""What a model cannot do, in figures: negation, numbers, and how much it reads off the second text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from metrics import Floats, Ints

GENERAL = ("nli.mnli_m", "nli.xnli_en_dev", "nli.lingnli_baseline", "nli.snli_val")
NEGATION = re.compile(r"\b(?:not|no|never|nobody|nothing|none|neither|nor|nowhere|without|cannot)\b|n't\b", re.IGNORECASE)
NUMBER = re.compile(r"\d")
NOTHING_SAID = "Something was said."
ALONE = 1000  # second texts a set
CONTRADICTION = 2

Rows = Sequence[Mapping[str, Any]]


def has_negation(row: Mapping[str, Any]) -> bool:
    """Whether just one of the two texts has a word of negation."""
    return bool(NEGATION.search(row["a"])) != bool(NEGATION.search(row["b"]))


def has_numbers(row: Mapping[str, Any]) -> bool:
    """Whether both texts have digits."""
    return bool(NUMBER.search(row["a"]) and NUMBER.search(row["b"]))


SLICES: dict[str, Callable[[Mapping[str, Any]], bool]] = {"negation": has_negation, "numbers": has_numbers}


def slices(rows: Rows, probs: Floats, gold: Ints) -> dict[str, Any]:
    """Accuracy of the forward direction inside and outside of each slice, and how often a contradiction is seen in vain.

    Args:
        rows: The pairs.
        probs: Entailment, neutral, contradiction. Shape: (rows, 3).
        gold: Class numbers. Shape: (rows,).
    """
    said = probs.argmax(1)
    out = {}
    for name, belongs in SLICES.items():
        inside = np.array([belongs(row) for row in rows])
        out[name] = {"rows": int(inside.sum())}
        for key, part in (("inside", inside), ("outside", ~inside)):
            others = part & (gold != CONTRADICTION)
            out[name][key] = {
                "accuracy": _mean(said[part] == gold[part]),
                "false_contradictions": _mean(said[others] == CONTRADICTION),
            }
    return out


def second_text_alone(rows: Rows, gold: Ints, forward: Callable[[list[dict[str, Any]]], Floats]) -> dict[str, Any]:
    """How often the gold class is found although the first text says nothing: what the second one gives away.

    Args:
        rows: The pairs.
        gold: Class numbers. Shape: (rows,).
        forward: The model: pairs -> probabilities of the three classes. Shape: (rows, 3).
    """
    said = forward([{"a": NOTHING_SAID, "b": row["b"]} for row in rows]).argmax(1)
    return {"rows": len(rows), "accuracy": _mean(said == gold), "largest_class": _mean(gold == np.bincount(gold).argmax())}


def _mean(values: Any) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None
