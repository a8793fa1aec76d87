"""Labelled sets -> one shuffled file of training rows for the NLI head and the stance head.

    python models/training/mixture.py models/training/recipe_base_stance.toml --data-dir DATA --out runs/base/rows.jsonl.gz

DATA holds MANIFEST.toml and the sets it names. Each row of the output has `a`, `b`, `set` and `nli` or `stance`: the target
probabilities of that head, in the order of NLI_LABELS or of STANCES. A statement set's row also has `party_a`, `party_b`
and `date`, where known: `train.py` decides which of them the model reads. Of whole affairs and matters every labelled
pair is taken, and of the others those that share the most words, and some at random: a report is full of both.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rows import (
    Row,
    check_licence,
    is_held_out,
    pair_key,
    read_manifest,
    read_recipe,
    read_rows,
    sample,
    side_of,
    write_json,
    write_rows,
)
from sklearn.feature_extraction.text import TfidfVectorizer

NLI_LABELS = ("entailment", "neutral", "contradiction")
STANCES = ("agree", "contradict", "unrelated")


def target(label: str, names: tuple[str, ...], *, doubtful: bool = False) -> list[float]:
    """Probabilities of the classes: all on the label, or half on 'unrelated' where the annotator was in doubt."""
    if label not in names:
        raise SystemExit(f"expected one of {', '.join(names)} as a label, got {label!r}")
    values = [float(name == label) for name in names]
    if doubtful and label != "unrelated":
        return [(x + float(name == "unrelated")) / 2 for x, name in zip(values, names, strict=True)]
    return values


def pair_rows(entry: Row, rows: list[Row]) -> Iterator[Row]:
    """The rows of a set of pairs."""
    for row in rows:
        if entry["task"] == "nli":
            yield {"a": row["a"], "b": row["b"], "nli": target(row["label"], NLI_LABELS)}
            continue
        known = {key: row[key] for key in ("party_a", "party_b", "date", "date_a", "date_b") if row.get(key)}
        stance = target(row["label"], STANCES, doubtful=bool(row.get("doubtful")))
        yield {"a": row["a"], "b": row["b"], "stance": stance, "label": row["label"], **known}


def matter_rows(matter: Row, negatives: dict[str, int], rng: random.Random) -> Iterator[Row]:
    """The labelled pairs of one affair, and some of its unrelated ones: near in words, and at random."""
    statements = matter["statements"]
    place = {s["id"]: i for i, s in enumerate(statements)}
    labelled = {frozenset((place[g["a"]], place[g["b"]])): g for g in matter["gold"]}
    for pair, gold in labelled.items():
        if gold["label"] == "doubtful":
            continue
        i, j = sorted(pair)
        stance = target(gold["label"], STANCES, doubtful=not gold.get("sure", True))
        yield {**_two(statements[i], statements[j]), "stance": stance, "label": gold["label"]}
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform([s["text"] for s in statements])
    near = np.asarray((vectors @ vectors.T).todense())
    free = [
        (i, j)
        for i in range(len(statements))
        for j in range(i)
        if side_of(statements[i]) != side_of(statements[j]) and frozenset((i, j)) not in labelled
    ]
    free.sort(key=lambda pair: -near[pair])
    chosen = free[: negatives["near"]]
    rest = free[negatives["near"] :]
    chosen += rng.sample(rest, min(negatives["random"], len(rest)))
    for i, j in chosen:
        yield {**_two(statements[i], statements[j]), "stance": target("unrelated", STANCES), "label": "unrelated"}


def _two(first: Row, second: Row) -> Row:
    row = {"a": first["text"], "b": second["text"], "party_a": first["party"], "party_b": second["party"]}
    return row | {f"date_{side}": s["date"] for side, s in (("a", first), ("b", second)) if s.get("date")}


def mismatched(rows: list[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Pairs of two rows of different groups: unrelated."""
    while count > 0:
        first, second = rng.sample(rows, 2)
        if first["group"] != second["group"]:
            count -= 1
            row = {"a": first["a"], "b": second["b"], "party_a": first["party_a"], "party_b": second["party_b"]}
            yield {**row, "stance": target("unrelated", STANCES), "label": "unrelated"}


def mixture(recipe: Row, data_dir: Path, extra: list[Path]) -> tuple[list[Row], dict[str, Any]]:
    """All training rows in random order, and the counts by set."""
    manifest, rng, wanted = read_manifest(data_dir), random.Random(recipe["train"]["seed"]), recipe["data"]
    pair_sets = [s for s in manifest["dev"].values() if s["task"] in ("nli", "stance")]
    in_dev = {pair_key(r["a"], r["b"]) for s in pair_sets for r in read_rows(data_dir / s["file"])}
    out: list[Row] = []
    counts: dict[str, Any] = {}

    def take(name: str, rows: list[Row], shares: dict[str, float] | float, about: Row) -> None:
        kept = [row for row in rows if all(key := pair_key(row["a"], row["b"])) and key not in in_dev]
        if isinstance(shares, dict):
            kept = [x for label in shares for x in sample([r for r in kept if r["label"] == label], shares[label], rng)]
        else:
            kept = sample(kept, shares, rng)
        counts[name] = {**about, "share": shares, "rows": len(kept), **Counter(r.get("label", "nli") for r in kept)}
        out.extend({**row, "set": name} for row in kept)

    for name, shares in wanted["shares"].items():
        entry = manifest["train"][name]
        check_licence(entry)
        rows = list(read_rows(data_dir / entry["file"]))
        if entry["task"] == "report":
            trained = [m for m in rows if not is_held_out(m["name"], wanted.get("hold_out", {}).get(name, 0.0))]
            made = [x for matter in trained for x in matter_rows(matter, wanted["negatives"][name], rng)]
        else:
            made = list(pair_rows(entry, rows))
        take(name, made, shares, {"licence": entry["licence"], "sha256": entry["sha256"]})
    if count := wanted.get("mismatched", 0):
        accounts = list(read_rows(data_dir / manifest["train"]["own.accounts"]["file"]))
        take("mismatched", list(mismatched(accounts, count, rng)), 1.0, {})
    for path in extra:
        made = list(pair_rows({"task": "stance"}, list(read_rows(path))))
        take(path.name.split(".")[0], made, wanted.get("extra_share", 1.0), {})
    rng.shuffle(out)
    return out, counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more stance rows, such as those of made_pairs.py")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows, counts = mixture(read_recipe(args.recipe), args.data_dir, args.extra)
    write_rows(args.out, rows)
    counts_file = args.out.parent / "counts.json"
    write_json(counts_file, {"rows": len(rows), "sets": counts})
    print(f"{len(rows):,} rows -> {args.out}; counts -> {counts_file}")


if __name__ == "__main__":
    main()
