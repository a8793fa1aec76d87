"""models.backends: the backend asked for, or the fastest that gives float32's predictions."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from stancecheck import Stance, StanceChecker
from stancecheck.errors import InputError, MissingExtraError, ModelDamagedError, ModelError
from stancecheck.models import backends, openvino
from stancecheck.models.agreement import agrees
from stancecheck.models.bundle import read_info
from stancecheck.models.folders import find_folder
from stancecheck.models.inline import inlined
from stancecheck.models.quantised import read_weights
from tests.fakes import FakeModel
from tests.test_checker import PAIRS


class Engine(FakeModel):
    """A fake that stands for one backend; `off` is added to what it says of contradiction."""

    def __init__(self, info, off=0.0):
        super().__init__()
        self.info, self.off = info, off

    def logits(self, batch):
        return super().logits(batch) + np.array([0, 0, self.off], dtype=np.float32)


@pytest.fixture
def shipped():
    folder = find_folder("stancecheck-mini", revision=None, local_files_only=True, files=())
    asked = {"backend": "auto", "dtype": "auto", "device": "auto"}
    info = read_info(folder, name="stancecheck-mini", revision=None, labels=None, **asked)
    return replace(info, stance_head=False, rule=None)  # the fakes have one head


@pytest.fixture
def started(monkeypatch):
    """Which backends are started; they are fakes, and OpenVINO's is off by what is set here."""
    seen: list = []
    off = {"openvino": 0.0}

    def make(backend):
        def made(info, tokenizer, *, threads=None):
            seen.append((backend, info.dtype))
            if isinstance(off.get(backend), Exception):
                raise off[backend]
            return Engine(info, off.get(backend, 0.0))

        return made

    monkeypatch.setattr(backends, "installed", lambda: True)
    monkeypatch.setattr(backends, "computes_bfloat16", lambda: True)
    monkeypatch.setattr(backends, "bfloat16_is_fast", lambda: True)
    monkeypatch.setattr(backends, "fast_type", lambda folder: "bfloat16")
    monkeypatch.setattr(backends, "OnnxModel", make("onnx"))
    monkeypatch.setattr(backends, "OpenVinoModel", make("openvino"))
    monkeypatch.setattr("stancecheck.models.torch.TorchModel", make("torch"))
    monkeypatch.setattr(backends, "_kept_to", {})
    return seen, off


def test_auto_takes_close_bfloat16(shipped, started):
    seen, _ = started
    first = backends.start(shipped, threads=None).info
    assert (first.backend, first.dtype, first.device) == ("openvino", "bfloat16", "cpu")
    assert sorted(seen) == [("onnx", "float32"), ("openvino", "bfloat16")]
    assert backends.start(shipped, threads=None).info.dtype == "bfloat16"
    assert seen[2:] == [("openvino", "bfloat16")]


@pytest.mark.parametrize("dtype", ["bfloat16", "int8"])
def test_auto_avoids_an_inexact_type(shipped, started, monkeypatch, dtype):
    seen, off = started
    monkeypatch.setattr(backends, "fast_type", lambda folder: dtype)
    assert backends.start(shipped, threads=None).info.dtype == dtype
    backends._kept_to.clear()
    off["openvino"] = 1.0
    assert backends.start(shipped, threads=None).info.backend == "onnx"
    seen.clear()
    assert backends.start(shipped, threads=None).info.dtype == "float32"
    assert seen == [("onnx", "float32")]


def test_unsigned_model_is_probed_each_time(shipped, started):
    seen, _ = started
    for _ in range(2):
        assert backends.start(replace(shipped, sha256={}), threads=None).info.dtype == "bfloat16"
    assert len(seen) == 4


def test_engines_are_loaded_when_needed(shipped, started):
    seen, _ = started
    checker = StanceChecker(backends.start(shipped, threads=None))
    assert seen == []
    checker.check(*PAIRS[0])
    assert seen == [("onnx", "float32")]
    checker.check_pairs(PAIRS[:1])
    assert seen == [("onnx", "float32"), ("openvino", "bfloat16")]
    checker.check(*PAIRS[1])
    assert len(seen) == 2


