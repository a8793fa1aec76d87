"""Judging pairs on Ray: a lazy step of a pipeline, or a run in a folder that can be killed and started again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from stancecheck.errors import InputError, MissingExtraError, StancecheckError
from stancecheck.models import ModelInfo
from stancecheck.scale.intake import Tally, checked_tables
from stancecheck.scale.parts import RunFolder
from stancecheck.scale.worker import COLUMNS, Columns, PairWorker

__all__ = ["PartJob", "Pool", "check_dataset", "import_ray", "model_facts", "read_judged", "run_parts"]

_LOG = logging.getLogger(__name__)
_MOST_BLOCKS = 10_000  # tasks that Ray Data holds at once; with more parts than that a task does several
_PAIRS_A_CALL = 1024
_PAIRS_A_PART = 16_384  # about a minute of one core


@dataclass(frozen=True)
class Pool:
    """How many workers there are and what each holds.

    Attributes:
        concurrency: Number of workers.
        num_gpus: GPUs of each; a fraction shares one.
        num_cpus: Cores of each.
    """

    concurrency: int
    num_gpus: float
    num_cpus: int

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not isinstance(self.concurrency, int) or self.concurrency < 1:
            raise InputError(f"concurrency: expected a number of workers, at least 1, got {self.concurrency!r}")

    def options(self, ray: Any, *, reads: bool = False) -> dict[str, Any]:
        """The arguments of ``map_batches`` that say so.

        Args:
            ray: The ray package.
            reads: Whether other steps of the dataset run beside the workers. Then one core is left to them until they are done:
                workers on every core would wait for rows that nothing can read.
        """
        least = self.concurrency
        if reads:
            cores = int(ray.cluster_resources().get("CPU", 1)) if ray.is_initialized() else os.cpu_count() or 1
            least = min(least, max(1, (cores - 1) // self.num_cpus))
        strategy = ray.data.ActorPoolStrategy(min_size=least, max_size=self.concurrency)
        return {"compute": strategy, "num_cpus": self.num_cpus, "num_gpus": self.num_gpus}


class PartJob(Protocol):
    """Makes parts of a stage. Sent to the workers, so it must pickle."""

    @property
    def run(self) -> RunFolder:
        """Where the parts go."""
        ...

    @property
    def stage(self) -> str:
        """The name of the parts' folder."""
        ...

    @property
    def ending(self) -> str:
        """The ending of a part's file."""
        ...

    def make(self, number: int, path: Path) -> None:
        """Write part `number` to `path`."""
        ...


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


def import_ray() -> Any:
    """The ray package.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("this needs Ray Data: pip install 'stancecheck[ray]'") from error
    return ray


def run_parts(job: PartJob, count: int, pool: Pool) -> None:
    """Make the parts 0 to `count` that are not there.

    A worker that dies is started again by Ray, and its parts are made again. Ctrl-C leaves the parts that are complete, and
    says how to go on.

    Args:
        job: Makes them.
        count: How many the stage has.
        pool: The workers.
    """
    ray = import_ray()
    todo = [n for n in range(count) if not job.run.part(job.stage, n, job.ending).exists()]
    if not todo:
        return
    items = [{"part": number} for number in todo]
    pool = replace(pool, concurrency=min(pool.concurrency, len(items)))
    ds = ray.data.from_items(items, override_num_blocks=min(len(items), _MOST_BLOCKS))
    done = ds.map_batches(_PartMaker, fn_constructor_args=(job,), batch_size=1, batch_format="numpy", **pool.options(ray))
    try:
        for _ in done.iter_batches(batch_size=None, batch_format="numpy"):
            pass
    except KeyboardInterrupt:
        whole = len(job.run.parts(job.stage))
        _LOG.warning(
            "stopped: %d of %d parts of the stage %r are complete in %s. The same call with this folder goes on from there.",
            whole,
            count,
            job.stage,
            job.run.path,
        )
        raise


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


class _PartMaker:
    """Ray's worker: makes the parts that it is given."""

    def __init__(self, job: PartJob) -> None:
        self._job = job

    def __call__(self, batch: Columns) -> Columns:
        job = self._job
        for number in batch["part"].tolist():
            target = job.run.part(job.stage, number, job.ending)
            if not target.exists():
                job.run.write(target, partial(job.make, number))
        return batch


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
