"""Accuracy against cost of a cascade: the small model alone, three thresholds of `escalate_below`, the larger model alone.

    python -m benchmarks run cascade --escalate stancecheck-base --data-dir DIR --sets nli.mnli_m stance

All judge the same pairs in one process, turn by turn. Cost is seconds of the whole set, and its ratio to the larger model
alone; `judged_again` is the share of pairs that the larger model read. Stance sets are scored as stances, NLI sets by the
directed label. Writes a record.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks._arguments import add_data_arguments, make_parser
from benchmarks._data import chosen_sets, load, read_registry
from benchmarks._markdown import NO_RECORDS, Record, estimate, markdown
from benchmarks._record import write_record
from stancecheck import Judgement, Pair, StanceChecker
from stancecheck.evaluation import evaluate
from stancecheck.models import LoadOptions, load_model

ALONE, LARGER = "small alone", "larger alone"
OF_THE_ASKING = ("system", "swap", "pairs_per_second")  # what `evaluate` says of answers that were looked up would mislead


def run(arguments: Sequence[str] | None = None) -> None:
    args = _arguments(arguments)
    checkers = make_checkers(args)
    sets: dict[str, Any] = {}
    for data in chosen_sets(args.sets, read_registry()):
        pairs, source = load(data, data_dir=args.data_dir, hub=args.hub)
        sets[data.name] = {"source": source, "systems": score(checkers, pairs[: args.limit], data.task, args)}
        for name, result in sets[data.name]["systems"].items():
            print(
                f"{data.name:24} {name:16} {result['accuracy']:.3f} accuracy, {result['macro_f1']:.3f} macro-F1, "
                f"{result['judged_again']:6.1%} by the larger, {result['ratio_to_larger']:.2f} of its seconds alone",
                flush=True,
            )
    write_record(
        "cascade-" + "".join(c if c.isalnum() else "-" for c in Path(args.model).name.lower()),
        {
            "model": args.model,
            "escalate": args.escalate,
            "engines": {name: [c.info.backend, c.info.dtype, c.info.device] for name, c in checkers.items()},
            "escalate_below": args.escalate_below,
            "limit": args.limit,
            "rounds": args.rounds,
            "seed": args.seed,
            "sets": sets,
        },
    )


def make_checkers(args: argparse.Namespace) -> dict[str, StanceChecker]:
    """By name; the two models are loaded once and shared."""
    small, larger = (
        load_model(LoadOptions(model=name, backend=args.backend, device=args.device, threads=args.threads))
        for name in (args.model, args.escalate)
    )
    between = {f"escalate_below {t:g}": StanceChecker(small, fallback=larger, escalate_below=t) for t in args.escalate_below}
    return {ALONE: StanceChecker(small), **between, LARGER: StanceChecker(larger)}


def score(checkers: dict[str, StanceChecker], pairs: list[Pair], task: str, args: argparse.Namespace) -> dict[str, Any]:
    """Accuracy, macro-F1 and cost by checker."""
    seconds: dict[str, list[float]] = {name: [] for name in checkers}
    judged: dict[str, list[Judgement]] = {}
    for _ in range(args.rounds):
        for name, checker in checkers.items():
            started = time.perf_counter()
            judged[name] = list(checker.stream_pairs(pairs))  # without the memory of the round before
            seconds[name].append(time.perf_counter() - started)
    result: dict[str, Any] = {}
    larger = checkers[LARGER].info.name
    for name, answers in judged.items():
        found = evaluate(Answers(pairs, answers), pairs, task=task, baselines=False, resamples=args.resamples, seed=args.seed)
        ratios = [own / whole for own, whole in zip(seconds[name], seconds[LARGER], strict=True)]
        result[name] = {
            **{key: value for key, value in found.as_dict().items() if key not in OF_THE_ASKING},
            "accuracy": found.accuracy,
            "macro_f1": found.macro_f1,
            "judged_again": sum(j.model == larger for j in answers) / max(1, len(answers)),
            "seconds": seconds[name],
            "ratio_to_larger": statistics.median(ratios),
        }
    return result


class Answers:
    """What a checker said when it was timed, for `evaluate`: it need not be asked again."""

    def __init__(self, pairs: list[Pair], judged: list[Judgement]) -> None:
        self._known = {(p.a.text, p.b.text): j for p, j in zip(pairs, judged, strict=True)}

    def check_pairs(self, pairs: Sequence[Pair], /) -> list[Judgement]:
        known = self._known
        return [known[key] if (key := (p.a.text, p.b.text)) in known else known[key[::-1]] for p in pairs]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser("cascade", __doc__)
    add_data_arguments(parser)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--escalate", required=True, help="the larger model: a shipped name, a folder or a hub id")
    parser.add_argument("--escalate-below", type=float, nargs="+", default=[0.4, 0.5, 0.6])
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--limit", type=int, default=1000, help="score only the first N pairs of each set")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def table(records: Sequence[Record]) -> str:
    """The newest record of each cascade: accuracy against cost by set and threshold."""
    newest_of = {r["name"]: r for r in records if str(r.get("name", "")).startswith("cascade-")}
    rows = []
    for record in newest_of.values():
        for name, found in record["sets"].items():
            for system, result in found["systems"].items():
                scores = [estimate(result["metrics"][key]) for key in ("accuracy", "macro_f1")]
                cost = [f"{result['judged_again']:.0%}", f"{result['ratio_to_larger']:.2f}"]
                judged_by = system.replace("sure_from", "escalate_below")  # as records made before 0.1.0 have it
                rows.append([name, f"{result['pairs']:,}", judged_by, *scores, *cost])
    heads = ["set", "pairs", "judged by", "accuracy", "macro-F1", "read by the larger", "time, the larger alone = 1"]
    return markdown(heads, rows) if rows else NO_RECORDS
