"""Where a model call's time goes, by OpenVINO's own counters: products, attention, norms, conversions.

    python -m benchmarks run profile --model stancecheck-base --tokens 48 --threads 1

Calls on rows of one length that fill the token budget, in the type that `load()` computes in here. OpenVINO counts every layer
of the compiled graph; one that was fused into another counts with it (GELU with its product). Beside it, what bare matrix
products of the same shapes and type reach. The record also holds how many of each kind of layer there are, and in which type
they compute.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._contenders import Limit
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest_of_each
from benchmarks._record import write_record
from stancecheck.models import BASE_MODEL, LoadOptions, load_model
from stancecheck.models.openvino import OpenVinoModel, bfloat16_is_fast, compiled
from stancecheck.models.tokens import Batch

KINDS = {  # what OpenVINO calls a layer: what a reader would
    "FullyConnected": "products with weights",
    "FullyConnectedCompressed": "products with weights",
    "Subgraph": "attention",  # its fused form: both products, the mask and the softmax between them
    "MatMul": "attention",
    "Softmax": "attention",
    "ScaledDotProductAttention": "attention",
    "MVN": "norms",
    "MulAdd": "norms",  # their scale and shift
    "Convert": "conversions and copies",
    "Reorder": "conversions and copies",
    "Transpose": "conversions and copies",
    "Reshape": "conversions and copies",
    "Concatenation": "conversions and copies",
    "Add": "sums",
    "Multiply": "sums",
}
OTHER = "the rest"
COLUMNS = (*dict.fromkeys(KINDS.values()), OTHER)


def counted(request: Any) -> dict[str, dict[str, Any]]:
    """Milliseconds of one call by kind of layer, and the engine's own names of what was run with its count and milliseconds."""
    found: dict[str, dict[str, Any]] = {kind: {"ms": 0.0, "layers": {}} for kind in COLUMNS}
    for layer in request.profiling_info:
        ms = layer.real_time.total_seconds() * 1000
        kind = found[KINDS.get(layer.node_type, OTHER)]
        if ms:
            kind["ms"] += ms
            about = kind["layers"].setdefault(f"{layer.node_type} {layer.exec_type}", {"count": 0, "ms": 0.0})
            about["count"] += 1
            about["ms"] += ms
    return found


def rows_of(tokens: int, budget: int, seed: int = 0) -> Batch:
    """As many rows of so many tokens as a batch holds, of random words."""
    rows = max(1, budget // tokens)
    ids = np.random.default_rng(seed).integers(1000, 20_000, (rows, tokens), dtype=np.int64)
    return Batch(np.arange(rows), ids, np.ones_like(ids), np.zeros_like(ids))


def profiled(model: OpenVinoModel, batch: Batch, calls: int) -> list[dict[str, dict[str, Any]]]:
    """The counters of each call, after one that is left out."""
    inputs = {next(iter(port.get_names())): None for port in model._compiled.inputs}
    feeds = {name: getattr(batch, name) for name in inputs}
    request = model._compiled.create_infer_request()
    request.infer(feeds)
    found = []
    for _ in range(calls):
        request.infer(feeds)
        found.append(counted(request))
    return found


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("profile", __doc__)
    parser.add_argument("--model", default=BASE_MODEL)
    parser.add_argument("--tokens", type=int, nargs="+", default=[48])
    parser.add_argument("--budget", type=int, default=OpenVinoModel.token_budget, help="tokens of a call")
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args(arguments)
    dtype = "bfloat16" if bfloat16_is_fast() else "float32"
    model = load_model(LoadOptions(model=args.model, backend="openvino", dtype=dtype, threads=args.threads))
    assert isinstance(model, OpenVinoModel)
    model._compiled = compiled(model.info, args.threads, {"PERF_COUNT": True})
    limit, lengths = Limit(model, one_way=False), {}
    for tokens in args.tokens:
        batch = rows_of(tokens, args.budget)
        calls = profiled(model, batch, args.calls)
        middle = sorted(calls, key=lambda call: sum(kind["ms"] for kind in call.values()))[len(calls) // 2]
        whole = sum(kind["ms"] for kind in middle.values())
        started = time.perf_counter()
        model.logits(batch)
        seconds = time.perf_counter() - started
        work, reached = limit.of_lengths(batch.attention_mask.sum(1)), statistics.median(limit.reached() for _ in range(3))
        lengths[tokens] = {
            "rows": len(batch.rows),
            "ms_by_kind": {kind: round(found["ms"], 3) for kind, found in middle.items()},
            "share": {kind: found["ms"] / whole for kind, found in middle.items()},
            "layers": {kind: found["layers"] for kind, found in middle.items()},
            "seconds_of_a_call": seconds,
            "multiply_adds": work,
            "limit_per_second": reached,
            "share_of_limit": work / seconds / reached,
        }
        shares = ", ".join(f"{kind} {share:.1%}" for kind, share in lengths[tokens]["share"].items())
        print(f"{tokens} tokens: {seconds:.3f} s a call, {lengths[tokens]['share_of_limit']:.0%} of the limit; {shares}")
    about = {"model": args.model, "dtype": dtype, "threads_used": args.threads, "bfloat16_is_fast": bfloat16_is_fast()}
    write_record(f"profile-{args.model}", {**about, "lengths": lengths})


def table(records: Sequence[Record]) -> str:
    """The newest profile of each model and processor: the share of each kind of layer, and what is reached of bare products."""
    rows = []
    for record in newest_of_each(records, "profile-", lambda r: (r["model"], r["cpu"])):
        model, cpu = record["model"], record["cpu"]
        for tokens, found in record["lengths"].items():
            shares = [f"{found['share'][kind]:.1%}" for kind in COLUMNS]
            on = [model, f"{cpu}, {record['dtype']}", f"{found['rows']} x {tokens}"]
            rows.append([*on, *shares, f"{found['share_of_limit']:.0%}"])
    heads = ["model", "on", "rows x tokens", *COLUMNS, "of bare products' speed"]
    return markdown(heads, rows) if rows else NO_RECORDS
