"""Which engine runs a model: the one asked for, or the fastest here that keeps to the answers of float32."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError, ModelError
from stancecheck.models.agreement import agrees, probe_scores
from stancecheck.models.bundle import ModelInfo
from stancecheck.models.model import NLIModel
from stancecheck.models.onnx import OnnxModel, has_graph
from stancecheck.models.openvino import OpenVinoModel, bfloat16_is_fast, computes_bfloat16, installed

__all__ = ["BACKENDS", "DTYPES", "start"]

BACKENDS = ("auto", "onnx", "openvino", "torch")
DTYPES = ("auto", "float32", "bfloat16")

logger = logging.getLogger(__name__)

# Whether bfloat16 passed in this process, of models with checksums: theirs are the same files still.
_kept_to: dict[tuple[Path, frozenset[tuple[str, str]]], bool] = {}


def start(info: ModelInfo, *, threads: int | None) -> NLIModel:
    """The model in the engine that its description asks for; its 'auto' values are resolved here.

    Args:
        info: The description, with ``backend``, ``dtype`` and ``device`` as asked for.
        threads: Threads of one call; None leaves it to the engine.

    Raises:
        InputError: If the engine does not compute in the type asked for.
        ModelError: If the engine cannot run the model, or is not available.
    """
    if info.backend != "auto":
        return _started(info, info.backend, info.dtype, threads)
    if not has_graph(info.folder) or info.device not in ("auto", "cpu"):
        return _started(info, "torch", info.dtype, threads)
    if info.dtype == "bfloat16" and installed() and computes_bfloat16():
        return _started(info, "openvino", "bfloat16", threads)
    if info.dtype == "auto" and installed() and bfloat16_is_fast():
        return _select_cpu_backend(info, threads)
    return _started(info, "torch" if info.dtype == "bfloat16" else "onnx", info.dtype, threads)


def _select_cpu_backend(info: ModelInfo, threads: int | None) -> NLIModel:
    """OpenVINO in bfloat16 if it judges the probe as ONNX Runtime does in float32, else ONNX Runtime."""
    key = (info.folder, frozenset(info.sha256.items()))
    if _kept_to.get(key) is True:
        return _started(info, "openvino", "bfloat16", threads)
    if _kept_to.get(key) is False:
        return _started(info, "onnx", "float32", threads)
    with ThreadPoolExecutor(1) as beside:  # both at once: the first verdict of a process waits for them
        slower = beside.submit(_probed, info, "onnx", "float32", threads)
        try:
            fast, scores = _probed(info, "openvino", "bfloat16", threads)
        except ModelError as error:
            logger.info("model %r: OpenVINO cannot run it (%s); ONNX Runtime does", info.name, error)
            return slower.result()[0]
        faithful, reference = slower.result()
    kept = agrees(scores, reference)
    if info.sha256:
        _kept_to[key] = kept
    if not kept:
        logger.info("model %r: bfloat16 judges the probe otherwise than float32; float32 is used", info.name)
    return fast if kept else faithful


def _probed(info: ModelInfo, backend: str, dtype: str, threads: int | None) -> tuple[NLIModel, NDArray[np.float64]]:
    model = _started(info, backend, dtype, threads)
    return model, probe_scores(model)


def _started(info: ModelInfo, backend: str, dtype: str, threads: int | None) -> NLIModel:
    if backend == "torch":
        from stancecheck.models.torch import TorchModel, best_device

        device = best_device() if info.device == "auto" else info.device
        dtype = "float32" if dtype == "auto" else dtype
        return TorchModel(replace(info, backend=backend, dtype=dtype, device=device), threads=threads)
    device = "cpu" if info.device == "auto" else info.device
    if backend == "openvino":
        if dtype == "auto":
            dtype = "bfloat16" if bfloat16_is_fast() else "float32"
        return OpenVinoModel(replace(info, backend=backend, dtype=dtype, device=device), threads=threads)
    if dtype == "bfloat16":
        raise InputError("dtype: backend='onnx' computes in float32; for 'bfloat16' take backend='openvino' or 'torch'")
    return OnnxModel(replace(info, backend=backend, dtype="float32", device=device), threads=threads)
