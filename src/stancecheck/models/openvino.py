"""OpenVINO backend: in the narrow type that the processor is fast in, bfloat16 or int8, twice as fast as float32 or more."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError, MissingExtraError, ModelDamagedError, ModelError
from stancecheck.models.bundle import ModelInfo
from stancecheck.models.inline import inlined
from stancecheck.models.model import FloatArray, graph_inputs, graph_logits
from stancecheck.models.onnx import graph_of
from stancecheck.models.quantised import read_weights, stored_in_8_bits
from stancecheck.models.tokens import Batch, PairTokenizer

__all__ = ["OpenVinoModel", "bfloat16_is_fast", "compiled", "computes_bfloat16", "fast_type", "installed", "widen"]

_CPU_INFO = Path("/proc/cpuinfo")
_INT8_PRODUCTS = frozenset({"avx512_vnni", "avx_vnni"})  # as Linux names the processor's instructions for them
_GROUP = 32  # numbers that share a scale; of 64 they flip one answer in 200 (benchmarks/eight_bits.py)
_PRECISIONS = {"float32": ("f32", 0), "bfloat16": ("bf16", 0), "int8": ("f32", _GROUP)}  # of all else; of products in 8 bits


class OpenVinoModel:
    """An NLI model's ONNX graph run by OpenVINO on the CPU.

    The graph is the one that ``OnnxModel`` takes.

    Args:
        info: The model's description; its ``dtype`` says in which type to compute.
        tokenizer: The model's tokenizer.
        threads: Threads of one call; None leaves it to OpenVINO (one a core).

    Raises:
        MissingExtraError: If OpenVINO is not installed.
        ModelDamagedError: If the graph is missing or cannot be read.
        ModelError: If the device is not available.
        InputError: If the processor does not compute in that type, or the weights are not stored in it.
    """

    token_budget = 4096

    def __init__(self, info: ModelInfo, tokenizer: PairTokenizer, *, threads: int | None = None) -> None:
        if info.device != "cpu":
            raise ModelError(
                f"device {info.device!r} is not available with backend='openvino', only 'cpu'; try backend='torch'"
            )
        self._compiled = compiled(info, threads)
        self._inputs = [next(iter(port.get_names())) for port in self._compiled.inputs]
        self._idle: list[Any] = []  # requests that no thread uses now
        self._process = os.getpid()
        self.info = info
        self.tokenizer = tokenizer

    def logits(self, batch: Batch) -> FloatArray:
        """Raw scores of entailment, neutral, contradiction, then a stance head's. Shape: (n, 3) or (n, 6)."""
        return graph_logits(self._run, batch, self.info)

    def embeddings(self, batch: Batch) -> FloatArray:
        """Unit-length embeddings of single texts. Shape: (n, width)."""
        return self._run(batch, "embedding")[0]

    def _run(self, batch: Batch, *outputs: str) -> list[FloatArray]:
        if os.getpid() != self._process:
            raise ModelError(
                "the model was loaded before this process was forked, and OpenVINO's threads do not live on in a child: load "
                "it in the child, or start children with 'spawn'"
            )
        try:
            request = self._idle.pop()  # a request serves one thread at a time
        except IndexError:
            request = self._compiled.create_infer_request()
        result = request.infer(graph_inputs(batch, self._inputs))
        values = [np.array(result[output], dtype=np.float32) for output in outputs]
        self._idle.append(request)
        return values


