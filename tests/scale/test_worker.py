"""The worker by itself and in `datasets.map`; the folder of a long run."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import datasets
import numpy as np
import pytest
from datasets.fingerprint import Hasher

from stancecheck import Stance, StanceChecker
from stancecheck.errors import InputError
from stancecheck.scale import COLUMNS, PairWorker, as_columns
from stancecheck.scale import worker as worker_module
from stancecheck.scale.ray import _facts
from tests.fakes import fake_checker

PAIRS = [
    ("the raid flew", "the raid was not flew"),
    ("the cat flew", "the cat"),
    ("one helicopters", "two town"),
    ("no strike was", "a strike was"),
]


def counted_checker() -> StanceChecker:
    """A fake that leaves a mark each time that it is loaded."""
    with open(os.environ["STANCECHECK_TEST_LOADS"], "a") as marks:
        marks.write(f"{os.getpid()}\n")
    return fake_checker()


FAKE = PairWorker(loader=counted_checker)


@pytest.fixture(autouse=True)
def loads(tmp_path, monkeypatch):
    """Which processes have loaded, in order; nothing is loaded at the start."""
    marks = tmp_path / "loads"
    marks.touch()
    monkeypatch.setenv("STANCECHECK_TEST_LOADS", str(marks))
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")
    monkeypatch.setattr(worker_module, "_loaded", {})
    return lambda: [int(line) for line in marks.read_text().split()]


def batch_of(pairs, **columns):
    a, b = zip(*pairs, strict=True)
    return {"a": np.array(a, dtype=object), "b": np.array(b, dtype=object), **columns}


def assert_judged(columns, pairs):
    """The columns say of each pair what the plain checker says."""
    judgements = fake_checker().check_pairs(pairs)
    assert list(columns["stance"]) == [j.stance.value for j in judgements]
    assert np.allclose(columns["confidence"], [j.confidence for j in judgements], atol=1e-9)
    for stance in Stance:
        assert np.allclose(columns[stance.value], [j.scores[stance] for j in judgements], atol=1e-9)
    assert list(columns["truncated"]) == [j.truncated for j in judgements]


def test_batch_equals_plain_check():
    number = np.arange(len(PAIRS))
    out = FAKE(batch_of(PAIRS, number=number))
    assert list(out) == ["a", "b", "number", *COLUMNS]
    assert_judged(out, PAIRS)
    assert out["number"] is number
    assert {values.shape for values in out.values()} == {(len(PAIRS),)}


def test_columns_have_plain_types():
    columns = as_columns(fake_checker().check_pairs(PAIRS))
    assert tuple(columns) == COLUMNS
    assert_judged(columns, PAIRS)
    assert all(type(value) is str for value in columns["stance"])
    assert columns["truncated"].dtype == bool


def test_empty_batch_keeps_types():
    nothing = {"a": np.array([], dtype=object), "b": np.array([], dtype=object)}
    full, empty = FAKE(batch_of(PAIRS)), FAKE(nothing)
    assert {name: values.dtype for name, values in empty.items()} == {name: values.dtype for name, values in full.items()}
    assert all(len(values) == 0 for values in empty.values())


def test_model_loads_once_a_process(loads):
    worker = PairWorker(loader=counted_checker)
    assert loads() == []
    worker(batch_of(PAIRS))
    pickle.loads(pickle.dumps(worker))(batch_of(PAIRS))
    assert loads() == [os.getpid()]


def test_worker_pickles_and_compares():
    before, before_dill = pickle.dumps(FAKE), Hasher.hash(FAKE)
    FAKE(batch_of(PAIRS))
    assert pickle.dumps(FAKE) == before
    assert Hasher.hash(FAKE) == before_dill
    assert pickle.loads(before) == FAKE
    assert Hasher.hash(PairWorker(loader=counted_checker, threads=2)) != before_dill


def test_worker_imports_nothing_heavy():
    heavy = ("torch", "transformers", "datasets", "onnxruntime", "ray", "pyspark", "pyarrow", "pandas")
    code = (
        "import pickle, sys; from stancecheck.scale import PairWorker; "
        "pickle.loads(pickle.dumps(PairWorker(device='cuda', backend='torch'))); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_threads_respect_the_callers(make_model, monkeypatch):
    monkeypatch.delenv("TOKENIZERS_PARALLELISM")
    monkeypatch.setenv("RAYON_NUM_THREADS", "3")
    given = []
    monkeypatch.setattr(StanceChecker, "from_options", lambda options: given.append(options) or fake_checker())
    PairWorker(threads=2)(batch_of(PAIRS))
    assert [options.threads for options in given] == [2]
    assert os.environ["RAYON_NUM_THREADS"] == "3"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


def test_real_model_equals_plain_check(make_model):
    folder = str(make_model())
    out = PairWorker(model=folder, backend="torch", device="cpu")(batch_of(PAIRS))
    plain = as_columns(StanceChecker.load(folder, backend="torch", device="cpu").check_pairs(PAIRS))
    assert list(out["stance"]) == list(plain["stance"])
    assert np.allclose(out["confidence"], plain["confidence"], atol=1e-6)


def test_fallback_is_among_the_facts(make_model):
    small, fallback = str(make_model()), str(make_model(("contradiction", "neutral", "entailment")))
    settings = {"escalate": fallback, "escalate_below": 1.0, "backend": "torch", "device": "cpu"}
    worker = PairWorker(model=small, **settings)
    plain = as_columns(StanceChecker.load(small, **settings).check_pairs(PAIRS))
    assert np.allclose(worker(batch_of(PAIRS))["agree"], plain["agree"], atol=1e-6)
    alone = PairWorker(model=small, backend="torch", device="cpu")
    assert not np.allclose(plain["agree"], alone(batch_of(PAIRS))["agree"], atol=1e-4)
    assert _facts(worker)["fallback"]["files"] == _facts(PairWorker(model=fallback, backend="torch", device="cpu"))["files"]
    assert "fallback" not in _facts(alone)


@pytest.mark.parametrize(("rank", "device"), [(None, "cuda"), (0, "cuda:0"), (3, "cuda:1")])
def test_ranks_take_turns_on_the_gpus(monkeypatch, rank, device):
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    assert PairWorker(device="cuda")._on_gpu(rank).device == device
    assert PairWorker(device="cpu")._on_gpu(rank).device == "cpu"


def test_missing_column_is_named():
    with pytest.raises(InputError, match=r"\('a', 'b'\), got \['a', 'text'\]"):
        FAKE({"a": np.array(["x"]), "text": np.array(["y"])})


def test_columns_may_have_other_names():
    worker = PairWorker(loader=fake_checker, columns=["premise", "hypothesis"])
    a, b = zip(*PAIRS, strict=True)
    assert_judged(worker({"premise": list(a), "hypothesis": list(b)}), PAIRS)


def test_existing_column_is_not_overwritten():
    with pytest.raises(InputError, match=r"\['stance'\] are there already"):
        FAKE(batch_of(PAIRS, stance=np.zeros(len(PAIRS))))


def test_bad_text_is_named_by_id():
    with pytest.raises(InputError, match=r"pair 1, b.*blank.*ids of this batch: 'p0' to 'p1'"):
        FAKE(batch_of([("the cat", "the cat"), ("the cat", " ")], id=["p0", "p1"]))


@pytest.mark.parametrize(
    "setting", [{"threads": 0}, {"threads": "2"}, {"escalate_below": 2}, {"columns": "ab"}, {"columns": ("a",)}]
)
def test_bad_setting_is_refused_early(setting):
    with pytest.raises(InputError, match=next(iter(setting))):
        PairWorker(**setting)


def on_disk(tmp_path: Path, pairs=PAIRS) -> datasets.Dataset:
    a, b = zip(*pairs, strict=True)
    datasets.Dataset.from_dict({"a": a, "b": b, "number": list(range(len(a)))}).save_to_disk(tmp_path / "pairs")
    return datasets.load_from_disk(str(tmp_path / "pairs"))


@pytest.fixture
def quiet():
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


def test_datasets_map_adds_columns(tmp_path, quiet):
    out = on_disk(tmp_path).map(FAKE, batched=True, batch_size=3)
    assert out.column_names == ["a", "b", "number", *COLUMNS]
    assert out["number"][:] == [0, 1, 2, 3]
    assert out.features["stance"].dtype == "string"
    assert out.features["truncated"].dtype == "bool"
    assert_judged(out.with_format("numpy")[:], PAIRS)


def test_datasets_map_uses_its_cache(tmp_path, quiet, loads):
    pairs = on_disk(tmp_path)
    first = pairs.map(FAKE, batched=True)
    assert len(loads()) == 1
    worker_module._loaded.clear()
    second = pairs.map(PairWorker(loader=counted_checker), batched=True)
    assert second._fingerprint == first._fingerprint
    assert len(loads()) == 1


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_datasets_map_in_two_processes(tmp_path, quiet, loads):
    FAKE(batch_of(PAIRS))  # a checker that the children inherit, and must not use
    out = on_disk(tmp_path, PAIRS * 5).map(FAKE, batched=True, batch_size=4, num_proc=2, with_rank=True)
    assert_judged(out.with_format("numpy")[:], PAIRS * 5)
    assert out["number"][:] == list(range(20))
    assert len(set(loads())) == 3


def test_check_pairs_of_a_dataset(tmp_path):
    assert_judged(as_columns(fake_checker().check_pairs(on_disk(tmp_path))), PAIRS)
