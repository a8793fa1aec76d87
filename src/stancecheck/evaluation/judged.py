"""What is kept of each judged pair: some sixty bytes of numbers, never its texts."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.statements import Pair
from stancecheck.errors import InputError
from stancecheck.evaluation.scheme import gold_code
from stancecheck.judging.judge import Judgement
from stancecheck.stance import STANCES, stance_index

__all__ = ["Collector", "Judged", "Slicing", "System"]

_MOST_VALUES = 1000  # different values of a column that is sliced by; more is an id, not a property
_GROUP_COLUMNS = ("topic", "claim", "group")
_LENGTHS = ((16, "up to 16 words"), (32, "17 to 32 words"), (64, "33 to 64 words"), (128, "65 to 128 words"))


class System(Protocol):
    """The only demand on what is evaluated: judgements of pairs, one each, in order."""

    def check_pairs(self, pairs: Sequence[Pair], /) -> Sequence[Judgement]:
        """One judgement a pair, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Slicing:
    """A column's values, by labelled pair.

    Attributes:
        names: The different values.
        codes: Which of them each pair has. Shape: (n,).
    """

    names: tuple[str, ...]
    codes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judged:
    """All labelled pairs, as numbers.

    Attributes:
        gold: Gold codes. Shape: (n,).
        predictions: The system's predictions on the task's axis. Shape: (n,).
        scores: Probabilities on the task's axis. Shape: (n, 3).
        groups: Which pairs belong together in the bootstrap, numbered from 0; None if each stands alone. Shape: (n,).
        grouped_by: What made the groups, for the reader.
        truncated: How many pairs the system could not read in full.
        swap_same: Of how many pairs the prediction stays the same when a and b are swapped, and of how many that is known.
        slices: By column.
        unlabelled: Pairs without a gold label, which were not judged.
        data_sha256: Hash of every pair read: texts and gold label, in order.
    """

    gold: NDArray[np.int64]
    predictions: NDArray[np.int64]
    scores: NDArray[np.float64]
    groups: NDArray[np.int64] | None
    grouped_by: str
    truncated: int
    swap_same: tuple[int, int]
    slices: dict[str, Slicing]
    unlabelled: int
    data_sha256: str