def compiled(info: ModelInfo, threads: int | None = None, more: Mapping[str, Any] | None = None) -> Any:
    """The model's graph, compiled by OpenVINO.

    Args:
        info: The model's description; its ``dtype`` says in which type to compute.
        threads: Threads of one call; None leaves it to OpenVINO.
        more: Properties of OpenVINO in place of those that are set here or beside them.

    Raises:
        MissingExtraError: If OpenVINO is not installed.
        ModelDamagedError: If the graph is missing or cannot be read.
        InputError: If the processor does not compute in that type.
    """
    graph = graph_of(info.folder)
    if not graph.is_file():
        raise ModelDamagedError(f"{graph}: no ONNX graph there; use backend='torch', or export the model to ONNX first")
    core = _core()
    if info.dtype == "bfloat16" and not computes_bfloat16():
        raise InputError("dtype: this processor does not compute in 'bfloat16'; expected 'float32' or 'auto'")
    if info.dtype == "int8" and not stored_in_8_bits(info.folder):
        raise InputError("dtype: 'int8' is for the shipped models, whose weights are stored in it; expected another or 'auto'")
    precision, group = _PRECISIONS[info.dtype]
    options: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": precision,
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": group,  # 0: weights stored in 8 bits are widened, not multiplied in 8 bits
        "PERFORMANCE_HINT": "LATENCY",  # one call at a time on all threads
        "ENABLE_CPU_PINNING": False,  # other work of the process, such as tokenising, must not be shut in with it
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = min(threads, os.cpu_count() or 1)
    tensors = read_weights(info.folder)
    source = inlined(graph, tensors) if tensors else str(graph)
    try:
        read = core.read_model(source)
        if info.dtype == "bfloat16":
            widen(read)
        return core.compile_model(read, "CPU", {**options, **(more or {})})
    except Exception as error:  # OpenVINO's own errors are bare RuntimeErrors, among others
        raise ModelDamagedError(f"{graph}: OpenVINO cannot load it ({str(error)[:300]})") from error


def widen(graph: Any) -> None:
    """Work out the weights that a graph stores in 8 bits, each with its scales; tables that are looked up stay as they are.

    Left to itself OpenVINO widens them at every call, which takes a tenth of the time in bfloat16 (AMD EPYC 9004; nothing in
    float32).
    """
    from openvino import opset13

    for node in graph.get_ordered_ops():
        if node.get_type_name() == "Multiply":
            weight, scale = (_constant(node.input_value(place).get_node()) for place in (0, 1))
            if weight is not None and scale is not None:
                wide = np.multiply(weight, scale, dtype=np.float32)
                node.output(0).replace(opset13.constant(wide, shared_memory=True).output(0))


def _constant(node: Any) -> NDArray[Any] | None:
    """What a node holds, or the constant that it converts; None of any other node."""
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    return node.data if node.get_type_name() == "Constant" else None


_started_in: list[int] = []  # the process that started the library's threads


def installed() -> bool:
    """Whether the package is there and can be used; does not load it.

    It cannot in a forked child of a process that used it: its threads do not live on there, and waiting for them would never
    end.
    """
    return importlib.util.find_spec("openvino") is not None and _started_in in ([], [os.getpid()])


@cache
def computes_bfloat16() -> bool:
    """Whether OpenVINO computes in bfloat16 on this processor."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@cache
def bfloat16_is_fast() -> bool:
    """Whether this processor multiplies faster in bfloat16 than in float32.

    Intel's do with AMX alone, which a virtual machine may hide: with AVX-512's instructions for it, a MiniLM-L6 judges 0.7
    times as many pairs a second in bfloat16 as in float32 (OpenVINO 2026.4, an Emerald Rapids with AMX hidden).
    """
    about = _about_processor()
    if "GenuineIntel" in about and "amx_bf16" not in about:
        return False  # known without loading OpenVINO, a quarter of the wait for the first verdict
    return computes_bfloat16()


def fast_type(folder: Path) -> str | None:
    """The narrow type that this processor multiplies a model's weights fastest in; None if that is float32."""
    if bfloat16_is_fast():
        return "bfloat16"
    return "int8" if _multiplies_int8() and stored_in_8_bits(folder) else None


@cache
def _multiplies_int8() -> bool:
    """Whether this processor has instructions for products in 8 bits (VNNI); False where that is not known."""
    return not _INT8_PRODUCTS.isdisjoint(_about_processor())


def _about_processor() -> list[str]:
    """The words of what Linux says of the processor; none on other systems."""
    try:
        return _CPU_INFO.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return []


@cache
def _core() -> Any:
    """The library's one entry point, without its reports home.

    Importing it would also import a package that sends usage data to its maker and keeps an id of the device in the home
    folder. It does without where that package is missing, and so it looks while it is imported here. A user's own import of
    it is left alone.
    """
    _started_in[:] = [os.getpid()]
    reports = "openvino_telemetry"
    hidden = reports not in sys.modules
    if hidden:
        sys.modules[reports] = None  # type: ignore[assignment]  # Python's own marker for 'not to be imported'
    try:
        import openvino
    except ImportError as error:
        raise MissingExtraError(
            f"backend='openvino' needs OpenVINO ({error}): pip install 'stancecheck[openvino]', or use backend='onnx'"
        ) from error
    finally:
        if hidden:
            del sys.modules[reports]
    return openvino.Core()
