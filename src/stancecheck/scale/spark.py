"""A pandas UDF for Spark that judges two columns of texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stancecheck.errors import MissingExtraError
from stancecheck.scale.worker import Columns, PairWorker
from stancecheck.stance import STANCES

__all__ = ["pair_udf"]


def pair_udf(worker: PairWorker | None = None, *, batch_size: int = 1024) -> Any:
    """A Spark UDF of two columns of texts that gives a struct: stance, confidence, a score a stance, truncated (1 or 0).

    Each Python worker of Spark loads the model once and keeps it. Use as ``judge = pair_udf(); frame.withColumn("judged",
    judge("a", "b")).select("*", "judged.*")``.

    Args:
        worker: What judges; None for the shipped model. Its ``columns`` are not used: the UDF is given its columns.
        batch_size: Pairs a call.

    Raises:
        MissingExtraError: If pyspark is not installed.
    """
    try:
        from pyspark.ml.functions import predict_batch_udf
        from pyspark.sql.types import ByteType, DoubleType, StringType, StructField, StructType
    except ImportError as error:
        raise MissingExtraError("Spark needs pyspark and pandas: pip install 'stancecheck[spark]'") from error
    fields = [StructField("stance", StringType()), StructField("confidence", DoubleType())]
    fields += [StructField(stance.value, DoubleType()) for stance in STANCES]
    fields.append(StructField("truncated", ByteType()))  # predict_batch_udf takes no booleans
    return predict_batch_udf(_Predictor(worker or PairWorker()), return_type=StructType(fields), batch_size=batch_size)


class _Predictor:
    """Makes the function that Spark calls with batches; Spark keeps that function for the life of its Python worker."""

    def __init__(self, worker: PairWorker) -> None:
        self._worker = worker

    def __call__(self) -> Callable[[Any, Any], Columns]:
        return self._judge

    def _judge(self, a: Any, b: Any) -> Columns:
        judged = self._worker.judge(a.tolist(), b.tolist())
        return {**judged, "truncated": judged["truncated"].astype("int8")}
