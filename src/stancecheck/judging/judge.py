"""Logits of both directions -> judgements. numpy only; knows no model.

The answer for (a, b) and for (b, a) is the same to the last bit: everything that joins the two directions is a sum, a
maximum, or a rule over such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.notes import Note
from stancecheck.data.statements import Pair, Statement
from stancecheck.judging.explanation import Explanation
from stancecheck.judging.mark import Mark
from stancecheck.judging.windows import join_nli, join_stances
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
    rows = np.array([[w.forward, w.backward] for w in plan.windows])
    nli = log_softmax(values[:, :3])[rows]
    head = both_directions(values[rows, 3:]) if values.shape[1] > 3 else None
    stances = stance_scores(nli, head, rule)
    probs = np.empty((len(pairs), 2, 3), dtype=np.float64)
    scores = np.empty((len(pairs), 3), dtype=np.float64)
    evidence: list[Evidence] = []
    for number, place in enumerate(_places(plan.windows)):
        windows = plan.windows[place]
        probs[number] = join_nli(windows, np.exp(nli[place]))
        scores[number], deciding = join_stances(windows, stances[place])
        evidence.append(Evidence(deciding.a, deciding.b))
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


def _places(windows: Sequence[Window]) -> Iterator[slice]:
    """Where the windows of each pair stand; every pair has at least one, and they lie in order."""
    first = 0
    for place, window in enumerate(windows):
        if window.pair != windows[first].pair:
            yield slice(first, place)
            first = place
    yield slice(first, len(windows))


def _nli_scores(probs: FloatArray) -> NLIScores:
    return NLIScores(float(probs[ENTAILMENT]), float(probs[NEUTRAL]), float(probs[CONTRADICTION]))


def _plain(scores: NLIScores) -> dict[str, float]:
    return {"entailment": scores.entailment, "neutral": scores.neutral, "contradiction": scores.contradiction}
