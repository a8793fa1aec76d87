"""Fits the rules by which `compare` reads a model's scores in a report (src/stancecheck/judging/reports.json).

    python models/training/fit_ranking.py --data-dir DIR --models stancecheck-mini stancecheck-base

For each model: every affair of own.affairs and every matter of own.real_matters is searched as `compare` does, the pairs found
are judged, and a multinomial logistic regression of the gold stance is fitted on FEATURES of stancecheck.judging.ranking. Which
features, and from which probability on a pair is called a contradiction or an agreement, is chosen by cross-validation: whole
affairs are left out. Prints how reports on the affairs left out come out with the scores as they are and with the rule. A fit
takes a second, judging minutes; what was judged is kept in --cache by the model's checksum: a run that was stopped goes on.
A model that was trained on the train parts is too sure of them: fit its rule with --parts dev.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rows import is_held_out, read_recipe, read_rows
from scipy.optimize import minimize

from stancecheck import Stance, StanceChecker, Statement
from stancecheck.data.statements import Pair, read_statements
from stancecheck.evaluation import ReportGold, read_gold
from stancecheck.judging.candidates import find_candidates, partners
from stancecheck.judging.ranking import FEATURES, features, for_report
from stancecheck.models import LoadOptions, embed, load_model
from stancecheck.stance import STANCES

RULES = Path(__file__).resolve().parents[2] / "src" / "stancecheck" / "judging" / "reports.json"
AGREE, CONTRADICT, UNRELATED = (STANCES.index(stance) for stance in (Stance.AGREE, Stance.CONTRADICT, Stance.UNRELATED))
NEAR = ("similarity", "nearness", "rank")
MORE = ((), ("similarity", "rank"), ("similarity", "nearness"), NEAR, (*NEAR, "contradict_lead"), FEATURES[2:])
CHOICES = [("agree", "contradict", *more) for more in MORE]
MATTERS_SHARE = 0.1  # weight of all real matters together, of that of all affairs: they hold 50 times fewer real pairs
FALSE_IN_1000 = {CONTRADICT: 2.0, AGREE: 10.0}  # of real matters, at most
NEARLY = 0.01  # of F1
FOLDS = 10
RIDGE = 1.0

Floats = NDArray[np.float64]
LabelledCase = tuple[str, bool, list[Statement], ReportGold]


@dataclass(frozen=True)
class Case:
    """The pairs of an affair that the search found, as numbers."""

    name: str
    real: bool  # sentences of real parties
    x: Floats  # (pairs, FEATURES)
    y: NDArray[np.int64]  # gold stance by its place in STANCES
    support: tuple[int, int]  # pairs that agree and contradict, found or not
    considered: int


def read_cases(args: argparse.Namespace, part: str) -> Iterator[LabelledCase]:
    """Name, whether it is real, statements and gold of each affair; of many, a fixed random choice."""
    held_out = read_recipe(args.held_out)["data"]["hold_out"] if args.held_out else {}
    for name, most in (("own.affairs", args.affairs), ("own.real_matters", args.matters)):
        rows = list(read_rows(args.data_dir / part / f"{name}.jsonl.gz"))
        if part == "train" and held_out:
            rows = [row for row in rows if is_held_out(row["name"], held_out[name])]
        for row in rows if most is None or most >= len(rows) else random.Random(0).sample(rows, most):
            gold = [g if g.get("sure", True) or g["label"] == "unrelated" else {**g, "label": "doubtful"} for g in row["gold"]]
            yield row["name"], name == "own.real_matters", read_statements(row["statements"]), read_gold(gold)


def judged_case(checker: StanceChecker, embedder: Any, case: LabelledCase) -> Case:
    """The case with the pairs that `compare` would judge, each with its features and its gold stance."""
    name, real, statements, gold = case
    vectors = embed(embedder, [s.text for s in statements])
    found = find_candidates(vectors, [s.party for s in statements], top_k=partners(len(statements)))
    judged = checker.check_pairs(Pair(statements[i], statements[j]) for i, j in found.pairs)
    rows = features(for_report(judged, found, {}))
    labels = [gold.label(j.a, j.b) for j in judged]
    kept = np.array([label is not None for label in labels], dtype=bool)
    y = np.array([STANCES.index(label) for label in labels if label is not None], dtype=np.int64)
    return Case(name, real, rows[kept], y, (gold.count(Stance.AGREE), gold.count(Stance.CONTRADICT)), found.considered)


def judged_cases(model: str, args: argparse.Namespace) -> tuple[dict[str, str], list[Case]]:
    """The digests of judge and embedder, and all cases, from the cache where they are there."""
    checker, embedder = StanceChecker.load(model, threads=args.threads), load_model(LoadOptions(threads=args.threads))
    sha256, found_by = checker.info.digest, embedder.info.digest
    if not sha256 or not found_by:
        raise SystemExit(f"{model}: expected SHA256SUMS in its folder: a rule is used only with the files it was fitted on")
    folder = args.cache / f"{sha256[:16]}-{found_by[:16]}-{'-'.join(args.parts)}"  # by affair
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for part in args.parts:
        for case in read_cases(args, part):
            path = folder / f"{case[0]}.npz"
            if not path.exists():
                made = judged_case(checker, embedder, case)
                np.savez(path, x=made.x, y=made.y, support=made.support, considered=made.considered)
                print(f"{model}: {case[0]}, {len(made.y)} pairs", flush=True)
            with np.load(path) as kept:
                support = (int(kept["support"][0]), int(kept["support"][1]))
                cases.append(Case(case[0], case[1], kept["x"], kept["y"], support, int(kept["considered"])))
    return {"sha256": sha256, "embedder": found_by}, cases


def fit(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    """Weights of bias and features for agree and contradict against unrelated. Shape: (1 + features, 2)."""
    columns = [FEATURES.index(name) for name in names]
    x, y = np.concatenate([c.x[:, columns] for c in cases]), np.concatenate([c.y for c in cases])
    real = np.concatenate([np.full(len(c.y), c.real) for c in cases])
    share = MATTERS_SHARE * (~real).sum() / max(1, real.sum())
    weight = np.where(real, min(1.0, share), 1.0)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    labels = np.stack([y == AGREE, y == CONTRADICT], axis=1).astype(np.float64)

    def loss(flat: Floats) -> tuple[float, Floats]:
        w = flat.reshape(-1, 2)
        logits = np.column_stack([z @ w, np.zeros(len(z))])
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        right = np.where(y == AGREE, p[:, 0], np.where(y == CONTRADICT, p[:, 1], p[:, 2]))
        value = -(weight * np.log(right + 1e-12)).sum() + RIDGE * (w[1:] ** 2).sum() / 2
        slope = z.T @ (weight[:, None] * (p[:, :2] - labels))
        slope[1:] += RIDGE * w[1:]
        return float(value), slope.ravel()

    w = minimize(loss, np.zeros(2 * z.shape[1]), jac=True, method="L-BFGS-B").x.reshape(-1, 2)
    plain = w[1:] / scale[:, None]
    return np.vstack([w[0] - mean @ plain, plain])


def probabilities(w: Floats, case: Case, names: Sequence[str]) -> Floats:
    """Shape: (pairs, 3), in the order of STANCES."""
    columns = [FEATURES.index(name) for name in names]
    logits = np.column_stack([w[0] + case.x[:, columns] @ w[1:], np.zeros(len(case.x))])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    both: Floats = odds / odds.sum(axis=1, keepdims=True)
    return both


def left_out(cases: Sequence[Case], names: Sequence[str]) -> list[Floats]:
    """Probabilities of each case by a fit on the others' folds."""
    order = np.random.default_rng(0).permutation(len(cases))
    found: list[Floats] = [np.empty((0, 3))] * len(cases)
    for fold in np.array_split(order, min(FOLDS, len(cases))):
        w = fit([case for place, case in enumerate(cases) if place not in set(fold)], names)
        for place in fold:
            found[place] = probabilities(w, cases[place], names)
    return found


