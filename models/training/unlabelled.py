"""Pairs that nobody labelled, for a teacher to judge (distil.py): they show the small model what the labelled sets do not hold.

    python models/training/unlabelled.py --pairs runs/mini/labelled.jsonl.gz --texts NEWS.jsonl.gz SPEECHES.jsonl.gz \\
        --texts-licence "CC BY 4.0 and CC BY-SA" --out runs/mini/unlabelled.jsonl.gz

- backwards: labelled pairs read from the second text to the first, as stancecheck also reads every pair;
- regrouped: a first text with another pair's second text of the same set, the most alike of some dozens;
- news: a sentence of one text with the most alike of some dozens of sentences of the others.

NEWS: JSON lines with `text`. All rows come out with a label of null.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from negatives import LOOKED_AT, words, write_counts
from prepare import read_rows, write_rows

Row = dict[str, Any]


def unlabelled(a: str, b: str, source: str) -> Row:
    return {"a": a, "b": b, "label": None, "set": source}


def most_alike(text: str, others: Sequence[str]) -> str:
    """The one with the most long words in common."""
    about = words(text)
    return max(others, key=lambda other: len(about & words(other)))


def backwards(rows: list[Row], count: int, rng: random.Random) -> list[Row]:
    """Labelled pairs of NLI sets the other way round; sets without a direction were already shown both ways."""
    directed = [row for row in rows if row["set"].startswith("nli.")]
    return [unlabelled(row["b"], row["a"], "own.backwards") for row in rng.sample(directed, min(count, len(directed)))]


def regrouped(rows: list[Row], count: int, rng: random.Random) -> list[Row]:
    """First texts with second texts of other pairs."""
    by_set: dict[str, list[Row]] = {}
    for row in rows:
        by_set.setdefault(row["set"], []).append(row)
    pools = [by_set[name] for name in sorted(by_set) if len(by_set[name]) > LOOKED_AT]
    weights = [len(pool) for pool in pools]
    made = []
    for pool in rng.choices(pools, weights, k=count) if pools else []:
        a = rng.choice(pool)["a"]
        others = [row["b"] for row in rng.sample(pool, LOOKED_AT) if row["a"] != a]
        if others:
            made.append(unlabelled(a, most_alike(a, others), "own.regrouped"))
    return made


def sentences(text: str) -> list[str]:
    """The sentences of a text that are neither very short nor very long."""
    return [s for s in re.split(r"(?<=[.!?])\s+", " ".join(text.split())) if 30 < len(s) < 300]


def news(texts: list[list[str]], count: int, rng: random.Random) -> list[Row]:
    """Sentences of two different texts."""
    made: list[Row] = []
    while len(texts) > 1 and len(made) < count:
        one, *others = rng.sample(texts, min(LOOKED_AT + 1, len(texts)))
        a = rng.choice(one)
        b = most_alike(a, [rng.choice(other) for other in others])
        if a != b:
            made.append(unlabelled(a, b, "own.news"))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--texts-licence", default="", help="for the model card")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--backwards", type=int, default=60_000)
    parser.add_argument("--regrouped", type=int, default=30_000)
    parser.add_argument("--news", type=int, default=15_000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    rows = list(read_rows(args.pairs))
    made = backwards(rows, args.backwards, rng) + regrouped(rows, args.regrouped, rng)
    texts = [found for path in args.texts for row in read_rows(path) if (found := sentences(row["text"]))]
    made += news(texts, args.news, rng)
    rng.shuffle(made)
    write_rows(args.out, made)
    of_the_sets = "as the sets above that its texts come from"
    licences = {"own.backwards": of_the_sets, "own.regrouped": of_the_sets, "own.news": args.texts_licence}
    write_counts(args.out.with_name("unlabelled-counts.json"), made, licences)
    print(f"{len(made):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
