"""Logits of both directions -> judgements. numpy only; knows no model.

The answer for (a, b) and for (b, a) is the same to the last bit: everything that joins the two directions is a sum, a
maximum, or a rule over such.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.notes import Note
from stancecheck.data.statements import Pair, Statement
from stancecheck.judging.explanation import Explanation
from stancecheck.judging.mark import Mark
from stancecheck.models.rule import StanceRule, both_directions, log_softmax, stance_scores
from stancecheck.models.tokens import Plan, Window
from stancecheck.stance import CONTRADICTION, ENTAILMENT, NEUTRAL, STANCES, Stance

__all__ = [
    "Evidence",
    "Judgement",
    "NLIScores",
    "judge",
    "should_escalate",
    "stance_for",
]

FloatArray = NDArray[np.float64]

_FOLLOWS = np.array([1.0, 0.0, 0.0])  # of two windows in the same words: entailment, and in a stance head AGREE


@dataclass(frozen=True, slots=True)
class NLIScores:
    """Probabilities of the three NLI classes for one direction; they sum to 1."""

    entailment: float
    neutral: float
    contradiction: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The part of each statement that decided: the whole of a short one, the deciding window of a long one.

    Attributes:
        a: Start and end in the first statement's text, in characters.
        b: The same in the second statement's text.
    """

    a: tuple[int, int]
    b: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about one pair.

    Attributes:
        a: The first statement.
        b: The second statement.
        stance: Agree, contradict or unrelated.
        confidence: Probability of that stance: of judgements at 0.9, nine in ten are right on the data that the model was
            calibrated on. Of pairs that were asked about, those are labelled pairs; in a report of ``compare``, whole cases,
            of which nearly all pairs are unrelated (see ``judging.ranking``).
        scores: Probability of each stance, in the same sense; they sum to 1.
        forward: NLI scores of a (premise) -> b (hypothesis).
        backward: NLI scores of b -> a.
        truncated: Whether the model could not read all of the text; ``notes`` say why.
        evidence: What decided.
        model: Which model judged.
        notes: What happened when the texts were read: what was left out, or could not be read; and whether they agree by rule,
            being the same to a reader.
        explanation: What the judgement turns on; None until ``StanceChecker.explain`` has looked.
        similarity: Cosine similarity of the two statements' embeddings, where ``compare`` searched for the pair; else None.
        nearness: The same, less how near the two are to their nearest partners: high for two that stand out by being alike.
        rank: As which of the other's partners, from 1 for the nearest, the nearer one of the two was found.
        mark: What a reader made of it; None until one has marked it.
    """

    a: Statement
    b: Statement
    stance: Stance
    confidence: float
    scores: dict[Stance, float] = field(hash=False)
    forward: NLIScores
    backward: NLIScores
    truncated: bool
    evidence: Evidence
    model: str = ""
    notes: tuple[Note, ...] = ()
    explanation: Explanation | None = None
    similarity: float | None = None
    nearness: float | None = None
    rank: int | None = None
    mark: Mark | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        row: dict[str, Any] = {
            "a": self.a.as_dict(),
            "b": self.b.as_dict(),
            "stance": self.stance.value,
            "confidence": self.confidence,
            "scores": {stance.value: score for stance, score in self.scores.items()},
            "forward": _plain(self.forward),
            "backward": _plain(self.backward),
            "truncated": self.truncated,
            "evidence": {"a": list(self.evidence.a), "b": list(self.evidence.b)},
            "model": self.model,
            "similarity": self.similarity,
            "nearness": self.nearness,
            "rank": self.rank,
            "notes": [note.value for note in self.notes],
        }
        if self.explanation is not None:
            row["explanation"] = self.explanation.as_dict()
        if self.mark is not None:
            row |= {"mark": self.mark.verdict, "note": self.mark.note}
        return row

    def with_stance(self, stance: Stance) -> Judgement:
        """The same scores under another decision, with that stance's confidence. A new stance has no explanation yet."""
        explanation = self.explanation if stance is self.stance else None
        return replace(self, stance=stance, confidence=self.scores[stance], explanation=explanation)


