"""Pairs a second of stancecheck beside transformers' pipeline and sentence-transformers' CrossEncoder, on the same weights.

    python -m benchmarks run speed --data-dir DIR --pairs 5000 --one-way --rounds 3 --threads 2

All judge the same pairs, in one process, on the same device with the same number of threads, turn by turn (A B C D A B C D …),
so that a busy machine slows all alike; a ratio is taken within each round. Each round also times bare matrix products of the
model's shapes and type: the machine's limit. Before anything is timed, all in float32 have to give the same probabilities; of
the others, flips against the pipeline are counted, and accuracy where the pairs are labelled. Last, the first verdict of a
fresh process is timed. The pairs are those of --set with --data-dir or --hub, those of --file, or made up here. Writes a
record.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._arguments import add_data_arguments, make_parser
from benchmarks._contenders import CROSS_ENCODER, PIPELINE, Contender, Limit, folder_for_others, make_contenders
from benchmarks._data import load, read_registry
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest_of_each
from benchmarks._record import write_record
from stancecheck.data.statements import Pair, Statement
from stancecheck.evaluation import read_pairs
from stancecheck.models.openvino import bfloat16_is_fast, installed
from stancecheck.stance import NLI_CLASSES

TOLERANCE = 1e-4  # of a probability: what float32 leaves; half precision would show
FAITHFUL = 0.005  # largest share of flips of a faithful engine
FIRST = {  # the first verdict of a fresh process; MODEL is filled in
    "stancecheck": "from stancecheck import StanceChecker; StanceChecker.load(MODEL).check(A, B)",
    PIPELINE: (
        "from transformers import pipeline; "
        "pipeline('text-classification', model=FOLDER, device='cpu')({'text': A, 'text_pair': B})"
    ),
    CROSS_ENCODER: "from sentence_transformers import CrossEncoder; CrossEncoder(FOLDER, device='cpu').predict([(A, B)])",
}


def run(arguments: Sequence[str] | None = None) -> None:
    args = _arguments(arguments)
    import torch

    if args.threads:
        torch.set_num_threads(args.threads)
    pairs = _pairs(args)
    contenders, own, left_out = make_contenders(args)
    for name, why in left_out.items():
        print(f"left out: {name}: {why}")
    worst = check_equal(contenders, pairs[:64])
    limits = {name: Limit(model, args.one_way) for name, model in own.items() if args.device == "cpu"}
    seconds, answers, reached = timed(contenders, limits, pairs, args.rounds)
    measured = {name: _metrics(name, seconds, answers, pairs) for name in contenders}
    best = _best_cross_encoder(measured)
    for name, found in measured.items():
        for other in filter(None, (CROSS_ENCODER, best)):
            if other in seconds:
                found["ratio_to_best_crossencoder" if other == best else "ratio_to_crossencoder"] = _ratio(seconds, name, other)
        if name in limits:
            work = limits[name].useful(pairs)
            shares = [work / s / r for s, r in zip(seconds[name], reached[name], strict=True)]
            found |= {"multiply_adds": work, "limit_per_second": reached[name], "share_of_limit": statistics.median(shares)}
        _print(name, found)
    first = first_verdicts(args) if args.device == "cpu" and not args.no_first else {}
    for name, took in first.items():
        whole, cpu = (statistics.median(took[key]) for key in ("seconds", "processor_seconds"))
        print(f"first verdict of a fresh process, {name}: {whole:.2f} s, {cpu:.2f} s of processors")
    slug = "".join(c if c.isalnum() else "-" for c in Path(args.model).name.lower())
    device_name = torch.cuda.get_device_name() if args.device.startswith("cuda") else None
    write_record(
        f"speed-{slug}-{args.device}",
        {
            "model": args.model,
            "device": args.device,
            "device_name": device_name,
            "bfloat16_is_fast": bfloat16_is_fast() if args.device == "cpu" and installed() else None,
            "threads_used": torch.get_num_threads(),
            "pairs": len(pairs),
            "directions": 1 if args.one_way else 2,
            "mean_words": statistics.mean(len((p.a.text + " " + p.b.text).split()) for p in pairs),
            "rounds": args.rounds,
            "seed": args.seed,
            "batch_size": args.batch_size,
            "pipeline_batch_size": args.pipeline_batch_size,
            "largest_difference": worst,
            "left_out": left_out,
            "best_faithful_crossencoder": best,
            "contenders": measured,
            "first_verdict": first,
        },
    )


def check_equal(contenders: dict[str, Contender], pairs: list[Pair]) -> dict[str, float]:
    """Largest difference of a probability from the pipeline's; stops where a float32 one is too large."""
    reference = contenders[PIPELINE](pairs)
    worst = {name: float(np.abs(run(pairs) - reference).max()) for name, run in contenders.items()}
    print("largest difference of a probability:", {name: round(value, 6) for name, value in worst.items()})
    off = [
        name for name, value in worst.items() if value > TOLERANCE and not any(w in name for w in ("bfloat16", "onnx", "vino"))
    ]
    if off:
        sys.exit(f"{off} do not compute what the pipeline does: there is nothing to compare")
    return worst


