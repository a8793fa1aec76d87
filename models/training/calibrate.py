"""Measure an exported model on the dev sets, fit its rule from two directions to one stance, and write both down.

    python models/training/calibrate.py models/training/recipe_mini.toml --model models/stancecheck-mini --data-dir DATA \\
        --record models/training/results/mini.json --cache runs/mini/dev-scores

The rule (`stancecheck.models.rule`) is a multinomial logistic regression on six features that do not change when the two
statements are swapped. Its figures are those of held-out folds: rows of one topic, or else of one first text, are in one
fold. The stored rule is fitted on all folds of the sets in the recipe's [calibration]; sets whose licence says 'evaluation
only' are refused there and only reported on. Nothing here looks at a set for any other choice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import limits
import numpy as np
import torch
from card import weights_digest
from export import write_json
from metrics import Floats, Ints, ece, nli_figures, stance_figures
from prepare import FORBIDDEN, read_rows
from sklearn.linear_model import LogisticRegression

from stancecheck.data.statements import as_pair
from stancecheck.judging.judge import judge
from stancecheck.models import StanceRule, load_model, run, symmetric_features
from stancecheck.models.rule import default_rule

FOLDS = 5
MISMATCHED = "own.mismatched_dev"
GOLD = {"entailment": 0, "agree": 0, "contradiction": 1, "contradict": 1, "neutral": 2, "unrelated": 2}
NLI_OF_STANCE = np.array([0, 2, 1])  # agree, contradict, unrelated -> entailment, contradiction, neutral


def group_of(row: dict[str, Any]) -> str:
    return str(row.get("topic") or row["a"])


def fold_of(row: dict[str, Any]) -> int:
    return hashlib.blake2b(group_of(row).encode("utf-8", "surrogatepass"), digest_size=2).digest()[0] % FOLDS


def mismatched(sets: dict[str, list[dict[str, Any]]], count: int, seed: int = 0) -> list[dict[str, Any]]:
    """First texts with second texts of other groups of the same set and fold: unrelated, as most pairs of a user are.

    Every second one is, of some dozens, the one with the most words in common.
    """
    rng = random.Random(seed)
    folds: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for name, rows in sets.items():
        for row in rows:
            folds.setdefault((name, fold_of(row)), []).append(row)
    pools, made = [folds[key] for key in sorted(folds)], []
    for number in range(count):
        pool = pools[number % len(pools)]
        row = rng.choice(pool)
        others = [o["b"] for o in rng.sample(pool, min(40, len(pool))) if group_of(o) != group_of(row)]
        if others:
            about = set(row["a"].lower().split())
            b = max(others, key=lambda text: len(about & set(text.lower().split()))) if number % 4 < 2 else others[0]
            made.append({"a": row["a"], "b": b, "label": "unrelated", "topic": group_of(row)})
    return made


def measure(model: Any, rows: list[dict[str, Any]], cache: Path) -> Floats:
    """Log-probabilities of both directions, windows joined, as the library joins them. Shape: (rows, 2, 3)."""
    if cache.exists():
        return np.load(cache)
    pairs = [as_pair((r["a"], r["b"]), index=i) for i, r in enumerate(rows)]
    parts = []
    for start in range(0, len(pairs), 1000):
        part = pairs[start : start + 1000]
        plan = model.tokenizer.plan([(p.a.text, p.b.text) for p in part], token_budget=model.token_budget)
        found = judge(part, plan, run(model, plan), rule=None)
        parts += [[[s.entailment, s.neutral, s.contradiction] for s in (j.forward, j.backward)] for j in found]
    log_probs = np.log(np.clip(np.array(parts, dtype=np.float64), 1e-12, 1.0))
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.save(cache, log_probs)
    return log_probs


def mean_rule(log_probs: Floats) -> Floats:
    return np.exp(log_probs).mean(1)[:, [0, 2, 1]]


def forward_rule(log_probs: Floats) -> Floats:
    return np.exp(log_probs[:, 0])[:, [0, 2, 1]]


def max_entailment_rule(log_probs: Floats) -> Floats:
    """The direction with the larger entailment decides alone."""
    probs = np.exp(log_probs)
    better = probs[:, :, 0].argmax(1)
    return probs[np.arange(len(probs)), better][:, [0, 2, 1]]


PLAIN_RULES = {"default_rule": default_rule, "mean": mean_rule, "max_entailment": max_entailment_rule, "forward": forward_rule}


def fit(log_probs: Floats, gold: Ints, weights: Floats, source: str) -> StanceRule:
    model = LogisticRegression(C=10.0, max_iter=2000).fit(symmetric_features(log_probs), gold, sample_weight=weights)
    rounded = [[round(float(x), 6) for x in row] for row in model.coef_]
    return StanceRule(tuple(map(tuple, rounded)), tuple(round(float(x), 6) for x in model.intercept_), source)


def dev_sets(recipe: dict[str, Any], data_dir: Path, fit_only: bool) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Name, task and rows of every set to measure; last, the mismatched pairs of the sets that the rule is fitted on."""
    manifest = tomllib.loads((data_dir / "MANIFEST.toml").read_text(encoding="utf-8"))
    wanted = recipe["calibration"]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for entry in manifest["dev"]:
        name, terms = entry["name"], f"{entry['licence']} {entry['note']}"
        if name in wanted["weights"] and FORBIDDEN.search(terms):
            raise SystemExit(f"{name}: {terms!r}: the rule may not be fitted on it")
        if name in wanted.get("not_measured", []) or (fit_only and name not in wanted["weights"]):
            continue
        by_name[name] = list(read_rows(data_dir / entry["file"]))
        yield name, entry["task"], by_name[name]
    if MISMATCHED in wanted["weights"]:
        yield MISMATCHED, "stance", mismatched({n: by_name[n] for n in wanted["mismatched_from"]}, wanted["mismatched_pairs"])


