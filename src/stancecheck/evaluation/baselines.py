"""What can be achieved without comparing two statements: three baselines that a system has to beat.

- majority: always the most frequent gold label of the scored pairs, so the best constant prediction.
- word overlap: how many words the two share.
- hypothesis-only baseline: the first is not read. Far above the majority, it shows that the data give their labels away
  (Poliak et al. 2018; Gururangan et al. 2018), and that a system may have learnt the same leak.

The last two are logistic regressions (the one on words fitted by gradient descent) under five-fold cross-validation on the
scored pairs. Pairs linked by a shared statement, on either side, are never on both sides of a fold: in a set that gives each
statement once with every label, a fold would otherwise teach the very opposite of what it asks. Where nearly all pairs hang
together like that, the groups of the bootstrap are kept together instead.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.statements import Pair
from stancecheck.evaluation.metrics import Scored, point_metrics

__all__ = ["Baseline", "Sample", "run_baselines"]

Codes: TypeAlias = NDArray[np.int64]

MOST_PAIRS = 5000  # to fit on: enough to show a leak, few enough for a second's work
_FOLDS = 5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Metrics of one baseline.

    Attributes:
        name: Which.
        accuracy: Share of right predictions.
        macro_f1: Mean F1 over classes.
        contradict_ap: Average precision of the contradicting class; None where it is not defined.
        pairs: How many pairs it was fitted and scored on.
    """

    name: str
    accuracy: float
    macro_f1: float
    contradict_ap: float | None
    pairs: int


class Sample:
    """A random sample of a stream of pairs, of bounded size, the same for the same seed.

    Args:
        size: Most pairs to keep.
        seed: Of the random numbers.

    Source: Vitter 1985, algorithm R.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._random = random.Random(seed)  # noqa: S311  # sampling, not secrets
        self._kept: list[tuple[int, Pair]] = []
        self._seen = 0

    def add(self, index: int, pair: Pair) -> None:
        """Offer a pair by its position among the labelled pairs."""
        self._seen += 1
        if len(self._kept) < self._size:
            self._kept.append((index, pair))
            return
        place = self._random.randrange(self._seen)
        if place < self._size:
            self._kept[place] = (index, pair)

    def sorted(self) -> list[tuple[int, Pair]]:
        """Positions and pairs, in order of position."""
        return sorted(self._kept, key=lambda kept: kept[0])


def run_baselines(
    pairs: Sequence[Pair],
    gold: Codes,
    groups: Codes | None,
    *,
    classes: int,
    contradict: int | None,
    seed: int,
) -> tuple[Baseline, ...]:
    """The baselines' metrics; the fitted two are left out where the pairs are too few to cross-validate.

    Args:
        pairs: The sampled pairs.
        gold: Scored class of each. Shape: (n,).
        groups: Group of each, or None. Shape: (n,).
        classes: How many classes are scored.
        contradict: Which is the contradicting one.
        seed: Of the folds.
    """
    counts = np.bincount(gold, minlength=classes)
    constant = np.tile(counts / counts.sum(), (len(gold), 1))
    found = [_metrics("majority", gold, constant, contradict)]
    folds = _folds(gold, _linked(pairs, groups), seed)
    if not folds:
        return tuple(found)
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    with threadpool_limits(1):  # the matrices are small: more threads only wait for each other
        model = LogisticRegression(max_iter=1000)
        overlap = np.array([_overlap(p.a.text, p.b.text) for p in pairs])
        found.append(_metrics("word overlap", gold, _cross_validated(model, overlap, gold, folds, classes), contradict))
        seconds = np.array([p.b.text for p in pairs], dtype=object)
        probabilities = _cross_validated(_text_model(), seconds, gold, folds, classes)
        found.append(_metrics("hypothesis-only baseline", gold, probabilities, contradict))
    return tuple(found)


def _metrics(name: str, gold: Codes, probabilities: NDArray[np.float64], contradict: int | None) -> Baseline:
    predictions = probabilities.argmax(-1).astype(np.int64)
    values = point_metrics(Scored(gold, predictions, probabilities, contradict))
    return Baseline(name, float(values["accuracy"] or 0), float(values["macro_f1"] or 0), values["contradict_ap"], len(gold))


def _linked(pairs: Sequence[Pair], groups: Codes | None) -> Codes | None:
    """Group of each pair: all that are linked by shared statements; `groups` where that would be most of the pairs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    numbers: dict[str, int] = {}
    one = np.array([numbers.setdefault(p.a.text, len(numbers)) for p in pairs])
    other = np.array([numbers.setdefault(p.b.text, len(numbers)) for p in pairs])
    shape = (len(numbers), len(numbers))
    _, component = connected_components(coo_array((np.ones(len(pairs)), (one, other)), shape=shape), directed=False)
    linked: Codes = component[one].astype(np.int64)
    return linked if np.bincount(linked).max() <= len(pairs) / _FOLDS else groups


def _folds(gold: Codes, groups: Codes | None, seed: int) -> list[tuple[Codes, Codes]]:
    """Training and held-out positions of each fold; none where a class has too few pairs."""
    from sklearn.model_selection import GroupKFold, StratifiedKFold

    _, counts = np.unique(gold, return_counts=True)
    if len(counts) < 2 or counts.min() < _FOLDS:
        return []
    if groups is not None and len(np.unique(groups)) >= _FOLDS:
        splits = GroupKFold(_FOLDS, shuffle=True, random_state=seed).split(gold, gold, groups)
    else:
        splits = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(gold, gold)
    folds = [(train, test) for train, test in splits]
    return folds if all(len(np.unique(gold[train])) > 1 for train, _ in folds) else []


def _cross_validated(
    model: Any, inputs: Any, gold: Codes, folds: list[tuple[Codes, Codes]], classes: int
) -> NDArray[np.float64]:
    from sklearn.base import clone

    probabilities = np.zeros((len(gold), classes))
    for train, test in folds:
        fitted = clone(model).fit(inputs[train], gold[train])
        probabilities[np.ix_(test, fitted.classes_)] = fitted.predict_proba(inputs[test])
    return probabilities


def _overlap(a: str, b: str) -> tuple[float, float, float]:
    """Shared words by all words, by the first's, by the second's."""
    first, second = (set(_WORD.findall(text.lower())) for text in (a, b))
    shared = len(first & second)
    return shared / max(1, len(first | second)), shared / max(1, len(first)), shared / max(1, len(second))


def _text_model() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=50_000)
    return make_pipeline(words, SGDClassifier(loss="log_loss", random_state=0))
