"""What need not be read again: rows that a model reads in the course of a notebook, with the memory of a checker and without.

    python -m benchmarks run again --affairs 4

One affair after the other, as somebody works with a report: it is made, made again, with more partners, with a statement more,
and its pairs are checked, both ways round. Each step is done by one checker, which remembers, and by a new one. Equal pairs of
texts within a step are read once by both. Writes a record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from benchmarks.cases import GROUPS, labelled
from stancecheck import Report, StanceChecker, Statement
from stancecheck.models import DEFAULT_MODEL, LoadOptions, NLIModel, load_model
from stancecheck.models.model import FloatArray
from stancecheck.models.tokens import Batch

Step = Callable[[StanceChecker, list[Statement], Report], Any]
STEPS: dict[str, Step] = {
    "a report": lambda checker, statements, _: checker.compare(statements[:-1]),
    "the same again": lambda checker, statements, _: checker.compare(statements[:-1]),
    "with 15 partners a statement": lambda checker, statements, _: checker.compare(statements[:-1], top_k=15),
    "with one statement more": lambda checker, statements, _: checker.compare(statements),
    "its pairs checked": lambda checker, _, report: checker.check_pairs([(j.a, j.b) for j in report]),
    "the other way round": lambda checker, _, report: checker.check_pairs([(j.b, j.a) for j in report]),
}


class Counting:
    """A model that counts the rows that it reads."""

    def __init__(self, model: NLIModel) -> None:
        self.info, self.tokenizer, self.token_budget = model.info, model.tokenizer, model.token_budget
        self.embeddings, self._model, self.rows = model.embeddings, model, 0

    def logits(self, batch: Batch) -> FloatArray:
        self.rows += len(batch.rows)
        return self._model.logits(batch)


def measured(model: NLIModel, statements: list[Statement]) -> dict[str, dict[str, float]]:
    """By step: rows read and seconds, with memory and without."""
    counting = Counting(model)
    checker, report = StanceChecker(counting), Report(())
    found: dict[str, dict[str, float]] = {}
    for name, step in STEPS.items():
        found[name] = {}
        for how, judge in (("with", checker), ("without", StanceChecker(counting))):
            before, started = counting.rows, time.perf_counter()
            made = step(judge, statements, report)
            found[name] |= {f"seconds_{how}": time.perf_counter() - started, f"rows_{how}": counting.rows - before}
        report = made if isinstance(made, Report) else report
    return found


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("again", __doc__)
    parser.add_argument("--affairs", type=int, default=4)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args(arguments)
    model = load_model(LoadOptions(model=args.model, threads=args.threads))
    affairs = [statements for _, statements, _ in labelled(GROUPS["affairs"])][: args.affairs]
    every = [measured(model, statements) for statements in affairs]
    steps = {name: {key: sum(one[name][key] for one in every) for key in every[0][name]} for name in STEPS}
    for name, found in steps.items():
        print(name, found)
    write_record("again", {"model": args.model, "affairs": len(affairs), "threads_used": args.threads, "steps": steps})


def table(records: Sequence[Record]) -> str:
    """The newest record: rows and seconds of each step."""
    record = newest(records, "again")
    if record is None:
        return NO_RECORDS
    rows = []
    for name, found in record["steps"].items():
        known = 1 - found["rows_with"] / found["rows_without"]
        times = [f"{found['seconds_with']:,.1f} s", f"{found['seconds_without']:,.1f} s"]
        rows.append([name, f"{found['rows_without']:,}", f"{found['rows_with']:,}", f"{known:.0%}", *times])
    heads = ["step", "rows to read", "read", "known", "seconds", "seconds of a new checker"]
    return markdown(heads, rows)