def calibrate(
    recipe: dict[str, Any], model: Any, data_dir: Path, cache: Path, fit_only: bool
) -> tuple[StanceRule, dict[str, Any]]:
    """The fitted rule, and the record of all figures."""
    shares: dict[str, float] = recipe["calibration"]["weights"]
    data, general = {}, {}
    for name, task, rows in dev_sets(recipe, data_dir, fit_only):
        scores = measure(model, rows, cache / f"{name}.npy")
        data[name] = (scores, np.array([GOLD[r["label"]] for r in rows]), np.array([fold_of(r) for r in rows]), task)
        if name in limits.GENERAL:
            general[name] = rows
        print(f"{name}: {len(rows)} rows", flush=True)
    used = {name: data[name] for name in shares}
    x = np.concatenate([d[0] for d in used.values()])
    y = np.concatenate([d[1] for d in used.values()])
    fold = np.concatenate([d[2] for d in used.values()])
    weight = np.concatenate([np.full(len(d[1]), shares[name] / len(d[1])) for name, d in used.items()])
    weight *= len(weight) / weight.sum()
    source = f"models/training/calibrate.py on {', '.join(f'{n} x {s}' for n, s in shares.items())}"
    fold_rules = [fit(x[fold != k], y[fold != k], weight[fold != k], source) for k in range(FOLDS)]
    rule = fit(x, y, weight, source)
    record: dict[str, Any] = {"sets": {}, "rule": {"weights": rule.weights, "bias": rule.bias, "source": source}}
    for name, (scores, gold, folds, task) in data.items():
        held_out = rule(scores)
        if name in shares:
            for k in range(FOLDS):
                held_out[folds == k] = fold_rules[k](scores[folds == k])
        figures = {"rows": len(gold), "stance": {"fitted": stance_figures(held_out, gold)}}
        figures["fitted_on"] = name in shares
        figures["stance"] |= {plain: stance_figures(f(scores), gold) for plain, f in PLAIN_RULES.items()}
        if task == "nli":
            figures["nli_forward"] = nli_figures(np.exp(scores[:, 0]), NLI_OF_STANCE[gold])
        record["sets"][name] = figures
    record["mixture"] = mixture(x, y, fold, weight, fold_rules)
    if general:
        record["limits"] = what_it_cannot_do(model, general, data, cache)
    return rule, record


