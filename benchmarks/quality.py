"""Scores models on the sets of data.toml and writes one record a model.

    python benchmarks/quality.py --models stancecheck-mini --data-dir DIR
    python benchmarks/quality.py --models cross-encoder/nli-deberta-v3-base --backend torch --device cuda --hub
    python benchmarks/quality.py --crossencoder cross-encoder/nli-MiniLM2-L6-H768 --sets nli.mnli --hub

Stance sets are scored as stances, NLI sets by the directed label, each with 95% intervals and baselines. Nothing is tuned.
Then `python benchmarks/report.py` puts the figures into README.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from adapters import CrossEncoderSystem, PipelineSystem
from record import write_record
from registry import DataSet, add_data_arguments, chosen_sets, load, read_registry
from stancecheck import StanceChecker
from stancecheck.errors import InputError
from stancecheck.evaluation import evaluate


def main() -> None:
    args = _arguments()
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
    return parser.parse_args()


if __name__ == "__main__":
    main()
