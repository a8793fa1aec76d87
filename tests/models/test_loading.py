"""nli: a name, folder or hub id becomes a model whose labels are right, or a clear refusal."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from stancecheck import StanceChecker
from stancecheck.errors import InputError, LabelOrderError, ModelDamagedError, ModelError, ModelNotFoundError
from stancecheck.models import LoadOptions, load_model, run
from stancecheck.models.probe import check_label_order
from tests.fakes import FakeModel

PAIRS = [
    ("No aircraft crossed the border on Friday.", "Two jets crossed the border on Friday night."),
    ("The minister was told in advance.", "Nobody told the minister."),
    ("Rain.", "The harvest in the northern valleys was the best for eleven years, the farmers' union said. " * 4),
    ("The bridge is closed.", "The bridge is closed to traffic."),
]


def logits(checker, pairs):
    model = checker._model
    plan = model.tokenizer.plan(pairs, token_budget=model.token_budget)
    out = run(model, plan)
    return np.array([[out[w.forward], out[w.backward]] for w in plan.windows])


@pytest.mark.parametrize("labels", [("contradiction", "entailment", "neutral"), ("ENTAILMENT", "NEUTRAL", "CONTRADICTION")])
def test_a_folder_is_read_with_its_own_label_order(make_model, labels):
    import torch
    from transformers import AutoModelForSequenceClassification

    folder = make_model(labels)
    checker = StanceChecker.load(str(folder))
    reference = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    inputs = {"input_ids": [[2, 23, 3, 22, 5, 3]], "attention_mask": [[1] * 6], "token_type_ids": [[0, 0, 0, 1, 1, 1]]}
    with torch.inference_mode():
        raw = reference(**{k: torch.tensor(v) for k, v in inputs.items()}).logits.softmax(-1)[0]
    by_name = {name.lower(): float(p) for name, p in zip(labels, raw, strict=True)}
    forward = checker.check("dog", "cat the").forward
    assert forward.entailment == pytest.approx(by_name["entailment"], abs=1e-5)
    assert forward.neutral == pytest.approx(by_name["neutral"], abs=1e-5)
    assert forward.contradiction == pytest.approx(by_name["contradiction"], abs=1e-5)


def test_unreadable_labels_are_refused_and_the_named_fix_works(make_model):
    folder = str(make_model(("LABEL_0", "LABEL_1", "LABEL_2")))
    with pytest.raises(LabelOrderError, match="labels="):
        StanceChecker.load(folder)
    checker = StanceChecker.load(folder, labels=("neutral", "contradiction", "entailment"))
    assert checker.info.columns == (2, 0, 1)


def test_a_label_order_that_plain_pairs_contradict_is_refused_with_the_right_one(mini):
    class Mixed(FakeModel):
        """The shipped model with its columns named in the wrong order."""

        def __init__(self):
            super().__init__()
            self.tokenizer = mini._model.tokenizer

        def logits(self, batch):
            return mini._model.logits(batch)[:, [2, 1, 0]]

    check_label_order(mini._model)
    with pytest.raises(LabelOrderError, match=r"labels=\('contradiction', 'neutral', 'entailment'\)"):
        check_label_order(Mixed())


def test_what_is_not_an_nli_model_is_refused(make_model):
    with pytest.raises(ModelError, match="not an NLI model"):
        StanceChecker.load(str(make_model(architecture="encoder")))
    with pytest.raises(LabelOrderError):
        StanceChecker.load(str(make_model(("positive", "negative"))))


def test_a_classifier_without_its_head_is_refused_instead_of_being_random(make_model):
    folder = make_model(architecture="encoder")
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "architectures": ["BertForSequenceClassification"],
        "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="random numbers"):
        StanceChecker.load(str(folder))


@pytest.mark.parametrize("name", ["no/such/model", "/no/such/folder", "", "../x", "no-such-model-of-stancecheck"])
def test_an_unknown_model_is_named_with_what_was_expected(name, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFoundError, match="stancecheck-mini"):
        StanceChecker.load(name, local_files_only=True)


def test_a_hub_model_that_is_not_in_the_cache_is_named_offline():
    with pytest.raises(ModelNotFoundError, match="someone/some-nli"):
        StanceChecker.load("someone/some-nli", local_files_only=True)


def test_a_hub_model_in_the_cache_is_used_offline(make_model, tmp_path, monkeypatch):
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    snapshot = cache / "models--someone--some-nli" / "snapshots" / ("0" * 40)
    shutil.copytree(make_model(), snapshot)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(cache))
    checker = StanceChecker.load("someone/some-nli", local_files_only=True)
    assert checker.info.folder == snapshot
    assert checker.check("the cat", "a dog").stance


def test_the_larger_shipped_name_says_where_to_get_it(monkeypatch):
    monkeypatch.setattr("pathlib.Path.is_file", lambda _: False)
    with pytest.raises(ModelNotFoundError, match="make wheel-base"):
        StanceChecker.load("stancecheck-base")


def test_pickled_weights_are_refused(make_model):
    with pytest.raises(ModelDamagedError, match="safetensors"):
        StanceChecker.load(str(make_model(safe=False)))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b'{"a": 1}'])
def test_a_damaged_file_is_an_error_of_the_tree(make_model, file, content):
    folder = make_model()
    (folder / file).write_bytes(content)
    with pytest.raises(ModelError):
        StanceChecker.load(str(folder))


def test_a_wrong_checksum_a_missing_file_and_a_way_out_of_the_folder_are_refused(make_model):
    folder = make_model()
    sums = folder / "SHA256SUMS"
    for line, message in (
        (f"{'0' * 64}  config.json", "damaged or was changed"),
        (f"{'0' * 64}  gone.bin", "missing"),
        (f"{'0' * 64}  ../outside", "outside the model's folder"),
    ):
        sums.write_text(line + "\n")
        with pytest.raises(ModelDamagedError, match=message):
            StanceChecker.load(str(folder))


def test_a_device_that_is_not_there_is_refused(make_model):
    with pytest.raises(ModelError, match="device"):
        StanceChecker.load(str(make_model()), device="npu")
    with pytest.raises(ModelDamagedError, match="ONNX"):
        StanceChecker.load(str(make_model()), backend="onnx")


def test_both_backends_give_the_same_logits_with_the_same_weights():
    one, other = StanceChecker.load(backend="onnx"), StanceChecker.load(backend="torch", device="cpu")
    assert (one.info.backend, other.info.backend) == ("onnx", "torch")
    assert np.abs(logits(one, PAIRS) - logits(other, PAIRS)).max() < 1e-4


def test_both_backends_give_the_same_embeddings():
    onnx = load_model(LoadOptions(backend="onnx"))
    other = load_model(LoadOptions(backend="torch", device="cpu"))
    texts = [t for pair in PAIRS for t in pair]
    for batch in onnx.tokenizer.singles(texts, token_budget=4096)[0]:
        one, two = onnx.embeddings(batch), other.embeddings(batch)
        assert np.abs(one - two).max() < 1e-4
        assert np.linalg.norm(one, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_token_budget_bounds_the_batches_and_a_bad_one_is_refused():
    assert load_model(LoadOptions(backend="onnx", token_budget=64)).token_budget == 64
    with pytest.raises(InputError, match="token_budget: expected an integer"):
        LoadOptions(token_budget=0)
