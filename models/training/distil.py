"""Add a teacher's probabilities of both heads to a file of rows, as soft targets for train.py.

    python models/training/distil.py runs/mini/rows.jsonl.gz runs/mini/unlabelled.jsonl.gz --teacher models/stancecheck-base \\
        --out runs/mini/soft.jsonl.gz

The teacher is any model that stancecheck can load: a folder or a hub id; one that reads parties reads them. Rows come out with
`teacher`: its NLI probabilities of a -> b (`forward`) and b -> a (`backward`), and those of the stances. The files are shuffled
together. A run that was killed goes on where it stopped.
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

from rows import Row, pair_of, read_rows, write_rows

from stancecheck.judging.judge import NLIScores
from stancecheck.judging.judges import OneModel
from stancecheck.models import LoadOptions, load_model
from stancecheck.stance import STANCES

PART = 5000  # rows between two writes


def rounded(scores: NLIScores) -> list[float]:
    """Entailment, neutral, contradiction."""
    return [round(x, 4) for x in (scores.entailment, scores.neutral, scores.contradiction)]


def judged(teacher: OneModel, rows: list[Row]) -> list[Row]:
    """The rows with what the teacher says of them."""
    found = teacher.judge([pair_of(row, i) for i, row in enumerate(rows)])
    return [
        row
        | {
            "teacher": {
                "forward": rounded(j.forward),
                "backward": rounded(j.backward),
                "stance": [round(j.scores[s], 4) for s in STANCES],
            }
        }
        for row, j in zip(rows, found, strict=True)
    ]


def distil(files: list[Path], teacher: OneModel, out: Path, seed: int) -> None:
    """Judge all rows in random order, part by part, and join the parts."""
    rows = [row for path in files for row in read_rows(path)]
    random.Random(seed).shuffle(rows)
    work = out.with_name(out.name + ".parts")
    parts = [work / f"{start:08}.jsonl.gz" for start in range(0, len(rows), PART)]
    for number, path in enumerate(parts):
        if not path.exists():
            write_rows(path, judged(teacher, rows[number * PART : (number + 1) * PART]))
            print(f"{min((number + 1) * PART, len(rows)):,} of {len(rows):,} rows", flush=True)
    with out.open("wb") as whole:  # gzip files may be joined end to end
        for path in parts:
            whole.write(path.read_bytes())
    shutil.rmtree(work, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, nargs="+")
    parser.add_argument("--teacher", required=True, help="a folder or a hub id")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    teacher = load_model(LoadOptions(model=args.teacher, device=args.device))
    distil(args.rows, OneModel(teacher), args.out, args.seed)


if __name__ == "__main__":
    main()
