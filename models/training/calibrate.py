"""Measure an exported model on the dev sets, fit its rule, and write both down.

    T=models/training
    python $T/calibrate.py $T/recipe_base_stance.toml --model models/stancecheck-base --data-dir DATA \\
        --record $T/results/base.json --cache runs/base/dev-scores

The rule (`stancecheck.models.rule`) is a multinomial logistic regression on features that do not change when the statements
are swapped: six numbers of the NLI classes and, where the model has a stance head, its three log-probabilities. It is for
pairs that somebody chose to compare, and is fitted on the recipe's [calibration.weights]; fit_ranking.py fits how `compare`
reads scores in a report. The metrics of a set that the rule was fitted on are those of held-out folds: rows of one group,
topic or first text are in one fold, and so are all pairs of an affair. The stored rule is fitted on all folds. Sets whose
licence says 'evaluation only' are only reported on. All statistics are those of `stancecheck.evaluation`. A run that was
stopped goes on from the cache.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from card import seal, weights_digest
from dev_pairs import FOLDS, dev_sets, fold_of, group_of
from measure import Floats, Memo, UnderRules, measured
from numpy.typing import NDArray
from rows import Row, read_recipe, write_json
from sklearn.linear_model import LogisticRegression

from stancecheck.data.statements import Pair
from stancecheck.evaluation.scheme import gold_code
from stancecheck.models import LoadOptions, StanceRule, load_model

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


def fitted(memo: Memo, sets: dict[str, list[Pair]], shares: dict[str, float]) -> tuple[StanceRule, list[StanceRule]]:
    """The rule fitted on all pairs of these sets, and those that leave out one fold each.

    Args:
        memo: What the model says.
        sets: All pairs by set.
        shares: What all pairs of a set weigh together; sets not named here weigh nothing.
    """
    if unknown := shares.keys() - sets.keys():
        raise SystemExit(f"[calibration.weights]: no such dev sets: {sorted(unknown)}")
    source = f"models/training/calibrate.py on {', '.join(f'{name} x {share}' for name, share in shares.items())}"
    pairs = [p for name in shares for p in sets[name]]
    gold = np.array([gold_code("stance", str(p.gold)) for p in pairs])
    folds = np.array([fold_of(group_of(p)) for p in pairs])
    weights = np.concatenate([np.full(len(sets[name]), share / len(sets[name])) for name, share in shares.items()])
    weights *= len(weights) / weights.sum()
    x = memo.features(memo.raw(pairs))
    left_out = [fit(x[folds != k], gold[folds != k], weights[folds != k], source) for k in range(FOLDS)]
    return fit(x, gold, weights, source), left_out


def calibrate(recipe: Row, memo: Memo, data_dir: Path, resamples: int) -> Row:
    """The rule for the model's config and all metrics, as the record holds them."""
    sets, shares = dev_sets(recipe, data_dir), recipe["calibration"]["weights"]
    rule, left_out = fitted(memo, {name: pairs for name, (_, pairs) in sets.items()}, shares)
    record: Row = {"rule": vars(rule), "sets": {}}
    for name, (task, pairs) in sets.items():
        system = UnderRules(memo, left_out if name in shares else [rule], pairs)
        found = {axis: measured(system, pairs, axis, resamples) for axis in dict.fromkeys(["stance", task])}
        record["sets"][name] = {"rows": len(pairs), "fitted_on": name in shares, **found}
        shown = found["stance"]["metrics"]
        print(name, len(pairs), {k: v["value"] for k, v in shown.items() if k in ("accuracy", "macro_f1", "ece")}, flush=True)
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="the folder that export.py wrote; its config gets the rule")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the model says, by weights and window")
    parser.add_argument("--resamples", type=int, default=1000)
    args = parser.parse_args()
    recipe = read_recipe(args.recipe)
    model = load_model(LoadOptions(model=str(args.model), backend="openvino"))  # one engine for all pairs
    digest = weights_digest(args.model)
    memo = Memo(model, args.cache / f"{digest[:12]}-{model.info.max_tokens}-{model.info.dtype}.npz")
    record = calibrate(recipe, memo, args.data_dir, args.resamples)
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    source = f"{record['rule']['source']}; metrics: {args.record.name}"
    config["stancecheck"]["rule"] = record["rule"] | {"source": source}
    write_json(args.model / "config.json", config)
    seal(args.model)
    facts = {key: getattr(model.info, key) for key in FACTS}
    write_json(args.record, {"model": recipe["model"]["name"], "model_sha256": digest, **facts, **record})


if __name__ == "__main__":
    main()
