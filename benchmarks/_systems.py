"""Other people's libraries as systems for `evaluate` and `compare_systems`: anything with check_pairs will do.

    python -m benchmarks run quality --crossencoder FOLDER_OR_HUB_ID --data-dir DIR

Both run a pair in both directions and join these by stancecheck's default rule, so that task "stance" has an answer; task
"nli" scores the direction a -> b alone, which is what these libraries give themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stancecheck.data.statements import Pair
from stancecheck.judging.judge import Evidence, Judgement, NLIScores
from stancecheck.models.rule import default_rule, log_softmax
from stancecheck.stance import STANCES, label_order

__all__ = ["CrossEncoderSystem", "PipelineSystem"]


class CrossEncoderSystem:
    """A sentence-transformers CrossEncoder with the three NLI classes."""

    def __init__(self, model: Any, *, name: str | None = None, batch_size: int = 32) -> None:
        """`model`: a CrossEncoder, or what its constructor takes: a folder or a hub id."""
        if isinstance(model, str):
            import torch
            from sentence_transformers import CrossEncoder

            # Left to itself it takes the type that the weights are stored in, and computes in half precision.
            name, model = name or f"CrossEncoder {model}", CrossEncoder(model, model_kwargs={"dtype": torch.float32})
        self.name = name or "CrossEncoder"
        self._model = model
        self._batch_size = batch_size
        self._columns = list(label_order(model.config.id2label, model=self.name))

    def check_pairs(self, pairs: Sequence[Pair]) -> list[Judgement]:
        forward = [(p.a.text, p.b.text) for p in pairs]
        backward = [(b, a) for a, b in forward]
        logits = np.stack([self._logits(forward), self._logits(backward)], axis=1)
        limit = self._model.tokenizer.model_max_length
        return judgements(pairs, log_softmax(logits), too_long(self._model.tokenizer, forward, limit), self.name)

    def _logits(self, texts: list[tuple[str, str]]) -> np.ndarray:
        import torch

        scores = self._model.predict(
            texts, batch_size=self._batch_size, activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
        return np.asarray(scores, dtype=np.float64)[:, self._columns]


class PipelineSystem:
    """A transformers text-classification pipeline with the three NLI classes."""

    def __init__(self, model: Any, *, name: str | None = None, batch_size: int = 32) -> None:
        """`model`: a pipeline, or a folder or a hub id to make one of."""
        if isinstance(model, str):
            from transformers import pipeline

            name, model = name or f"pipeline {model}", pipeline("text-classification", model=model, dtype="float32")
        self.name = name or "pipeline"
        self._pipe = model
        self._batch_size = batch_size
        names = model.model.config.id2label
        self._order = [names[column] for column in label_order(names, model=self.name)]

    def check_pairs(self, pairs: Sequence[Pair]) -> list[Judgement]:
        forward = [(p.a.text, p.b.text) for p in pairs]
        backward = [(b, a) for a, b in forward]
        log_probs = np.stack([self._log_probs(forward), self._log_probs(backward)], axis=1)
        tokenizer = self._pipe.tokenizer
        return judgements(pairs, log_probs, too_long(tokenizer, forward, tokenizer.model_max_length), self.name)

    def _log_probs(self, texts: list[tuple[str, str]]) -> np.ndarray:
        inputs = [{"text": a, "text_pair": b} for a, b in texts]
        found = self._pipe(inputs, top_k=None, function_to_apply="softmax", truncation=True, batch_size=self._batch_size)
        rows = [{one["label"]: one["score"] for one in row} for row in found]
        probs = np.array([[row[name] for name in self._order] for row in rows], dtype=np.float64)
        return np.log(np.clip(probs / probs.sum(-1, keepdims=True), 1e-12, 1.0))


def too_long(tokenizer: Any, texts: list[tuple[str, str]], limit: int) -> list[bool]:
    """Which pairs these libraries cut in silence."""
    ids = tokenizer([a for a, _ in texts], [b for _, b in texts], truncation=False, verbose=False)["input_ids"]
    return [len(one) > limit for one in ids]


def judgements(pairs: Sequence[Pair], log_probs: np.ndarray, truncated: Sequence[bool], model: str) -> list[Judgement]:
    """Judgements from both directions' log-probabilities. `log_probs` has the shape (n, 2 directions, 3 NLI classes)."""
    if len(pairs) == 0:
        return []
    scores, probs = default_rule(log_probs), np.exp(log_probs)
    return [
        Judgement(
            a=pair.a,
            b=pair.b,
            stance=STANCES[int(scores[n].argmax())],
            confidence=float(scores[n].max()),
            scores={stance: float(scores[n, i]) for i, stance in enumerate(STANCES)},
            forward=NLIScores(*map(float, probs[n, 0])),
            backward=NLIScores(*map(float, probs[n, 1])),
            truncated=bool(truncated[n]),
            evidence=Evidence((0, len(pair.a.text)), (0, len(pair.b.text))),
            model=model,
        )
        for n, pair in enumerate(pairs)
    ]