def test_fast_engine_needs_no_exact_one(shipped, started):
    seen, _ = started
    assert backends.start(shipped, threads=None).info.dtype == "bfloat16"
    seen.clear()
    StanceChecker(backends.start(shipped, threads=None)).check_pairs(PAIRS)
    assert seen == [("openvino", "bfloat16")]


def test_auto_falls_back_from_openvino(shipped, started):
    _, off = started
    off["openvino"] = ModelDamagedError("no")
    assert backends.start(shipped, threads=None).info.backend == "onnx"


@pytest.mark.parametrize("missing", ["installed", "fast_type"])
def test_auto_takes_onnx_without_openvino(shipped, started, monkeypatch, missing):
    monkeypatch.setattr(backends, missing, lambda *_: None)
    assert backends.start(shipped, threads=None).info.backend == "onnx"
    assert started[0] == [("onnx", "float32")]


def test_slow_bfloat16_only_on_request(shipped, started, monkeypatch):
    monkeypatch.setattr(backends, "bfloat16_is_fast", lambda: False)
    backends.start(replace(shipped, dtype="bfloat16"), threads=None)
    backends.start(replace(shipped, backend="openvino"), threads=None)
    assert started[0] == [("openvino", "bfloat16"), ("openvino", "float32")]


@pytest.mark.parametrize(
    ("about", "has_it", "fast"),
    [
        ("vendor_id : GenuineIntel\nflags : avx512_bf16 amx_bf16 amx_tile", True, True),
        ("vendor_id : GenuineIntel\nflags : avx512_bf16 avx512_vnni", True, False),
        ("vendor_id : AuthenticAMD\nflags : avx512_bf16", True, True),
        ("vendor_id : AuthenticAMD\nflags : avx2", False, False),
        (None, True, True),
    ],
)
def test_fast_bfloat16_is_detected(monkeypatch, tmp_path, about, has_it, fast):
    path = tmp_path / "cpuinfo"
    if about is not None:
        path.write_text(about)
    monkeypatch.setattr(openvino, "_CPU_INFO", path)
    monkeypatch.setattr(openvino, "computes_bfloat16", lambda: has_it)
    assert openvino.bfloat16_is_fast.__wrapped__() is fast


@pytest.mark.parametrize(
    ("about", "ours", "expected"),
    [
        ("vendor_id : GenuineIntel\nflags : avx512_bf16 avx512_vnni", True, "int8"),
        ("vendor_id : GenuineIntel\nflags : avx2 avx_vnni", True, "int8"),
        ("vendor_id : GenuineIntel\nflags : avx512_vnni", False, None),  # weights that are not stored in 8 bits
        ("vendor_id : GenuineIntel\nflags : avx2", True, None),
        (None, True, None),
    ],
)
def test_narrow_type_is_chosen(monkeypatch, tmp_path, make_model, shipped, about, ours, expected):
    path = tmp_path / "cpuinfo"
    if about is not None:
        path.write_text(about)
    monkeypatch.setattr(openvino, "_CPU_INFO", path)
    monkeypatch.setattr(openvino, "_multiplies_int8", openvino._multiplies_int8.__wrapped__)
    folder = shipped.folder if ours else make_model()
    monkeypatch.setattr(openvino, "bfloat16_is_fast", lambda: True)
    assert openvino.fast_type(folder) == "bfloat16"
    monkeypatch.setattr(openvino, "bfloat16_is_fast", lambda: False)
    assert openvino.fast_type(folder) == expected


