"""Pairs that have nothing to do with each other, mixed into a file of labelled pairs.

    python models/training/negatives.py --pairs runs/mini/labelled.jsonl.gz --articles NEWS.jsonl.gz \\
        --articles-licence "CC BY 4.0" --out runs/mini/mixed.jsonl.gz

Labelled NLI sets hold hardly a pair that is unrelated: every hypothesis was written for its premise. A user who compares many
statements meets little else. Two kinds are made, all labelled neutral:

- mismatched: a premise with a hypothesis written for another premise of the same set, half of them chosen for shared words;
- same article: two sentences of one news report, which its outlet holds to be true side by side.

They are mixed with a random part of the labelled pairs. NEWS: JSON lines with `text`.
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
TOO_ALIKE = 0.5  # share of common words from which two sentences of an article may say the same

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


def same_article(path: Path, count: int, rng: random.Random) -> list[Row]:
    """Two sentences of one report that do not say the same."""
    articles = [re.split(r"(?<=[.!?])\s+", row["text"]) for row in read_rows(path)]
    usable = [kept for a in articles if len(kept := [s.strip() for s in a if 30 < len(s) < 300]) > 2]
    made: list[Row] = []
    while usable and len(made) < count:
        a, b = rng.sample(rng.choice(usable), 2)
        if len(words(a) & words(b)) < TOO_ALIKE * min(len(words(a)), len(words(b))):
            made.append(neutral(a, b, "own.same_article"))
    return made


def write_counts(path: Path, made: list[Row], licences: dict[str, str]) -> None:
    """How many pairs of these sets there are, for the card."""
    kept = Counter(row["set"] for row in made)
    sets = {name: {"licence": licence, "kept": kept[name]} for name, licence in licences.items() if kept[name]}
    path.write_text(json.dumps({"rows": len(made), "sets": sets}, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True, help="the labelled pairs")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--articles-licence", required=True, help="for the model card")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=int, default=24_000, help="how many of the labelled pairs to take")
    parser.add_argument("--mismatched", type=int, default=8_000)
    parser.add_argument("--same-article", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    rows = list(read_rows(args.pairs))
    made = rng.sample(rows, min(args.keep, len(rows)))
    made += mismatched(rows, args.mismatched, rng) + same_article(args.articles, args.same_article, rng)
    rng.shuffle(made)
    write_rows(args.out, made)
    licences = {"own.mismatched": "as the sets above that its texts come from", "own.same_article": args.articles_licence}
    # Only what is new here: the labelled pairs are counted in a file of their own.
    write_counts(args.out.with_name(args.out.name.split(".")[0] + "-counts.json"), made, licences)
    print(f"{len(made):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
