"""Hostile input: a right answer or an error of the tree, in bounded time; nothing lost, nothing written, nothing run."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import textwrap

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from stancecheck import Statement, read_statements
from stancecheck.data import rows
from stancecheck.errors import InputError, ModelDamagedError, ModelError
from stancecheck.evaluation import read_pairs
from stancecheck.models import tokens
from stancecheck.models.bundle import load_tokenizer, pad_id, read_info
from stancecheck.models.tokens import PairTokenizer
from tests.fakes import word_tokenizer
from tests.robustness.hostile import TARGETS, bounded

INPUTS = 5_000


@pytest.mark.parametrize("name", TARGETS)
def test_hostile_input_is_handled(name):
    target, share = TARGETS[name]

    @settings(
        max_examples=INPUTS * share // 100,
        derandomize=True,
        database=None,
        deadline=None,  # machines differ; each input's CPU time is bounded instead
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def holds(source):
        with bounded():
            target(source)

    holds()


def read_first(folder):
    info = read_info(folder, name="x", revision=None, backend="torch", dtype="float32", device="cpu", labels=None)
    return PairTokenizer(load_tokenizer(folder), max_tokens=info.max_tokens, pad_id=pad_id(folder))


@pytest.fixture
def small_files(tmp_path):
    """A model's folder without weights."""

    def make(**changed):
        config = {"id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"}, "max_position_embeddings": 64}
        (tmp_path / "config.json").write_text(json.dumps(config | changed))
        word_tokenizer().save(str(tmp_path / "tokenizer.json"))
        return tmp_path

    return make


@pytest.mark.parametrize(
    "changed",
    [
        {"architectures": 7},
        {"pad_token_id": 10**30},
        {"pad_token_id": "x"},
        {"max_position_embeddings": []},
        {"max_position_embeddings": 3},
        {"stancecheck": 7},
        {"stancecheck": {"max_tokens": float("nan")}},
        {"stancecheck": {"rule": {"weights": [[float("nan")] * 6] * 3, "bias": [0, 0, 0]}}},
    ],
)
def test_bad_config_value_is_refused(small_files, changed):
    read_first(small_files())
    with pytest.raises(ModelError, match=r"config"):
        read_first(small_files(**changed))


def test_a_tokenizer_that_panics_is_refused(small_files):
    """Found by the fuzzer: a post-processor whose special token the vocabulary of special tokens lacks."""
    folder = small_files()
    spoilt = (folder / "tokenizer.json").read_text().replace('"special_tokens":{"[CLS]"', '"special_tokens":{"[CLT]"')
    value = json.loads(spoilt)
    value["post_processor"]["special_tokens"].pop("[CLS]", None)
    (folder / "tokenizer.json").write_text(json.dumps(value))
    with pytest.raises(ModelError):
        read_first(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors", "onnx"])
def test_link_out_of_the_model_is_refused(make_model, tmp_path, name):
    folder = make_model()
    outside = tmp_path / "outside"
    (folder / name).rename(outside) if (folder / name).exists() else outside.mkdir()
    (folder / name).symlink_to(outside)
    with pytest.raises(ModelDamagedError, match="leads out"):
        read_first(folder)


def test_link_within_the_model_is_followed(make_model):
    folder = make_model()
    (folder / "config.json").rename(folder / "other.json")
    (folder / "config.json").symlink_to("other.json")
    read_first(folder)


@pytest.mark.parametrize("shard", ["../model.safetensors", "/etc/hosts", "pytorch_model.bin", 7])
def test_weights_from_elsewhere_are_refused(make_model, shard):
    from stancecheck import StanceChecker

    folder = make_model()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"w": shard}}))
    with pytest.raises(ModelDamagedError, match=r"weight_map|in the model's folder"):
        StanceChecker.load(str(folder))
    (folder / "model.safetensors.index.json").unlink()
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "someone/else"}')
    with pytest.raises(ModelError, match="adapter"):
        StanceChecker.load(str(folder))


def test_external_graph_weights_are_refused(make_model, tmp_path):
    import onnx
    from onnx import TensorProto, helper

    from stancecheck import StanceChecker

    folder = make_model()
    weights = helper.make_tensor("w", TensorProto.FLOAT, [4], b"\x00" * 16, raw=True)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="../../secret.bin")
    (tmp_path / "secret.bin").write_bytes(b"\x00" * 16)
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [4])
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "tokens"])
    graph = helper.make_graph([helper.make_node("Identity", ["w"], ["logits"])], "g", [ids], [logits], [weights])
    (folder / "onnx").mkdir()
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    (folder / "onnx" / "model.onnx").write_bytes(proto.SerializeToString())
    assert onnx.load(folder / "onnx" / "model.onnx", load_external_data=False).graph.initializer[0].external_data
    with pytest.raises(ModelDamagedError, match="ONNX Runtime cannot load it"):
        StanceChecker.load(str(folder), backend="onnx")


