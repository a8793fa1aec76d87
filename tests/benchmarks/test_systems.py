"""Other libraries' systems: accuracy equals sentence-transformers' own evaluator, and both equal a StanceChecker."""

import importlib
import json

import numpy as np
import pytest

from stancecheck import StanceChecker
from stancecheck.data.statements import Pair, Statement
from stancecheck.evaluation import evaluate
from tests.fakes import word_tokenizer
from tests.source_tree import source_path

source_path("benchmarks")
adapters = importlib.import_module("benchmarks._systems")

MODEL_INPUTS = ["input_ids", "token_type_ids", "attention_mask"]
NLI = ("entailment", "neutral", "contradiction")
WORDS = ("not", "the", "a", "it", "was", "strike", "raid", "flew", "helicopters", "no", "one", "two", "cat", "dog", "town")


@pytest.fixture
def pairs():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(1, 9))) for _ in range(80)]
    return [
        Pair(Statement(a), Statement(b), gold=NLI[i % 3]) for i, (a, b) in enumerate(zip(texts[::2], texts[1::2], strict=True))
    ]


@pytest.fixture
def folder(make_model, monkeypatch, pairs):
    """A tiny real model whose answers vary and whose label order is not ours."""
    import torch
    from transformers import BertForSequenceClassification

    monkeypatch.setattr("stancecheck.models.probe.check_label_order", lambda model: None)  # random weights know no labels
    folder = make_model(("contradiction", "entailment", "neutral"))
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    encoded = [word_tokenizer().encode(p.a.text, p.b.text) for p in pairs]
    with torch.no_grad():  # weights large enough that answers vary, and a bias that lets no class always win
        for weights in model.parameters():
            if weights.dim() > 1:
                weights.normal_(std=0.3, generator=torch.Generator().manual_seed(1))
        logits = [model(torch.tensor([e.ids]), token_type_ids=torch.tensor([e.type_ids])).logits for e in encoded]
        model.classifier.bias -= torch.cat(logits).mean(0)
    model.save_pretrained(folder)
    names = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 64, "model_input_names": MODEL_INPUTS, **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


def test_cross_encoder_accuracy_matches(folder, pairs):
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.cross_encoder.evaluation import CrossEncoderClassificationEvaluator

    model = sentence_transformers.CrossEncoder(str(folder), device="cpu")
    order = {"contradiction": 0, "entailment": 1, "neutral": 2}
    evaluator = CrossEncoderClassificationEvaluator(
        [[p.a.text, p.b.text] for p in pairs], [order[p.gold] for p in pairs], write_csv=False, show_progress_bar=False
    )
    theirs = evaluator(model)
    systems = (adapters.CrossEncoderSystem(model), checker(folder))
    ours = [evaluate(system, pairs, task="nli", baselines=False, resamples=0) for system in systems]
    assert 0 < theirs["f1_micro"] < 1
    assert sum(c.predicted > 0 for c in ours[1].per_class) > 1  # a model that always says the same would prove little
    for evaluation in ours:
        assert evaluation.accuracy == theirs["f1_micro"]
        assert evaluation.macro_f1 == pytest.approx(theirs["f1_macro"], abs=1e-12)


def test_pipeline_probabilities_match(folder, pairs):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    model = AutoModelForSequenceClassification.from_pretrained(str(folder))
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    pipe = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    theirs = adapters.PipelineSystem(pipe).check_pairs(pairs)
    ours = checker(folder).check_pairs(pairs)
    for one, other in zip(theirs, ours, strict=True):
        assert one.forward.contradiction == pytest.approx(other.forward.contradiction, abs=1e-5)
        assert one.backward.entailment == pytest.approx(other.backward.entailment, abs=1e-5)
        assert one.scores[one.stance] == pytest.approx(other.confidence, abs=1e-5)


def checker(folder):
    return StanceChecker.load(str(folder), backend="torch", device="cpu")
