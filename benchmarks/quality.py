"""Scores models on the sets of data.toml and writes one record a model.

    python -m benchmarks run quality --models stancecheck-mini --data-dir DIR
    python -m benchmarks run quality --models cross-encoder/nli-deberta-v3-base --backend torch --device cuda --hub
    python -m benchmarks run quality --crossencoder cross-encoder/nli-MiniLM2-L6-H768 --sets nli.mnli --hub

Stance sets are scored as stances, NLI sets by the directed label, each with 95% intervals and baselines. Nothing is tuned.
Then `python -m benchmarks tables` puts the results into README.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks._arguments import add_data_arguments, make_parser
from benchmarks._data import DataSet, chosen_sets, load, read_registry
from benchmarks._markdown import NO_RECORDS, Record, baseline_score, estimate, markdown, stance_first
from benchmarks._record import write_record
from benchmarks._systems import CrossEncoderSystem, PipelineSystem
from stancecheck import StanceChecker
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate

_ENOUGH = 1000  # pairs a set; a record of the first N says N in its column 'pairs'


def run(arguments: Sequence[str] | None = None) -> None:
    args = _arguments(arguments)
    systems: dict[str, Callable[[], Any]] = {
        model: lambda m=model: StanceChecker.load(m, backend=args.backend, device=args.device, threads=args.threads)
        for model in args.models
    }
    systems |= {f"crossencoder:{model}": lambda m=model: CrossEncoderSystem(m) for model in args.crossencoder}
    systems |= {f"pipeline:{model}": lambda m=model: PipelineSystem(m) for model in args.pipeline}
    if not systems:
        sys.exit("name one model or more: --models, --crossencoder or --pipeline")
    sets = chosen_sets(args.sets, read_registry())
    for name, make in systems.items():
        scored, left_out = score(make(), sets, args)
        if not scored:
            sys.exit(f"no set could be read: {left_out}")
        slug = "".join(c if c.isalnum() else "-" for c in name.rstrip("/").rsplit("/", 1)[-1].lower())
        part = "" if not args.sets else "-" + "-".join(args.sets).replace(".", "-")
        write_record(f"quality-{slug}{part}", {"model": name, "sets": scored, "left_out": left_out, "limit": args.limit})


def score(system: Any, sets: list[DataSet], args: argparse.Namespace) -> tuple[dict[str, Any], dict[str, str]]:
    """Records of the sets that could be read, and why the others could not."""
    scored: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    for data in sets:
        try:
            pairs, source = load(data, data_dir=args.data_dir, hub=args.hub)
        except InputError as error:
            left_out[data.name] = str(error)
            print(f"{data.name}: left out: {error}", file=sys.stderr)
            continue
        started = time.perf_counter()
        evaluation = evaluate(
            system, pairs[: args.limit], task=data.task, slices=("length",), resamples=args.resamples, seed=args.seed
        )
        print(
            evaluation
            if args.verbose
            else f"{data.name}: {evaluation.accuracy:.3f} accuracy, {evaluation.macro_f1:.3f} macro-F1"
        )
        scored[data.name] = {**evaluation.as_dict(), "source": source, "total_seconds": time.perf_counter() - started}
    return scored, left_out


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser("quality", __doc__)
    parser.add_argument("--models", nargs="*", default=[], help="shipped names, folders or hub ids")
    parser.add_argument("--crossencoder", nargs="*", default=[], help="the same through sentence-transformers")
    parser.add_argument("--pipeline", nargs="*", default=[], help="the same through a transformers pipeline")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--limit", type=int, help="score only the first N pairs of each set; the record says so")
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="print the whole table of each set")
    add_data_arguments(parser)
    return parser.parse_args(arguments)


def table(records: Sequence[Record]) -> str:
    """Sets by models: metrics with their intervals, the newest of each; trials on a few pairs a set do not count."""
    latest: dict[str, dict[str, Record]] = {}
    for record in records:
        if str(record.get("name", "")).startswith("quality-") and (record.get("limit") or _ENOUGH) >= _ENOUGH:
            latest.setdefault(str(record["model"]).rstrip("/").rsplit("/", 1)[-1], {}).update(record["sets"])
    if not latest:
        return NO_RECORDS
    models = sorted(latest)
    names = sorted({name for sets in latest.values() for name in sets}, key=stance_first)
    rows = []
    for name in names:
        first = next(latest[m][name] for m in models if name in latest[m])
        alone = baseline_score(first, "hypothesis-only baseline")
        cells = [cell for model in models for cell in _cells(latest[model].get(name))]
        rows.append([name, f"{first['pairs']:,}", first["scheme"], alone, *cells])
    heads = ["set", "pairs", "scored as", "hypothesis-only baseline: macro-F1"]
    for model in models:
        heads += [f"{model}: accuracy", "macro-F1", "contradict AP", "ECE"]
    return markdown(heads, rows)


def _cells(record: Record | None) -> list[str]:
    if record is None:
        return ["-"] * 4
    metrics = record["metrics"]
    return [
        estimate(metrics["accuracy"]),
        estimate(metrics["macro_f1"]),
        estimate(metrics["contradict_ap"]),
        f"{metrics['ece']['value']:.3f}",
    ]
