"""The backends, and which one runs a model: the one asked for, or the fastest here that gives float32's answers.

A new backend is a class like ``OnnxModel`` and one more entry of BACKENDS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import InputError, ModelError
from stancecheck.models.agreement import agrees, probe_scores
from stancecheck.models.bundle import ModelInfo, load_tokenizer, pad_id
from stancecheck.models.model import FloatArray, NLIModel
from stancecheck.models.onnx import OnnxModel, has_graph
from stancecheck.models.openvino import OpenVinoModel, bfloat16_is_fast, computes_bfloat16, fast_type, installed
from stancecheck.models.tokens import Batch, PairTokenizer

__all__ = ["BACKENDS", "Backend", "TwoEngines", "exact", "start"]

logger = logging.getLogger(__name__)

# Whether the narrow type passed in this process, of models with checksums: theirs are the same files still.
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
    if info.dtype in ("bfloat16", "int8"):
        by_openvino = info.dtype == "int8" or (installed() and computes_bfloat16())
        return (_start_openvino if by_openvino else _start_torch)(info, tokenizer, threads)
    if info.dtype == "auto" and installed():
        return TwoEngines(info, tokenizer, threads=threads)
    return _start_onnx(info, tokenizer, threads)


def exact(model: NLIModel) -> NLIModel:
    """The engine that gives one pair's scores in float32 at once, where a model has one beside a faster one; else the model."""
    return model.exact if isinstance(model, TwoEngines) else model


class TwoEngines:
    """A model in the fastest engine that agrees with float32, and beside it, for single pairs, in float32 itself.

    Each is loaded when it is first needed, so that the first verdict of a process waits for one of them alone.

    Args:
        info: The model's description.
        tokenizer: The model's tokenizer.
        threads: Threads of one call; None leaves it to the engines.
    """

    token_budget = OnnxModel.token_budget

    def __init__(self, info: ModelInfo, tokenizer: PairTokenizer, *, threads: int | None = None) -> None:
        self.tokenizer = tokenizer
        self._asked, self._threads = info, threads
        self._exact: NLIModel | None = None
        self._fast: NLIModel | None = None
        self._loading = RLock()

    @property
    def info(self) -> ModelInfo:
        """What the faster engine is."""
        return self.fast.info

    @property
    def exact(self) -> NLIModel:
        """ONNX Runtime in float32."""
        with self._loading:
            if self._exact is None:
                self._exact = self._start_exact()
            return self._exact

    @property
    def fast(self) -> NLIModel:
        """OpenVINO in the narrow type that the processor is fast in, if it judges the probe as float32 does; else ``exact``."""
        with self._loading:
            if self._fast is None:
                self._fast = self._start_fast() or self.exact
            return self._fast

    def logits(self, batch: Batch) -> FloatArray:
        """What the faster engine gives; see ``NLIModel``."""
        return self.fast.logits(batch)

    def embeddings(self, batch: Batch) -> FloatArray:
        """What the faster engine gives; see ``NLIModel``."""
        return self.fast.embeddings(batch)

    def _start_exact(self) -> NLIModel:
        return _start_onnx(replace(self._asked, dtype="float32"), self.tokenizer, self._threads)

    def _start_fast(self) -> NLIModel | None:
        key = (self._asked.folder, frozenset(self._asked.sha256.items()))
        dtype = fast_type(self._asked.folder) if installed() and _kept_to.get(key, True) else None
        if dtype is None:
            return None
        narrow = replace(self._asked, dtype=dtype)
        if key in _kept_to:
            return _start_openvino(narrow, self.tokenizer, self._threads)
        with ThreadPoolExecutor(1) as beside:  # both at once: the first report of a process waits for both
            slower = beside.submit(lambda: _with_scores(self._exact or self._start_exact()))
            try:
                model, scores = _with_scores(_start_openvino(narrow, self.tokenizer, self._threads))
                reference, expected = slower.result()
                kept = agrees(scores, expected)
            except ModelError as error:
                logger.info("model %r: OpenVINO cannot run it (%s); ONNX Runtime does", self._asked.name, error)
                self._exact = slower.result()[0]
                return None
        if self._asked.sha256:
            _kept_to[key] = kept
        if not kept:
            logger.info("model %r: %s judges the probe otherwise than float32; float32 is used", self._asked.name, dtype)
            self._exact = reference
        return model if kept else None


def _with_scores(model: NLIModel) -> tuple[NLIModel, NDArray[np.float64]]:
    return model, probe_scores(model)


def _start_onnx(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    if info.dtype not in ("auto", "float32"):
        others = "backend='openvino'" if info.dtype == "int8" else "backend='openvino' or 'torch'"
        raise InputError(f"dtype: backend='onnx' computes in float32; for {info.dtype!r} take {others}")
    device = "cpu" if info.device == "auto" else info.device
    return OnnxModel(replace(info, backend="onnx", dtype="float32", device=device), tokenizer, threads=threads)


def _start_openvino(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    device = "cpu" if info.device == "auto" else info.device
    dtype = ("bfloat16" if bfloat16_is_fast() else "float32") if info.dtype == "auto" else info.dtype
    return OpenVinoModel(replace(info, backend="openvino", dtype=dtype, device=device), tokenizer, threads=threads)


def _start_torch(info: ModelInfo, tokenizer: PairTokenizer, threads: int | None) -> NLIModel:
    from stancecheck.models.torch import TorchModel, best_device

    if info.dtype == "int8":
        raise InputError("dtype: 'int8' is computed on a CPU by OpenVINO, of a model with an ONNX graph; expected another here")
    device = best_device() if info.device == "auto" else info.device
    dtype = "float32" if info.dtype == "auto" else info.dtype
    return TorchModel(replace(info, backend="torch", dtype=dtype, device=device), tokenizer, threads=threads)


_GRAPH_FILES = ("onnx/model.onnx", "onnx/model.onnx_data", "model.onnx", "model.onnx_data")
BACKENDS: Mapping[str, Backend] = {
    "onnx": Backend(_start_onnx, _GRAPH_FILES),
    "openvino": Backend(_start_openvino, _GRAPH_FILES),
    "torch": Backend(_start_torch, ("*.safetensors", "*.safetensors.index.json")),
}
"""By the name that users give."""
