"""Measure an exported model on the dev sets, fit its rules, and write both down.

    python models/training/calibrate.py models/training/recipe_base.toml --model models/stancecheck-base --data-dir DATA \\
        --record models/training/results/base.json --cache runs/base/dev-scores

A rule (`stancecheck.models.rule`) is a multinomial logistic regression on features that do not change when the two statements
are swapped: a stance head's three log-probabilities, or six numbers of the NLI classes. Two are fitted: one for pairs, on the
recipe's [calibration.weights]; one for reports, where nearly all pairs are unrelated, on every pair of the sets named in
[calibration.reports]. The metrics of a set that a rule was fitted on are those of held-out folds (rows of one group, topic or
first text are in one fold, and so are all pairs of one affair); the stored rule is fitted on all folds. Sets whose licence says
'evaluation only' are refused there and only reported on. All statistics are those of `stancecheck.evaluation`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from card import weights_digest
from export import write_json
from numpy.typing import NDArray
from prepare import FORBIDDEN, read_rows
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from stancecheck.data.statements import Pair, Statement, as_pair
from stancecheck.evaluation import evaluate
from stancecheck.evaluation.scheme import gold_code
from stancecheck.judging.judge import Evidence, Judgement, NLIScores, judge
from stancecheck.models import LoadOptions, NLIModel, StanceRule, load_model, run, symmetric_features
from stancecheck.stance import STANCES

FOLDS = 5
CHUNK = 2000
RECORDED = ("scheme", "classes", "figures", "per_class", "confusion", "grouped_by", "notes", "data_sha256")
GROUPS = ("affair", "group", "topic", "claim", "matter")
Floats = NDArray[np.float64]


def fold_of(group: str) -> int:
    return hashlib.blake2b(group.encode("utf-8", "surrogatepass"), digest_size=2).digest()[0] % FOLDS


def group_of(pair: Pair) -> str:
    """What is never split between folds."""
    return str(next((pair.columns[c] for c in GROUPS if pair.columns.get(c)), pair.a.text))


def group_column(pairs: Sequence[Pair]) -> str:
    """The column whose rows `evaluate` draws together."""
    return next((c for c in GROUPS if all(c in p.columns for p in pairs)), "auto")


def speakers_of(pair: Pair) -> tuple[str, str]:
    """As `StanceChecker` gives them to the model."""
    return (f"{pair.a.party}:", f"{pair.b.party}:") if pair.a.party and pair.b.party else ("", "")


def pair_of(row: dict[str, Any], index: int) -> Pair:
    date = row.get("date")
    a = Statement(row["a"], party=row.get("party_a"), date=row.get("date_a") or date)
    b = Statement(row["b"], party=row.get("party_b"), date=row.get("date_b") or date)
    return replace(
        as_pair((a, b), index), gold=row["label"], columns={k: v for k, v in row.items() if k not in ("a", "b", "label")}
    )


def pairs_of_affairs(rows: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """Every pair of statements of different parties that gold labels tell about; what they do not name is unrelated."""
    for affair in rows:
        gold = {frozenset((g["a"], g["b"])): g for g in affair["gold"]}
        statements = [Statement(s["text"], party=s["party"], date=s.get("date"), id=s["id"]) for s in affair["statements"]]
        for i, a in enumerate(statements):
            for b in statements[i + 1 :]:
                label = gold.get(frozenset((a.id, b.id)), {"label": "unrelated", "sure": True})
                if a.party != b.party and label["sure"]:
                    yield Pair(a, b, gold=label["label"], columns={"affair": affair["name"]})


class Memo:
    """Judges pairs once with a model, without a rule, and again from memory under any rule.

    Args:
        model: The model.
        path: Where the numbers are kept between runs.
    """

    def __init__(self, model: NLIModel, path: Path) -> None:
        self.model, self.path = model, path
        self.known: dict[str, list[list[float]]] = {}
        if path.exists():
            stored = np.load(path)
            self.known = dict(zip(stored["keys"].tolist(), stored["values"].tolist(), strict=True))

    def key(self, pair: Pair) -> str:
        parts = (pair.a.party or "", pair.a.text, pair.b.party or "", pair.b.text)
        return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def raw(self, pairs: Sequence[Pair]) -> Floats:
        """Forward and backward NLI log-probabilities and the head's (zeros without one). Shape: (pairs, 3, 3)."""
        todo = list({self.key(p): p for p in pairs if self.key(p) not in self.known}.values())
        for start in range(0, len(todo), CHUNK):
            part = todo[start : start + CHUNK]
            for pair, values in zip(part, self.judged(part), strict=True):
                self.known[self.key(pair)] = values
            self.path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self.path, keys=np.array(list(self.known)), values=np.array(list(self.known.values())))
        return np.array([self.known[self.key(p)] for p in pairs], dtype=np.float64).reshape(-1, 3, 3)

    def judged(self, pairs: Sequence[Pair]) -> list[list[list[float]]]:
        model = self.model
        speakers = [speakers_of(p) for p in pairs] if model.info.reads_parties else None
        plan = model.tokenizer.plan([(p.a.text, p.b.text) for p in pairs], token_budget=model.token_budget, speakers=speakers)
        found = judge(pairs, plan, run(model, plan), rule=None)
        rows = [
            [[s.entailment, s.neutral, s.contradiction] for s in (j.forward, j.backward)] + [[j.scores[s] for s in STANCES]]
            for j in found
        ]
        return np.log(np.clip(np.array(rows), 1e-12, 1.0)).tolist()

    def features(self, pairs: Sequence[Pair]) -> Floats:
        """What a rule reads. Shape: (pairs, 3) or (pairs, 6)."""
        raw = self.raw(pairs)
        return raw[:, 2] if self.model.info.stance_head else symmetric_features(raw[:, :2])


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
    """A system for `evaluate`: each pair under the rule of its fold."""

    def __init__(self, memo: Memo, rules: Sequence[StanceRule]) -> None:
        self.memo, self.rules = memo, rules

    def check_pairs(self, pairs: Sequence[Pair], /) -> list[Judgement]:
        features, raw = self.memo.features(pairs), self.memo.raw(pairs)
        scores = np.concatenate(
            [self.rules[fold_of(group_of(p)) % len(self.rules)](features[i : i + 1]) for i, p in enumerate(pairs)]
        )
        return [judgement_of(pair, raw[i], scores[i]) for i, pair in enumerate(pairs)]


