"""The training recipe: every step on made-up pairs and a tiny random model."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.source_tree import source_path

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("sklearn")

TRAINING = source_path("models/training")

import card  # noqa: E402
import commitment  # noqa: E402
import distil  # noqa: E402
import export  # noqa: E402
import prepare  # noqa: E402
import tiny  # noqa: E402
import train  # noqa: E402
import unlabelled  # noqa: E402

from stancecheck.errors import ModelDamagedError  # noqa: E402
from stancecheck.models.quantised import dequantize  # noqa: E402

CPU = torch.device("cpu")


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """So small a model is faster on one thread, and does not wait for a busy second core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    """A folder with data, a base and a recipe; the recipe."""
    out = tmp_path_factory.mktemp("tiny")
    tiny.write_data(out / "data", 240, seed=1)
    tiny.write_base(out / "base", seed=1)
    return out, tomllib.loads(tiny.RECIPE.format(base=(out / "base").as_posix(), epochs=8))


@pytest.fixture(scope="module")
def pairs(setting):
    out, recipe = setting
    rows, _ = prepare.prepare(recipe, out / "data", None)
    return write_rows(out / "pairs.jsonl.gz", rows)


@pytest.fixture(scope="module")
def trained(setting, pairs):
    out, recipe = setting
    (out / "run").mkdir()
    train.train(recipe, recipe["model"]["base"], pairs, out / "run", CPU, None)
    return out / "run"


def write_rows(path: Path, rows) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def weights(folder: Path):
    from safetensors.torch import load_file

    return load_file(folder / "model" / "model.safetensors")


def data_folder(folder: Path, train_rows, dev_rows, **entry) -> Path:
    folder.mkdir()
    manifest = ""
    for kind, rows in (("train", train_rows), ("dev", dev_rows)):
        write_rows(folder / f"{kind}.jsonl.gz", rows)
        values = {"name": kind, "file": f"{kind}.jsonl.gz", "task": "nli", "licence": "own", "note": "", "sha256": ""} | entry
        manifest += f"[[{kind}]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in (values | {"name": kind}).items())
    (folder / "MANIFEST.toml").write_text(manifest, encoding="utf-8")
    return folder


RECIPE = {"train": {"seed": 0}, "data": {"shares": {"train": 1.0}}}


def test_no_pair_of_an_evaluation_set_is_trained_on_in_either_order(tmp_path):
    rows = [
        ("The bridge fell.", "It stands."),
        ("It stands!", "the bridge  fell"),
        ("One.", "Two."),
        ("One.", "Two."),
        ("", "Two."),
    ]
    given = [{"a": a, "b": b, "label": "neutral"} for a, b in rows]
    folder = data_folder(tmp_path / "data", given, given[:1])
    kept, counts = prepare.prepare(RECIPE, folder, None)
    assert [(r["a"], r["b"]) for r in kept] == [("One.", "Two.")]
    assert counts["train"]["in an evaluation set"] == 2
    assert counts["train"]["duplicate"] == 1
    assert counts["train"]["empty text"] == 1


def test_stance_rows_are_shown_in_both_directions(tmp_path):
    given = [{"a": "One.", "b": "Two.", "label": "contradict"}]
    folder = data_folder(tmp_path / "data", given, [], task="stance")
    kept, _ = prepare.prepare(RECIPE, folder, None)
    assert sorted((r["a"], r["label"]) for r in kept) == [("One.", "contradiction"), ("Two.", "contradiction")]


def test_some_contradictions_and_nothing_else_are_read_backwards(tmp_path):
    labels = ["contradiction", "entailment", "neutral"] * 100
    given = [{"a": f"First {i}.", "b": f"Second {i}.", "label": label} for i, label in enumerate(labels)]
    folder = data_folder(tmp_path / "data", given, [])
    kept, _ = prepare.prepare(RECIPE | {"data": {"shares": {"train": 1.0}, "swap_contradictions": 0.3}}, folder, None)
    backwards = [r["label"] for r in kept if r["a"].startswith("Second")]
    assert set(backwards) == {"contradiction"}
    assert 15 < len(backwards) < 45


