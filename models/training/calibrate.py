"""Measure an exported model on the dev sets, fit its rules, and write both down.

    T=models/training
    python $T/calibrate.py $T/recipe_base_stance.toml --model models/stancecheck-base --data-dir DATA \\
        --record $T/results/base.json --cache runs/base/dev-scores

A rule (`stancecheck.models.rule`) is a multinomial logistic regression on features that do not change when the two statements
are swapped: a stance head's three log-probabilities, or six numbers of the NLI classes. Two are fitted: one for pairs, on the
recipe's [calibration.weights]; one for reports, where nearly all pairs are unrelated, on every pair of the sets named in
[calibration.reports]: of what [data.hold_out] kept out of training where it names the set, else of its dev part. The metrics
of pairs that a rule was fitted on are those of held-out folds: rows of one group, topic or first text are in one fold, and so
are all pairs of one affair. The stored rule is fitted on all folds. Sets whose licence says 'evaluation only' are only reported
on. All statistics are those of `stancecheck.evaluation`. A run that was stopped goes on from the cache.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from card import seal, weights_digest
from dev_pairs import FOLDS, dev_sets, fold_of, group_of, held_out_sets
from measure import Floats, Memo, UnderRules, measured
from numpy.typing import NDArray
from rows import Row, write_json
from sklearn.linear_model import LogisticRegression

from stancecheck.data.statements import Pair
from stancecheck.evaluation.scheme import gold_code
from stancecheck.models import StanceRule, load_model

FACTS = ("max_tokens", "backend", "dtype", "stance_head", "reads_parties", "embeds")  # of the model, for record and card


def fit(features: Floats, gold: NDArray[np.int64], weights: Floats, source: str) -> StanceRule:
    """The rule of the least weighted log loss.

    Raises:
        SystemExit: If the pairs lack a class.
    """
    if set(gold.tolist()) != {0, 1, 2}:
        raise SystemExit(f"{source}: expected pairs of all three stances in every fold, got codes {sorted(set(gold.tolist()))}")
    model = LogisticRegression(C=10.0, max_iter=5000).fit(features, gold, sample_weight=weights)
    rounded = tuple(tuple(round(float(x), 6) for x in row) for row in model.coef_)
    return StanceRule(rounded, tuple(round(float(x), 6) for x in model.intercept_), source)


@dataclass(frozen=True)
class Fitted:
    """A rule, those that leave out one fold each, and the sets whose dev part they were fitted on."""

    rule: StanceRule
    left_out: Sequence[StanceRule]
    dev: frozenset[str]


def fitted(memo: Memo, sets: dict[str, list[Pair]], shares: dict[str, float], about: tuple[str, frozenset[str]]) -> Fitted:
    """The rules of one use.

    Args:
        memo: What the model says.
        sets: The pairs to fit on, by set.
        shares: What all pairs of a set weigh together.
        about: Source for the record, and the sets of which these are the dev pairs.
    """
    if unknown := shares.keys() - sets.keys():
        raise SystemExit(f"[calibration]: no such sets to fit on: {sorted(unknown)}")
    pairs = [p for name in shares for p in sets[name]]
    gold = np.array([gold_code("stance", str(p.gold)) for p in pairs])
    folds = np.array([fold_of(group_of(p)) for p in pairs])
    weights = np.concatenate([np.full(len(sets[name]), share / len(sets[name])) for name, share in shares.items()])
    weights *= len(weights) / weights.sum()
    x = memo.features(memo.raw(pairs))
    left_out = [fit(x[folds != k], gold[folds != k], weights[folds != k], about[0]) for k in range(FOLDS)]
    return Fitted(fit(x, gold, weights, about[0]), left_out, about[1])


def fit_rules(recipe: Row, memo: Memo, data_dir: Path, dev: dict[str, list[Pair]]) -> dict[str, Fitted]:
    """The rules by use."""
    rules = {}
    for use, shares in (("rule", recipe["calibration"]["weights"]), ("report_rule", recipe["calibration"].get("reports", {}))):
        held_out = held_out_sets(recipe, data_dir) if use == "report_rule" else {}
        if shares:
            names = (f"{n}{' held out' if n in held_out else ''} x {s}" for n, s in shares.items())
            about = f"models/training/calibrate.py on {', '.join(names)}", frozenset(shares.keys() - held_out.keys())
            rules[use] = fitted(memo, dev | held_out, shares, about)
    return rules


def calibrate(recipe: Row, memo: Memo, data_dir: Path, resamples: int) -> tuple[Row, Row]:
    """The rules for the model's config, and the record of all metrics."""
    sets = dev_sets(recipe, data_dir)
    rules = fit_rules(recipe, memo, data_dir, {name: pairs for name, (_, pairs) in sets.items()})
    stored = {use: vars(fitted.rule) for use, fitted in rules.items()}
    record: Row = {"rules": stored, "sets": {}}
    for name, (task, pairs) in sets.items():
        use = "report_rule" if name in recipe["calibration"].get("reports", {}) else "rule"
        in_folds = name in rules[use].dev
        system = UnderRules(memo, rules[use].left_out if in_folds else [rules[use].rule], pairs)
        found = {axis: measured(system, pairs, axis, resamples) for axis in dict.fromkeys(["stance", task])}
        record["sets"][name] = {"rows": len(pairs), "rule": use, "fitted_on": in_folds, **found}
        shown = found["stance"]["figures"]
        print(name, len(pairs), {k: v["value"] for k, v in shown.items() if k in ("accuracy", "macro_f1", "ece")}, flush=True)
    return stored, record


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
    model = load_model(str(args.model))
    digest = weights_digest(args.model)
    memo = Memo(model, args.cache / f"{digest[:12]}-{model.info.max_tokens}-{model.info.dtype}.npz")
    rules, record = calibrate(recipe, memo, args.data_dir, args.resamples)
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    config["stancecheck"] |= {
        use: rule | {"source": f"{rule['source']}; metrics: {args.record.name}"} for use, rule in rules.items()
    }
    write_json(args.model / "config.json", config)
    seal(args.model)
    facts = {key: getattr(model.info, key) for key in FACTS}
    write_json(args.record, {"model": recipe["model"]["name"], "model_sha256": digest, **facts, **record})


if __name__ == "__main__":
    main()
