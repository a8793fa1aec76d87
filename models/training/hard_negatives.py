"""Pairs that are no contradiction and that a trained model takes for one: sentences near each other, of two different matters.

    python models/training/hard_negatives.py --model models/stancecheck-mini --pairs runs/mini/labelled.jsonl.gz \\
        --texts NEWS.jsonl.gz SPEECHES.jsonl.gz --texts-licence "CC BY 4.0 and CC BY-SA" \\
        --matter date location meeting --out runs/mini/hard.jsonl.gz

A user's texts are full of them: two accounts of two events, two remarks on one subject that are both true. The sentences are
those of texts on different matters (NEWS and SPEECHES: JSON lines with `text`; two texts that agree in every field of
`--matter` may be about one event, and are not put together), and premises of labelled pairs of different sets' rows, which were
all taken as true. Each is compared with those nearest to it. What the model calls a contradiction, or nearly, comes out as
neutral, with soft targets that leave room for the few that are real.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

from negatives import neutral, write_counts
from prepare import read_rows, write_rows
from unlabelled import sentences

from stancecheck import Stance, StanceChecker, Statement

# Not SNLI (captions without a common world), nor VitaminC (two versions of one sentence).
PREMISES = ("nli.lingnli.", "nli.wanli.", "nli.fever_", "nli.climate_fever", "nli.covidfact", "nli.fm2")
NEARLY = 0.3  # the contradiction score that counts as hard
TARGETS = {"entailment": 0.05, "neutral": 0.8, "contradiction": 0.15}
NEAREST = 10

Row = dict[str, Any]


def of_texts(paths: list[Path], matter: list[str]) -> list[Statement]:
    """Sentences; `source` says which matter the text is about."""
    found = []
    for path in paths:
        for row in read_rows(path):
            about = "|".join([path.name, *(str(row[name]) for name in matter if name in row)])
            found += [Statement(text, party="any", source=about) for text in sentences(row["text"])]
    return found


def of_premises(rows: list[Row]) -> list[Statement]:
    kept = {r["a"] for r in rows if r["set"].startswith(PREMISES) and 30 < len(r["a"]) < 300}
    return [Statement(text, party="any", source=text) for text in sorted(kept)]


def hard(checker: StanceChecker, statements: list[Statement], source: str, rng: random.Random) -> list[Row]:
    """Pairs of two matters, near each other, that the model takes for a contradiction, in one order or the other."""
    report = checker.compare(statements, same_party=True, top_k=NEAREST)
    found = [(j.a.text, j.b.text) for j in report if j.a.source != j.b.source and j.scores[Stance.CONTRADICT] > NEARLY]
    ordered = [pair if rng.random() < 0.5 else pair[::-1] for pair in found]
    return [neutral(a, b, source) | {"probs": list(TARGETS.values())} for a, b in ordered]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--texts-licence", default="", help="for the model card")
    parser.add_argument("--matter", nargs="*", default=[], help="fields that say which event a text is about")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sentences", type=int, default=6_000, help="of each of the two kinds, at random")
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    rng, checker = random.Random(args.seed), StanceChecker.load(args.model)
    made: list[Row] = []
    kinds = {"own.hard_news": of_texts(args.texts, args.matter), "own.hard_premises": of_premises(list(read_rows(args.pairs)))}
    for name, statements in kinds.items():
        chosen = rng.sample(statements, min(args.sentences, len(statements)))
        found = hard(checker, chosen, name, rng)
        print(f"{name}: {len(found):,} of {len(chosen):,} sentences", flush=True)
        made += found
    rng.shuffle(made)
    write_rows(args.out, made)
    licences = {"own.hard_news": args.texts_licence, "own.hard_premises": "as the sets above that its texts come from"}
    write_counts(args.out.with_name("hard-counts.json"), made, licences)
    print(f"{len(made):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