def answers(p: Floats, least: dict[int, float]) -> NDArray[np.int64]:
    """The stances that a rule would give, by place in STANCES; as ReportRule.stance does."""
    best = np.where(p[:, CONTRADICT] >= p[:, AGREE], CONTRADICT, AGREE)
    reached = p[np.arange(len(p)), best] >= np.array([least[b] for b in best])
    return np.where(reached, best, UNRELATED)


def best_least(cases: Sequence[Case], found: Sequence[Floats]) -> dict[int, float]:
    """For each stance, the highest threshold whose F1 on the affairs is nearly the best, with few false alarms on real matters.

    F1 hardly changes over a wide range of thresholds; the highest of them spares the reader most false alarms.
    """
    least = {CONTRADICT: 0.5, AGREE: 0.5}
    pairs = sum(c.considered for c in cases if c.real)
    for stance in (CONTRADICT, AGREE):
        reached: dict[float, float] = {}
        for value in np.arange(0.15, 0.71, 0.01):
            predicted = [(c, answers(p, {**least, stance: float(value)}) == stance) for c, p in zip(cases, found, strict=True)]
            false = sum(int((a & (c.y != stance)).sum()) for c, a in predicted if c.real)
            if pairs and 1000 * false / pairs > FALSE_IN_1000[stance]:
                continue
            right = sum(int((a & (c.y == stance)).sum()) for c, a in predicted if not c.real)
            whole = sum(int(a.sum()) + c.support[int(stance == CONTRADICT)] for c, a in predicted if not c.real)
            reached[round(float(value), 2)] = 2 * right / max(1, whole)
        best = max(reached.values(), default=0.0)
        least[stance] = max((value for value, f1 in reached.items() if f1 >= best - NEARLY), default=0.5)
    return least


