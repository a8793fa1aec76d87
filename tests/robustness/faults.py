"""`python -m benchmarks run faults` runs the tests of faults, threads and processes, and records their outcomes.

These are the tests of CI with the slow ones, by the clock, added. A test's name says what must hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks._arguments import make_parser
from benchmarks._record import write_record

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "faults": "tests/robustness/test_faults.py",
    "threads and processes": "tests/robustness/test_threads.py",
    "determinism": "tests/robustness/test_determinism.py",
}
_ANY_SPEED = "not network and not gpu and not ray and not spark and not browser"


class Outcomes:
    """What pytest says of each test, its cases counted together."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, int]] = defaultdict(lambda: {"passed": 0, "failed": 0, "skipped": 0})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase of one test; what passes counts at its call, what fails or is skipped wherever it does."""
        if report.when == "call" or report.outcome != "passed":
            self.of[report.nodeid.partition("[")[0]][report.outcome] += 1


def sentence(nodeid: str) -> str:
    """What a test's name says: 'tests/test_x.py::test_a_row_is_kept' -> 'a row is kept'."""
    return nodeid.rsplit("::", 1)[-1].removeprefix("test_").replace("_", " ")


def tried(files: Mapping[str, str]) -> dict[str, dict[str, dict[str, int]]]:
    """Run the tests of these files. Returns their outcomes by kind, then by what the test's name says."""
    outcomes = Outcomes()
    paths = [str(ROOT / file) for file in files.values()]
    pytest.main([*paths, f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-m", _ANY_SPEED], plugins=[outcomes])
    found: dict[str, dict[str, dict[str, int]]] = {kind: {} for kind in files}
    kind_of = {file: kind for kind, file in files.items()}
    for nodeid, counts in outcomes.of.items():
        found[kind_of[nodeid.partition("::")[0]]][sentence(nodeid)] = counts
    return found


def run(arguments: Sequence[str] | None = None) -> int:
    """Run, print, write the record; 1 if something did not hold."""
    make_parser("faults", __doc__).parse_args(arguments)
    found = tried(FILES)
    write_record("faults", {"kinds": found})
    return int(any(counts["failed"] for tests in found.values() for counts in tests.values()))
