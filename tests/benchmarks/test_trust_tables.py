"""benchmarks/: what was tried against hostile input, faults and chance is told as the records have it."""

from __future__ import annotations

import importlib
import os
import textwrap

from tests.source_tree import source_path

source_path("benchmarks")
fuzz_table = importlib.import_module("benchmarks.fuzz").table
faults_table = importlib.import_module("benchmarks.faults").table
determinism_table = importlib.import_module("benchmarks.determinism").table
faults = importlib.import_module("tests.robustness.faults")

TARGET = {"inputs": 200_000, "findings": 2, "slowest_cpu_s": 0.456, "cpu_s": 300.0}
WAY = {
    "pairs": 5000,
    "largest_difference": 0.00012,
    "pairs_that_differ": 7,
    "flips": 3,
    "flips_outside_a_margin_of_0.01": 1,
}


def fuzz(inputs=200_000, created="2026-01-01"):
    about = {"name": "fuzz", "created": created, "commit": "abc", "inputs": inputs, "cpu_bound_s": 10}
    return {**about, "targets": {"parquet": {**TARGET, "inputs": inputs}}}


def determinism(backend, pairs=5000):
    about = {"name": f"determinism-{backend}", "created": "2026-01-01", "backend": backend, "pairs": pairs}
    return {**about, "ways": {"alone": WAY}}


def test_fuzz_table_lists_findings():
    table = fuzz_table([fuzz()])
    assert "| parquet | 200,000 | 2 | 0.46 of 10 |" in table
    assert "200,000 inputs, 2 findings, commit abc." in table


def test_newest_long_run_counts():
    assert fuzz_table([fuzz(300)]) == "No records yet.\n"
    assert determinism_table([determinism("onnx", 100)]) == "No records yet.\n"
    assert "250,000" in fuzz_table([fuzz(250_000, "2026-01-02"), fuzz(), fuzz(300, "2026-01-03")])


def test_determinism_table_is_by_backend():
    table = determinism_table([determinism("torch"), determinism("onnx")])
    assert [line[:8] for line in table.splitlines()[2:]] == ["| onnx |", "| torch "]
    assert "| alone | 5,000 | 1.2e-04 | 7 | 3 | 1 |" in table


def test_failed_and_untried_faults_show():
    tests = {
        "all is whole": {"passed": 2, "failed": 1, "skipped": 0},
        "it forks": {"passed": 0, "failed": 0, "skipped": 1},
    }
    table = faults_table([{"name": "faults", "created": "2026-01-01", "kinds": {"faults": tests}}])
    assert "| faults: all is whole | 3 | 2 |" in table
    assert "| faults: it forks | 0 | not tried there |" in table


def test_outcomes_sum_their_tests(tmp_path, monkeypatch):
    (tmp_path / "test_made_up.py").write_text(
        textwrap.dedent("""
            import pytest
            @pytest.mark.parametrize("n", [1, 2, 3])
            def test_numbers_are_small(n): assert n < 3
            @pytest.fixture
            def broken(): raise OSError
            def test_the_disk_is_there(broken): pass
            def test_elsewhere(): pytest.skip("not here")
        """)
    )
    monkeypatch.setattr(faults, "ROOT", tmp_path)
    monkeypatch.setattr(faults.pytest, "main", inner(faults.pytest.main))
    found = faults.tried({"made up": "test_made_up.py"})
    assert found == {
        "made up": {
            "numbers are small": {"passed": 2, "failed": 1, "skipped": 0},
            "the disk is there": {"passed": 0, "failed": 1, "skipped": 0},
            "elsewhere": {"passed": 0, "failed": 0, "skipped": 1},
        }
    }


def inner(main):
    """pytest within pytest: without this project's settings and without a second look at loaded modules."""
    return lambda args, plugins: main([*args, "-q", "-p", "no:xdist", "-p", "no:hypothesispytest", "-c", os.devnull], plugins)
