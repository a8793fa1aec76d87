"""Workers of Ray that make the parts of a run."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from stancecheck.errors import InputError, MissingExtraError
from stancecheck.scale.parts import RunFolder
from stancecheck.scale.worker import Columns

__all__ = ["PartJob", "Pool", "import_ray", "run_parts"]

_LOG = logging.getLogger(__name__)
_MOST_BLOCKS = 10_000  # tasks that Ray Data holds at once; with more parts than that a task does several


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
