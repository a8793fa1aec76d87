"""Memory of `stream_pairs` over a million short pairs, with a model that costs nothing.

    python benchmarks/stream.py --pairs 1000000

The tokenizer is the shipped model's own; only the network is left out. Prints resident memory as the pairs go by and writes
a record under benchmarks/results. What must hold: after the first 50,000 pairs it does not grow.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from record import write_record
from stancecheck import StanceChecker
from stancecheck.models import load_model
from stancecheck.models.model import FloatArray, NLIModel
from stancecheck.models.tokens import Batch

WARM = 50_000
WORDS = [
    "the",
    "jets",
    "town",
    "raid",
    "ministry",
    "no",
    "saw",
    "said",
    "bridge",
    "two",
    "hundred",
    "was",
    "closed",
    "on",
    "night",
]


class Weightless:
    """A loaded model's tokenizer and description, with logits that are a function of the token ids."""

    def __init__(self, model: NLIModel) -> None:
        self.info, self.tokenizer, self.token_budget = model.info, model.tokenizer, model.token_budget

    def logits(self, batch: Batch) -> FloatArray:
        total = (batch.input_ids * (1 + batch.token_type_ids)).sum(1)
        return np.stack([total % 7, total % 5, total % 3], axis=-1).astype(np.float32)

    def embeddings(self, batch: Batch) -> FloatArray:
        raise NotImplementedError("streaming embeds nothing")


def made_up_pairs(count: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(3)
    for number in range(count):
        a, b = (" ".join(rng.choices(WORDS, k=rng.randint(5, 12))) for _ in range(2))
        yield f"{a} {number}", b


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    args = parser.parse_args()
    checker = StanceChecker(Weightless(load_model("stancecheck-mini")))
    trace: dict[int, float] = {}
    started = time.perf_counter()
    for number, _ in enumerate(checker.stream_pairs(made_up_pairs(args.pairs)), start=1):
        if number % WARM == 0:
            trace[number] = round(resident_mb(), 1)
            print(f"{number:>9,} pairs  {trace[number]:7.1f} MiB resident", flush=True)
    later = [mb for count, mb in trace.items() if count > WARM]
    growth = round(max(later) - trace[WARM], 1) if later else 0.0
    seconds = round(time.perf_counter() - started, 1)
    print(f"growth past the first {WARM:,}: {growth} MiB in {seconds} s")
    write_record("stream-memory", {"pairs": args.pairs, "resident_mib": trace, "growth_mib": growth, "seconds": seconds})


if __name__ == "__main__":
    main()
