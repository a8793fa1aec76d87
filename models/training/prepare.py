"""Labelled sets -> one shuffled training file, without a single pair of the evaluation sets.

    python models/training/prepare.py models/training/recipe_mini.toml --data-dir DATA --out runs/mini/pairs.jsonl.gz

DATA holds MANIFEST.toml (a list of [[train]] and [[dev]] sets: name, file, task, licence, note) and the files it names:
JSON lines with a, b, label. Beside the output a counts file says what was read, dropped and kept, set by set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

NLI_LABEL = {
    "entailment": "entailment",
    "neutral": "neutral",
    "contradiction": "contradiction",
    "agree": "entailment",
    "unrelated": "neutral",
    "contradict": "contradiction",
}
FORBIDDEN = re.compile(r"\bNC\b|\bLDC\b|evaluation only|not for weights", re.IGNORECASE)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def pair_key(a: str, b: str) -> tuple[str, str]:
    """The pair without direction, case, punctuation or spacing."""
    first, second = sorted((normal(a), normal(b)))
    return first, second


def directed_examples(row: dict[str, Any], task: str) -> list[tuple[str, str, str]]:
    """(premise, hypothesis, NLI label) triples of one row; a stance row has no direction and gives both."""
    label = NLI_LABEL[row["label"]]
    if task == "nli":
        return [(row["a"], row["b"], label)]
    return [(row["a"], row["b"], label), (row["b"], row["a"], label)]


def swapped(example: tuple[str, str, str], share: float, rng: random.Random) -> tuple[str, str, str]:
    """The example, or for a share of the contradictions its other direction: they cannot both be true in either order."""
    a, b, label = example
    return (b, a, label) if label == "contradiction" and rng.random() < share else example


def sample(rows: list[Any], share: float, rng: random.Random) -> list[Any]:
    whole, part = int(share), share - int(share)
    return rows * whole + rng.sample(rows, round(part * len(rows)))


def prepare(recipe: dict[str, Any], data_dir: Path, limit: int | None) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """All training rows in random order, and the counts by set."""
    manifest = tomllib.loads((data_dir / "MANIFEST.toml").read_text(encoding="utf-8"))
    rng = random.Random(recipe["train"]["seed"])
    held_out = {pair_key(r["a"], r["b"]) for s in manifest["dev"] for r in read_rows(data_dir / s["file"])}
    sets = {s["name"]: s for s in manifest["train"]}
    seen: set[tuple[str, str]] = set()
    kept: list[dict[str, str]] = []
    counts: dict[str, Any] = {}
    for name, share in recipe["data"]["shares"].items():
        entry = sets[name]
        if FORBIDDEN.search(f"{entry['licence']} {entry['note']}"):
            raise SystemExit(f"{name}: licence {entry['licence']!r}, note {entry['note']!r}: may not train shipped weights")
        tally: Counter[str] = Counter()
        rows = []
        for row in read_rows(data_dir / entry["file"]):
            tally["read"] += 1
            key = pair_key(row["a"], row["b"])
            if key in held_out:
                tally["in an evaluation set"] += 1
            elif not all(key):
                tally["empty text"] += 1
            elif (directed := (normal(row["a"]), normal(row["b"]))) in seen:
                tally["duplicate"] += 1
            else:
                seen.add(directed)
                rows.append(row)
        examples = [x for row in sample(rows, share, rng) for x in directed_examples(row, entry["task"])]
        if entry["task"] == "nli":
            examples = [swapped(x, recipe["data"].get("swap_contradictions", 0.0), rng) for x in examples]
        if limit is not None:
            examples = examples[:limit]
        tally["kept"] = len(examples)
        counts[name] = {"licence": entry["licence"], "sha256": entry["sha256"], "share": share, **tally}
        kept += [{"a": a, "b": b, "label": label, "set": name} for a, b, label in examples]
    rng.shuffle(kept)
    return kept, counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="at most this many rows a set (for a dry run)")
    args = parser.parse_args()
    rows, counts = prepare(tomllib.loads(args.recipe.read_text(encoding="utf-8")), args.data_dir, args.limit)
    write_rows(args.out, rows)
    counts_file = args.out.parent / "counts.json"
    counts_file.write_text(json.dumps({"rows": len(rows), "sets": counts}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows):,} rows -> {args.out}; counts -> {counts_file}")


if __name__ == "__main__":
    main()
