"""Fixtures that several test files share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancecheck import StanceChecker
from tests.fakes import fake_checker, word_tokenizer

NAMES = ["input_ids", "token_type_ids", "attention_mask"]
NLI = ("entailment", "neutral", "contradiction")


@pytest.fixture
def fake() -> StanceChecker:
    return fake_checker()


@pytest.fixture(scope="session")
def mini() -> StanceChecker:
    """The shipped model, as a user loads it."""
    return StanceChecker.load()


@pytest.fixture(scope="session")
def mini_folder(mini: StanceChecker) -> Path:
    return mini.info.folder


@pytest.fixture
def make_model(tmp_path: Path):
    """A function that writes a tiny real model in the hub's layout and returns its folder."""

    def make(labels: tuple[str, ...] = NLI, *, architecture: str = "classifier", safe: bool = True) -> Path:
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertModel

        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=32,
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
            id2label=dict(enumerate(labels)),
            label2id={name: i for i, name in enumerate(labels)},
        )
        folder = tmp_path / f"model-{len(list(tmp_path.iterdir()))}"
        model = BertForSequenceClassification(config) if architecture == "classifier" else BertModel(config)
        model.save_pretrained(folder)
        if not safe:
            (folder / "model.safetensors").unlink()
            torch.save(model.state_dict(), folder / "pytorch_model.bin")
        word_tokenizer().save(str(folder / "tokenizer.json"))
        (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64, "model_input_names": NAMES}))
        return folder

    return make
