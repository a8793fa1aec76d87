"""Whether Ray, Spark and `datasets` give the judgements of the plain checker.

python -m benchmarks run scale_agreement --pairs 10000
python -m benchmarks run scale_agreement --pairs 10000 --spark    # needs Java
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks._arguments import make_parser
from benchmarks._markdown import NO_RECORDS, Record, markdown, newest
from benchmarks._record import write_record
from benchmarks.scale import BATCH, made_up_pairs, started
from stancecheck.scale import COLUMNS, PairWorker, as_columns, check_dataset, pair_udf


def run(arguments: Sequence[str] | None = None) -> None:
    parser = make_parser("scale_agreement", __doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--model", default="stancecheck-mini")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--note", default="", help="what else ran on the machine, for the record")
    args = parser.parse_args(arguments)
    worker, about = started(args.model, args.note)
    found = agreement(made_up_pairs(args.pairs), worker, with_spark=args.spark)
    write_record("scale-agreement", about | {"agreement": found})


def agreement(rows: list[dict[str, Any]], worker: PairWorker, *, with_spark: bool) -> dict[str, Any]:
    """How far the engines' judgements are from the plain checker's: unequal stances and the largest difference of a score."""
    plain = as_columns(worker.checker().check_pairs([(row["a"], row["b"]) for row in rows]))
    engines: dict[str, Callable[[], dict[str, np.ndarray]]] = {"datasets": lambda: _datasets(rows, worker)}
    engines["ray"] = lambda: _ray(rows, worker)
    if with_spark:
        engines["spark"] = lambda: _spark(rows, worker)
    found: dict[str, Any] = {}
    for name, judge in engines.items():
        columns = judge()
        gaps = [np.abs(columns[c].astype(float) - plain[c]).max() for c in COLUMNS[1:5]]
        unequal = int((columns["stance"].astype(str) != plain["stance"].astype(str)).sum())
        found[name] = {"pairs": len(rows), "unequal_stances": unequal, "largest_score_difference": float(max(gaps))}
        print(name, found[name], flush=True)
    return found


def _ray(rows: list[dict[str, Any]], worker: PairWorker) -> dict[str, np.ndarray]:
    import ray.data

    ds = ray.data.from_items(rows, override_num_blocks=8).materialize()
    frame = check_dataset(ds, worker=worker, concurrency=2, batch_size=BATCH).to_pandas().sort_values("id")
    return {name: frame[name].to_numpy() for name in COLUMNS}


def _datasets(rows: list[dict[str, Any]], worker: PairWorker) -> dict[str, np.ndarray]:
    import datasets

    judged = datasets.Dataset.from_list(rows).map(worker, batched=True, batch_size=BATCH, num_proc=2)
    return {name: np.asarray(judged[name][:]) for name in COLUMNS}


def _spark(rows: list[dict[str, Any]], worker: PairWorker) -> dict[str, np.ndarray]:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    judge = pair_udf(worker, batch_size=BATCH)
    frame = spark.createDataFrame([(r["id"], r["a"], r["b"]) for r in rows], ["id", "a", "b"]).repartition(2)
    found = frame.withColumn("judged", judge("a", "b")).select("id", "judged.*").orderBy("id").collect()
    spark.stop()
    return {name: np.asarray([row[name] for row in found]) for name in COLUMNS}


def table(records: Sequence[Record]) -> str:
    """The newest record of the engines' agreement with the plain checker."""
    record = newest(records, "scale-agreement")
    if record is None:
        return NO_RECORDS
    rows = [
        [name, f"{found['pairs']:,}", f"{found['unequal_stances']:,}", f"{found['largest_score_difference']:.1e}"]
        for name, found in record["agreement"].items()
    ]
    return markdown(["engine", "pairs", "stances unlike the plain checker's", "largest difference of a score"], rows)
