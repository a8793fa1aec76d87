"""Past one machine: one picklable worker for Ray Data, Spark and ``datasets.map``.

::

    from stancecheck.scale import PairWorker, check_dataset, compare_dataset, pair_udf, as_columns
    worker = PairWorker()                                # nothing is loaded here; each process loads once, at its first batch

    # datasets: columns back, its fingerprint cache used (the worker pickles to the same bytes before and after loading)
    judged = dataset.map(worker, batched=True, batch_size=1024, num_proc=8)
    judged = dataset.map(PairWorker(backend="torch", device="cuda"), batched=True, num_proc=4, with_rank=True)  # a GPU each
    columns = as_columns(checker.check_pairs(dataset))   # the same columns, in this process

    # Ray Data: lazy; or with a folder, restartable
    judged = check_dataset(ds, worker=worker, concurrency=8, batch_size=1024)
    judged = check_dataset(ds, worker=worker, concurrency=8, batch_size=1024, folder="out")  # needs a column id
    judged = compare_dataset(statements, "out", concurrency=8)

    # Spark
    judge = pair_udf(worker, batch_size=1024)
    frame.withColumn("judged", judge("a", "b")).select("*", "judged.*").drop("judged")

`datasets` starts its processes by fork. On a GPU call ``multiprocess.set_start_method("spawn")`` first if this process has
used CUDA; the worker itself never touches it before its first batch.
"""

from __future__ import annotations

from stancecheck.scale.compare import compare_dataset
from stancecheck.scale.ray import check_dataset
from stancecheck.scale.spark import pair_udf
from stancecheck.scale.worker import COLUMNS, PairWorker, as_columns

__all__ = ["COLUMNS", "PairWorker", "as_columns", "check_dataset", "compare_dataset", "pair_udf"]
