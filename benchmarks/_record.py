"""Benchmark records: the metrics with everything that is needed to make them again. Records are added, never changed."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stancecheck.evaluation.record import environment

__all__ = ["RESULTS", "commit", "write_record"]

RESULTS = Path(__file__).resolve().parent / "results"


def commit() -> str:
    """The commit of the code that runs, with '+' if files were changed since."""
    here = Path(__file__).resolve().parent

    def git(*args: str) -> str:
        done = subprocess.run(["git", *args], cwd=here, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if git("status", "--porcelain", "--", "../src") else "")


def write_record(name: str, values: Mapping[str, Any]) -> Path:
    """Write results/NAME-DATE-COMMIT.json, or with a number after it where there is one already, and return its path.

    Args:
        name: What was measured, in lower case with hyphens.
        values: Plain values.
    """
    made = commit()
    asked = [Path(part).name if Path(part).is_absolute() else part for part in sys.argv[1:]]  # no paths of one machine
    command = ["python", "-m", "benchmarks", *asked]
    record = {"name": name, "commit": made, "command": command, **environment(), **values}
    RESULTS.mkdir(exist_ok=True)
    stem = f"{name}-{dt.datetime.now(dt.UTC):%Y%m%d}-{made.rstrip('+')}"
    paths = (RESULTS / f"{stem}{number}.json" for number in itertools.chain([""], (f"-{n}" for n in itertools.count(2))))
    path = next(path for path in paths if not path.exists())
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"record: {path.name}")
    return path