def judge(
    pairs: Sequence[Pair],
    plan: Plan,
    logits: NDArray[np.float32],
    *,
    rule: StanceRule | None,
    model: str = "",
) -> list[Judgement]:
    """One judgement a pair, in order.

    Args:
        pairs: The pairs that the plan was made of.
        plan: Their windows.
        logits: By row of the plan: entailment, neutral, contradiction; agree, contradict, unrelated too where the model has a
            stance head. Shape: (rows, 3) or (rows, 6).
        rule: The model's fitted rule, or None for the default.
        model: The model's name, for the record.
    """
    if not pairs:
        return []
    values = logits.astype(np.float64)
    log_probs = log_softmax(values[:, :3])
    joined = np.empty((len(pairs), 2, 3), dtype=np.float64)
    head = np.empty((len(pairs), 3), dtype=np.float64) if values.shape[1] > 3 else None
    evidence: list[Evidence] = []
    for number, windows in enumerate(_by_pair(plan.windows)):
        rows = np.array([[w.forward, w.backward] for w in windows])
        joined[number], deciding = _join_windows(windows, log_probs[rows])
        if head is not None:
            head[number], deciding = _join_stances(windows, both_directions(values[rows, 3:]))
        evidence.append(Evidence(deciding.a, deciding.b))
    scores = stance_scores(joined, head, rule)
    probs = np.exp(joined)
    return [
        Judgement(
            a=pair.a,
            b=pair.b,
            stance=(stance := STANCES[int(scores[n].argmax())]),
            confidence=float(scores[n, STANCES.index(stance)]),
            scores={s: float(scores[n, i]) for i, s in enumerate(STANCES)},
            forward=_nli_scores(probs[n, 0]),
            backward=_nli_scores(probs[n, 1]),
            truncated=bool(plan.truncated[n]),
            evidence=evidence[n],
            model=model,
        )
        for n, pair in enumerate(pairs)
    ]


def should_escalate(judgement: Judgement, *, below: float) -> bool:
    """Whether the fallback model should judge the pair again: a contradiction, which accuses, or an unsure answer.

    Args:
        judgement: The first model's.
        below: An answer of less confidence is unsure.
    """
    return judgement.stance is Stance.CONTRADICT or judgement.confidence < below


def stance_for(judgement: Judgement, *, agree: float, contradict: float) -> Stance:
    """The stance under thresholds: that of the judgement, if its score reaches its threshold, else UNRELATED.

    Args:
        judgement: What was decided.
        agree: Least score for AGREE.
        contradict: Least score for CONTRADICT.
    """
    least = {Stance.AGREE: agree, Stance.CONTRADICT: contradict, Stance.UNRELATED: 0.0}
    return judgement.stance if judgement.scores[judgement.stance] >= least[judgement.stance] else Stance.UNRELATED


