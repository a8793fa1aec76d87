"""Exported folders: graphs and torch give the same, 8 bits lose little; and the whole recipe, from data to card."""

from __future__ import annotations

import subprocess
import sys

import card
import export
import numpy as np
import pytest
import tiny
import torch

from stancecheck import StanceChecker
from stancecheck.errors import ModelDamagedError
from stancecheck.models.quantised import dequantize
from stancecheck.stance import NLI_CLASSES
from tests.source_tree import source_path


@pytest.mark.parametrize("bits", [16, 8])
def test_mpnet_graph_equals_torch_far_out(tmp_path, monkeypatch, bits):
    from transformers import AutoTokenizer, MPNetConfig, MPNetForSequenceClassification

    torch.manual_seed(0)
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    names = {"id2label": dict(enumerate(NLI_CLASSES)), "initializer_range": 0.5}
    config = MPNetConfig(vocab_size=60, max_position_embeddings=180, pad_token_id=1, **sizes, **names)
    MPNetForSequenceClassification(config).save_pretrained(tmp_path / "mpnet")
    tiny.write_base(tmp_path / "base", seed=1)
    AutoTokenizer.from_pretrained(tmp_path / "base").save_pretrained(tmp_path / "mpnet")
    monkeypatch.setattr(export, "SMALL_TABLE", 100)
    monkeypatch.setattr(export, "SHARD", 9_000)
    recipe = {"model": {"window": 170, "weight_bits": bits}, "train": {"embed_every": 3}}
    export.export(recipe, tmp_path / "mpnet", tmp_path / "out")
    card.seal(tmp_path / "out")
    assert export.check(tmp_path / "out")["largest_difference"]["logits"] < 1e-4
    assert len(list((tmp_path / "out").glob("model-*.safetensors"))) > 1


def test_int8_error_is_half_a_step():
    torch.manual_seed(0)
    value = torch.randn(40, 300) * torch.logspace(-3, 1, 40)[:, None]
    stored = export.in_8_bits({"x.weight": value, "x.bias": value[:, 0]})
    back = dequantize({name: tensor.numpy() for name, tensor in stored.items()})
    assert stored["x.weight"].dtype == torch.int8
    assert sorted(back) == ["x.bias", "x.weight"]
    off = np.abs(back["x.weight"] - value.numpy())
    clipped = np.abs(stored["x.weight"].numpy()) == 127
    assert (off <= 0.5001 * stored["x.weight_scale"].numpy())[~clipped].all()
    naive = value.abs().amax(1, keepdim=True) / 127
    assert (off**2).sum() <= float(((torch.round(value / naive) * naive - value) ** 2).sum())


@pytest.mark.parametrize("scale", [None, np.ones((3, 1), dtype=np.float32)])
def test_int8_without_scale_is_refused(scale):
    tensors = {"x.weight": np.ones((2, 2), dtype=np.int8)} | ({} if scale is None else {"x.weight_scale": scale})
    with pytest.raises(ModelDamagedError, match="expected a scale of shape"):
        dequantize(tensors)


@pytest.mark.slow
def test_recipe_makes_a_loadable_model(tmp_path):
    line = [sys.executable, source_path("models/training/tiny.py"), "--out", tmp_path, "--rows", "60", "--epochs", "4"]
    subprocess.run(line, check=True, capture_output=True)
    checker = StanceChecker.load(str(tmp_path / "stancecheck-tiny"))
    assert checker.info.stance_head
    assert checker.info.rule
    assert checker.check("The ministry closed the border.", "The ministry closed the border on Monday.").model
    assert "stancecheck-tiny" in (tmp_path / "stancecheck-tiny" / "README.md").read_text()
