"""The trainer: what a row teaches, batches, resuming, and a teacher's part."""

from __future__ import annotations

import json
import random

import base
import batches
import distil
import export
import mixture
import onnx
import pytest
import rows
import tiny
import torch
import train

from stancecheck import StanceChecker
from stancecheck.judging.judges import OneModel
from tests.fakes import FakeModel
from tests.training.data import statement_pairs, write_rows

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
    """A folder with data and a base; the recipe, of a model that also embeds."""
    out = tmp_path_factory.mktemp("tiny")
    tiny.write_data(out / "data", 80, seed=1)
    tiny.write_base(out / "base", seed=1)
    (out / "teacher.toml").write_text(tiny.TEACHER.format(base=(out / "base").as_posix(), epochs=9), encoding="utf-8")
    (out / "student.toml").write_text(tiny.STUDENT.format(teacher="nobody"), encoding="utf-8")
    return out, rows.read_recipe(out / "student.toml")


@pytest.fixture(scope="module")
def labelled(setting):
    out, recipe = setting
    made, _ = mixture.mixture(recipe, out / "data", [])
    return write_rows(out / "rows.jsonl.gz", made)


@pytest.fixture(scope="module")
def trained(setting, labelled):
    out, recipe = setting
    (out / "run").mkdir()
    train.train(recipe, out / "base", labelled, out / "run", None, CPU)
    return out / "run"