def timed(
    contenders: dict[str, Contender], limits: dict[str, Limit], pairs: list[Pair], rounds: int
) -> tuple[dict[str, list[float]], dict[str, np.ndarray], dict[str, list[float]]]:
    """Seconds by contender and round, turn by turn, after one untimed round; its answers; and what bare products reached."""
    answers = {name: run(pairs) for name, run in contenders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    reached: dict[str, list[float]] = {name: [] for name in limits}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run(pairs)
            seconds[name].append(time.perf_counter() - started)
        for name, limit in limits.items():
            reached[name].append(limit.reached())
    return seconds, answers, reached


def first_verdicts(args: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """From the start of a Python process to its first verdict and end, turn by turn: seconds, and those of the processors.

    The latter hardly change with what else runs on the machine.
    """
    from stancecheck.models import LoadOptions, load_model

    folder = folder_for_others(load_model(LoadOptions(model=args.model, backend="onnx")).info.folder)
    texts = {"A": "Nobody was hurt.", "B": "Two were hurt.", "MODEL": args.model, "FOLDER": folder}
    names = "; ".join(f"{name} = {value!r}" for name, value in texts.items())
    asked = [name for name in FIRST if "crossencoder" not in args.without or name != CROSS_ENCODER]
    took: dict[str, dict[str, list[float]]] = {name: {"seconds": [], "processor_seconds": []} for name in asked}
    for _ in range(args.rounds):
        for name in asked:
            started, cpu = time.perf_counter(), _of_children()
            subprocess.run([sys.executable, "-c", f"{names}; {FIRST[name]}"], check=True, capture_output=True)
            took[name]["seconds"].append(time.perf_counter() - started)
            took[name]["processor_seconds"].append(_of_children() - cpu)
    return took


def _of_children() -> float:
    """Seconds of processors that this process's children have used, their own and the system's for them."""
    used = os.times()
    return used.children_user + used.children_system


def _pairs(args: argparse.Namespace) -> list[Pair]:
    if args.file:
        return read_pairs(args.file)[: args.pairs]
    if args.data_dir is None and not args.hub:
        return made_up(args.pairs, args.seed)
    (data,) = [entry for entry in read_registry() if entry.name == args.set]
    return load(data, data_dir=args.data_dir, hub=args.hub)[0][: args.pairs]


def made_up(count: int, seed: int) -> list[Pair]:
    """Pairs of one or two made-up sentences each, most of them short; longer texts others do not read sentence by sentence."""
    rng = random.Random(seed)
    who = ["The ministry", "A spokesman of the port", "The governor", "One witness", "The airline", "Our office"]
    did = ["recorded", "saw", "confirmed", "ruled out", "reported", "did not observe", "has no record of"]
    what = ["two flights over the harbour", "a raid on the depot", "any damage to the old bridge", "the arrival of a convoy"]
    when = [
        "on Saturday",
        "before dawn",
        "in the first week of May",
        "after the talks had failed",
        "at about nine in the evening",
    ]

    def text() -> str:
        count = rng.choice([1, 1, 1, 2, 2])
        return " ".join(" ".join(rng.choice(part) for part in (who, did, what, when)) + "." for _ in range(count))

    return [Pair(Statement(text()), Statement(text())) for _ in range(count)]


def _metrics(name: str, seconds: dict[str, list[float]], answers: dict[str, np.ndarray], pairs: list[Pair]) -> dict[str, Any]:
    predicted, reference = answers[name][:, 0].argmax(-1), answers[PIPELINE][:, 0].argmax(-1)
    gold = [(i, NLI_CLASSES.index(p.gold)) for i, p in enumerate(pairs) if p.gold in NLI_CLASSES]
    return {
        "seconds": seconds[name],
        "pairs_per_second": len(pairs) / statistics.median(seconds[name]),
        "ratio_to_pipeline": _ratio(seconds, name, PIPELINE),
        "flips": float((predicted != reference).mean()),
        "accuracy": float(np.mean([predicted[i] == label for i, label in gold])) if gold else None,
    }


def _ratio(seconds: dict[str, list[float]], name: str, other: str) -> dict[str, float]:
    ratios = [theirs / own for theirs, own in zip(seconds[other], seconds[name], strict=True)]
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def _best_cross_encoder(measured: dict[str, dict[str, Any]]) -> str | None:
    """The fastest of its backends that flips few."""
    able = [name for name in measured if "CrossEncoder" in name and measured[name]["flips"] <= FAITHFUL]
    return max(able, key=lambda name: measured[name]["pairs_per_second"], default=None)


def _print(name: str, found: dict[str, Any]) -> None:
    ratios = {
        "pipeline": "ratio_to_pipeline",
        "CrossEncoder": "ratio_to_crossencoder",
        "its best": "ratio_to_best_crossencoder",
    }
    parts = [f"{found[key]['median']:.2f} x {who}" for who, key in ratios.items() if key in found]
    parts.append(f"{found['flips']:.2%} flips")
    if found["accuracy"] is not None:
        parts.append(f"{found['accuracy']:.4f} accuracy")
    if "share_of_limit" in found:
        parts.append(f"{found['share_of_limit']:.0%} of the limit")
    print(f"{name:34} {found['pairs_per_second']:9.1f} pairs/s   {', '.join(parts)}")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser("speed", __doc__)
    add_data_arguments(parser)
    parser.add_argument("--model", default="stancecheck-mini", help="with safetensors weights, which all but onnx need")
    parser.add_argument("--set", default="nli.mnli_m", help="of data.toml, where --data-dir or --hub is given")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--pairs", type=int, default=512)
    parser.add_argument("--one-way", action="store_true", help="a -> b alone, as the other libraries read a pair")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=32, help="of CrossEncoder: its default")
    parser.add_argument("--pipeline-batch-size", type=int, default=1, help="of the pipeline: its default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", type=Path, help="labelled pairs to time on")
    parser.add_argument("--without", nargs="*", default=[], help="'crossencoder', or a contender's name")
    parser.add_argument("--no-first", action="store_true", help="do not time fresh processes")
    return parser.parse_args(arguments)


def table(records: Sequence[Record]) -> str:
    """The newest speed record of each model and kind of processor: pairs a second, and the ratio to transformers' pipeline."""
    newest = newest_of_each(records, "speed-", lambda r: (r["model"], _processor(r)))
    if not newest:
        return NO_RECORDS
    rows = []
    for record in newest:
        model, processor = record["model"], _processor(record)
        for name, found in record["contenders"].items():
            ratio = found["ratio_to_pipeline"]
            rows.append(
                [
                    Path(str(model)).name,
                    f"{processor}, {record['threads_used']} threads, {_ways(record)}",
                    name,
                    f"{found['pairs_per_second']:,.1f}",
                    f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})",
                ]
            )
    return markdown(["model", "on", "through", "pairs/s", "times the pipeline (rounds)"], rows)


def _processor(record: Record) -> str:
    slow = record.get("bfloat16_is_fast") is False
    return str(record["device"]) + (" without fast bfloat16" if slow else "")


def _ways(record: Record) -> str:
    return "a -> b" if record.get("directions", 2) == 1 else "both directions"
