"""The backends, and which one runs a model: the one asked for, or the fastest here that gives float32's answers.

A new backend is a class like ``OnnxModel`` and one more entry of BACKENDS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError, ModelError
from stancecheck.models.agreement import agrees, probe_scores
from stancecheck.models.bundle import ModelInfo, load_tokenizer, pad_id
from stancecheck.models.model import NLIModel
from stancecheck.models.onnx import OnnxModel, has_graph
from stancecheck.models.openvino import OpenVinoModel, bfloat16_is_fast, computes_bfloat16, installed
from stancecheck.models.tokens import PairTokenizer

__all__ = ["BACKENDS", "Backend", "start"]

logger = logging.getLogger(__name__)

# Whether bfloat16 passed in this process, of models with checksums: theirs are the same files still.
_kept_to: dict[tuple[Path, frozenset[tuple[str, str]]], bool] = {}


@dataclass(frozen=True, slots=True)
class Backend:
    """One way to run a model.

    Attributes:
        start: The model, ready to run, of its description, its tokenizer and the threads of one call. The description's
            ``dtype`` and ``device`` may be 'auto'.
        weights: Patterns of the files that it reads of a hub model, beside config and tokenizer.
    """

    start: Callable[[ModelInfo, PairTokenizer, int | None], NLIModel]
    weights: tuple[str, ...]


def start(info: ModelInfo, *, threads: int | None) -> NLIModel:
    """The model in the backend that its description asks for; its 'auto' values are resolved here.

    Args:
        info: The description, with ``backend``, ``dtype`` and ``device`` as asked for.
        threads: Threads of one call; None leaves it to the backend.

    Raises:
        InputError: If the backend does not compute in the type asked for.
        ModelError: If the backend cannot run the model, or is not available.
    """
    tokenizer = PairTokenizer(load_tokenizer(info.folder), max_tokens=info.max_tokens, pad_id=pad_id(info.folder))
    if info.backend != "auto":
        return BACKENDS[info.backend].start(info, tokenizer, threads)
    if not has_graph(info.folder) or info.device not in ("auto", "cpu"):
        return _start_torch(info, tokenizer, threads)
    if info.dtype == "bfloat16":
        return (_start_openvino if installed() and computes_bfloat16() else _start_torch)(info, tokenizer, threads)
    if info.dtype == "auto" and installed() and bfloat16_is_fast():
        return _select_cpu_backend(info, tokenizer, threads)
    return _start_onnx(info, tokenizer, threads)


def _select_cpu_backend(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    """OpenVINO in bfloat16 if it judges the probe as ONNX Runtime does in float32, else ONNX Runtime."""
    fast, exact = replace(info, dtype="bfloat16"), replace(info, dtype="float32")
    key = (info.folder, frozenset(info.sha256.items()))
    if key in _kept_to:
        return _start_openvino(fast, tokenizer, threads) if _kept_to[key] else _start_onnx(exact, tokenizer, threads)
    with ThreadPoolExecutor(1) as beside:  # both at once: the first load in a process waits for both
        slower = beside.submit(lambda: _with_scores(_start_onnx(exact, tokenizer, threads)))
        try:
            model, scores = _with_scores(_start_openvino(fast, tokenizer, threads))
        except ModelError as error:
            logger.info("model %r: OpenVINO cannot run it (%s); ONNX Runtime does", info.name, error)
            return slower.result()[0]
        reference, expected = slower.result()
    kept = agrees(scores, expected)
    if info.sha256:
        _kept_to[key] = kept
    if not kept:
        logger.info("model %r: bfloat16 judges the probe otherwise than float32; float32 is used", info.name)
    return model if kept else reference


def _with_scores(model: NLIModel) -> tuple[NLIModel, NDArray[np.float64]]:
    return model, probe_scores(model)


def _start_onnx(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    if info.dtype == "bfloat16":
        raise InputError("dtype: backend='onnx' computes in float32; for 'bfloat16' take backend='openvino' or 'torch'")
    device = "cpu" if info.device == "auto" else info.device
    return OnnxModel(replace(info, backend="onnx", dtype="float32", device=device), tokenizer, threads=threads)


def _start_openvino(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    device = "cpu" if info.device == "auto" else info.device
    dtype = ("bfloat16" if bfloat16_is_fast() else "float32") if info.dtype == "auto" else info.dtype
    return OpenVinoModel(replace(info, backend="openvino", dtype=dtype, device=device), tokenizer, threads=threads)


def _start_torch(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    from stancecheck.models.torch import TorchModel, best_device

    device = best_device() if info.device == "auto" else info.device
    dtype = "float32" if info.dtype == "auto" else info.dtype
    return TorchModel(replace(info, backend="torch", dtype=dtype, device=device), tokenizer, threads=threads)


_GRAPH_FILES = ("onnx/model.onnx", "onnx/model.onnx_data")
BACKENDS: Mapping[str, Backend] = {
    "onnx": Backend(_start_onnx, _GRAPH_FILES),
    "openvino": Backend(_start_openvino, _GRAPH_FILES),
    "torch": Backend(_start_torch, ("*.safetensors", "*.safetensors.index.json")),
}
"""By the name that users give."""
