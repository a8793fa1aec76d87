"""ONNX Runtime backend: the default on a CPU."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from stancecheck.errors import ModelDamagedError, ModelError
from stancecheck.models.bundle import ModelInfo
from stancecheck.models.model import FloatArray, graph_inputs, graph_logits
from stancecheck.models.quantised import read_weights
from stancecheck.models.tokens import Batch, PairTokenizer

__all__ = ["GRAPH", "OnnxModel", "graph_of", "has_graph", "onnxruntime"]

GRAPH = "onnx/model.onnx"
"""Where the hub's layout keeps the graph."""
_AT_THE_TOP = "model.onnx"  # where optimum-cli writes it
_MAX_THREADS = 64


class OnnxModel:
    """An NLI model run by ONNX Runtime.

    The graph takes input_ids and attention_mask, token_type_ids where the architecture has them, and gives ``logits``; a
    model that embeds also gives ``embedding``.

    Args:
        info: The model's description.
        tokenizer: The model's tokenizer.
        threads: Threads of one call; None leaves it to ONNX Runtime (one a core).

    Raises:
        ModelDamagedError: If the graph is missing or cannot be read.
        ModelError: If the device is not available.
    """

    token_budget = 4096

    def __init__(self, info: ModelInfo, tokenizer: PairTokenizer, *, threads: int | None = None) -> None:
        ort = onnxruntime()
        graph = graph_of(info.folder)
        if not graph.is_file():
            raise ModelDamagedError(f"{graph}: no ONNX graph there; use backend='torch', or export the model to ONNX first")
        options = ort.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = min(threads, _MAX_THREADS)
        try:
            self._weights = _feed_weights(ort, options, info.folder)  # the session reads them in place
            self._session = ort.InferenceSession(str(graph), options, providers=_providers(ort, info.device))
        except Exception as error:  # ONNX Runtime's own errors share no public base
            raise ModelDamagedError(f"{graph}: ONNX Runtime cannot load it ({str(error)[:300]})") from error
        self._inputs = [i.name for i in self._session.get_inputs()]
        self.info = info
        self.tokenizer = tokenizer

    def logits(self, batch: Batch) -> FloatArray:
        """Raw scores of entailment, neutral, contradiction, then a stance head's. Shape: (n, 3) or (n, 6)."""
        return graph_logits(self._run, batch, self.info)

    def embeddings(self, batch: Batch) -> FloatArray:
        """Unit-length embeddings of single texts. Shape: (n, width)."""
        return self._run(batch, "embedding")[0]

    def _run(self, batch: Batch, *outputs: str) -> list[FloatArray]:
        found = self._session.run(list(outputs), graph_inputs(batch, self._inputs))
        return [np.asarray(values, dtype=np.float32) for values in found]


def onnxruntime() -> Any:
    """The library, without its reports home.

    From 1.29 on it sends facts of models and sessions to its maker and keeps an id of the device in the home folder, unless
    this variable is set before it is imported. A value of the user's own is left alone.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime as ort

    return ort


def _feed_weights(ort: Any, options: Any, folder: Path) -> list[Any]:
    """Give the session the weights that its graph takes from safetensors files; they must live as long as the session.

    A shipped model's graph holds no weights of its own: its config's ``stancecheck.onnx_weights`` names the safetensors files
    that do. They are one folder up, where newer versions of ONNX Runtime do not follow a graph's own reference.
    """
    tensors = read_weights(folder)
    values = [ort.OrtValue.ortvalue_from_numpy(t) for t in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    return [tensors, values]  # on a CPU an OrtValue only points at its array


def graph_of(folder: Path) -> Path:
    """Where the folder's graph is, or would be in the hub's layout."""
    return next((path for name in (GRAPH, _AT_THE_TOP) if (path := folder / name).is_file()), folder / GRAPH)


def has_graph(folder: Path) -> bool:
    """Whether the folder holds an ONNX graph."""
    return graph_of(folder).is_file()


def _providers(ort: object, device: str) -> list[str]:
    if device == "cpu":
        return ["CPUExecutionProvider"]
    available: list[str] = ort.get_available_providers()  # type: ignore[attr-defined]
    if device.startswith("cuda") and "CUDAExecutionProvider" in available:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]
    raise ModelError(f"device {device!r} is not available with backend='onnx' (installed: {available}); try backend='torch'")
