"""What a model says of pairs, kept on disk, and how right it is under a rule. All statistics are the evaluation room's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from dev_pairs import fold_of, group_column, group_of
from numpy.typing import NDArray
from rows import Row

from stancecheck.data.statements import Pair
from stancecheck.evaluation.bootstrap import interval, replicates
from stancecheck.evaluation.judged import Judged
from stancecheck.evaluation.metrics import Scored, point_metrics
from stancecheck.evaluation.run import judge_all, scored_under, summarise
from stancecheck.evaluation.scheme import choose_scheme
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.judging.judges import OneModel
from stancecheck.models import NLIModel, StanceRule, rule_features
from stancecheck.stance import STANCES

CHUNK = 2000  # pairs judged between two writes
NOT_RECORDED = {"record", "system", "task", "curves", "seconds", "pairs_per_second", "settings", "environment", "truncated"}
Floats = NDArray[np.float64]


class Memo:
    """What a model says of pairs without its rule, asked once and then known.

    A pair is known either way round, so that the swapped pairs of an evaluation cost nothing.

    Args:
        model: The model; its rule is taken off.
        path: Where the numbers are kept between runs.
    """

    def __init__(self, model: NLIModel, path: Path) -> None:
        self.has_head = model.info.stance_head
        model.info = replace(model.info, rule=None)
        self.judge, self.path = OneModel(model), path
        self.known: dict[str, list[list[float]]] = {}
        if path.exists():
            with np.load(path) as stored:
                self.known = dict(zip(stored["keys"].tolist(), stored["values"].tolist(), strict=True))

    def key(self, pair: Pair) -> tuple[str, bool]:
        """The pair's name, and whether it lies the other way round than it is stored."""
        sides = [f"{s.party or ''}\x1f{s.text}" for s in (pair.a, pair.b)]
        name = "\x1e".join(sorted(sides)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=16).hexdigest(), sides[0] > sides[1]

    def raw(self, pairs: Sequence[Pair]) -> Floats:
        """Log-probabilities: NLI forward, NLI backward, and the stances. Shape: (pairs, 3, 3)."""
        keys = [self.key(p) for p in pairs]
        todo = list({k: (p, turned) for p, (k, turned) in zip(pairs, keys, strict=True) if k not in self.known}.items())
        for start in range(0, len(todo), CHUNK):
            part = todo[start : start + CHUNK]
            for (name, (_, turned)), judged in zip(part, self.judge.judge([p for _, (p, _) in part]), strict=True):
                values = [list(vars_of(s)) for s in (judged.forward, judged.backward)][:: -1 if turned else 1]
                self.known[name] = [*values, [judged.scores[s] for s in STANCES]]
            self.save()
        found = np.array([self.known[k] for k, _ in keys], dtype=np.float64).reshape(-1, 3, 3)
        turned = np.array([t for _, t in keys], dtype=bool)
        found[turned, :2] = found[turned, 1::-1]
        return np.log(np.clip(found, 1e-12, 1.0))

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"unfinished-{self.path.name}")
        np.savez(part, keys=np.array(list(self.known)), values=np.array(list(self.known.values())))
        part.replace(self.path)

    def features(self, raw: Floats) -> Floats:
        """What a rule reads. Shape: (pairs, 9) of a model with a stance head, else (pairs, 6)."""
        return rule_features(raw[:, :2], raw[:, 2] if self.has_head else None)


def vars_of(scores: NLIScores) -> tuple[float, float, float]:
    return scores.entailment, scores.neutral, scores.contradiction


def judgement_of(pair: Pair, raw: Floats, scores: Floats) -> Judgement:
    """The judgement of a pair whose numbers are known."""
    best = int(scores.argmax())
    forward, backward = (NLIScores(*map(float, row)) for row in np.exp(raw[:2]))
    return Judgement(
        a=pair.a,
        b=pair.b,
        stance=STANCES[best],
        confidence=float(scores[best]),
        scores=dict(zip(STANCES, map(float, scores), strict=True)),
        forward=forward,
        backward=backward,
        truncated=False,
        evidence=Evidence((0, len(pair.a.text)), (0, len(pair.b.text))),
    )


