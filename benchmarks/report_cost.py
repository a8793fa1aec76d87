"""Seconds that a report of 160 statements by three parties costs, by who judges it, beside another commit if one is given.

    python -m benchmarks run report_cost --rounds 3
    python -m benchmarks run report_cost --rounds 3 --backend onnx --other ../stancecheck-before

The statements are those of benchmarks/cases, dealt to three parties. Judges are written as for the benchmark 'cases'. Each
report is made in a fresh process, turn by turn (A B A B …), so that a busy machine slows all alike; loading the models is timed
apart. --other is a checkout of another commit, read by this script with its own code and weights. Without AMX: --backend onnx,
which computes in float32. Writes a record.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from benchmarks.cases import CASES, DEFAULT
from stancecheck.data.statements import read_statements

STATEMENTS = 160
PARTIES = ("Harbour ministry", "Dock workers' union", "Ferry company")
JUDGES = (DEFAULT, "stancecheck-mini+stancecheck-base", "stancecheck-base", "stancecheck-mini")
TIMED = """
import json, sys, time
from stancecheck import StanceChecker, Statement
asked = json.load(sys.stdin)
started = time.perf_counter()
checker = StanceChecker.load(**asked["options"])
checker.compare([Statement("It rained.", party="A"), Statement("It was dry.", party="B")])
loaded = time.perf_counter()
report = checker.compare([Statement(text, party=party) for text, party in asked["statements"]])
seconds = {"load": loaded - started, "report": time.perf_counter() - loaded}
print(json.dumps({**seconds, "pairs": len(report), "judges": report.judges}))
"""


def statements() -> list[tuple[str, str]]:
    """Texts of the cases in the order of their files, with their new parties in turn."""
    texts = [s.text for path in sorted(CASES.glob("*.jsonl")) if ".gold." not in path.name for s in read_statements(path)]
    return [(text, PARTIES[place % len(PARTIES)]) for place, text in enumerate(texts[:STATEMENTS])]


def timed(judge: str, checkout: Path, backend: str) -> dict[str, Any]:
    """Seconds and counts of one report, made in a process of its own."""
    options: dict[str, Any] = {"backend": backend}
    if judge != DEFAULT:
        model, _, larger = judge.partition("+")
        options |= {"model": model, "escalate": larger or None}
    asked = json.dumps({"options": options, "statements": statements()})
    path = os.pathsep.join(filter(None, [str(checkout / "src"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", TIMED],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    if done.returncode:
        sys.exit(f"{checkout.name}, {judge}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("report_cost", __doc__)
    parser.add_argument("--judges", nargs="+", default=JUDGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--other", type=Path, help="a checkout of another commit")
    args = parser.parse_args(arguments)
    checkouts = {"this": Path(__file__).resolve().parents[1]} | ({"other": args.other.resolve()} if args.other else {})
    made: dict[str, list[dict[str, Any]]] = {}
    for turn in range(args.rounds):
        for judge in args.judges:
            for name, checkout in checkouts.items():
                found = timed(judge, checkout, args.backend)
                made.setdefault(f"{judge}, {name}", []).append(found)
                print(f"{turn + 1}: {judge}, {name}: {found['report']:.1f} s for {found['pairs']:,} pairs", flush=True)
    reports = {way: _metrics(turns) for way, turns in made.items()}
    other = _commit_of(args.other) if args.other else None
    write_record("report-cost", {"backend": args.backend, "cores": os.cpu_count(), "other": other, "reports": reports})


def _metrics(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    times = {f"{part}_seconds": [round(float(turn[part]), 2) for turn in turns] for part in ("load", "report")}
    return {**times, "pairs": turns[0]["pairs"], "judges": turns[0]["judges"]}


def _commit_of(checkout: Path) -> str:
    asked = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def table(records: Sequence[Record]) -> str:
    """The newest record of each backend: seconds by judge."""
    rows = []
    for backend in sorted({str(r["backend"]) for r in records if r.get("name") == "report-cost"}):
        record = newest([r for r in records if r.get("backend") == backend], "report-cost")
        for way, found in (record or {}).get("reports", {}).items():
            judge, _, checkout = way.rpartition(", ")
            commit = (record or {})["other" if checkout == "other" else "commit"]
            seconds = [f"{statistics.median(found[part]):.1f}" for part in ("load_seconds", "report_seconds")]
            rows.append([judge, str(commit), backend, f"{found['pairs']:,}", *seconds])
    heads = ["judged by", "commit", "backend", "pairs judged", "s to load", "s a report"]
    return markdown(heads, rows) if rows else NO_RECORDS
