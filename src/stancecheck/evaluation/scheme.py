"""Which classes are scored: three, or the two that the gold labels tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError
from stancecheck.stance import NLI_CLASSES, STANCES

__all__ = ["AXES", "Scheme", "choose_scheme", "gold_code"]

Codes: TypeAlias = NDArray[np.int64]
Probabilities: TypeAlias = NDArray[np.float64]

AXES: dict[str, tuple[str, str, str]] = {
    "stance": (STANCES[0].value, STANCES[1].value, STANCES[2].value),
    "nli": (NLI_CLASSES[0], NLI_CLASSES[1], NLI_CLASSES[2]),
}
"""The classes of a task, in the order of every array."""

NOT_CONTRADICTION, NOT_ENTAILMENT = 3, 4  # gold codes of labels that leave two classes open

# What each gold label means on both tasks' axes: an entailed pair agrees, a neutral one is unrelated.
_ON_STANCE_AXIS = {"entailment": 0, "agree": 0, "contradiction": 1, "contradict": 1, "neutral": 2, "unrelated": 2}
_ON_NLI_AXIS = {"entailment": 0, "agree": 0, "neutral": 1, "unrelated": 1, "contradiction": 2, "contradict": 2}
_OPEN = {"not_contradiction": NOT_CONTRADICTION, "not_entailment": NOT_ENTAILMENT}
_CODES = {"stance": _ON_STANCE_AXIS | _OPEN, "nli": _ON_NLI_AXIS | _OPEN}

SCHEMES = ("three-way", "contradiction-or-not", "entailment-or-not", "agree-or-contradict")


def gold_code(task: str, gold: str) -> int:
    """Position of a gold label on the task's axis; 3 and 4 for 'not contradiction' and 'not entailment'.

    Raises:
        InputError: If there is no such label.
    """
    try:
        return _CODES[task][gold]
    except KeyError:
        raise InputError(
            f"gold label: expected one of {', '.join(_CODES[task])}, got {gold!r}; read_pairs maps others"
        ) from None


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a task's three classes are scored.

    Attributes:
        name: 'three-way', 'contradiction-or-not', 'entailment-or-not' or 'agree-or-contradict'.
        classes: Names of the scored classes.
        members: For each scored class, the positions on the task's axis that belong to it.
        contradict: Which scored class is the contradicting one; None if there is none.
        forced: Whether the system has to choose among the scored classes, its third one being left out.
        note: What a reader of the metrics has to know, or None.
    """

    name: str
    classes: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    contradict: int | None
    forced: bool = False
    note: str | None = None

    def gold(self, codes: Codes) -> Codes:
        """Scored class of each gold code. Shape: as the codes."""
        table = np.full(5, -1, dtype=np.int64)
        for index, members in enumerate(self.members):
            table[list(members)] = index
        table[NOT_CONTRADICTION] = table[NOT_ENTAILMENT] = len(self.classes) - 1  # the second of two; checked before
        return table[codes]

    def probabilities(self, scores: Probabilities) -> Probabilities:
        """Probability of each scored class, rows summing to 1.

        Args:
            scores: On the task's axis. Shape: (n, 3).

        Returns:
            Shape: (n, classes).
        """
        summed = np.stack([scores[:, list(members)].sum(-1) for members in self.members], axis=-1)
        if not self.forced:
            return summed
        total = summed.sum(-1, keepdims=True)
        even = np.full_like(summed, 1 / len(self.classes))
        return np.where(total > 0, np.divide(summed, total, out=even.copy(), where=total > 0), even)

    def predictions(self, predictions: Codes, probabilities: Probabilities) -> Codes:
        """Scored class of each of the system's predictions. Shape: (n,)."""
        if self.forced:
            return np.asarray(probabilities.argmax(-1), dtype=np.int64)
        table = np.zeros(3, dtype=np.int64)
        for index, members in enumerate(self.members):
            table[list(members)] = index
        collapsed: Codes = table[predictions]
        return collapsed


def choose_scheme(task: str, gold: Codes, name: str = "auto") -> Scheme:
    """The scheme that fits the gold labels.

    Args:
        task: 'stance' or 'nli'.
        gold: Gold codes of the labelled pairs. Shape: (n,).
        name: 'auto', or the name of a scheme.

    Raises:
        InputError: If there is no such scheme, or the gold labels cannot be scored under it.
    """
    if name not in ("auto", *SCHEMES):
        raise InputError(f"scheme: expected 'auto' or one of {', '.join(SCHEMES)}, got {name!r}")
    agree, contradict, neutral = (_CODES[task][name] for name in ("agree", "contradict", "neutral"))
    present = set(np.unique(gold).tolist())
    fitting = {
        "three-way": present <= {0, 1, 2},
        "contradiction-or-not": NOT_ENTAILMENT not in present,
        "entailment-or-not": NOT_CONTRADICTION not in present,
        "agree-or-contradict": present <= {agree, contradict},
    }
    if name == "auto":
        name = _fitting(present, {agree, contradict})
    if not fitting[name]:
        raise InputError(f"scheme {name!r} does not fit these gold labels: they hold classes that it cannot tell apart")
    names = AXES[task]
    if name == "three-way":
        return Scheme(name, names, ((0,), (1,), (2,)), contradict)
    if name == "agree-or-contradict":
        note = (
            f"The gold labels know only {names[agree]} and {names[contradict]}; the system's choice is forced between the two, "
            f"by their scores, and {names[neutral]} is left out."
        )
        return Scheme(name, (names[agree], names[contradict]), ((agree,), (contradict,)), 1, forced=True, note=note)
    one = contradict if name == "contradiction-or-not" else agree
    rest = tuple(i for i in range(3) if i != one)
    note = f"Two classes are scored: {names[one]}, and all that is not; the system's other two predictions count as one."
    return Scheme(name, (names[one], f"not {names[one]}"), ((one,), rest), 0 if one == contradict else None, note=note)


def _fitting(present: set[int], two: set[int]) -> str:
    if NOT_CONTRADICTION in present and NOT_ENTAILMENT in present:
        raise InputError(
            "gold labels: 'not contradiction' and 'not entailment' in one set cannot be scored; evaluate them apart"
        )
    if NOT_CONTRADICTION in present:
        return "contradiction-or-not"
    if NOT_ENTAILMENT in present:
        return "entailment-or-not"
    return "agree-or-contradict" if present == two else "three-way"