def average_precision(cases: Sequence[Case], found: Sequence[Floats]) -> float:
    """Of contradictions in one affair, on average."""
    values = []
    for case, p in zip(cases, found, strict=True):
        if not case.real and case.support[1]:
            right = np.flatnonzero((case.y == CONTRADICT)[np.argsort(-p[:, CONTRADICT], kind="stable")])
            values.append((np.arange(1, len(right) + 1) / (right + 1)).sum() / case.support[1])
    return float(np.mean(values))


def described(cases: Sequence[Case], found: Sequence[Floats], predicted: Sequence[NDArray[np.int64]]) -> str:
    """What reports on the affairs get right, and the false alarms on real matters, in a line."""
    parts = [f"AP {average_precision(cases, found):.3f}"]
    for stance, name in ((CONTRADICT, "contradict"), (AGREE, "agree")):
        own = [(c, a == stance) for c, a in zip(cases, predicted, strict=True) if not c.real]
        right = sum(int((a & (c.y == stance)).sum()) for c, a in own)
        called, gold = sum(int(a.sum()) for _, a in own), sum(c.support[int(stance == CONTRADICT)] for c, _ in own)
        parts.append(f"{name} P {right / max(1, called):.2f} R {right / gold:.2f} F1 {2 * right / (called + gold):.3f}")
        real = [(c, a == stance) for c, a in zip(cases, predicted, strict=True) if c.real]
        if real:
            false = sum(int((a & (c.y != stance)).sum()) for c, a in real)
            parts.append(f"false in 1,000 real pairs {1000 * false / sum(c.considered for c, _ in real):.1f}")
    first = []
    for case, p, stances in zip(cases, found, predicted, strict=True):
        shown = [k for k in np.argsort(-p[:, CONTRADICT], kind="stable") if stances[k] == CONTRADICT][:5]
        if not case.real:
            first.append(np.mean(case.y[shown] == CONTRADICT) if shown else 0.0)
    return "; ".join([*parts, f"right of first 5 {np.mean(first):.2f}"])


def as_they_are(case: Case) -> Floats:
    """The model's own probabilities. Shape: (pairs, 3)."""
    agree, contradict = (case.x[:, FEATURES.index(name)] for name in ("agree", "contradict"))
    odds = np.exp(np.column_stack([agree, contradict, np.zeros(len(case.x))]))
    own: Floats = odds / odds.sum(axis=1, keepdims=True)
    return own


def fitted(model: str, args: argparse.Namespace) -> dict[str, Any]:
    """The rule of one model, as it is stored."""
    digests, cases = judged_cases(model, args)
    plain = [as_they_are(case) for case in cases]
    print(f"{model}, scores as they are: {described(cases, plain, [p.argmax(axis=1) for p in plain])}")
    tried = {names: left_out(cases, names) for names in CHOICES}
    names = max(tried, key=lambda choice: average_precision(cases, tried[choice]))
    for choice, found in tried.items():
        line = described(cases, found, [answers(p, best_least(cases, found)) for p in found])
        print(f"{model}, left out{' *' if choice == names else ''}, {' '.join(choice)}: {line}")
    least = best_least(cases, tried[names])
    w = fit(cases, names)
    weights = {name: [round(float(value), 4) for value in row] for name, row in zip(("bias", *names), w, strict=True)}
    real = sum(c.real for c in cases)
    count = f"{len(cases) - real} affairs and {real} real matters ({' and '.join(args.parts)})"
    return {
        "weights": weights,
        "least": {"agree": least[AGREE], "contradict": least[CONTRADICT]},
        "source": f"models/training/fit_ranking.py on {count}, {datetime.now(UTC):%Y-%m-%d}",
        **digests,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True, help="where train/own.affairs.jsonl.gz and the others lie")
    parser.add_argument("--models", nargs="+", default=["stancecheck-mini", "stancecheck-base"])
    parser.add_argument("--parts", nargs="+", default=["train"], choices=["train", "dev"])
    parser.add_argument("--affairs", type=int, help="so many affairs only")
    parser.add_argument("--matters", type=int, default=60, help="so many real matters only")
    parser.add_argument("--held-out", type=Path, help="a recipe: of the train part only the affairs that it did not train on")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--cache", type=Path, default=Path("runs/ranking"))
    parser.add_argument("--out", type=Path, default=RULES)
    args = parser.parse_args()
    for model in args.models:
        rule = fitted(model, args)
        rules = json.loads(args.out.read_text(encoding="utf-8")) if args.out.exists() else {}
        rules[Path(model).name] = rule
        args.out.write_text(json.dumps(dict(sorted(rules.items())), indent=1) + "\n", encoding="utf-8")
        print(f"{model}: {args.out.name} has a new rule: {json.dumps(rule)}")


if __name__ == "__main__":
    main()