def test_a_claimed_statement_is_neutral_a_confirmed_one_follows_and_a_refuted_one_contradicts():
    texts = [f"The {what} of town {i} was closed on Friday." for i in range(40) for what in ("bridge", "harbour")]
    rows = [{"a": text, "b": "Nobody could cross.", "label": "entailment", "set": "nli.wanli.x"} for text in texts]
    made = commitment.commitment_pairs(rows, 60, 20, random.Random(0))
    assert len(made) == 60 * 3 + 20 * 2
    for templates, label in (
        (commitment.OPEN, "neutral"),
        (commitment.CONFIRMED, "entailment"),
        (commitment.REFUTED, "contradiction"),
    ):
        of_kind = [row for row in made if row["label"] == label and "Nobody could cross." not in row.values()]
        assert len(of_kind) == 60
        for row in of_kind:
            statement = min(row["a"], row["b"], key=len)
            assert {commitment.put(t, statement) for t in templates} & {row["a"], row["b"]}
    about_pairs = [row for row in made if row["b"] == "Nobody could cross."]
    assert sorted(row["label"] for row in about_pairs) == ["entailment"] * 20 + ["neutral"] * 20


def test_unlabelled_pairs_are_new_and_a_teacher_alone_decides_on_them():
    rows = [{"a": f"The bridge {i} fell.", "b": f"Bridge {i} stands.", "label": "neutral", "set": "nli.x"} for i in range(60)]
    texts = [[f"Sentence {i} of text {n} about the harbour." for i in range(5)] for n in range(6)]
    rng = random.Random(0)
    made = unlabelled.backwards(rows, 20, rng) + unlabelled.regrouped(rows, 20, rng) + unlabelled.news(texts, 20, rng)
    assert {row["set"] for row in made} == {"own.backwards", "own.regrouped", "own.news"}
    assert not {(row["a"], row["b"]) for row in made} & {(row["a"], row["b"]) for row in rows}
    assert all(row["label"] is None and row["a"] != row["b"] for row in made)

    logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    targets = torch.tensor([[0.2, 0.5, 0.3], [0.1, 0.8, 0.1]])
    of = torch.nn.functional.cross_entropy
    loss = train.pair_loss(logits, torch.tensor([train.NO_LABEL, 2]), targets, 0.7)
    wanted = of(logits[:1], targets[:1]) + 0.7 * of(logits[1:], targets[1:]) + 0.3 * of(logits[1:], torch.tensor([2]))
    assert torch.allclose(loss, wanted / 2)


def test_pairs_without_a_label_need_a_teacher(tmp_path):
    path = write_rows(tmp_path / "pairs.jsonl.gz", [{"a": "One.", "b": "Two.", "label": None}])
    with pytest.raises(SystemExit, match=r"run distil\.py"):
        train.load_pairs(path, ["entailment", "neutral", "contradiction"], None)


def test_a_name_keeps_its_capital_inside_a_sentence():
    assert commitment.put("It is claimed that {s}.", "The bridge fell.") == "It is claimed that the bridge fell."
    assert commitment.put("It is claimed that {s}.", "Anna fell.") == "It is claimed that Anna fell."


@pytest.mark.parametrize(
    "entry", [{"licence": "CC BY-NC 4.0"}, {"licence": "premises partly LDC"}, {"note": "not for weights that ship"}]
)
def test_a_set_that_may_not_train_shipped_weights_is_refused(tmp_path, entry):
    folder = data_folder(tmp_path / "data", [{"a": "One.", "b": "Two.", "label": "neutral"}], [], **entry)
    with pytest.raises(SystemExit, match="may not train shipped weights"):
        prepare.prepare(RECIPE, folder, None)


def test_batches_hold_every_row_once_and_keep_to_the_budget():
    lengths = [random.Random(1).randint(3, 60) for _ in range(500)]
    made = train.batches(lengths, 256, random.Random(2))
    assert sorted(i for batch in made for i in batch) == list(range(500))
    assert max(len(batch) * max(lengths[i] for i in batch) for batch in made) <= 256


def test_training_learns_the_made_up_pairs(trained):
    """The last loss lies well under that of a guess, ln 3."""
    last = json.loads((trained / "log.jsonl").read_text().splitlines()[-1])
    assert last["step"] == last["of"]
    assert last["loss"] < 0.9
    assert last["embed_loss"] > 0


