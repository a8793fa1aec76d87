"""What a judgement is worth in a report, where nearly all pairs of statements are unrelated.

The scores of a pair say how often such a pair agrees or contradicts among pairs that somebody chose to ask about. Of the pairs
that a search through all statements of a case brings up, far fewer do, and how near the two are says as much as the model
does. So `compare` reads the scores again, by a rule that was fitted on whole cases of which every pair is labelled: its
probabilities are of an editor who would print 'these two contradict each other' (or 'both say so'). They order a report, and
they are what it shows as confidence. How the rules were fitted: models/training/fit_ranking.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.notes import Note
from stancecheck.data.statements import Statement
from stancecheck.judging.candidates import Candidates
from stancecheck.judging.judge import Judgement
from stancecheck.models import ModelInfo
from stancecheck.stance import STANCES, Stance

__all__ = ["FEATURES", "FEWEST_PAIRS", "ReportRule", "features", "for_report", "likely", "report_rules", "rules_of"]

Floats = NDArray[np.float64]

FEATURES = ("agree", "contradict", "similarity", "nearness", "rank", "agree_lead", "contradict_lead")
"""What a rule may weigh: the logs of the scores of agree and contradict over that of unrelated; where the search found the
pair: cosine similarity, nearness, the log of the rank; and by how much both logs exceed those of the next best pair that one
of the two statements is in: few statements collide with more than one or two others."""

FEWEST_PAIRS = 40
"""Of fewer pairs, somebody chose the statements as one chooses pairs: their scores stay those of single pairs. Nor does it tell
anything, among so few statements, how near two of them are."""

# Judgements that a rule of ours has settled; no report's rule was fitted to them.
_BY_RULE = frozenset({Note.IDENTICAL, Note.LANGUAGE, Note.NONSENSE})
_LEAST = 1e-6  # a score below counts as this


@dataclass(frozen=True, slots=True)
class ReportRule:
    """A multinomial logistic regression: agree and contradict against unrelated.

    Attributes:
        weights: By feature, for agree and for contradict; 'bias' is added.
        least: The probability from which on a pair is called that.
        source: What it was fitted on.
        sha256: ``ModelInfo.digest`` of the model whose scores it was fitted on.
        embedder: The same of the model whose similarities it was fitted on; '' where that is not known.
    """

    weights: Mapping[str, tuple[float, float]]
    least: Mapping[Stance, float]
    source: str
    sha256: str
    embedder: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> ReportRule:
        """The rule as it is stored."""
        weights = {name: (float(agree), float(contradict)) for name, (agree, contradict) in stored["weights"].items()}
        least = {Stance(name): float(value) for name, value in stored["least"].items()}
        return cls(weights, least, stored["source"], stored["sha256"], stored.get("embedder", ""))

    def probabilities(self, known: Floats) -> Floats:
        """Probabilities of the stances, of what ``features`` gives. Shape: (judgements, 3 stances)."""
        columns = dict(zip(FEATURES, known.T, strict=True)) | {"bias": np.ones(len(known))}
        logits = np.zeros((len(known), len(STANCES)))
        for name, pair in self.weights.items():
            for stance, weight in zip((Stance.AGREE, Stance.CONTRADICT), pair, strict=True):
                logits[:, STANCES.index(stance)] += weight * columns[name]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Floats = odds / odds.sum(axis=1, keepdims=True)
        return shares

    def stance(self, probabilities: Mapping[Stance, float]) -> Stance:
        """The likelier of agree and contradict, if it is likely enough."""
        best = max((Stance.CONTRADICT, Stance.AGREE), key=lambda stance: probabilities[stance])
        return best if probabilities[best] >= self.least[best] else Stance.UNRELATED


def features(judgements: Sequence[Judgement]) -> Floats:
    """What a rule weighs of each judgement, as FEATURES names it. Shape: (judgements, features)."""
    rows = []
    for judgement in judgements:
        agree, contradict, unrelated = (np.log(max(judgement.scores[stance], _LEAST)) for stance in STANCES)
        near = (judgement.similarity or 0.0, judgement.nearness or 0.0, float(np.log(judgement.rank or 1)))
        rows.append((agree - unrelated, contradict - unrelated, *near))
    known = np.asarray(rows, dtype=np.float64).reshape(-1, 5)
    return np.column_stack([known, _leads(judgements, known[:, :2])])


def _leads(judgements: Sequence[Judgement], odds: Floats) -> Floats:
    """How far each pair's odds are above the best of the other pairs that share a statement with it; 0 if none does.

    Args:
        judgements: The pairs.
        odds: Shape: (judgements, 2).

    Returns:
        Shape: (judgements, 2).
    """
    places: dict[Statement, list[int]] = {}
    for place, judgement in enumerate(judgements):
        for statement in (judgement.a, judgement.b):
            places.setdefault(statement, []).append(place)
    rivals = np.full_like(odds, -np.inf)
    for own in places.values():
        if len(own) > 1:
            second, best = np.sort(odds[own], axis=0)[-2:]
            rivals[own] = np.maximum(rivals[own], np.where(odds[own] == best, second, best))
    return np.where(np.isfinite(rivals), odds - rivals, 0.0)


@cache
def report_rules() -> Mapping[str, ReportRule]:
    """The fitted rules, by name of the model that judges."""
    stored = json.loads(files("stancecheck.judging").joinpath("reports.json").read_text(encoding="utf-8"))
    return {model: ReportRule.of(rule) for model, rule in stored.items()}


def rules_of(models: Iterable[ModelInfo], embedder: ModelInfo) -> Mapping[str, ReportRule]:
    """The rules of these models, by name; none for a model that only bears the name, as one trained again does.

    Args:
        models: The judges.
        embedder: The model that found the pairs.
    """
    known = report_rules()
    fitted = {m.name: known[m.name] for m in models if m.name in known and known[m.name].sha256 == m.digest}
    return {name: rule for name, rule in fitted.items() if rule.embedder in ("", embedder.digest)}


def for_report(judgements: Sequence[Judgement], found: Candidates, rules: Mapping[str, ReportRule]) -> list[Judgement]:
    """The judgements with their rank in the search, and with scores, confidence and stance as in a report.

    Each is read by the rule of the model that judged; the scores of a model without a rule stay as they are, and so do those of
    texts that agree because they are the same, and of those in another language or without words.

    Args:
        judgements: As the models judged.
        found: Where the search found their pairs, in the same order.
        rules: By name of the model.
    """
    searched = zip(judgements, found.similarity, found.nearness, found.rank, strict=True)
    read = [replace(j, similarity=float(s), nearness=float(n), rank=int(r)) for j, s, n, r in searched]
    known = features(read)  # of all together: what one model says has its rivals among what another says
    for model, rule in rules.items():
        own = [index for index, j in enumerate(read) if j.model == model and _BY_RULE.isdisjoint(j.notes)]
        for index, row in zip(own, rule.probabilities(known[own]), strict=True):
            scores = {stance: float(value) for stance, value in zip(STANCES, row, strict=True)}
            read[index] = replace(read[index], scores=scores).with_stance(rule.stance(scores))
    return read


def likely(judgements: Sequence[Judgement], found: Candidates, rules: Mapping[str, ReportRule]) -> Floats:
    """How likely each pair agrees or contradicts, as a report reads it. Shape: (pairs,).

    0 for pairs about which no better model would know more: the same texts, and what the models cannot read.

    Args:
        judgements: As for ``for_report``.
        found: As for ``for_report``.
        rules: As for ``for_report``.
    """
    read = for_report(judgements, found, rules)
    return np.array([1 - j.scores[Stance.UNRELATED] if _BY_RULE.isdisjoint(j.notes) else 0.0 for j in read])