def fit(features: Floats, gold: NDArray[np.int64], weights: Floats, source: str) -> StanceRule:
    model = LogisticRegression(C=10.0, max_iter=5000).fit(features, gold, sample_weight=weights)
    rounded = tuple(tuple(round(float(x), 6) for x in row) for row in model.coef_)
    return StanceRule(rounded, tuple(round(float(x), 6) for x in model.intercept_), source)


def fitted(
    memo: Memo, sets: dict[str, list[Pair]], shares: dict[str, float], source: str
) -> tuple[StanceRule, list[StanceRule]]:
    """The rule fitted on all pairs of these sets, each set counting its share, and those that leave out one fold."""
    pairs = [p for name in shares for p in sets[name]]
    gold = np.array([gold_code("stance", str(p.gold)) for p in pairs])
    folds = np.array([fold_of(group_of(p)) for p in pairs])
    weights = np.concatenate([np.full(len(sets[name]), share / len(sets[name])) for name, share in shares.items()])
    weights *= len(weights) / weights.sum()
    x = memo.features(pairs)
    left_out = [fit(x[folds != k], gold[folds != k], weights[folds != k], source) for k in range(FOLDS)]
    return fit(x, gold, weights, source), left_out


def dev_sets(recipe: dict[str, Any], data_dir: Path) -> dict[str, tuple[str, list[Pair]]]:
    """Task and pairs of every dev set that is measured; of affairs and matters, every pair."""
    manifest = tomllib.loads((data_dir / "MANIFEST.toml").read_text(encoding="utf-8"))
    wanted = recipe["calibration"]
    fitted_on = wanted["weights"].keys() | wanted.get("reports", {}).keys()
    found: dict[str, tuple[str, list[Pair]]] = {}
    for entry in manifest["dev"]:
        name, terms = entry["name"], f"{entry['licence']} {entry['note']}".replace("never publish", "")
        if name in fitted_on and FORBIDDEN.search(terms):
            raise SystemExit(f"{name}: {terms!r}: no rule may be fitted on it")
        if name in wanted.get("not_measured", []) or entry["task"] == "attribution":
            continue
        rows = list(read_rows(data_dir / entry["file"]))
        if entry["task"] == "report":
            found[name] = ("stance", list(pairs_of_affairs(rows)))
        else:
            pairs = [pair_of(row, i) for i, row in enumerate(rows[: wanted.get("most_rows", len(rows))])]
            found[name] = ("stance" if name.startswith(("stance.", "own.")) else "nli", pairs)
    return found