def test_repository_code_is_never_run(make_model, tmp_path):
    from stancecheck import StanceChecker

    folder = make_model()
    marker = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w')\nclass Evil: pass\n")
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForSequenceClassification": "evil.Evil", "AutoConfig": "evil.Evil"}
    for model_type in ("bert", "no-such-type"):
        (folder / "config.json").write_text(json.dumps(config | {"model_type": model_type}))
        if model_type == "bert":
            assert StanceChecker.load(str(folder)).check("the cat", "a dog").stance
        else:
            with pytest.raises(ModelError):
                StanceChecker.load(str(folder))
    assert not marker.exists()


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "parquet"])
def test_gz_bomb_is_refused(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(rows, "_LEAST_UNZIPPED", 1_000_000)
    path = tmp_path / f"bomb.{ending}.gz"
    path.write_bytes(gzip.compress(b"[" + (b" " * 999 + b"\n") * 20_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="bytes unzipped"):
        read_statements(path)


def test_plain_gz_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_LEAST_UNZIPPED", 1_000)
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(b'{"text": "row %d"}\n' % i for i in range(20_000))))
    assert [s.text for s in read_statements(path)] == [f"row {i}" for i in range(20_000)]


def test_endless_line_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_LARGEST_LINE", 1000)
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "one"}\n' + "x" * 5000 + '\n{"text": "two"}\n' + "y" * 2000)
    found = list(rows.read_rows(path))
    assert [r.location.rsplit(":")[-1] for r in found] == ["1", "2", "3", "4"]
    assert [r.problem is None for r in found] == [True, False, True, False]
    (tmp_path / "rows.csv").write_text("text\n" + "x" * 5000 + "\n")
    with pytest.raises(InputError, match="longer than 1,000"):
        read_statements(tmp_path / "rows.csv")


def test_huge_json_array_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_LARGEST_ARRAY", 100)
    (tmp_path / "rows.json").write_text(json.dumps([{"text": "x" * 200}]))
    with pytest.raises(InputError, match="JSON Lines"):
        read_statements(tmp_path / "rows.json")


def test_megabyte_lines_take_bounded_time(tmp_path, fake):
    long = "the cat was not a dog . " * 42_000
    (tmp_path / "rows.jsonl").write_text(json.dumps({"a": long, "b": "it was not a cat"}) + "\n")
    with bounded(30), pytest.warns(UserWarning, match="too long"):
        (judged,) = fake.check_pairs(read_pairs(tmp_path / "rows.jsonl"))
    assert judged.truncated


def test_window_limit_sets_truncated(monkeypatch, fake):
    monkeypatch.setattr(tokens, "MAX_WINDOWS", 2)
    with pytest.warns(UserWarning, match="too long"):
        assert fake.check("the cat was a dog . " * 60, "cat").truncated
    assert not fake.check("the cat was a dog . " * 2, "cat").truncated


def test_error_shows_one_line_of_input():
    with pytest.raises(InputError) as refused:
        Statement(" ", party="\x1b" * 1_000_000)
    assert len(str(refused.value)) < 500
    assert "\x1b" not in str(refused.value)
    with pytest.raises(InputError) as refused:
        read_statements([{"x" * 1_000_000: "y"}])
    assert len(str(refused.value)) < 500
    with pytest.raises(InputError, match="cannot be written as text"):
        read_statements([{"text": "x", "party": 10**5000}])


def test_only_the_cache_is_written(tmp_path):
    """Each file that the process opens for writing is noted by Python itself."""
    script = """
        import os, sys
        allowed, wrote = os.environ["HF_HOME"], []
        def note(event, args):
            if event == "open" and isinstance(args[0], (str, bytes)):
                writes = args[1] is not None and any(c in args[1] for c in "wax+")
                flags = args[2] or 0
                if writes or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                    path = os.path.abspath(os.fsdecode(args[0]))
                    if not path.startswith((allowed, "/dev/", "/proc/")):
                        wrote.append(path)
            elif event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir") and not str(args[0]).startswith(allowed):
                wrote.append(f"{event} {args[0]}")
        sys.addaudithook(note)
        sys.dont_write_bytecode = True
        from stancecheck import StanceChecker
        checker = StanceChecker.load()
        checker.explain(checker.compare(["The town was bombed.", "The town was not bombed."])).to_html()
        print(wrote)
    """
    home = tmp_path / "home"
    home.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=home, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert list(home.iterdir()) == []
