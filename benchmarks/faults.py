"""Memory that runs out, a full disk, Ctrl-C, threads and processes: the outcomes of the tests of these.

python -m benchmarks run faults
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks._markdown import NO_RECORDS, Record, markdown, newest


def run(arguments: Sequence[str] | None = None) -> int:
    """Run it and write a record; 1 if a test failed."""
    from tests.robustness import faults

    return faults.run(arguments)


def table(records: Sequence[Record]) -> str:
    """The newest record of the tests of faults, threads and processes: what was tested, and how often it passed."""
    record = newest(records, "faults")
    if record is None:
        return NO_RECORDS
    rows = []
    for kind, tests in record["kinds"].items():
        for tested, counts in tests.items():
            ran = counts["passed"] + counts["failed"]
            rows.append([f"{kind}: {tested}", f"{ran}", f"{counts['passed']}" if ran else "not tried there"])
    return markdown(["tested", "cases", "passed"], rows)