def calibrate(recipe: dict[str, Any], memo: Memo, data_dir: Path, resamples: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rules for the model's config, and the record of all metrics."""
    wanted = recipe["calibration"]
    sets = dev_sets(recipe, data_dir)
    pairs = {name: rows for name, (_, rows) in sets.items()}
    rules, left_out = {}, {}
    for use, shares in (("rule", wanted["weights"]), ("report_rule", wanted.get("reports", {}))):
        if shares:
            source = f"models/training/calibrate.py on {', '.join(f'{n} x {s}' for n, s in shares.items())}"
            rules[use], left_out[use] = fitted(memo, pairs, shares, source)
    record: dict[str, Any] = {"rules": {use: vars(rule) for use, rule in rules.items()}, "sets": {}}
    for name, (task, rows) in sets.items():
        use = "report_rule" if name in wanted.get("reports", {}) else "rule"
        here = left_out[use] if name in wanted["weights"] or name in wanted.get("reports", {}) else [rules[use]]
        system = UnderRules(memo, here)
        found: dict[str, Any] = {"rows": len(rows), "rule": use, "fitted_on": len(here) > 1}
        for axis in dict.fromkeys(["stance", task]):
            measured = evaluate(system, rows, task=axis, group=group_column(rows), baselines=False, resamples=resamples)
            found[axis] = {k: v for k, v in measured.as_dict().items() if k in RECORDED}
        agrees = [gold_code("stance", str(p.gold)) == 0 for p in rows]
        if any(agrees):
            scores = [j.scores[STANCES[0]] for j in system.check_pairs(rows)]
            found["agree_ap"] = round(float(average_precision_score(agrees, scores)), 4)
        record["sets"][name] = found
        print(name, len(rows), found["stance"]["figures"]["macro_f1"], found["stance"]["figures"]["contradict_ap"], flush=True)
    return {use: vars(rule) for use, rule in rules.items()}, record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="the folder that export.py wrote; its config gets the rules")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the model says, by weights and window")
    parser.add_argument("--resamples", type=int, default=1000)
    args = parser.parse_args()
    recipe = tomllib.loads(args.recipe.read_text(encoding="utf-8"))
    (args.model / "SHA256SUMS").unlink(missing_ok=True)  # card.py writes them anew
    model = load_model(LoadOptions(model=str(args.model)))
    digest = weights_digest(args.model)
    memo = Memo(model, args.cache / f"{digest[:12]}-{model.info.max_tokens}-{model.info.dtype}.npz")
    rules, record = calibrate(recipe, memo, args.data_dir, args.resamples)
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    config["stancecheck"] |= {
        use: rule | {"source": f"{rule['source']}; metrics: {args.record.name}"} for use, rule in rules.items()
    }
    write_json(args.model / "config.json", config)
    about = {"model": recipe["model"]["name"], "model_sha256": digest, "max_tokens": model.info.max_tokens}
    args.record.parent.mkdir(parents=True, exist_ok=True)
    write_json(args.record, about | {"backend": model.info.backend, "dtype": model.info.dtype} | record)


if __name__ == "__main__":
    main()
