"""The training recipe: every step on made-up pairs and a tiny random model."""

from __future__ import annotations

import gzip
import json
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
sys.path.insert(0, str(TRAINING))

import calibrate  # noqa: E402
import card  # noqa: E402
import distil  # noqa: E402
import export  # noqa: E402
import metrics  # noqa: E402
import prepare  # noqa: E402
import tiny  # noqa: E402
import train  # noqa: E402

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


@pytest.mark.parametrize(
    "entry", [{"licence": "CC BY-NC 4.0"}, {"licence": "premises partly LDC"}, {"note": "not for weights that ship"}]
)
def test_a_set_that_may_not_train_shipped_weights_is_refused(tmp_path, entry):
    folder = data_folder(tmp_path / "data", [{"a": "One.", "b": "Two.", "label": "neutral"}], [], **entry)
    with pytest.raises(SystemExit, match="may not train shipped weights"):
        prepare.prepare(RECIPE, folder, None)


def test_batches_hold_every_row_once_and_keep_to_the_budget():
    import random

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


def test_the_graph_of_mpnet_equals_torch_beyond_its_furthest_distance_bucket(setting, tmp_path):
    from transformers import AutoTokenizer, MPNetConfig, MPNetForSequenceClassification

    out, recipe = setting
    torch.manual_seed(0)
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    names = {"id2label": dict(enumerate(recipe["model"]["labels"])), "initializer_range": 0.5}
    config = MPNetConfig(vocab_size=60, max_position_embeddings=180, pad_token_id=1, **sizes, **names)
    MPNetForSequenceClassification(config).save_pretrained(tmp_path / "mpnet")
    AutoTokenizer.from_pretrained(out / "base").save_pretrained(tmp_path / "mpnet")
    window = {"model": recipe["model"] | {"window": 170}, "train": recipe["train"]}
    export.export(window, tmp_path / "mpnet", tmp_path / "out")
    card.seal(tmp_path / "out")
    assert export.check(tmp_path / "out")["largest_difference"]["logits"] < 1e-4


def test_the_fitted_rule_is_better_than_a_guess_and_the_same_when_swapped():
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 3, 600)
    logits = rng.normal(size=(600, 2, 3)) + 2 * np.eye(3)[calibrate.NLI_OF_STANCE[gold]][:, None, :]
    log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    rule = calibrate.fit(log_probs, gold, np.ones(600), "test")
    assert (rule(log_probs).argmax(1) == gold).mean() > 0.8
    assert np.array_equal(rule(log_probs), rule(log_probs[:, ::-1]))
    assert metrics.ece(rule(log_probs).max(1), rule(log_probs).argmax(1) == gold) < 0.06


def test_rows_of_one_topic_are_in_one_fold():
    rows = [{"a": f"text {i}", "topic": "border"} for i in range(20)]
    assert len({calibrate.fold_of(row) for row in rows}) == 1
    assert len({calibrate.fold_of({"a": f"text {i}"}) for i in range(50)}) == calibrate.FOLDS


def test_mismatched_pairs_join_two_topics_of_one_fold():
    rows = [
        {"a": f"The {t} was seen {i} times.", "b": f"Nobody saw the {t}.", "topic": t}
        for t in map(str, range(40))
        for i in range(3)
    ]
    topics = {r["b"]: r["topic"] for r in rows}
    made = calibrate.mismatched({"set": rows}, 100)
    assert len(made) > 80
    assert all(topics[m["b"]] != m["topic"] for m in made)
    assert all(calibrate.fold_of({"a": "", "topic": topics[m["b"]]}) == calibrate.fold_of(m) for m in made)


def test_calibration_error_of_known_numbers():
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert metrics.ece(confidence, right, bins=2) == pytest.approx((0.0 + 0.3) / 2)


def test_macro_f1_counts_the_classes_that_the_set_has():
    gold, said = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    assert metrics.macro_f1(said, gold, np.unique(gold)) == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.slow
def test_the_whole_recipe_takes_under_two_minutes_and_its_model_loads(tmp_path):
    from stancecheck import StanceChecker

    began = time.perf_counter()
    subprocess.run([sys.executable, TRAINING / "tiny.py", "--out", tmp_path], check=True, capture_output=True)
    assert time.perf_counter() - began < 120
    checker = StanceChecker.load(str(tmp_path / "stancecheck-tiny"))
    assert checker.check("The ministry closed the border.", "The ministry closed the border on Monday.").model
    assert "stancecheck-tiny" in (tmp_path / "stancecheck-tiny" / "README.md").read_text()
