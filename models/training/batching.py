"""Tokenised rows and the batches that they are trained in."""

from __future__ import annotations

import random
from typing import Any

import torch
from torch import Tensor

Batch = list[int]  # row numbers


class Rows:
    """Tokenised rows, kept as lists of ids; pads one batch at a time."""

    def __init__(self, tokenizer: Any, texts: list[str], pairs: list[str] | None, max_tokens: int) -> None:
        self.pad = tokenizer.pad_token_id
        self.has_types = "token_type_ids" in tokenizer.model_input_names  # MPNet has none
        self.ids: list[list[int]] = []
        self.types: list[list[int]] = []
        for start in range(0, len(texts), 10_000):
            part = slice(start, start + 10_000)
            second = pairs[part] if pairs else None
            out = tokenizer(texts[part], second, truncation="longest_first", max_length=max_tokens)
            self.ids += out["input_ids"]
            self.types += out["token_type_ids"] if self.has_types else []

    @property
    def lengths(self) -> list[int]:
        return [len(x) for x in self.ids]

    def pad_batch(self, batch: Batch, device: torch.device) -> dict[str, Tensor]:
        """Model inputs of the rows named. Shape: each (rows, longest)."""
        longest = max(len(self.ids[i]) for i in batch)
        lengths = torch.tensor([len(self.ids[i]) for i in batch])
        inputs = {
            "input_ids": torch.tensor([self.ids[i] + [self.pad] * (longest - len(self.ids[i])) for i in batch]),
            "attention_mask": (torch.arange(longest)[None, :] < lengths[:, None]).long(),
        }
        if self.has_types:
            inputs["token_type_ids"] = torch.tensor([self.types[i] + [0] * (longest - len(self.types[i])) for i in batch])
        return {name: value.to(device) for name, value in inputs.items()}


def batches(lengths: list[int], budget: int, rng: random.Random) -> list[Batch]:
    """Rows of like length together, at most `budget` tokens a batch with padding; batches in random order."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made: list[Batch] = []
    for start in range(0, len(order), 20_000):  # sort within chunks only: the order over the run stays random
        current: Batch = []
        for i in sorted(order[start : start + 20_000], key=lengths.__getitem__):
            if current and (len(current) + 1) * lengths[i] > budget:
                made.append(current)
                current = []
            current.append(i)
        made.append(current)
    rng.shuffle(made)
    return made