class UnderRules:
    """A system for the evaluation: one rule for all pairs, or for each pair the one that was fitted without its fold."""

    def __init__(self, memo: Memo, rules: Sequence[StanceRule], pairs: Sequence[Pair]) -> None:
        self.memo, self.rules = memo, rules
        self.folds = {memo.key(p)[0]: fold_of(group_of(p)) % len(rules) for p in pairs}

    def check_pairs(self, pairs: Sequence[Pair], /) -> list[Judgement]:
        raw = self.memo.raw(pairs)
        by_rule = np.stack([rule(self.memo.features(raw)) for rule in self.rules])
        folds = [self.folds[self.memo.key(p)[0]] for p in pairs]
        return [judgement_of(pair, raw[i], by_rule[folds[i], i]) for i, pair in enumerate(pairs)]


def estimate(value: float | None, drawn: Floats | None, units: int) -> Row:
    """A value and its 95% interval, as evaluation writes them.

    Args:
        value: The value.
        drawn: Its bootstrap replicates, if there are any.
        units: How many groups, or single pairs, were drawn from.
    """
    found = None if drawn is None or value is None else interval(drawn, units)
    return {"value": value, "interval": found and {"low": found.low, "high": found.high}}


def share(flags: NDArray[np.bool_], groups: NDArray[np.int64] | None, resamples: int) -> Row:
    """The share of pairs that are flagged, with its grouped interval; None of no pairs."""
    if not len(flags):
        return estimate(None, None, 0)
    scored = Scored(np.ones(len(flags), dtype=np.int64), flags.astype(np.int64), np.full((len(flags), 2), 0.5), None)
    groups = None if groups is None else np.unique(groups, return_inverse=True)[1].astype(np.int64)
    drawn = replicates(scored, groups, resamples=resamples, seed=0)
    units = len(flags) if groups is None else int(groups.max()) + 1
    return estimate(float(flags.mean()), drawn.get("accuracy"), units)


def alarms(judged: Judged, resamples: int) -> Row:
    """Of agreements and contradictions: shares found and right, false ones among all pairs; the ranking of agreements."""
    out: Row = {}
    for code, name in enumerate(("agree", "contradict")):
        told, true = judged.predictions == code, judged.gold == code
        for key, flags, among in (
            ("found", told & true, true),
            ("right", told & true, told),
            ("false", told & ~true, np.ones(len(told), dtype=bool)),
        ):
            groups = None if judged.groups is None else judged.groups[among]
            out[f"{name}_{key}"] = share(flags[among], groups, resamples)
    if 0 < int((judged.gold == 0).sum()) < len(judged.gold) and judged.gold.max() < 3:
        three = scored_under(choose_scheme("stance", judged.gold, "three-way"), judged)
        ranked = replace(three, contradict=0)  # the class whose ranking is measured
        drawn = replicates(ranked, judged.groups, resamples=resamples, seed=0)
        units = len(judged.gold) if judged.groups is None else int(judged.groups.max()) + 1
        out["agree_ap"] = estimate(point_metrics(ranked)["contradict_ap"], drawn.get("contradict_ap"), units)
    return out


def measured(system: UnderRules, pairs: Sequence[Pair], task: str, resamples: int) -> Row:
    """The record of one set on one task."""
    slices = [c for c in ("kind", "pool") if all(c in p.columns for p in pairs)]
    settings = {"task": task, "scheme": "auto", "slices": slices, "group": group_column(pairs)}
    run = judge_all(system, pairs, task=task, group=settings["group"], slices=slices, seed=0, progress=False)
    drawing = {"resamples": resamples, "seed": 0}
    found = summarise(run, {"name": "under rules"}, settings=settings | drawing, baselines=True).as_dict()
    record = {k: v for k, v in found.items() if k not in NOT_RECORDED}
    return record | {"alarms": alarms(run.judged, resamples)} if task == "stance" else record
