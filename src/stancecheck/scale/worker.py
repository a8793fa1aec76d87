"""Columns of texts -> columns of judgements, in a process that loads its model once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.checker import StanceChecker
from stancecheck.data.statements import TextLike
from stancecheck.errors import InputError
from stancecheck.judging.judge import Judgement
from stancecheck.models import LoadOptions
from stancecheck.stance import STANCES

__all__ = ["COLUMNS", "PairWorker", "as_columns"]

COLUMNS: tuple[str, ...] = ("stance", "confidence", *(stance.value for stance in STANCES), "truncated")
"""The columns that judging adds: a stance by name, its confidence, a score a stance, whether text was left unread."""

Columns = dict[str, NDArray[Any]]

# One checker a worker's settings and process. A forked child has its parent's entries and must not use them: the threads of
# ONNX Runtime and the context of CUDA do not live on in a child.
_loaded: dict[tuple[int, PairWorker], StanceChecker] = {}
_loading = threading.Lock()


def as_columns(judgements: Sequence[Judgement]) -> Columns:
    """The judgements as arrays by column name (see COLUMNS). Shape of each: (judgements,)."""
    columns: Columns = {
        "stance": np.array([j.stance.value for j in judgements], dtype=object),
        "confidence": np.array([j.confidence for j in judgements], dtype=np.float64),
    }
    for stance in STANCES:
        columns[stance.value] = np.array([j.scores[stance] for j in judgements], dtype=np.float64)
    columns["truncated"] = np.array([j.truncated for j in judgements], dtype=np.bool_)
    return columns


@dataclass(frozen=True, kw_only=True)
class PairWorker(LoadOptions):
    """Judges batches of pairs: columns a and b in; stance, confidence, three scores and truncated out.

    It holds settings alone: it pickles, hashes and compares by them, loads nothing and touches no CUDA until its first batch,
    and keeps one model a process. It is what Ray Data, Spark and ``datasets.map`` are given (see ``stancecheck.scale``).

    Attributes:
        escalate: As for ``StanceChecker.load``, as are the other options that are not named here.
        threads: Threads of one model call and of its tokenizer. One, with a worker a core, is fastest.
        columns: Names of the two columns of texts.
        loader: A function without arguments that returns the checker, in place of the settings above. Defined at the top of
            a module, so that it pickles.
    """

    escalate: str | None = None
    threads: int = 1
    columns: tuple[str, str] = ("a", "b")
    loader: Callable[[], StanceChecker] | None = None

    def __post_init__(self) -> None:
        """Check the settings that would fail late, in a worker far away.

        Raises:
            InputError: If a setting is not one of the allowed values.
        """
        super().__post_init__()
        if len(self.columns) != 2 or isinstance(self.columns, str):
            raise InputError(f"columns: expected the names of two columns of texts, such as ('a', 'b'), got {self.columns!r}")
        object.__setattr__(self, "columns", tuple(self.columns))  # a list would have no hash

    def __call__(self, batch: Mapping[str, Any], rank: int | None = None) -> Columns:
        """The batch's columns and those of its judgements, rows in the same order.

        Args:
            batch: Columns by name, arrays or lists of one length. Those of ``datasets.map`` are not handed back: it keeps its
                own.
            rank: Number of the process, as ``datasets.map(with_rank=True)`` gives it; chooses the GPU.

        Raises:
            InputError: If a column is missing or in the way, or a text cannot be used; the message names the row's id, if
                there is a column 'id'.
            ModelError: If the model cannot be loaded.
        """
        self.check_columns(list(batch))
        first, second = (_texts(batch[name]) for name in self.columns)
        judged = self.judge(first, second, ids=batch.get("id"), rank=rank)
        return {**{name: np.asarray(values) for name, values in batch.items()}, **judged} if type(batch) is dict else judged

    def judge(self, a: Sequence[TextLike], b: Sequence[TextLike], *, ids: Any = None, rank: int | None = None) -> Columns:
        """The judgements of a[i] and b[i] as columns. Shape of each: (pairs,).

        Args:
            a: Texts, or Statements.
            b: As many.
            ids: Names of the pairs, for messages.
            rank: Number of the process; chooses the GPU.

        Raises:
            InputError: If a text cannot be used; the message names its position, and its id.
            ModelError: If the model cannot be loaded.
        """
        checker = self.checker(rank=rank)
        try:
            return as_columns(list(checker.stream_pairs(zip(a, b, strict=True))))
        except InputError as error:
            shown = f" (ids of this batch: {ids[0]!r} to {ids[-1]!r})" if ids is not None and len(ids) else ""
            raise InputError(f"{error}{shown}") from None

    def checker(self, *, rank: int | None = None) -> StanceChecker:
        """The checker of the process that asks, loaded at the first call.

        Args:
            rank: Number of the process; chooses the GPU where the device is 'cuda'.
        """
        settings = self._on_gpu(rank)
        key = (os.getpid(), settings)
        with _loading:
            if key not in _loaded:
                _loaded[key] = settings.load()
            return _loaded[key]

    def load(self) -> StanceChecker:
        """A new checker, its threads set; ``checker`` keeps one."""
        # Read by the tokenizer when it first works in parallel; a value that the caller has set is left alone.
        os.environ.setdefault("RAYON_NUM_THREADS", str(self.threads))
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false" if self.threads == 1 else "true")
        if self.loader is not None:
            return self.loader()
        return StanceChecker.from_options(self)

    def check_columns(self, names: Sequence[str]) -> None:
        """Check that the texts are among the columns, and that no column has the name of one to be added.

        Raises:
            InputError: If not.
        """
        missing = [name for name in self.columns if name not in names]
        if missing:
            raise InputError(
                f"expected columns of texts named {self.columns}, got {list(names)}; name yours with columns=(…, …)"
            )
        taken = [name for name in COLUMNS if name in names]
        if taken:
            raise InputError(f"columns {taken} are there already and would be overwritten: rename or drop them first")

    def _on_gpu(self, rank: int | None) -> PairWorker:
        if rank is None or self.device != "cuda":
            return self
        import torch

        return replace(self, device=f"cuda:{rank % max(1, torch.cuda.device_count())}")


def _texts(column: Any) -> list[Any]:
    """Plain values: numpy's own strings would stay in every Statement."""
    return column.tolist() if isinstance(column, np.ndarray) else list(column)
