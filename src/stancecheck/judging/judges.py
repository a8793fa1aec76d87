"""Who judges: one model; a model with a fallback for unsure answers; or, in a report, the better model of two."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.statements import Pair, TextLike, as_pair
from stancecheck.judging.judge import Judgement, judge, should_escalate
from stancecheck.judging.reading import FIRST_PERSON, adjusted, identical, read_pairs
from stancecheck.models import Memory, ModelInfo, NLIModel, run
from stancecheck.stance import STANCES

__all__ = ["CHUNK", "OneModel", "ReportJudge", "WithFallback"]

OnPairs: TypeAlias = Callable[[int], Any]
"""Called with a number of pairs as they are judged."""

Likely: TypeAlias = Callable[[list[Judgement]], NDArray[np.float64]]
"""How likely each judged pair says something; more is likelier. Shape: (pairs,)."""

CHUNK = 4096  # pairs read together: enough to sort by length (MNLI: 1.6% padding, 3.1% at half as many), few enough to hold
MOST_PAIRS = 4000  # of a report, that the better model judges: a minute on two cores with AMX
SHARE = 0.4  # of a report's pairs, that it judges; source: benchmarks/preselection.py
FEWEST_PAIRS = 100  # that it judges of any report that has them


class OneModel:
    """Judges every pair with one model.

    Args:
        model: The model.
        memory: What the model said before, if it need not be asked again.
    """

    def __init__(self, model: NLIModel, *, memory: Memory | None = None) -> None:
        self._model, self._memory = model, memory

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        return self._model.info

    def judge(self, pairs: Sequence[Pair], on_pairs: OnPairs | None = None) -> list[Judgement]:
        """One judgement a pair, in order.

        Args:
            pairs: The pairs.
            on_pairs: Called with the number of pairs done since its last call.
        """
        chunks = (pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK))
        return [judgement for chunk in chunks for judgement in self._judge(chunk, on_pairs)]

    def _judge(self, pairs: Sequence[Pair], on_pairs: OnPairs | None) -> list[Judgement]:
        model = self._model
        readings = read_pairs(pairs, model.tokenizer, model.info.language)
        asked = [index for index, reading in enumerate(readings) if not reading.identical]
        if on_pairs is not None:
            on_pairs(len(pairs) - len(asked))
        texts = [readings[index].texts for index in asked]
        speakers = [_speakers(pairs[index]) for index in asked] if model.info.reads_parties else None
        plan = model.tokenizer.plan(texts, token_budget=model.token_budget, speakers=speakers)
        logits = run(model, plan, _whole_pairs(on_pairs, len(asked), plan.row_count), memory=self._memory)
        answers = iter(judge([pairs[index] for index in asked], plan, logits, rule=model.info.rule, model=model.info.name))
        return [
            identical(pair, reading, model.info.name) if reading.identical else adjusted(next(answers), reading, plan.unknown)
            for pair, reading in zip(pairs, readings, strict=True)
        ]

    def scores(self, pairs: Sequence[tuple[TextLike, TextLike]]) -> NDArray[np.float64]:
        """Probabilities of agree, contradict and unrelated. Shape: (pairs, 3)."""
        known = [as_pair(pair, index) for index, pair in enumerate(pairs)]
        scores = [[j.scores[s] for s in STANCES] for j in self.judge(known)]
        return np.array(scores, dtype=np.float64).reshape(-1, len(STANCES))


class WithFallback:
    """Judges with one model, and again with a better one what the first calls a contradiction or is unsure of.

    Args:
        first: The faster model.
        fallback: The better one; its answer stands.
        below: An answer of `first` with less confidence is unsure.
    """

    def __init__(self, first: OneModel, fallback: OneModel, *, below: float) -> None:
        self._first, self._fallback, self._below = first, fallback, below

    def judge(self, pairs: Sequence[Pair], on_pairs: OnPairs | None = None) -> list[Judgement]:
        """One judgement a pair, in order; see ``OneModel.judge``."""
        judged = self._first.judge(pairs, on_pairs)
        return _again(judged, [i for i, j in enumerate(judged) if should_escalate(j, below=self._below)], self._fallback)


class ReportJudge:
    """Judges a report's pairs with the better of two models: all of a few, else those that most likely say something.

    Args:
        first: The faster model; it chooses among many pairs.
        better: The model whose answer stands.
        most: How many pairs the better model judges at most.
        share: Which part of a report's pairs it judges, 0 to 1.
    """

    def __init__(self, first: OneModel, better: OneModel, *, most: int = MOST_PAIRS, share: float = SHARE) -> None:
        self._first, self._better, self._most, self._share = first, better, most, share

    def judge(self, pairs: Sequence[Pair], likely: Likely, on_pairs: OnPairs | None = None) -> list[Judgement]:
        """One judgement a pair, in order.

        Args:
            pairs: All pairs of the report.
            likely: How likely each pair says something, by the faster model's judgements of all of them.
            on_pairs: Called with the number of pairs done since its last call.
        """
        most = self.count_for_better(len(pairs))
        if len(pairs) <= most:
            return self._better.judge(pairs, on_pairs)
        judged = self._first.judge(pairs, _whole_pairs(on_pairs, len(pairs) - most, len(pairs)))
        chosen = np.argsort(-likely(judged), kind="stable")[:most]
        return _again(judged, np.sort(chosen).tolist(), self._better, on_pairs)

    def count_for_better(self, pairs: int) -> int:
        """How many of so many pairs the better model judges."""
        return min(pairs, self._most, max(FEWEST_PAIRS, math.ceil(self._share * pairs)))


def _again(
    judged: list[Judgement], chosen: Sequence[int], better: OneModel, on_pairs: OnPairs | None = None
) -> list[Judgement]:
    """The judgements, those chosen judged by another model."""
    pairs = [Pair(judged[i].a, judged[i].b) for i in chosen]
    for index, second in zip(chosen, better.judge(pairs, on_pairs), strict=True):
        judged[index] = second
    return judged


def _speakers(pair: Pair) -> tuple[str, str]:
    """How a model reads who speaks; it was trained to read both parties or none.

    Names of one word, as North and South, it did not learn, and takes for places: 'North: the bridge is closed' then speaks of
    another bridge than 'South: it is open'. They are left out unless a text says 'we' or takes one of them up.
    """
    names, texts = [pair.a.party or "", pair.b.party or ""], f"{pair.a.text}\n{pair.b.text}"
    if not all(names):
        return "", ""
    matter = FIRST_PERSON.search(texts) or any(name.casefold() in texts.casefold() for name in names)
    if not matter and all(len(name.split()) == 1 for name in names):
        return "", ""
    return f"{names[0]}:", f"{names[1]}:"


def _whole_pairs(on_pairs: OnPairs | None, pairs: int, rows: int) -> Callable[[int], Any] | None:
    """A callback for rows that counts complete pairs as they come back."""
    if on_pairs is None:
        return None
    done = moved = 0

    def on_batch(count: int) -> None:
        nonlocal done, moved
        done += count
        on_pairs(pairs * done // rows - moved)
        moved = pairs * done // rows

    return on_batch
