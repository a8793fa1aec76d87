"""nli: a name, folder or hub id becomes a model whose labels are right, or a clear refusal."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from benchmarks._input_forms import MODELS, models_folder
from stancecheck import StanceChecker
from stancecheck.errors import InputError, LabelOrderError, ModelDamagedError, ModelError, ModelNotFoundError
from stancecheck.models import LoadOptions, load_model, run
from stancecheck.models.bundle import pad_id
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
def test_folder_keeps_its_label_order(make_model, labels):
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


def test_unreadable_labels_name_the_fix(make_model):
    folder = str(make_model(("LABEL_0", "LABEL_1", "LABEL_2")))
    with pytest.raises(LabelOrderError, match="labels="):
        StanceChecker.load(folder)
    checker = StanceChecker.load(folder, labels=("neutral", "contradiction", "entailment"))
    assert checker.info.columns == (2, 0, 1)


def test_wrong_label_order_is_refused(mini):
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


def test_not_an_nli_model_is_refused(make_model):
    with pytest.raises(ModelError, match="not an NLI model"):
        StanceChecker.load(str(make_model(architecture="encoder")))
    with pytest.raises(LabelOrderError):
        StanceChecker.load(str(make_model(("positive", "negative"))))


def test_headless_classifier_is_refused(make_model):
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
def test_unknown_model_is_named(name, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFoundError, match="stancecheck-mini"):
        StanceChecker.load(name, local_files_only=True)


def test_uncached_hub_model_offline():
    with pytest.raises(ModelNotFoundError, match="someone/some-nli"):
        StanceChecker.load("someone/some-nli", local_files_only=True)


def test_cached_hub_model_offline(make_model, tmp_path, monkeypatch):
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


def test_base_model_says_where_to_get_it(monkeypatch):
    monkeypatch.setattr("pathlib.Path.is_file", lambda _: False)
    with pytest.raises(ModelNotFoundError, match="make wheel-base"):
        StanceChecker.load("stancecheck-base")


def test_pickled_weights_are_refused(make_model):
    with pytest.raises(ModelDamagedError, match="safetensors"):
        StanceChecker.load(str(make_model(safe=False)))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b'{"a": 1}'])
def test_damaged_file_is_a_model_error(make_model, file, content):
    folder = make_model()
    (folder / file).write_bytes(content)
    with pytest.raises(ModelError):
        StanceChecker.load(str(folder))


def test_checksums_and_paths_are_checked(make_model):
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


def test_missing_vocabulary_is_refused(make_model):
    folder = make_model()
    for path in [*folder.glob("tokenizer.json"), *folder.glob("vocab*"), folder / "SHA256SUMS"]:
        path.unlink(missing_ok=True)
    with pytest.raises(ModelDamagedError, match="no vocabulary"):
        StanceChecker.load(str(folder))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"model": "~nobody-of-this-name/x"}, ModelNotFoundError),
        ({"model": "a" * 300, "local_files_only": True}, ModelNotFoundError),
        ({"model": None}, InputError),
        ({"device": None}, InputError),
        ({"escalate": 5}, InputError),
    ],
)
def test_odd_arguments_are_named(asked, error):
    with pytest.raises(error):
        StanceChecker.load(**asked)


def test_missing_device_is_refused(make_model):
    with pytest.raises(ModelError, match="device"):
        StanceChecker.load(str(make_model()), device="npu")
    with pytest.raises(ModelDamagedError, match="ONNX"):
        StanceChecker.load(str(make_model()), backend="onnx")


def test_backends_give_the_same_logits():
    one, other = StanceChecker.load(backend="onnx"), StanceChecker.load(backend="torch", device="cpu")
    assert (one.info.backend, other.info.backend) == ("onnx", "torch")
    assert np.abs(logits(one, PAIRS) - logits(other, PAIRS)).max() < 1e-4


def test_backends_give_the_same_embeddings():
    onnx = load_model(LoadOptions(backend="onnx"))
    other = load_model(LoadOptions(backend="torch", device="cpu"))
    texts = [t for pair in PAIRS for t in pair]
    for batch in onnx.tokenizer.singles(texts, token_budget=4096)[0]:
        one, two = onnx.embeddings(batch), other.embeddings(batch)
        assert np.abs(one - two).max() < 1e-4
        assert np.linalg.norm(one, axis=1) == pytest.approx(1, abs=1e-5)


def test_token_budget_bounds_batches():
    assert load_model(LoadOptions(backend="onnx", token_budget=64)).token_budget == 64
    with pytest.raises(InputError, match="token_budget: expected an integer"):
        LoadOptions(token_budget=0)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [({"eos_token_id": 7}, 7), ({"eos_token_id": [8, 9]}, 8), ({"pad_token_id": 3, "eos_token_id": 7}, 3), ({}, 0)],
)
def test_padding_falls_back_to_end_of_text(tmp_path, stated, expected):
    (tmp_path / "config.json").write_text(json.dumps(stated))
    assert pad_id(tmp_path) == expected


@pytest.mark.parametrize("form", MODELS, ids=["no-pad", "pad", "graph-auto", "graph-onnx", "pickled", "labels", "hub"])
def test_odd_folders_load_or_name_the_fix(form):
    assert models_folder(MODELS[form]) is None
