"""Judging pairs on Ray: a lazy step of a pipeline, or a run in a folder that can be killed and started again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancecheck.errors import StancecheckError
from stancecheck.models import ModelInfo
from stancecheck.scale.intake import Tally, checked_tables
from stancecheck.scale.parts import RunFolder
from stancecheck.scale.pool import Pool, import_ray, run_parts
from stancecheck.scale.worker import COLUMNS, Columns, PairWorker

__all__ = ["add_columns", "check_dataset", "model_facts", "read_judged"]

_PAIRS_A_CALL = 1024
_PAIRS_A_PART = 16_384  # about a minute of one core


def check_dataset(
    ds: Any,
    *,
    worker: PairWorker | None = None,
    concurrency: int = 1,
    num_gpus: float = 0,
    batch_size: int | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Any:
    """The dataset with its judgements: columns stance, confidence, agree, contradict, unrelated and truncated added.

    Without a folder this is a lazy ``map_batches``, to be used in a pipeline. With a folder it runs now, and can be killed and
    started again with the same call: rows are read and cut into parts once, every part is judged and written as Parquet
    under ``folder/judged``, and a later run judges only the parts that are not there. Then the column ``id`` is required, and
    the same rows (ids and texts, in any order) and the same model: a run of others is refused. Rows come out in no set order:
    join by an id.

    Args:
        ds: A ``ray.data.Dataset`` with columns a and b (or as the worker's ``columns`` name them); others pass through.
        worker: What judges; None for the shipped model.
        concurrency: Number of workers, each of as many cores as it has threads; without a folder one core more is needed
            to read the rows.
        num_gpus: GPUs of each worker; give the worker device='cuda' too.
        batch_size: Pairs a call (1,024 if None); with a folder, pairs a part (16,384 if None).
        folder: Where to keep the parts: on a file system that all nodes share.

    Returns:
        A ``ray.data.Dataset``.

    Raises:
        InputError: If columns, ids or texts cannot be used, or the folder holds another run.
        MissingExtraError: If Ray is not installed.
        ModelError: If the model cannot be loaded (within a worker: with Ray's trace around it).
    """
    ray = import_ray()
    worker = worker or PairWorker()
    pool = Pool(concurrency, num_gpus, worker.threads)
    if folder is None:
        return ds.map_batches(
            _Worker,
            fn_constructor_args=(worker,),
            batch_size=batch_size or _PAIRS_A_CALL,
            batch_format="numpy",
            **pool.options(ray, reads=True),
        )
    run = RunFolder.at(folder)
    rows = _take_in(ds, run, worker, batch_size or _PAIRS_A_PART, pool)
    run_parts(_JudgeParts(run, worker), len(run.parts("input")), pool)
    return read_judged(run, rows)


def model_facts(worker: PairWorker, pool: Pool) -> dict[str, Any]:
    """What decides the judgements, found by a worker so that no model is loaded here. Plain values."""
    ray = import_ray()
    task = ray.remote(num_cpus=pool.num_cpus, num_gpus=pool.num_gpus, max_calls=1)(_facts)
    facts: dict[str, Any] = ray.get(task.remote(worker))
    return facts


def read_judged(run: RunFolder, rows: int) -> Any:
    """The judged parts of a run as a Ray dataset.

    Args:
        run: The run.
        rows: How many rows they must hold.

    Raises:
        StancecheckError: If they do not: the folder was changed by something else.
    """
    import pyarrow.parquet as pq

    ray = import_ray()
    paths = run.parts("judged")
    found = sum(pq.read_metadata(path).num_rows for path in paths)
    if found != rows:
        raise StancecheckError(
            f"{run.path / 'judged'}: expected {rows} rows, found {found}: files were changed or removed by something else. "
            "Delete the parts that are not right and run again."
        )
    run.remove_staging()
    # The folder, not the files: Ray 2.60 looks at a list of files in many threads, whose imports get in each other's way.
    return ray.data.read_parquet(str(run.path / "judged"))


def _take_in(ds: Any, run: RunFolder, worker: PairWorker, part_rows: int, pool: Pool) -> int:
    """Read, check and count the rows; put them into the run's folder if they are not there. Returns how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tally = Tally(("id", *worker.columns))
    facts = {"kind": "pairs", "model": model_facts(worker, pool)}
    staging = None if run.has("input") else run.staging_dir("input")
    number = 0
    batches = ds.iter_batches(batch_size=part_rows, batch_format="pyarrow")
    for table in checked_tables(batches, worker.columns, unwanted=COLUMNS):
        tally.add(table)
        if staging is not None:
            pq.write_table(table, staging / f"{number:06d}.parquet")
        number += 1
    if number == 0 and staging is not None:  # no rows, no schema
        pq.write_table(pa.table({n: pa.array([], pa.string()) for n in tally.columns}), staging / "000000.parquet")
    if staging is not None:
        tally.check_ids(pq.read_table(path, columns=["id"]) for path in sorted(staging.iterdir()))
    run.claim({**facts, "input": tally.facts()})
    if staging is not None:
        run.commit(staging, "input")
    return tally.rows


def add_columns(table: Any, judged: Columns) -> Any:
    """An Arrow table with the judgements' columns added; its own keep their types."""
    import pyarrow as pa

    for name, values in judged.items():
        table = table.append_column(name, pa.array(values, pa.string() if values.dtype == object else None))
    return table


@dataclass(frozen=True)
class _JudgeParts:
    """Input part -> judged part."""

    run: RunFolder
    worker: PairWorker
    stage: str = "judged"
    ending: str = "parquet"

    def make(self, number: int, path: Path) -> None:
        import pyarrow.parquet as pq

        table = pq.read_table(self.run.part("input", number, "parquet"))
        a, b = (table.column(name).to_pylist() for name in self.worker.columns)
        pq.write_table(add_columns(table, self.worker.judge(a, b, ids=table.column("id").to_pylist())), path)


class _Worker:
    """Ray's worker: Ray wants a class of its own making, PairWorker is made by the caller."""

    def __init__(self, worker: PairWorker) -> None:
        self._worker = worker

    def __call__(self, batch: Columns) -> Columns:
        return self._worker(batch)


def _facts(worker: PairWorker) -> dict[str, Any]:
    checker = worker.checker()
    facts = {"stancecheck": importlib.metadata.version("stancecheck"), **_facts_of(checker.info)}
    if checker.escalates_to is not None:
        facts |= {"escalate_below": checker.escalate_below, "fallback": _facts_of(checker.escalates_to)}
    return facts


def _facts_of(info: ModelInfo) -> dict[str, Any]:
    names = ("config.json", "tokenizer.json", "*.safetensors", "onnx/*")
    files: dict[str, str] = {}
    for path in sorted(p for name in names for p in info.folder.glob(name) if p.is_file()):
        with path.open("rb") as stream:
            files[path.relative_to(info.folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "backend": info.backend,
        "dtype": info.dtype,
        "columns": list(info.columns),
        "max_tokens": info.max_tokens,
        "files": files or info.name,
    }
