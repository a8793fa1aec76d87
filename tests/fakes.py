"""A model that needs no weights: it contradicts where exactly one text holds 'not', entails where the words of b lie in a."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from stancecheck import StanceChecker
from stancecheck.models import ModelInfo
from stancecheck.models.tokens import PairTokenizer

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_PLAIN = ["not", "the", "a", "it", "was", "is", "strike", "raid", "flew", "helicopters", "no", "one", "two", "three"]
WORDS = [*_SPECIAL, *_PLAIN, ".", ",", "cat", "dog", "town"]


def word_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


class FakeModel:
    """Fulfils NLIModel; remembers the batches that it was given."""

    def __init__(self, *, max_tokens: int = 64, token_budget: int = 1024, embeds: bool = True) -> None:
        self.info = ModelInfo(
            name="fake",
            folder=Path("."),
            revision=None,
            backend="fake",
            device="cpu",
            columns=(0, 1, 2),
            max_tokens=max_tokens,
            licence=None,
            rule=None,
            embeds=embeds,
        )
        self.tokenizer = PairTokenizer(word_tokenizer(), max_tokens=max_tokens, pad_id=0)
        self.token_budget = token_budget
        self.batches: list = []

    def logits(self, batch):
        self.batches.append(batch)
        out = np.zeros((len(batch.rows), 3), dtype=np.float32)
        for row, (ids, mask, types) in enumerate(zip(batch.input_ids, batch.attention_mask, batch.token_type_ids, strict=True)):
            a = set(ids[(mask == 1) & (types == 0)].tolist()) - {2, 3}
            b = set(ids[(mask == 1) & (types == 1)].tolist()) - {2, 3}
            negated = (4 in a) != (4 in b)
            shared = len(a & b) / max(1, len(b))
            out[row] = [4 * shared - 4 * negated, 1.0, 4 * shared * negated]
        return out

    def embeddings(self, batch):
        out = np.zeros((len(batch.rows), len(WORDS)), dtype=np.float32)
        for row, (ids, mask) in enumerate(zip(batch.input_ids, batch.attention_mask, strict=True)):
            np.add.at(out[row], ids[mask == 1], 1)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


def fake_checker(**kwargs) -> StanceChecker:
    return StanceChecker(FakeModel(**kwargs))
