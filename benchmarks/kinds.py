"""Kinds of fault, a few pairs each with the right answer: how many of them a judge gets right (see kinds/README.md).

    python -m benchmarks run kinds
    python -m benchmarks run kinds --model my/folder --no-record
    python -m benchmarks run kinds --corpora DIR

Writes a record. The pairs are for measuring, and too few of a kind to train or to tune on. With --corpora, 1,000 sentences of
all its files (JSON lines with `text` or `body`) are compared with themselves, too: each must agree.
"""

from __future__ import annotations

import gzip
import json
import random
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._record import write_record
from stancecheck import Stance, StanceChecker
from stancecheck.language.sentences import sentences_of

KINDS = Path(__file__).resolve().parent / "kinds"


def pairs_of(path: Path) -> list[dict[str, str]]:
    """The pairs of one kind: a, b and right, which is a stance or several joined by '|'."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def measure(checker: StanceChecker) -> dict[str, dict[str, int]]:
    """How many pairs of each kind there are, and how many of them are judged right."""
    found = {}
    for path in sorted(KINDS.glob("*.jsonl")):
        pairs = pairs_of(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # texts that it cannot read are what some kinds are of
            judged = checker.check_pairs([(pair["a"], pair["b"]) for pair in pairs])
        right = sum(j.stance.value in pair["right"].split("|") for j, pair in zip(judged, pairs, strict=True))
        found[path.stem] = {"pairs": len(pairs), "right": right}
    return found


def sentences(folder: Path, count: int = 1000) -> list[str]:
    """Sentences drawn evenly from the corpora of a folder, as many of each."""
    files = sorted(folder.glob("*.jsonl.gz"))
    rng, drawn = random.Random(0), []
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts = [row.get("text") or row.get("body") or "" for row in rng.sample(rows, min(len(rows), count))]
        known = sorted({text[start:end].strip() for text in texts for start, end in sentences_of(text, (0, len(text)))} - {""})
        drawn += rng.sample(known, min(len(known), -(-count // len(files))))
    return drawn[:count]


def with_themselves(checker: StanceChecker, texts: Sequence[str]) -> dict[str, int]:
    """How many of the texts agree with themselves."""
    right = sum(j.stance is Stance.AGREE for j in checker.stream_pairs((text, text) for text in texts))
    return {"pairs": len(texts), "right": right}


def table(records: Sequence[Mapping[str, Any]]) -> str:
    """Right of all pairs by kind, a column a record, the oldest first."""
    known = [record for record in records if str(record.get("name", "")).startswith("kinds-")]
    if not known:
        return "No records yet.\n"
    lines = [["kind", "pairs", *(f"{record['model']}, {record['commit'].rstrip('+')}" for record in known)]]
    lines.append(["---", *["---:"] * (len(known) + 1)])
    for kind, newest in known[-1]["kinds"].items():
        counts = [str(record["kinds"][kind]["right"]) if kind in record["kinds"] else "-" for record in known]
        lines.append([kind.replace("_", " "), str(newest["pairs"]), *counts])
    total = [str(sum(kind["right"] for kind in record["kinds"].values())) for record in known]
    lines.append(["all", str(sum(kind["pairs"] for kind in known[-1]["kinds"].values())), *total])
    if any("themselves" in record for record in known):
        of = max(record.get("themselves", {}).get("pairs", 0) for record in known)
        right = [str(record["themselves"]["right"]) if "themselves" in record else "-" for record in known]
        lines.append(["real sentences with themselves", str(of), *right])
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("kinds", __doc__)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--no-record", action="store_true", help="only print")
    parser.add_argument("--corpora", type=Path, help="folder of real text")
    args = parser.parse_args(arguments)
    checker = StanceChecker.load(args.model, backend="onnx")
    found = measure(checker)
    record: dict[str, Any] = {"model": Path(args.model).name, "kinds": found}
    if args.corpora:
        record["themselves"] = with_themselves(checker, sentences(args.corpora))
    for kind, counts in [*found.items(), *[("real sentences with themselves", record["themselves"])] * bool(args.corpora)]:
        print(f"{kind:55} {counts['right']:4} of {counts['pairs']:4}")
    if not args.no_record:
        write_record(f"kinds-{record['model']}", record)
