"""Systems and pairs for the tests of stancecheck.evaluation; all texts are made up here."""

from __future__ import annotations

import hashlib

import numpy as np

from stancecheck.data.statements import Pair, Statement
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.stance import STANCES

GOLD = {"agree": 0, "entailment": 0, "contradict": 1, "contradiction": 1, "unrelated": 2, "neutral": 2}


def judgement(pair: Pair, scores, *, backward=None, truncated=False, stance=None) -> Judgement:
    """A judgement with these scores of agree, contradict, unrelated; NLI scores say the same."""
    agree, contradict, unrelated = (float(s) for s in scores)
    back = (agree, contradict, unrelated) if backward is None else backward
    index = int(np.argmax(scores)) if stance is None else stance
    return Judgement(
        a=pair.a,
        b=pair.b,
        stance=STANCES[index],
        confidence=float(scores[index]),
        scores=dict(zip(STANCES, (agree, contradict, unrelated), strict=True)),
        forward=NLIScores(agree, unrelated, contradict),
        backward=NLIScores(back[0], back[2], back[1]),
        truncated=truncated,
        evidence=Evidence((0, 1), (0, 1)),
    )


class Table:
    """Answers with the scores in a table, by the pair's id; the same for a swapped pair."""

    def __init__(self, scores, name="table", **kwargs):
        self.name = name
        self._scores = scores
        self._kwargs = kwargs
        self.calls = []

    def check_pairs(self, pairs):
        self.calls.append(len(pairs))
        return [judgement(p, self._scores[int(p.id)], **self._kwargs) for p in pairs]


class Guess:
    """Answers from a hash of both texts, leaning towards the gold label by `skill`."""

    def __init__(self, name, skill):
        self.name = name
        self._skill = skill

    def check_pairs(self, pairs):
        return [judgement(p, self._scores(p)) for p in pairs]

    def _scores(self, pair):
        text = self.name + "".join(sorted([pair.a.text, pair.b.text]))
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
        values = np.random.default_rng(seed).normal(size=3)
        if pair.gold in GOLD:
            values[GOLD[pair.gold]] += self._skill
        shares = np.exp(values)
        return shares / shares.sum()


def pairs_with(golds, *, columns=None, a=None) -> list[Pair]:
    """Pairs with these gold labels and numbered texts."""
    return [
        Pair(
            Statement(f"Convoy {i} crossed the river." if a is None else a[i], party="North" if i % 2 else "East"),
            Statement(f"Nobody saw convoy {i} that {'long ' * (i % 40)}night."),
            gold=gold,
            id=str(i),
            columns={} if columns is None else columns[i],
        )
        for i, gold in enumerate(golds)
    ]


def random_case(rng, n=60, classes=3, rounding=1):
    """Gold labels and probabilities with many ties."""
    scores = np.round(rng.dirichlet(np.ones(classes), size=n), rounding)
    scores = (scores + 1e-9) / (scores + 1e-9).sum(1, keepdims=True)
    return rng.integers(classes, size=n), scores
