"""Judging in Spark's Python workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stancecheck.scale import COLUMNS, PairWorker, pair_udf
from tests.fakes import fake_checker

ROOT = Path(__file__).parents[2]
pytest.importorskip("pyspark")

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Spark's workers import the fake model from the tests.
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.executorEnv.PYTHONPATH", str(ROOT)).config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_data_frame_equals_plain_check(spark):
    words = ["strike", "raid", "cat", "dog", "town"]
    rows = [(n, f"the {words[n % 5]} was {words[n % 3]}", f"the {words[n % 4]} {'not ' * (n % 2)}was") for n in range(200)]
    judge = pair_udf(PairWorker(loader=fake_checker), batch_size=32)
    frame = spark.createDataFrame(rows, ["id", "a", "b"]).repartition(2)
    found = frame.withColumn("judged", judge("a", "b")).select("id", "judged.*").orderBy("id").collect()
    assert [row.id for row in found] == list(range(200))
    for row, judgement in zip(found, fake_checker().check_pairs([(a, b) for _, a, b in rows]), strict=True):
        assert row.stance == judgement.stance.value
        assert row.truncated == judgement.truncated
        scores = [judgement.confidence, *judgement.scores.values()]
        assert np.allclose([row[name] for name in COLUMNS[1:5]], scores, atol=1e-6)


def test_example_prints_a_line_a_pair(mini):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "spark_check.py")], capture_output=True, text=True, check=True
    )
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["1", "2", "3", "4"]
