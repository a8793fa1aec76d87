"""Hostile inputs by the hundred thousand: does each get a right answer or an error? The tests try 5,000 of the same.

python -m benchmarks run fuzz
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks._markdown import NO_RECORDS, Record, markdown, newest

_ENOUGH_INPUTS = 200_000  # of a run that counts


def run(arguments: Sequence[str] | None = None) -> int:
    """Run it and write a record; 1 if something did not hold."""
    from tests.robustness import fuzz

    return fuzz.run(arguments)


def table(records: Sequence[Record]) -> str:
    """The newest whole run of the fuzzer: inputs by target, what was found, and the slowest input."""
    record = newest(records, "fuzz", inputs=_ENOUGH_INPUTS)
    if record is None:
        return NO_RECORDS
    rows = [
        [name, f"{found['inputs']:,}", f"{found['findings']:,}", f"{found['slowest_cpu_s']:.2f} of {record['cpu_bound_s']}"]
        for name, found in record["targets"].items()
    ]
    counts = [sum(found[key] for found in record["targets"].values()) for key in ("inputs", "findings")]
    return markdown(["what", "inputs", "wrong answers, crashes, hangs", "slowest input, seconds of CPU"], rows) + (
        f"\n{counts[0]:,} inputs, {counts[1]:,} findings, commit {record['commit']}.\n"
    )