def test_a_run_that_was_killed_goes_on_to_the_very_same_weights(setting, pairs, trained, monkeypatch):
    out, recipe = setting
    (out / "killed").mkdir()
    save = train.save

    def save_and_die(*args):
        save(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        train.train(recipe, recipe["model"]["base"], pairs, out / "killed", CPU, None)
    monkeypatch.setattr(train, "save", save)
    train.train(recipe, recipe["model"]["base"], pairs, out / "killed", CPU, None)
    whole, resumed = weights(trained), weights(out / "killed")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_distilled_rows_keep_their_order_and_go_on_after_a_stop(setting, pairs, trained, monkeypatch):
    out, _ = setting
    monkeypatch.setattr(distil, "PART", 50)
    teacher = distil.Teacher(str(trained / "model"), "cpu", 48, 1.0)
    calls: list[int] = []

    def failing(rows):
        if calls:
            raise KeyboardInterrupt
        calls.append(len(rows))
        return teacher(rows)

    soft = out / "soft.jsonl.gz"
    with pytest.raises(KeyboardInterrupt):
        distil.distil(pairs, failing, soft, None)
    calls.clear()
    distil.distil(pairs, lambda rows: calls.append(len(rows)) or teacher(rows), soft, None)
    before, after = (list(prepare.read_rows(p)) for p in (pairs, soft))
    assert [(r["a"], r["b"]) for r in after] == [(r["a"], r["b"]) for r in before]
    assert all(abs(sum(r["probs"]) - 1) < 1e-3 for r in after)
    assert sum(calls) == len(before) - 50


def test_the_exported_folder_holds_its_weights_once_and_onnx_equals_torch(setting, trained):
    out, recipe = setting
    folder = out / "exported"
    export.export(recipe, trained / "model", folder)
    card.seal(folder)  # a folder with checksums is not probed with English pairs, which the toy does not know
    report = export.check(folder)
    assert report["largest_difference"]["logits"] < 1e-4
    assert report["largest_difference"]["embedding"] < 1e-4
    assert report["bytes"]["onnx/model.onnx"] < 50_000
    assert json.loads((folder / "tokenizer.json").read_text())["truncation"] is None


@pytest.mark.parametrize("bits", [16, 8])
def test_the_graph_of_mpnet_equals_torch_beyond_its_furthest_distance_bucket(setting, tmp_path, monkeypatch, bits):
    from transformers import AutoTokenizer, MPNetConfig, MPNetForSequenceClassification

    out, recipe = setting
    torch.manual_seed(0)
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    names = {"id2label": dict(enumerate(recipe["model"]["labels"])), "initializer_range": 0.5}
    config = MPNetConfig(vocab_size=60, max_position_embeddings=180, pad_token_id=1, **sizes, **names)
    MPNetForSequenceClassification(config).save_pretrained(tmp_path / "mpnet")
    AutoTokenizer.from_pretrained(out / "base").save_pretrained(tmp_path / "mpnet")
    monkeypatch.setattr(export, "SMALL_TABLE", 100)
    monkeypatch.setattr(export, "SHARD", 9_000)
    window = {"model": recipe["model"] | {"window": 170, "weight_bits": bits}, "train": recipe["train"]}
    export.export(window, tmp_path / "mpnet", tmp_path / "out")
    card.seal(tmp_path / "out")
    assert export.check(tmp_path / "out")["largest_difference"]["logits"] < 1e-4
    assert len(list((tmp_path / "out").glob("model-*.safetensors"))) > 1


def test_a_weight_in_8_bits_is_off_by_half_a_step_of_its_row_at_most():
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
def test_a_weight_in_8_bits_without_its_scale_is_refused(scale):
    tensors = {"x.weight": np.ones((2, 2), dtype=np.int8)} | ({} if scale is None else {"x.weight_scale": scale})
    with pytest.raises(ModelDamagedError, match="expected a scale of shape"):
        dequantize(tensors)


@pytest.mark.slow
def test_the_whole_recipe_takes_under_two_minutes_and_its_model_loads(tmp_path):
    from stancecheck import StanceChecker

    began = time.perf_counter()
    subprocess.run([sys.executable, TRAINING / "tiny.py", "--out", tmp_path], check=True, capture_output=True)
    assert time.perf_counter() - began < 120
    checker = StanceChecker.load(str(tmp_path / "stancecheck-tiny"))
    assert checker.check("The ministry closed the border.", "The ministry closed the border on Monday.").model
    assert "stancecheck-tiny" in (tmp_path / "stancecheck-tiny" / "README.md").read_text()