def weights(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model" / "model.safetensors")


def test_training_learns_the_made_up_pairs(trained):
    log = [json.loads(line) for line in (trained / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < 0.8 * log[0]["loss"]


def test_frozen_weights_do_not_change(setting, trained):
    _, before = base.load_base(setting[0] / "base")
    name = "embeddings.word_embeddings.weight"
    assert torch.equal(weights(trained)[f"bert.{name}"], before[name])
    assert not torch.equal(
        weights(trained)["bert.encoder.layer.0.output.dense.weight"], before["encoder.layer.0.output.dense.weight"]
    )


def test_lower_layers_alone_are_taken(setting):
    out, _ = setting
    whole, lower = train.encoder(out / "base", CPU)[0], train.encoder(out / "base", CPU, layers=1)[0]
    assert (len(whole.layers), len(lower.layers)) == (2, 1)
    assert all(torch.equal(value, whole.state_dict()[name]) for name, value in lower.state_dict().items() if "layers" in name)


def test_killed_run_resumes_exactly(setting, labelled, trained, monkeypatch):
    out, recipe = setting
    (out / "killed").mkdir()
    save = train.Trainer.save

    def save_and_die(self, *args):
        save(self, *args)
        raise KeyboardInterrupt

    monkeypatch.setattr(train.Trainer, "save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        train.train(recipe, out / "base", labelled, out / "killed", None, CPU)
    monkeypatch.setattr(train.Trainer, "save", save)
    train.train(recipe, out / "base", labelled, out / "killed", None, CPU)
    whole, resumed = weights(trained), weights(out / "killed")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_checkpoint_keeps_earlier_state(trained):
    state = torch.load(trained / "checkpoint.pt", weights_only=True)
    assert state.keys() == {"step", "spent", "master", "optimizer", "average", "averaged"}


def test_two_headed_export_reads_parties(setting, trained):
    out, recipe = setting
    export.export(recipe, trained / "model", out / "exported")
    export.seal(out / "exported")  # a folder with checksums is not probed with English pairs, which the toy does not know
    report = export.check(out / "exported")
    assert max(report["largest_difference"].values()) < 1e-4
    info = StanceChecker.load(str(out / "exported"), backend="onnx", escalate=None).info
    assert (info.stance_head, info.reads_parties, info.embeds) == (True, True, True)


def test_batches_hold_rows_within_budget(setting, labelled):
    from tokenizers import Tokenizer

    data = batches.Data(labelled, Tokenizer.from_file(str(setting[0] / "base" / "tokenizer.json")), 48, 3, singles=30)
    made = data.batches(256, 2)
    assert sorted(i for batch in made for i in batch) == list(range(len(data.ids)))
    assert max(len(batch) * max(len(data.ids[i]) for i in batch) for batch in made) <= 256
    assert len(data.singles.ids) == 30
    ids, mask, types = data.padded(made[0], 0, CPU)
    assert ids.shape == mask.shape == types.shape
    assert mask.sum(1).tolist() == [len(data.ids[i]) for i in made[0]]


def test_statements_read_with_the_speaker():
    row = {"a": "We fired.", "b": "They fired.", "stance": [0, 1, 0], "party_a": "Army", "party_b": "Navy", "date": "2031"}
    rng = random.Random(0)
    seen = [batches.two_texts(row, ["Lighthouse", "Harbour"], rng) for _ in range(400)]
    firsts = {first for first, _, _ in seen}
    assert {"We fired.", "They fired.", "Army: We fired.", "Navy, 2031: They fired.", "Harbour: We fired."} <= firsts
    assert all((first.endswith("We fired."), swapped) in ((True, False), (False, True)) for first, _, swapped in seen)
    assert all((": " in first) == (": " in second) for first, second, _ in seen)
    assert 140 < sum(swapped for _, _, swapped in seen) < 260


def test_an_nli_row_is_never_turned_round():
    row = {"a": "It rained.", "b": "It was wet.", "nli": [1, 0, 0], "party_a": "A", "party_b": "B"}
    assert {batches.two_texts(row, [], random.Random(n)) for n in range(20)} == {("It rained.", "It was wet.", False)}


def test_neutral_only_rules_contradict_out():
    targets = torch.full((1, 4, 3), batches.IGNORED)
    targets[0, 0] = torch.tensor([0.0, 1.0, 0.0])
    nli = torch.zeros(1, 3)
    agree, contradict, unrelated = (train.loss_of(nli, 9 * torch.eye(3)[[i]], targets) for i in range(3))
    assert torch.isclose(agree, unrelated)
    assert contradict > agree + 3


def test_teacher_counts_without_a_label():
    nli, stance = torch.tensor([[2.0, 0.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]])
    none, label = [batches.IGNORED] * 3, [0.0, 1.0, 0.0]
    soft = [[0.2, 0.5, 0.3], [0.1, 0.8, 0.1]]

    def loss(*targets):
        return train.loss_of(nli, stance, torch.tensor([targets]), 0.7)

    alone, hard, both = loss(none, none, *soft), loss(none, label, none, none), loss(none, label, *soft)
    wanted = -0.5 * (torch.tensor(soft[0]) * nli.log_softmax(-1)).sum() - (torch.tensor(soft[1]) * stance.log_softmax(-1)).sum()
    assert torch.isclose(alone, wanted)
    assert torch.isclose(both, 0.7 * alone + 0.3 * hard)


def test_teacher_follows_the_direction():
    row = {"a": "One.", "b": "Two.", "set": "x", "teacher": {"forward": [1, 0, 0], "backward": [0, 1, 0], "stance": [0, 0, 1]}}
    assert batches.targets_of(row, False)[2:] == [[1, 0, 0], [0, 0, 1]]
    assert batches.targets_of(row, True)[2:] == [[0, 1, 0], [0, 0, 1]]


def test_unlabelled_rows_need_a_teacher():
    with pytest.raises(SystemExit, match=r"run distil\.py"):
        batches.targets_of({"a": "One.", "b": "Two.", "set": "unlabelled"}, False)


def test_distilled_rows_go_on_after_a_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(distil, "PART", 5)
    given = [{k: v for k, v in row.items() if k != "label"} for row in statement_pairs(4)]
    files = [write_rows(tmp_path / "one.jsonl.gz", given[:7]), write_rows(tmp_path / "two.jsonl.gz", given[7:])]
    model = FakeModel()
    teacher, out = OneModel(model), tmp_path / "soft.jsonl.gz"
    judge = distil.judged
    monkeypatch.setattr(distil, "judged", lambda t, part, *more: judge(t, part, *more) if len(model.batches) == 0 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        distil.distil(files, teacher, out, 1)
    monkeypatch.setattr(distil, "judged", judge)
    model.batches.clear()
    distil.distil(files, teacher, out, 1)
    made = list(rows.read_rows(out))
    assert sum(len(b.rows) for b in model.batches) <= 2 * 7  # not the first part again
    assert sorted(r["b"] for r in made) == sorted(r["b"] for r in given)
    for row in made:
        assert all(abs(sum(probabilities) - 1) < 1e-3 for probabilities in row["teacher"].values())
        assert row["teacher"] == distil.judged(teacher, [row], 1.0, random.Random(1))[0]["teacher"]


def test_a_share_of_labelled_rows_is_judged(tmp_path):
    labelled = [row | {"stance": [1.0, 0.0, 0.0]} for row in statement_pairs(4)]
    unlabelled = [{"a": f"The ferry sank in {n}.", "b": "It did not.", "set": "x"} for n in range(3)]
    files, out = [write_rows(tmp_path / "rows.jsonl.gz", labelled + unlabelled)], tmp_path / "soft.jsonl.gz"
    distil.distil(files, OneModel(FakeModel()), out, 1, labelled_share=0.0, times=2)
    made = list(rows.read_rows(out))
    assert sorted(r["b"] for r in made if "teacher" not in r) == sorted(r["b"] for r in labelled)
    assert sorted(r["a"] for r in made if "teacher" in r) == sorted(2 * [r["a"] for r in unlabelled])


def test_base_with_other_classes_is_refused(make_model):
    with pytest.raises(SystemExit, match="take an encoder without a head"):
        base.load_base(make_model(("contradiction", "entailment", "neutral")))


def test_onnx_weights_round_trip(tmp_path):
    matrix, bias = torch.randn(3, 2), torch.randn(3)
    nodes = [
        onnx.helper.make_node("MatMul", ["x", "onnx::MatMul_7"], ["y"], name="/encoder/layer.0/output/dense/MatMul"),
        onnx.helper.make_node(
            "Add", ["y", "encoder.layer.0.output.dense.bias"], ["z"], name="/encoder/layer.0/output/dense/Add"
        ),
    ]
    stored = {"onnx::MatMul_7": matrix.T.numpy(), "encoder.layer.0.output.dense.bias": bias.numpy()}
    values = [onnx.helper.make_tensor_value_info(n, 1, ["n", s]) for n, s in (("x", 2), ("z", 3))]
    initializers = [onnx.numpy_helper.from_array(v.copy(), k) for k, v in stored.items()]
    onnx.save(
        onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", values[:1], values[1:], initializers)), tmp_path / "g.onnx"
    )
    found = base.weights_of_graph(tmp_path / "g.onnx")
    assert torch.equal(found["encoder.layer.0.output.dense.weight"], matrix)
    assert torch.equal(found["encoder.layer.0.output.dense.bias"], bias)
    assert len(found) == 2
