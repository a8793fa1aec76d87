"""Hostile inputs by the hundred thousand: `python -m benchmarks run fuzz --inputs 200000`; the same targets run in CI.

Each input is made from (target, number) alone: `--target NAME --first NUMBER --inputs 1` makes a finding again.
"""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks._arguments import make_parser
from benchmarks._record import write_record
from tests.robustness.hostile import SECONDS, TARGETS, bounded
from tests.robustness.hostile_inputs import folder_for_files


def run(arguments: Sequence[str] | None = None) -> int:
    """Try the inputs, count what was found, write the record; 1 if something was found."""
    parser = make_parser("fuzz", __doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--target", choices=list(TARGETS))
    parser.add_argument("--no-record", action="store_true")
    args = parser.parse_args(arguments)
    found: Counter[str] = Counter()
    examples: dict[str, dict[str, object]] = {}
    tried: dict[str, dict[str, float]] = {}
    for name, (target, share) in TARGETS.items():
        if args.target not in (None, name):
            continue
        count = args.inputs if args.target else args.inputs * share // 100
        slowest, began = 0.0, time.process_time()
        for number in range(args.first, args.first + count):
            start = time.process_time()
            try:
                with bounded():
                    target(random.Random(f"{name} {number}"))
            except BaseException as error:  # a panic of a Rust library is a BaseException
                if isinstance(error, KeyboardInterrupt):
                    raise
                last = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{name}: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {str(error)[:150]!r}"
                key = f"{name} {type(error).__name__} {last.filename} {last.lineno}"
                found[key] += 1
                if key not in examples:
                    examples[key] = {"number": number, "what": what}
                    print(f"number {number}: {what}", flush=True)
            slowest = max(slowest, time.process_time() - start)
        tried[name] = {
            "inputs": count,
            "findings": sum(n for key, n in found.items() if key.startswith(name)),
            "slowest_cpu_s": round(slowest, 3),
            "cpu_s": round(time.process_time() - began, 1),
        }
        print(name, tried[name], flush=True)
    shutil.rmtree(folder_for_files(), ignore_errors=True)
    if args.target is None and not args.no_record:  # a record is of all targets
        findings = [{**example, "times": found[key]} for key, example in examples.items()]
        write_record("fuzz", {"inputs": args.inputs, "cpu_bound_s": SECONDS, "targets": tried, "findings": findings})
    return int(bool(found))
