"""What each set of data.toml gives away without comparing its statements.

    python -m benchmarks run baselines --data-dir DIR

Majority, word overlap, and the hypothesis-only baseline, the last two under five-fold cross-validation (on a random 5,000
pairs of larger sets). Writes one record; `python -m benchmarks tables` puts it into README.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks._arguments import add_data_arguments, make_parser
from benchmarks._data import chosen_sets, load, read_registry
from benchmarks._markdown import NO_RECORDS, Record, markdown, stance_first
from benchmarks._record import write_record
from benchmarks._systems import judgements
from stancecheck.data.statements import Pair
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate
from stancecheck.judging.judge import Judgement


class Constant:
    """A system with one constant answer; only the baselines beside it are of interest."""

    name = "constant"

    def check_pairs(self, pairs: Sequence[Pair]) -> list[Judgement]:
        log_probs = np.log(np.full((len(pairs), 2, 3), 1 / 3))
        return judgements(pairs, log_probs, [False] * len(pairs), self.name)


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("baselines", __doc__)
    parser.add_argument("--seed", type=int, default=0)
    add_data_arguments(parser)
    args = parser.parse_args(arguments)
    scored: dict[str, Any] = {}
    for data in chosen_sets(args.sets, read_registry()):
        try:
            pairs, source = load(data, data_dir=args.data_dir, hub=args.hub)
        except InputError as error:
            print(f"{data.name}: left out: {error}", file=sys.stderr)
            continue
        record = evaluate(Constant(), pairs, task=data.task, resamples=0, seed=args.seed).as_dict()
        scored[data.name] = {key: record[key] for key in ("pairs", "task", "scheme", "baselines", "data_sha256")}
        scored[data.name]["source"] = source
        for baseline in record["baselines"]:
            print(f"{data.name}: {baseline['name']}: {baseline['accuracy']:.3f} accuracy, {baseline['macro_f1']:.3f} macro-F1")
    if not scored:
        sys.exit("no set could be read: pass --data-dir or --hub")
    write_record("baselines", {"sets": scored, "seed": args.seed})


def table(records: Sequence[Record]) -> str:
    """Sets by baselines: accuracy and macro-F1."""
    sets: dict[str, Record] = {}
    for record in records:
        if record.get("name") == "baselines":
            sets.update(record["sets"])
    if not sets:
        return NO_RECORDS
    kinds = ("majority", "word overlap", "hypothesis-only baseline")
    rows = []
    for name in sorted(sets, key=stance_first):
        known = {b["name"]: b for b in sets[name]["baselines"]}
        cells = [f"{known[k]['accuracy']:.3f} / {known[k]['macro_f1']:.3f}" if k in known else "-" for k in kinds]
        rows.append([name, f"{sets[name]['pairs']:,}", sets[name]["scheme"], *cells])
    return markdown(["set", "pairs", "scored as", *(f"{k}: accuracy / macro-F1" for k in kinds)], rows)
