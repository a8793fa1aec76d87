"""Pairs that have nothing to do with each other, mixed into a file of labelled pairs.

    python models/training/negatives.py --pairs runs/mini/labelled.jsonl.gz --out runs/mini/mixed.jsonl.gz

Labelled NLI sets hold hardly a pair that is unrelated: every hypothesis was written for its premise. A user who compares many
statements meets little else. So a premise is put with a hypothesis that was written for another premise of the same set, half
of them chosen for shared words, and the pair labelled neutral.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path

from prepare import read_rows, write_rows

# Not SNLI: its captions have no common event, and annotators took a different one for a contradiction.
MISMATCHED_SETS = (
    "nli.lingnli.",
    "nli.wanli.",
    "nli.vitaminc.test_real",
    "nli.fever_",
    "stance.perspectrum",
    "stance.ibm_claim",
)
LOOKED_AT = 40  # hypotheses that are searched for the one with the most shared words

Row = dict[str, str]


def words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.lower()) if len(w) > 3}


def neutral(a: str, b: str, source: str) -> Row:
    return {"a": a, "b": b, "label": "neutral", "set": source}


def mismatched(rows: list[Row], count: int, rng: random.Random) -> list[Row]:
    """Premises with hypotheses of other premises; every second one the most alike of some dozens."""
    by_set: dict[str, list[Row]] = {}
    partners: dict[str, set[str]] = {}
    for row in rows:
        if row["set"].startswith(MISMATCHED_SETS):
            by_set.setdefault(row["set"], []).append(row)
            partners.setdefault(row["a"], {row["a"]}).add(row["b"])
            partners.setdefault(row["b"], {row["b"]}).add(row["a"])
    names = sorted(by_set)
    made: list[Row] = []
    while len(made) < count:
        pool = by_set[rng.choice(names)]
        premise = rng.choice(pool)["a"]
        looked_at = [r["b"] for r in rng.sample(pool, min(LOOKED_AT, len(pool)))]
        others = [b for b in looked_at if not partners[b] & partners[premise]]  # nor two answers to one claim
        if not others:
            continue
        about = words(premise)
        other = max(others, key=lambda b: len(about & words(b))) if len(made) % 2 else others[0]
        made.append(neutral(premise, other, "own.mismatched"))
    return made


def write_counts(path: Path, made: list[Row], licences: dict[str, str]) -> None:
    """How many pairs of these sets there are, for the card."""
    kept = Counter(row["set"] for row in made)
    sets = {name: {"licence": licence, "kept": kept[name]} for name, licence in licences.items() if kept[name]}
    path.write_text(json.dumps({"rows": len(made), "sets": sets}, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True, help="the labelled pairs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mismatched", type=int, default=12_000, help="how many pairs to make")
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    rows = list(read_rows(args.pairs))
    made = rng.sample(rows, len(rows)) + mismatched(rows, args.mismatched, rng)
    rng.shuffle(made)
    write_rows(args.out, made)
    licences = {"own.mismatched": "as the sets above that its texts come from"}
    # Only what is new here: the labelled pairs are counted in a file of their own.
    write_counts(args.out.with_name(args.out.name.split(".")[0] + "-counts.json"), made, licences)
    print(f"{len(made):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
