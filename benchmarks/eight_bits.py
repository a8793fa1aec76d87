"""What products in 8 bits give: how much faster, and how many answers they change.

    python -m benchmarks run eight_bits --file pairs.jsonl.gz --pairs 2000 --threads 2

OpenVINO on a model whose weights are stored in 8 bits: in float32, in bfloat16, and with what the weights meet rounded to 8
bits when it comes, each token by itself, in groups of so many numbers with a scale each (768: one scale a token, or four). All
judge the same pairs in both directions, some dozens at a time, turn by turn. *Faster* and *flips* (another stance) are against
float32; *probe* is what `load()` asks before it takes an engine. Writes a record.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest_of_each
from benchmarks._record import write_record
from benchmarks.speed import made_up
from stancecheck.data.statements import Pair
from stancecheck.evaluation import read_pairs
from stancecheck.judging.judges import OneModel
from stancecheck.models import BASE_MODEL, LoadOptions, load_model
from stancecheck.models.agreement import FARTHEST, MOST_FLIPPED, agrees, probe_scores
from stancecheck.models.openvino import OpenVinoModel, compiled
from stancecheck.stance import STANCES

TOGETHER = 64  # pairs of a turn
EXACT = "float32"


def contenders(model: str, groups: Sequence[int], threads: int | None) -> dict[str, OpenVinoModel]:
    """By name: the model in each type, and with its products in 8 bits."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {EXACT: ("float32", {}), "bfloat16": ("bfloat16", {})}
    asked |= {f"8 bits, groups of {size}": ("float32", {"DYNAMIC_QUANTIZATION_GROUP_SIZE": size}) for size in groups}
    found = {}
    for name, (dtype, more) in asked.items():
        one = load_model(LoadOptions(model=model, backend="openvino", dtype=dtype, threads=threads))
        assert isinstance(one, OpenVinoModel)
        if more:
            one._compiled = compiled(one.info, threads, more)
        found[name] = one
    return found


def judged(models: dict[str, OpenVinoModel], pairs: list[Pair]) -> tuple[dict[str, list[float]], dict[str, np.ndarray]]:
    """By contender: seconds of each turn, and scores. Shape of the latter: (pairs, 3)."""
    seconds: dict[str, list[float]] = {name: [] for name in models}
    scores: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for start in range(0, len(pairs), TOGETHER):
        texts = [(p.a, p.b) for p in pairs[start : start + TOGETHER]]
        for name, model in models.items():
            started = time.perf_counter()
            scores[name].append(OneModel(model).scores(texts))
            seconds[name].append(time.perf_counter() - started)
    return seconds, {name: np.concatenate(parts) for name, parts in scores.items()}


def metrics(pairs: Sequence[Pair], scores: np.ndarray, exact: np.ndarray) -> dict[str, Any]:
    """How far a contender is from float32. Shape of the scores: (pairs, 3)."""
    predicted, names = scores.argmax(1), [stance.value for stance in STANCES]
    gold = [(i, names.index(str(p.gold))) for i, p in enumerate(pairs) if p.gold in names]
    return {
        "flips": float((predicted != exact.argmax(1)).mean()),
        "99_of_100_within": float(np.quantile(np.abs(scores - exact).max(1), 0.99)),
        "farthest": float(np.abs(scores - exact).max()),
        "accuracy": float(np.mean([predicted[i] == label for i, label in gold])) if gold else None,
    }


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("eight_bits", __doc__)
    parser.add_argument("--model", default=BASE_MODEL)
    parser.add_argument("--file", type=Path, nargs="+", help="labelled pairs; made-up ones if not given")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--groups", type=int, nargs="*", default=[32, 64, 128, 768])
    parser.add_argument("--threads", type=int)
    args = parser.parse_args(arguments)
    files = args.file or []
    each = -(-args.pairs // max(1, len(files)))
    pairs = [p for path in files for p in read_pairs(path)[:each]] or made_up(args.pairs, 0)
    models = contenders(args.model, args.groups, args.threads)
    judged(models, pairs[:4])  # the first calls set up
    probes = {name: probe_scores(model) for name, model in models.items()}
    seconds, scores = judged(models, pairs)
    found: dict[str, Any] = {}
    for name in models:
        found[name] = {
            "seconds": sum(seconds[name]),
            "faster": sum(seconds[EXACT]) / sum(seconds[name]),
            **metrics(pairs, scores[name], scores[EXACT]),
            "probe_farthest": float(np.abs(probes[name] - probes[EXACT]).max()),
            "probe_holds": agrees(probes[name], probes[EXACT]),
        }
        print(name, found[name], flush=True)
    about = {"model": args.model, "sha256": dict(models[EXACT].info.sha256), "files": [path.name for path in files]}
    about |= {"pairs": len(pairs), "threads_used": args.threads, "probe": {"flips": MOST_FLIPPED, "farthest": FARTHEST}}
    write_record(f"eight-bits-{args.model}", {**about, "contenders": found})


def table(records: Sequence[Record]) -> str:
    """The newest record of each model and processor: faster by how much, and what changes."""
    rows = []
    for record in newest_of_each(records, "eight-bits-", lambda r: (r["model"], r["cpu"])):
        model, cpu = record["model"], record["cpu"]
        for name, found in record["contenders"].items():
            changes = [f"{found['flips']:.2%}", f"{found['99_of_100_within']:.3f}", f"{found['farthest']:.3f}"]
            right = "-" if found["accuracy"] is None else f"{found['accuracy']:.4f}"
            probe = f"{found['probe_farthest']:.3f}, {'holds' if found['probe_holds'] else 'strays'}"
            rows.append([model, f"{cpu}, {record['pairs']:,} pairs", name, f"{found['faster']:.2f}", *changes, right, probe])
    heads = [
        "model",
        "on",
        "computed in",
        "faster",
        "flips",
        "99 of 100 scores within",
        "farthest",
        "accuracy",
        "probe: farthest",
    ]
    return markdown(heads, rows) if rows else NO_RECORDS
