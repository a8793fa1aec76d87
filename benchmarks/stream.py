"""Memory of `stream_pairs` over a million short pairs, with a model that costs nothing.

    python -m benchmarks run stream --pairs 1000000

The tokenizer is the shipped model's own; only the network is left out. Prints resident memory as the pairs go by and writes
a record under benchmarks/results. What must hold: after the first 50,000 pairs it does not grow.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from stancecheck import StanceChecker
from stancecheck.models import LoadOptions, load_model
from stancecheck.models.model import FloatArray, NLIModel
from stancecheck.models.tokens import Batch

WARM = 50_000
_ENOUGH = 1_000_000  # pairs of a record that counts
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


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("stream", __doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    args = parser.parse_args(arguments)
    checker = StanceChecker(Weightless(load_model(LoadOptions())))
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


def table(records: Sequence[Record]) -> str:
    """The newest record of memory: resident at the first mark and at the last, and the growth between them."""
    record = newest(records, "stream-memory", pairs=_ENOUGH)
    if record is None:
        return NO_RECORDS
    marks = list(record["resident_mib"].items())
    rows = [[f"after {int(pairs):,} pairs", f"{mib:,.1f} MiB"] for pairs, mib in (marks[0], marks[-1])]
    rows.append([f"growth past the first {WARM:,}", f"{record['growth_mib']:.1f} MiB"])
    return markdown(["one stream", "resident memory"], rows)
