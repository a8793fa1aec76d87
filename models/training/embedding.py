"""What keeps, and makes, the model's embeddings of single statements fit for finding the pairs that are worth judging."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from batching import Rows, batches
from prepare import read_rows
from torch import Tensor
from transformers import AutoModel

Amp = Callable[[], AbstractContextManager[Any]]  # in what a forward pass computes: bfloat16 where that is faster


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Unit-length mean of the unpadded token states. Shape: (rows, width)."""
    weights = mask[..., None].to(hidden.dtype)
    return F.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)


@torch.inference_mode()
def base_embeddings(base: str, rows: Rows, budget: int, device: torch.device, amp: Amp) -> Tensor:
    """What the untouched base makes of each single statement. Shape: (rows, width), float16."""
    encoder = AutoModel.from_pretrained(base).to(device).eval()
    out = torch.empty(len(rows.ids), encoder.config.hidden_size, dtype=torch.float16)
    for batch in batches(rows.lengths, 4 * budget, random.Random(0)):
        inputs = rows.pad_batch(batch, device)
        with amp():
            hidden = encoder(**inputs).last_hidden_state
        out[batch] = mean_pool(hidden.float(), inputs["attention_mask"]).half().cpu()
    return out


class Anchor:
    """Keeps the encoder's embeddings of single statements near the base's own."""

    def __init__(self, cfg: dict[str, Any], base: str, rows: Rows, device: torch.device, amp: Amp) -> None:
        self.every, self.weight, self.rows, self.amp = cfg["embed_every"], cfg["embed_weight"], rows, amp
        self.wanted = base_embeddings(base, rows, cfg["embed_tokens_per_batch"], device, amp)
        self.plan = batches(rows.lengths, cfg["embed_tokens_per_batch"], random.Random(cfg["seed"]))

    def backward(self, model: Any, step: int, device: torch.device) -> float:
        """Adds the gradient of this step's batch; the mean cosine distance from the base."""
        chosen = self.plan[(step // self.every) % len(self.plan)]
        inputs = self.rows.pad_batch(chosen, device)
        with self.amp():
            hidden = model.base_model(**inputs).last_hidden_state
        near = (mean_pool(hidden.float(), inputs["attention_mask"]) * self.wanted[chosen].to(device).float()).sum(-1)
        away = 1 - near.mean()
        (self.weight * away).backward()
        return float(away.detach())


class Alike:
    """Draws the two statements of an agreeing or contradicting pair nearer to each other than to those of other pairs.

    Each batch is of one set, so that the others are of its kind; every set has as many batches as another.
    Source of the loss: van den Oord et al. 2018, arXiv:1807.03748 (InfoNCE), read in both directions.
    """

    def __init__(self, cfg: dict[str, Any], tokenizer: Any, pairs: Path, amp: Amp) -> None:
        self.every, self.weight, self.count = cfg["alike_every"], cfg["alike_weight"], cfg["alike_pairs"]
        self.temperature, self.seed, self.amp = cfg["alike_temperature"], cfg["seed"], amp
        found = {name: sorted(_of_set(pairs, name)) for name in cfg["alike_from"]}
        self.pairs = {name: kept for name, kept in found.items() if len(kept) >= self.count}
        texts = sorted({text for kept in self.pairs.values() for pair in kept for text in pair})
        self.numbers = {text: number for number, text in enumerate(texts)}
        self.rows = Rows(tokenizer, texts, None, cfg["alike_tokens"])

    def batch(self, step: int) -> list[tuple[str, str]]:
        rng = random.Random(f"{self.seed} {step}")
        return rng.sample(self.pairs[rng.choice(sorted(self.pairs))], self.count)

    def backward(self, model: Any, step: int, device: torch.device) -> float:
        """Adds the gradient of this step's batch; its loss."""
        pairs = self.batch(step)
        numbers = [self.numbers[text] for side in zip(*pairs, strict=True) for text in side]
        inputs = self.rows.pad_batch(numbers, device)
        with self.amp():
            hidden = model.base_model(**inputs).last_hidden_state
        loss = alike_loss(*mean_pool(hidden.float(), inputs["attention_mask"]).chunk(2), pairs, self.temperature)
        (self.weight * loss).backward()
        return float(loss.detach())


def alike_loss(a: Tensor, b: Tensor, pairs: list[tuple[str, str]], temperature: float) -> Tensor:
    """Cross-entropy of finding each pair's other statement among those of all pairs.

    Args:
        a: Embeddings of the first statements, of unit length. Shape: (pairs, width).
        b: Those of the second ones. Shape: (pairs, width).
        pairs: The texts: two pairs that share one are not set against each other.
        temperature: What similarities are divided by.
    """
    shared = torch.tensor(
        [[i != j and bool({*one} & {*other}) for j, other in enumerate(pairs)] for i, one in enumerate(pairs)]
    )
    near = (a @ b.T / temperature).masked_fill(shared.to(a.device), float("-inf"))
    own = torch.arange(len(pairs), device=a.device)
    return (F.cross_entropy(near, own) + F.cross_entropy(near.T, own)) / 2


def _of_set(pairs: Path, name: str) -> set[tuple[str, str]]:
    """The agreeing and contradicting pairs of a set, each in one order."""
    rows = (row for row in read_rows(pairs) if row["set"].startswith(name) and row["label"] not in (None, "neutral"))
    return {(min(row["a"], row["b"]), max(row["a"], row["b"])) for row in rows}