def test_slow_bfloat16_imports_no_openvino(monkeypatch, tmp_path):
    (tmp_path / "cpuinfo").write_text("vendor_id : GenuineIntel\nflags : avx512_bf16")
    monkeypatch.setattr(openvino, "_CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(openvino, "computes_bfloat16", lambda: pytest.fail("OpenVINO was asked"))
    assert openvino.bfloat16_is_fast.__wrapped__() is False


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ({"dtype": "float32"}, ("onnx", "float32")),
        ({"dtype": "bfloat16"}, ("openvino", "bfloat16")),
        ({"dtype": "int8"}, ("openvino", "int8")),
        ({"backend": "openvino"}, ("openvino", "bfloat16")),
        ({"backend": "openvino", "dtype": "float32"}, ("openvino", "float32")),
        ({"backend": "torch", "device": "cpu"}, ("torch", "float32")),
        ({"backend": "torch", "dtype": "bfloat16", "device": "cpu"}, ("torch", "bfloat16")),
        ({"device": "cuda"}, ("torch", "float32")),
    ],
)
def test_explicit_backend_is_not_probed(shipped, started, asked, got):
    model = backends.start(replace(shipped, **asked), threads=None)
    assert (model.info.backend, model.info.dtype) == got
    assert started[0] == [got]


def test_unsupported_dtype_is_refused(make_model):
    with pytest.raises(InputError, match="backend='openvino' or 'torch'"):
        StanceChecker.load(backend="onnx", dtype="bfloat16")
    for asked in ({"backend": "onnx"}, {"backend": "torch"}, {"device": "cuda"}):
        with pytest.raises(InputError, match="'int8'"):
            StanceChecker.load(dtype="int8", **asked)
    folder = make_model()
    (folder / "model.onnx").touch()
    with pytest.raises(InputError, match="'int8' is for the shipped models"):
        StanceChecker.load(str(folder), dtype="int8")
    with pytest.raises(InputError, match="dtype: expected"):
        StanceChecker.load(dtype="int4")


def test_one_flip_is_no_agreement():
    reference = np.array([[0.6, 0.3, 0.1]] * 28)
    shift = np.array([1, -1, 0])
    assert agrees(reference + 0.02 * shift, reference)
    assert not agrees(reference + 0.04 * shift, reference)
    flipped = reference.copy()
    flipped[3] = [0.449, 0.451, 0.1]
    near = reference.copy()
    near[3] = [0.451, 0.449, 0.1]
    assert agrees(near, near)
    assert not agrees(flipped, near)


def test_inlined_weights_equal_external(shipped):
    onnx = pytest.importorskip("onnx")
    tensors = read_weights(shipped.folder)
    graph = onnx.load_from_string(inlined(shipped.folder / "onnx" / "model.onnx", tensors)).graph
    outside = onnx.load(shipped.folder / "onnx" / "model.onnx", load_external_data=False).graph
    assert [(n.op_type, list(n.input), list(n.output)) for n in graph.node] == [
        (n.op_type, list(n.input), list(n.output)) for n in outside.node
    ]
    found = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    assert set(found) == {i.name for i in outside.initializer}
    for name, tensor in tensors.items():
        if name in found:
            assert np.array_equal(found[name], tensor)


@pytest.mark.parametrize("content", [b"\xff" * 50, b"not a graph", b"\x3a\xff\x01\x00"])
def test_damaged_graph_is_a_model_error(tmp_path, content):
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelDamagedError, match=r"model\.onnx"):
        inlined(tmp_path / "model.onnx", {})


def test_missing_weight_is_named(shipped):
    with pytest.raises(ModelDamagedError, match="embeddings"):
        inlined(shipped.folder / "onnx" / "model.onnx", {})


def test_missing_openvino_names_the_extra(monkeypatch, shipped):
    from stancecheck.models import openvino

    monkeypatch.setitem(sys.modules, "openvino", None)
    openvino._core.cache_clear()
    with pytest.raises(MissingExtraError, match=r"stancecheck\[openvino\]"):
        StanceChecker.load(backend="openvino")


def test_torch_in_bfloat16_keeps_to_float32(make_model):
    folder = str(make_model())
    wide, narrow = (StanceChecker.load(folder, backend="torch", device="cpu", dtype=d) for d in ("float32", "bfloat16"))
    assert narrow.info.dtype == "bfloat16"
    for one, other in zip(wide.check_pairs(PAIRS), narrow.check_pairs(PAIRS), strict=True):
        assert one.stance is other.stance
        assert max(abs(one.scores[s] - other.scores[s]) for s in Stance) < 0.02


