"""What is said of the windows of two texts -> what is said of the texts.

Two texts contradict as much as their most contradicting windows do. One is supported by the other as much as its least
supported window is by the best of the other's. What both say in the same words is no matter of dispute between them and
supports itself. One window alone comes out as it went in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stancecheck.models.tokens import Window
from stancecheck.stance import CONTRADICTION, ENTAILMENT, STANCES, Stance

__all__ = ["CHANCE", "join_nli", "join_stances"]

FloatArray = NDArray[np.float64]

CHANCE = {Stance.CONTRADICT: 1 / 2, Stance.AGREE: 1 / 4}
"""Of many windows one contradicts or supports by chance: the odds of the best are divided by this power of their number.

Source: benchmarks/long_texts.py, 240 statements against texts of 3 to 24 of which one, or none, agrees or contradicts. These
have a mean macro-F1 of 0.54; 0.4 and 0 have 0.55, and call 60% of the unrelated texts of 24 related, where these call 36%.
"""
_FOLLOWS = np.array([1.0, 0.0, 0.0])  # of two windows in the same words: entailment, or AGREE


def join_nli(windows: Sequence[Window], probs: FloatArray) -> FloatArray:
    """The NLI classes of two texts, in both directions. Shape: (2 directions, 3 NLI classes).

    Args:
        windows: The window pairs.
        probs: Their classes. Shape: (window pairs, 2 directions, 3 NLI classes).
    """
    if len(windows) == 1:
        return np.asarray(probs[0])
    probs = np.where(_same(windows)[:, None, None], _FOLLOWS, probs)
    disputable = _disputable(windows)
    sides = ([w.index_b for w in windows], [w.index_a for w in windows])  # of each direction, the one that follows
    contradiction = np.array([_highest(probs[:, way, CONTRADICTION], disputable, windows) for way in (0, 1)])
    support = probs[:, :, ENTAILMENT] / np.maximum(1 - probs[:, :, CONTRADICTION], 1e-9)
    entailed = np.array([_least_supported(support[:, way], windows, side) for way, side in enumerate(sides)])
    entailment = (1 - contradiction) * entailed
    return np.stack([entailment, 1 - contradiction - entailment, contradiction], axis=-1)


def join_stances(windows: Sequence[Window], scores: FloatArray) -> tuple[FloatArray, Window]:
    """The stances of two texts, and the window pair that decided. Shape of the former: (3 stances,).

    Two texts agree as much as that one of them is supported which the other supports better: a sentence agrees with a longer
    text that holds it.

    Args:
        windows: The window pairs.
        scores: Their stances. Shape: (window pairs, 3 stances).
    """
    if len(windows) == 1:
        return np.asarray(scores[0]), windows[0]
    scores = np.where(_same(windows)[:, None], _FOLLOWS, scores)
    agrees, contradicts = scores[:, STANCES.index(Stance.AGREE)], scores[:, STANCES.index(Stance.CONTRADICT)]
    disputable = _disputable(windows)
    contradict = _highest(contradicts, disputable, windows)
    support = agrees / np.maximum(1 - contradicts, 1e-9)
    sides = ([w.index_a for w in windows], [w.index_b for w in windows])
    agree = (1 - contradict) * max(_least_supported(support, windows, side) for side in sides)
    deciding = (np.where(disputable, contradicts, -1.0) if contradict >= agree else agrees).argmax()
    joined = {Stance.AGREE: agree, Stance.CONTRADICT: contradict, Stance.UNRELATED: 1 - contradict - agree}
    return np.array([joined[stance] for stance in STANCES]), windows[int(deciding)]


def _same(windows: Sequence[Window]) -> NDArray[np.bool_]:
    return np.array([w.same for w in windows])


def _disputable(windows: Sequence[Window]) -> NDArray[np.bool_]:
    """Which window pairs may contradict each other: those of which neither side is said by both in the same words."""
    settled_a = {w.index_a for w in windows if w.same}
    settled_b = {w.index_b for w in windows if w.same}
    return np.array([w.index_a not in settled_a and w.index_b not in settled_b for w in windows])


def _highest(contradiction: FloatArray, disputable: NDArray[np.bool_], windows: Sequence[Window]) -> float:
    """How much the most contradicting of the disputable window pairs do."""
    tries = len({w.forward for w, counts in zip(windows, disputable, strict=True) if counts})
    return _less_chance(float(contradiction[disputable].max(initial=0.0)), tries, Stance.CONTRADICT)


def _least_supported(support: FloatArray, windows: Sequence[Window], supported: Sequence[int]) -> float:
    """How much the least supported window of one text is, by the best of the other's.

    Args:
        support: By window pair.
        windows: The window pairs.
        supported: By window pair, which window of that text it is.
    """
    tried: dict[int, set[int]] = {}
    best: dict[int, float] = {}
    for value, window, index in zip(support, windows, supported, strict=True):
        tried.setdefault(index, set()).add(window.forward)
        best[index] = max(best.get(index, 0.0), float(value))
    complete = len(best) == max(best) + 1  # a window that was left out is not known to be supported
    return min(_less_chance(p, len(tried[i]), Stance.AGREE) for i, p in best.items()) if complete else 0.0


def _less_chance(probability: float, tries: int, stance: Stance) -> float:
    """The probability that is left of the highest of so many."""
    doubt = max(tries, 1) ** CHANCE[stance] * (1 - probability)
    return probability / (probability + doubt) if probability > 0 else 0.0
