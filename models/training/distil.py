"""Add a teacher's probabilities of both heads to a file of rows, as soft targets for train.py.

    python models/training/distil.py runs/mini/rows.jsonl.gz runs/mini/unlabelled.jsonl.gz --teacher models/stancecheck-base \\
        --out runs/mini/soft.jsonl.gz

The teacher is any model that stancecheck can load: a folder or a hub id; one that reads parties reads them. Rows come out with
`teacher`: its NLI probabilities of a -> b (`forward`) and b -> a (`backward`), and those of the stances. Where time is short it
judges a share of the labelled rows only (`--labelled-share`). Rows without a label come out `--times` times. The files are
shuffled together. A run that was killed goes on where it stopped.
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


def judged(teacher: OneModel, rows: list[Row], labelled_share: float, rng: random.Random) -> list[Row]:
    """The rows with what the teacher says of them."""
    asked = [row for row in rows if not is_labelled(row) or rng.random() < labelled_share]
    found = teacher.judge([pair_of(row, i) for i, row in enumerate(asked)])
    said = {
        id(row): {
            "forward": rounded(j.forward),
            "backward": rounded(j.backward),
            "stance": [round(j.scores[s], 4) for s in STANCES],
        }
        for row, j in zip(asked, found, strict=True)
    }
    return [row | {"teacher": said[id(row)]} if id(row) in said else row for row in rows]


def is_labelled(row: Row) -> bool:
    return "nli" in row or "stance" in row


def distil(files: list[Path], teacher: OneModel, out: Path, seed: int, labelled_share: float = 1.0, times: int = 1) -> None:
    """Judge the rows in random order, part by part, and join the parts; rows that come several times are judged once."""
    rows = [row for path in files for row in read_rows(path)]
    rng = random.Random(seed)
    rng.shuffle(rows)
    work = out.with_name(out.name + ".parts")
    parts = [work / f"{start:08}.jsonl.gz" for start in range(0, len(rows), PART)]
    for number, path in enumerate(parts):
        if not path.exists():
            part = rows[number * PART : (number + 1) * PART]
            write_rows(path, judged(teacher, part, labelled_share, random.Random(seed + number)))
            print(f"{min((number + 1) * PART, len(rows)):,} of {len(rows):,} rows", flush=True)
    found = [row for path in parts for row in read_rows(path)]
    found += [row for row in found if not is_labelled(row)] * (times - 1)
    rng.shuffle(found)
    write_rows(out, found)
    shutil.rmtree(work, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, nargs="+")
    parser.add_argument("--teacher", required=True, help="a folder or a hub id")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--labelled-share", type=float, default=1.0, help="of the labelled rows, how many the teacher judges")
    parser.add_argument("--times", type=int, default=1, help="how often a row without a label comes out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    teacher = load_model(LoadOptions(model=args.teacher, device=args.device))
    distil(args.rows, OneModel(teacher), args.out, args.seed, args.labelled_share, args.times)


if __name__ == "__main__":
    main()
