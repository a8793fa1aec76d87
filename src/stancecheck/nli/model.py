"""The one Protocol that both backends fulfil, and running a plan through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelError
from stancecheck.nli.bundle import ModelInfo
from stancecheck.tokens import Batch, PairTokenizer, Plan

__all__ = ["NLIModel", "embed", "run"]

FloatArray = NDArray[np.float32]


class NLIModel(Protocol):
    """A loaded model."""

    info: ModelInfo
    tokenizer: PairTokenizer
    token_budget: int
    """Tokens a batch that suit the backend and device."""

    def logits(self, batch: Batch) -> FloatArray:
        """Raw scores of entailment, neutral and contradiction, in that order. Shape: (n, 3)."""
        ...

    def embeddings(self, batch: Batch) -> FloatArray:
        """Unit-length embeddings of single texts. Shape: (n, width)."""
        ...


def run(model: NLIModel, plan: Plan, on_batch: Callable[[int], Any] | None = None) -> FloatArray:
    """Logits of every row of the plan. Shape: (rows, 3).

    Args:
        model: The model.
        plan: What it has to read.
        on_batch: Called with the number of rows after each batch.
    """
    return _over_batches(plan.batches, plan.row_count, model.logits, on_batch)


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
    for batch in batches:
        values = call(batch)
        if not np.isfinite(values).all():
            raise ModelError("the model returned numbers that are not finite: its weights are damaged or its precision too low")
        if out is None:
            out = np.empty((rows, values.shape[1]), dtype=np.float32)
        out[batch.rows] = values
        if on_batch is not None:
            on_batch(len(batch.rows))
    return out if out is not None else np.empty((0, 3), dtype=np.float32)