class Collector:
    """Takes pairs and judgements one by one.

    Args:
        task: 'stance' or 'nli'.
        group: 'auto', None, or the column whose equal values belong together.
        slices: Columns to slice by.
    """

    def __init__(self, task: str, group: str | None, slices: Sequence[str]) -> None:
        self._task = task
        self._group = group
        self._gold, self._predictions, self._scores = array("b"), array("b"), array("d")
        self._topics, self._premises = array("Q"), array("Q")
        self._slices: dict[str, tuple[dict[str, int], array[int]]] = {name: ({}, array("i")) for name in slices}
        self._truncated = 0
        self._unlabelled = 0
        self._same = self._asked = 0
        self._data = hashlib.sha256()
        self._column: str | None = None if group in ("auto", None) else group

    def read(self, pair: Pair) -> bool:
        """Note that a pair was read; whether it has a gold label and so is to be judged."""
        for text in (pair.a.text, pair.b.text, pair.gold or ""):
            self._data.update(text.encode("utf-8", "surrogatepass") + b"\x1f")
        if pair.gold is None:
            self._unlabelled += 1
        return pair.gold is not None

    def add(self, pair: Pair, judgement: Judgement) -> None:
        """Keep what the metrics need.

        Raises:
            InputError: If the gold label is not known, the scores are not probabilities, or a column is missing.
        """
        index = len(self._gold)
        location = f"pair {index}" + (f" (id {pair.id!r})" if pair.id is not None else "")
        self._gold.append(gold_code(self._task, str(pair.gold)))
        scores, prediction = _read_judgement(self._task, judgement, location)
        self._scores.extend(scores)
        self._predictions.append(prediction)
        self._truncated += bool(judgement.truncated)
        if self._task == "nli":
            # A directed label may change when the pair is swapped; only 'contradiction' may not.
            backward = _nli_scores(judgement.backward)
            self.swapped(same=(_argmax(scores) == 2) == (_argmax(backward) == 2))
        self._add_group(pair, index)
        for name, (names, codes) in self._slices.items():
            value = _slice_value(pair, name, location)
            if value not in names and len(names) >= _MOST_VALUES:
                raise InputError(f"slices: column {name!r} has more than {_MOST_VALUES} different values; slice by another")
            codes.append(names.setdefault(value, len(names)))

    def swapped(self, *, same: bool) -> None:
        """Note whether a pair's prediction stayed the same when its statements were swapped."""
        self._asked += 1
        self._same += same

    def _add_group(self, pair: Pair, index: int) -> None:
        if self._group == "auto" and index == 0:
            self._column = next((c for c in _GROUP_COLUMNS if c in pair.columns), None)
        if self._group is None:
            return
        if self._group == "auto":
            self._premises.append(_hash(pair.a.text))
        if self._column is not None:
            if self._column not in pair.columns and self._group != "auto":
                raise InputError(f"group: pair {index} has no column {self._column!r}; it has {sorted(pair.columns)}")
            self._topics.append(_hash(str(pair.columns.get(self._column))))

    def done(self) -> Judged:
        """Everything, as arrays.

        Raises:
            InputError: If no pair had a gold label.
        """
        count = len(self._gold)
        if count == 0:
            raise InputError(
                f"no pair has a gold label ({self._unlabelled} without one): there is nothing to score. "
                "Give each row a 'label', or use check_pairs to judge without scoring"
            )
        groups, grouped_by = self._groups()
        slices = {
            name: Slicing(tuple(names), np.frombuffer(codes, dtype=np.intc).astype(np.int64))
            for name, (names, codes) in self._slices.items()
        }
        return Judged(
            gold=np.frombuffer(self._gold, dtype=np.int8).astype(np.int64),
            predictions=np.frombuffer(self._predictions, dtype=np.int8).astype(np.int64),
            scores=np.frombuffer(self._scores, dtype=np.float64).reshape(count, 3).copy(),
            groups=groups,
            grouped_by=grouped_by,
            truncated=self._truncated,
            swap_same=(self._same, self._asked),
            slices=slices,
            unlabelled=self._unlabelled,
            data_sha256=self._data.hexdigest(),
        )

    def _groups(self) -> tuple[NDArray[np.int64] | None, str]:
        """The coarsest sharing that leaves enough groups: a topic if there are 20 of them, else a first statement."""
        candidates = [(f"column {self._column!r}", self._topics)] if self._column is not None else []
        if self._group == "auto":
            candidates.append(("first statement", self._premises))
        for name, hashes in candidates:
            values, codes = np.unique(np.frombuffer(hashes, dtype=np.uint64), return_inverse=True)
            enough = len(values) >= 20 or self._group != "auto"
            if enough and len(values) < len(codes):
                return codes.astype(np.int64), f"{name}, {len(values)} groups"
        return None, "each pair alone"


def _read_judgement(task: str, judgement: Judgement, location: str) -> tuple[list[float], int]:
    """Scores and prediction on the task's axis."""
    if task == "nli":
        scores = _nli_scores(judgement.forward)
        prediction = _argmax(scores)
    else:
        scores = [float(judgement.scores[stance]) for stance in STANCES]
        prediction = stance_index(judgement.stance)
    if not (all(0 <= s <= 1.0001 for s in scores) and abs(sum(scores) - 1) < 1e-3):
        raise InputError(f"{location}: expected probabilities that sum to 1 from the system, got {scores}")
    return scores, prediction


def _nli_scores(scores: Any) -> list[float]:
    return [float(scores.entailment), float(scores.neutral), float(scores.contradiction)]


def _argmax(values: list[float]) -> int:
    return values.index(max(values))


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _slice_value(pair: Pair, name: str, location: str) -> str:
    """A pair's value of a column; 'length', 'party', 'party_a' and 'party_b' are made from the pair itself."""
    if name in pair.columns and name != "length":
        return str(pair.columns[name])
    if name == "length":
        words = len(pair.a.text.split()) + len(pair.b.text.split())
        return next((label for most, label in _LENGTHS if words <= most), "over 128 words")
    if name == "party":
        return " / ".join(sorted((pair.a.party or "-", pair.b.party or "-")))
    if name in ("party_a", "party_b"):
        return (pair.a if name == "party_a" else pair.b).party or "-"
    raise InputError(
        f"slices: {location} has no column {name!r}; it has {sorted(map(str, pair.columns))}, and always 'length' and 'party'"
    )