def what_it_cannot_do(model: Any, general: dict[str, Any], data: dict[str, Any], cache: Path) -> dict[str, Any]:
    """Figures of the general NLI sets, all together; of the forward direction alone."""
    rows = [row for name in general for row in general[name]]
    probs = np.concatenate([np.exp(data[name][0][:, 0]) for name in general])
    gold = np.concatenate([NLI_OF_STANCE[data[name][1]] for name in general])
    some = np.concatenate([np.arange(len(general[name])) < limits.ALONE for name in general])
    alone = limits.second_text_alone(
        [row for row, taken in zip(rows, some, strict=True) if taken],
        gold[some],
        lambda made: np.exp(measure(model, made, cache / "second_text_alone.npy"))[:, 0],
    )
    return {"sets": list(general), **limits.slices(rows, probs, gold), "second_text_alone": alone}


def mixture(x: Floats, y: Ints, fold: Ints, weight: Floats, fold_rules: list[StanceRule]) -> dict[str, Any]:
    """Over all calibration sets, each counted with its weight: every rule, and the fitted one's coverage and risk."""
    held_out = np.empty((len(y), 3))
    for k, rule in enumerate(fold_rules):
        held_out[fold == k] = rule(x[fold == k])
    out: dict[str, Any] = {}
    for name, scores in {"fitted": held_out, **{n: f(x) for n, f in PLAIN_RULES.items()}}.items():
        right = scores.argmax(1) == y
        loss = -np.log(np.maximum(scores[np.arange(len(y)), y], 1e-12))
        out[name] = {
            "accuracy": round(float(np.average(right, weights=weight)), 4),
            "ece": round(ece(scores.max(1), right, weight), 4),
            "log_loss": round(float(np.average(loss, weights=weight)), 4),
        }
    right, confidence = held_out.argmax(1) == y, held_out.max(1)
    out["coverage"] = []
    for least in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = confidence >= least
        row = {"min_confidence": least, "coverage": round(float(np.average(kept, weights=weight)), 4)}
        row["accuracy"] = round(float(np.average(right[kept], weights=weight[kept])), 4) if kept.any() else None
        out["coverage"].append(row)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="the folder that export.py wrote; its config gets the rule")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for the dev sets' scores, by weights and window")
    parser.add_argument("--fit-only", action="store_true", help="measure only the sets that the rule is fitted on")
    parser.add_argument("--bf16", action="store_true", help="in bfloat16 by PyTorch: a third of the time where the CPU has AMX")
    args = parser.parse_args()
    recipe = tomllib.loads(args.recipe.read_text(encoding="utf-8"))
    model = load_model(str(args.model), backend="torch" if args.bf16 else "onnx", device="cpu" if args.bf16 else "auto")
    digest, engine = weights_digest(args.model), "torch, bfloat16 autocast" if args.bf16 else "onnx"
    cache = args.cache / f"{digest[:12]}-{model.info.max_tokens}{'-bf16' if args.bf16 else ''}"
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
        rule, record = calibrate(recipe, model, args.data_dir, cache, args.fit_only)
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    source = f"{rule.source}; figures: {args.record.name}"
    config["stancecheck"]["rule"] = {"weights": rule.weights, "bias": rule.bias, "source": source}
    write_json(args.model / "config.json", config)
    (args.model / "SHA256SUMS").unlink(missing_ok=True)  # card.py writes them anew
    about = {"model": recipe["model"]["name"], "model_sha256": digest, "max_tokens": model.info.max_tokens, "backend": engine}
    args.record.parent.mkdir(parents=True, exist_ok=True)
    write_json(args.record, about | record)
    print(json.dumps(record["mixture"], indent=1))


if __name__ == "__main__":
    main()
