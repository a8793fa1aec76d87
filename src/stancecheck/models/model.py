"""The one Protocol that both backends fulfil, and running a plan through it."""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelError, StancecheckError
from stancecheck.models.bundle import ModelInfo
from stancecheck.models.memory import Memory
from stancecheck.models.tokens import Batch, PairTokenizer, Plan

__all__ = ["NLIModel", "embed", "graph_inputs", "graph_logits", "nli_columns", "run"]

FloatArray = NDArray[np.float32]

logger = logging.getLogger(__name__)

# What torch's CPU allocator, its MPS backend, and ONNX Runtime say, in a RuntimeError or a class of their own.
_OUT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "bad_alloc",
    "bad allocation",
    "failed to allocate",
)


class NLIModel(Protocol):
    """A loaded model."""

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        ...

    tokenizer: PairTokenizer
    token_budget: int
    """Tokens a batch that suit the backend and device."""

    def logits(self, batch: Batch) -> FloatArray:
        """Raw scores of entailment, neutral, contradiction; a stance head's of agree, contradict, unrelated follow.

        Shape: (n, 3), or (n, 6) where ``info.stance_head`` is set.
        """
        ...

    def embeddings(self, batch: Batch) -> FloatArray:
        """Unit-length embeddings of single texts. Shape: (n, width)."""
        ...


def nli_columns(scores: FloatArray, info: ModelInfo) -> FloatArray:
    """A model's output in the order entailment, neutral, contradiction. Shape: (n, 3).

    Raises:
        ModelError: If the output has another shape.
    """
    if scores.ndim != 2 or scores.shape[1] != 3:
        raise ModelError(f"model {info.name!r}: expected logits of shape (n, 3), got {scores.shape}")
    return scores[:, list(info.columns)]


def graph_inputs(batch: Batch, names: Iterable[str]) -> dict[str, NDArray[np.int64]]:
    """The arrays that a graph asks for by name. Shape of each: (n, tokens)."""
    return {name: getattr(batch, name) for name in names}


def graph_logits(run_graph: Callable[..., list[FloatArray]], batch: Batch, info: ModelInfo) -> FloatArray:
    """What a graph says of a batch of pairs, as ``NLIModel.logits`` gives it.

    Args:
        run_graph: Takes the batch and names of outputs, and gives these outputs.
        batch: The pairs.
        info: The model's description.
    """
    if not info.stance_head:
        return nli_columns(run_graph(batch, "logits")[0], info)
    nli, stance = run_graph(batch, "logits", "stance_logits")
    return np.concatenate([nli_columns(nli, info), stance], axis=1)


def run(
    model: NLIModel, plan: Plan, on_batch: Callable[[int], Any] | None = None, *, memory: Memory | None = None
) -> FloatArray:
    """Logits of every row of the plan. Shape: (rows, 3), or (rows, 6) with a stance head.

    Args:
        model: The model.
        plan: What it has to read.
        on_batch: Called with the number of rows after each batch.
        memory: What the model said before; rows that it holds are not read again.
    """
    call = model.logits if memory is None else partial(memory.logits, read=model.logits)
    return _over_batches(plan.batches, plan.row_count, call, on_batch)


def embed(model: NLIModel, texts: Sequence[str], on_batch: Callable[[int], Any] | None = None) -> FloatArray:
    """Unit-length embeddings of texts, cut at the model's window. Shape: (texts, width).

    Args:
        model: A model whose ``info.embeds`` is set.
        texts: The texts.
        on_batch: Called with the number of texts after each batch.
    """
    batches, _ = model.tokenizer.singles(texts, token_budget=model.token_budget)
    return _over_batches(batches, len(texts), model.embeddings, on_batch)


def _over_batches(
    batches: Sequence[Batch],
    rows: int,
    call: Callable[[Batch], FloatArray],
    on_batch: Callable[[int], Any] | None = None,
) -> FloatArray:
    out: FloatArray | None = None
    waiting = deque(batches)
    room: float = math.inf  # tokens a call; known to be less once memory ran out
    while waiting:
        batch = waiting.popleft()
        values = _called(call, batch) if batch.input_ids.size <= room or len(batch.rows) == 1 else None
        if values is None:
            halves = _halves(batch)
            room = min(room, halves[0].input_ids.size)
            waiting.extendleft(reversed(halves))
            continue
        if not np.isfinite(values).all():
            raise ModelError("the model returned numbers that are not finite: its weights are damaged or its precision too low")
        if out is None:
            out = np.empty((rows, values.shape[1]), dtype=np.float32)
        out[batch.rows] = values
        if on_batch is not None:
            on_batch(len(batch.rows))
    return out if out is not None else np.empty((0, 3), dtype=np.float32)


def _called(call: Callable[[Batch], FloatArray], batch: Batch) -> FloatArray | None:
    """What the model says of a batch, or None if memory ran out and the batch can be halved."""
    try:
        return call(batch)
    except StancecheckError:
        raise
    except Exception as error:  # torch and ONNX Runtime share no base of their own
        rows, tokens = batch.input_ids.shape
        if not _is_out_of_memory(error):
            raise ModelError(
                f"the model failed on a batch of {rows} rows of {tokens} tokens ({type(error).__name__}: {str(error)[:300]}); "
                "do its config, tokenizer and weights belong together?"
            ) from error
        if rows == 1:
            raise ModelError(
                f"not enough memory for a single row of {tokens} tokens ({str(error)[:200]}): free some, or use a smaller model"
            ) from error
    logger.warning("out of memory at %d rows of %d tokens: going on with half of them", rows, tokens)
    return None  # outside of the except block: its traceback would keep the failed call's arrays


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    middle = len(batch.rows) // 2
    return batch.part(slice(middle, None)), batch.part(slice(None, middle))


def _is_out_of_memory(error: Exception) -> bool:
    """Whether it is the MemoryError of Python and numpy, torch's on a GPU or CPU, or ONNX Runtime's."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    message = str(error).lower()
    return any(words in message for words in _OUT_OF_MEMORY)