def _by_pair(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """The windows of each pair; every pair has at least one, and they lie in order."""
    current: list[Window] = []
    for window in windows:
        if current and window.pair != current[0].pair:
            yield current
            current = []
        current.append(window)
    yield current


def _join_windows(windows: list[Window], log_probs: FloatArray) -> tuple[FloatArray, Window]:
    """Both directions' log-probabilities of a pair of texts, from those of its windows, and the window that decided.

    Two texts contradict as much as their most contradicting windows do. One follows from the other as much as its least
    supported window is supported by the best of the other's. What both say in the same words is no matter of dispute between
    them and supports itself. The more windows there are, the likelier one contradicts or supports by chance: the odds are
    divided by the square root of their number. One window alone comes out as it went in.

    Args:
        windows: The window pairs.
        log_probs: Shape: (window pairs, 2 directions, 3 NLI classes).
    """
    if len(windows) == 1:
        return log_probs[0], windows[0]
    same = np.array([w.same for w in windows])
    probs = np.where(same[:, None, None], _FOLLOWS, np.exp(log_probs))
    disputable = _disputable(windows)
    contradiction = np.array([_highest(probs[:, way, CONTRADICTION], disputable, windows) for way in (0, 1)])
    support = probs[:, :, ENTAILMENT] / np.maximum(1 - probs[:, :, CONTRADICTION], 1e-9)
    entailed = np.array(
        [
            _least_supported(support[:, 0], windows, [w.index_b for w in windows]),
            _least_supported(support[:, 1], windows, [w.index_a for w in windows]),
        ]
    )
    entailment = (1 - contradiction) * entailed
    joined = np.stack([entailment, 1 - contradiction - entailment, contradiction], axis=-1)
    if contradiction.max() >= entailment.max():
        deciding = windows[int(np.where(disputable, probs[:, :, CONTRADICTION].sum(1), -1.0).argmax())]
    else:
        deciding = windows[int(probs[:, :, ENTAILMENT].sum(1).argmax())]
    return np.log(np.clip(joined, 1e-12, 1.0)), deciding


def _join_stances(windows: list[Window], log_probs: FloatArray) -> tuple[FloatArray, Window]:
    """A stance head's log-probabilities of a pair of texts, from those of its windows, and the window that decided.

    Two texts contradict as much as their most contradicting windows do. They agree as much as the less supported window of
    that text is supported which the other supports better: a sentence agrees with a longer text that holds it.

    Args:
        windows: The window pairs.
        log_probs: Shape: (window pairs, 3 stances).
    """
    if len(windows) == 1:
        return log_probs[0], windows[0]
    probs = np.where(np.array([w.same for w in windows])[:, None], _FOLLOWS, np.exp(log_probs))
    disputable = _disputable(windows)
    contradict = _highest(probs[:, 1], disputable, windows)
    support = probs[:, 0] / np.maximum(1 - probs[:, 1], 1e-9)
    sides = ([w.index_a for w in windows], [w.index_b for w in windows])
    agree = (1 - contradict) * max(_least_supported(support, windows, side) for side in sides)
    deciding = windows[int((np.where(disputable, probs[:, 1], -1.0) if contradict >= agree else probs[:, 0]).argmax())]
    return np.log(np.clip([agree, contradict, 1 - contradict - agree], 1e-12, 1.0)), deciding


def _disputable(windows: Sequence[Window]) -> NDArray[np.bool_]:
    """Which window pairs may contradict each other: those of which neither side is said by both in the same words."""
    settled_a = {w.index_a for w in windows if w.same}
    settled_b = {w.index_b for w in windows if w.same}
    return np.array([w.index_a not in settled_a and w.index_b not in settled_b for w in windows])


def _highest(contradiction: FloatArray, disputable: NDArray[np.bool_], windows: Sequence[Window]) -> float:
    """How much the most contradicting of the disputable window pairs do, less what one of so many would by chance."""
    tries = len({w.forward for w, counts in zip(windows, disputable, strict=True) if counts})
    return _by_chance(float(contradiction[disputable].max(initial=0.0)), tries)


def _by_chance(probability: float, tries: int) -> float:
    """The probability that is left of the highest of so many: its odds divided by the square root of their number."""
    return probability / (probability + math.sqrt(max(tries, 1)) * (1 - probability)) if probability > 0 else 0.0


def _least_supported(support: FloatArray, windows: Sequence[Window], hypothesis: Sequence[int]) -> float:
    tried: dict[int, set[int]] = {}
    best: dict[int, float] = {}
    for value, window, index in zip(support, windows, hypothesis, strict=True):
        tried.setdefault(index, set()).add(window.forward)
        best[index] = max(best.get(index, 0.0), 1.0 if window.same else float(value))
    complete = len(best) == max(best) + 1  # a window that was left out is not known to be supported
    return min(_by_chance(p, len(tried[i])) for i, p in best.items()) if complete else 0.0


def _nli_scores(probs: FloatArray) -> NLIScores:
    return NLIScores(float(probs[ENTAILMENT]), float(probs[NEUTRAL]), float(probs[CONTRADICTION]))


def _plain(scores: NLIScores) -> dict[str, float]:
    return {"entailment": scores.entailment, "neutral": scores.neutral, "contradiction": scores.contradiction}
