"""Add a teacher's probabilities to a file of pairs, as soft targets for train.py.

    python models/training/distil.py runs/mini/pairs.jsonl.gz --teacher models/stancecheck-base --out runs/mini/soft.jsonl.gz

The teacher is any NLI model that stancecheck can load: a folder or a hub id. Rows come out in order with `probs`:
entailment, neutral, contradiction. A run that was killed goes on where it stopped.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from prepare import read_rows, write_rows
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from stancecheck.stance import label_order

PART = 5000  # rows


class Teacher:
    """A hub model's probabilities in bfloat16 (off by some thousandths), in the order entailment, neutral, contradiction."""

    def __init__(self, name: str, device: str, max_tokens: int, temperature: float) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(name)
        self.model = AutoModelForSequenceClassification.from_pretrained(name, dtype=torch.bfloat16).to(device).eval()
        self.columns = list(label_order(self.model.config.id2label, model=name))
        self.device, self.max_tokens, self.temperature = device, max_tokens, temperature

    @torch.inference_mode()
    def __call__(self, rows: list[dict[str, Any]], batch: int = 64) -> list[list[float]]:
        """Shape: (rows, 3)."""
        out = np.empty((len(rows), 3))
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]["a"]) + len(rows[i]["b"]))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            texts = [rows[i]["a"] for i in chosen], [rows[i]["b"] for i in chosen]
            inputs = self.tokenizer(*texts, truncation=True, max_length=self.max_tokens, padding=True, return_tensors="pt")
            logits = self.model(**inputs.to(self.device)).logits
            out[chosen] = torch.softmax(logits.float()[:, self.columns] / self.temperature, -1).cpu().numpy()
        return [[round(float(x), 4) for x in row] for row in out]


def parts_of(path: Path, limit: int | None) -> Iterator[list[dict[str, Any]]]:
    rows = itertools.islice(read_rows(path), limit)
    while part := list(itertools.islice(rows, PART)):
        yield part


def distil(pairs: Path, teacher: Teacher, out: Path, limit: int | None) -> None:
    work = out.with_name(out.name + ".parts")
    work.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []
    for number, rows in enumerate(parts_of(pairs, limit)):
        done.append(work / f"{number:05}.jsonl.gz")
        if done[-1].exists():
            continue
        unfinished = done[-1].with_suffix(".unfinished")
        write_rows(unfinished, (row | {"probs": probs} for row, probs in zip(rows, teacher(rows), strict=True)))
        unfinished.replace(done[-1])
        print(f"{number * PART + len(rows):,} rows", flush=True)
    with out.open("wb") as whole:  # gzip files may be joined end to end
        for part in done:
            whole.write(part.read_bytes())
    shutil.rmtree(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--teacher", required=True, help="a folder or a hub id")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--limit", type=int, help="only the first rows")
    args = parser.parse_args()
    teacher = Teacher(args.teacher, args.device, args.max_tokens, args.temperature)
    distil(args.pairs, teacher, args.out, args.limit)


if __name__ == "__main__":
    main()