@pytest.fixture(scope="module", params=["bfloat16", "int8"])
def vino(request) -> StanceChecker:
    pytest.importorskip("openvino")
    unknown = request.param == "bfloat16" and not openvino.computes_bfloat16()
    return StanceChecker.load(backend="openvino", dtype="float32" if unknown else request.param)


def test_openvino_equals_onnx_runtime(vino):
    faithful = StanceChecker.load(backend="onnx")
    pairs = [("Nobody was hurt in the raid.", "Twelve people were hurt."), ("It rained.", "The minister resigned on Friday.")]
    for one, other in zip(vino.check_pairs(pairs), faithful.check_pairs(pairs), strict=True):
        assert one.stance is other.stance
        assert max(abs(one.scores[s] - other.scores[s]) for s in Stance) < 0.02
    batch = vino._model.tokenizer.singles([a for a, _ in pairs], token_budget=4096)[0][0]
    close = (vino._model.embeddings(batch) * faithful._model.embeddings(batch)).sum(1)
    assert close == pytest.approx(1, abs=1e-3)


def test_8_bit_weights_are_dequantized_once():
    ov = pytest.importorskip("openvino")
    from openvino import opset13 as op

    weight, scale = np.arange(-6, 6, dtype=np.int8).reshape(4, 3), np.array([[0.5], [2], [1], [0.25]], dtype=np.float16)
    rows, given = op.parameter([-1], dtype=np.int64), op.parameter([-1, 3], dtype=np.float32)
    wide = op.multiply(op.convert(op.constant(weight), "f32"), op.convert(op.constant(scale), "f32"))
    looked_up = op.convert(op.gather(op.constant(weight), rows, op.constant(0)), "f32")
    graph = ov.Model([op.matmul(given, wide, False, True), op.add(looked_up, op.constant(np.float32(1)))], [rows, given])
    openvino.widen(graph)
    constants = [node.data for node in graph.get_ops() if node.get_type_name() == "Constant"]
    assert "Multiply" not in [node.get_type_name() for node in graph.get_ops()]
    assert any(np.array_equal(data, weight * scale.astype(np.float32)) for data in constants)
    assert any(data.dtype == np.int8 for data in constants)


def test_openvino_is_symmetric_to_the_bit(vino):
    pairs = [(f"{a} raid.", f"{b} town is closed, said {a.lower()}.") for a in ("The", "No", "One") for b in ("Our", "Their")]
    for one, other in zip(vino.check_pairs(pairs), vino.check_pairs([(b, a) for a, b in pairs]), strict=True):
        assert one.scores == other.scores


def test_openvino_needs_cpu_and_graph(vino, make_model):
    with pytest.raises(ModelError, match="only 'cpu'"):
        StanceChecker.load(backend="openvino", device="cuda")
    with pytest.raises(ModelDamagedError, match="no ONNX graph"):
        StanceChecker.load(str(make_model()), backend="openvino")


def test_openvino_leaves_no_telemetry(tmp_path):
    pytest.importorskip("openvino")
    code = "import sys; from stancecheck.models.openvino import _core; _core(); print('openvino_telemetry' in sys.modules)"
    env = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), list(tmp_path.iterdir())) == ("False", [])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_forked_child_must_load_its_own(vino, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(ModelError, match="load it in the child"):
        vino.check("The cat.", "A dog.")


def test_int8_weights_compute_in_float():
    pytest.importorskip("openvino")
    vino, faithful = (StanceChecker.load("stancecheck-base", backend=b, dtype="float32") for b in ("openvino", "onnx"))
    for one, other in zip(vino.check_pairs(PAIRS), faithful.check_pairs(PAIRS), strict=True):
        assert max(abs(one.scores[s] - other.scores[s]) for s in Stance) < 1e-4
