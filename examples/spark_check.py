"""Judge a Spark data frame of pairs: ``python examples/spark_check.py``. Needs Java and ``pip install 'stancecheck[spark]'``.

Two Python workers on this machine (``local[2]``), each with its own model of one thread. On a cluster the same lines run
as they are: drop ``master`` and install stancecheck on the executors.
"""

from __future__ import annotations

import os
import sys

from pyspark.sql import SparkSession

from stancecheck.scale import PairWorker, pair_udf

PAIRS = [
    (1, "No strikes were recorded over the town.", "Two jets bombed the town on Saturday."),
    (2, "The bridge was closed on Friday.", "On Friday nobody could cross the bridge, which was closed."),
    (3, "The minister met the ambassador in March.", "Wheat prices rose for the third month."),
    (4, "The ship has left the harbour.", "The ship is still in the harbour."),
]


def main() -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the workers run in this environment
    spark = SparkSession.builder.master("local[2]").appName("stancecheck").config("spark.ui.enabled", "false").getOrCreate()
    try:
        judge = pair_udf(PairWorker(threads=1), batch_size=1024)
        frame = spark.createDataFrame(PAIRS, ["id", "a", "b"])
        judged = frame.withColumn("judged", judge("a", "b")).select("id", "judged.*").orderBy("id")
        for row in judged.collect():
            print(f"{row.id}: {row.stance:<10} {row.confidence:.2f}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
