"""A model's name, folder or hub id -> a ready NLI model."""

from __future__ import annotations

from collections.abc import Sequence

from stancecheck.errors import InputError
from stancecheck.models.bundle import BASE_MODEL, DEFAULT_MODEL, ModelInfo, find_folder, is_installed, read_info
from stancecheck.models.model import NLIModel, embed, run
from stancecheck.models.rule import StanceRule, symmetric_features

__all__ = [
    "BASE_MODEL",
    "DEFAULT_MODEL",
    "ModelInfo",
    "NLIModel",
    "StanceRule",
    "embed",
    "is_installed",
    "load_model",
    "run",
    "symmetric_features",
]

_COMMON_FILES = (
    "config.json",
    "tokenizer*",
    "vocab*",
    "merges.txt",
    "special_tokens_map.json",
    "*.model",
    "README.md",
    "SHA256SUMS",
)
_WEIGHTS = {"torch": ("*.safetensors", "*.safetensors.index.json"), "onnx": ("onnx/model.onnx", "onnx/model.onnx_data")}


def load_model(
    model: str,
    *,
    backend: str = "auto",
    dtype: str = "auto",
    device: str = "auto",
    revision: str | None = None,
    labels: Sequence[str] | None = None,
    threads: int | None = None,
    local_files_only: bool = False,
) -> NLIModel:
    """A ready model; the arguments are those of ``StanceChecker.load``.

    Raises:
        InputError: If an argument has no such value.
        ModelError: If the model cannot be found, read, or used for NLI.
    """
    from stancecheck.models.engines import BACKENDS, DTYPES, start

    for name, value, known in (("backend", backend, BACKENDS), ("dtype", dtype, DTYPES)):
        if value not in known:
            raise InputError(f"{name}: expected one of {known}, got {value!r}")
    if threads is not None and (not isinstance(threads, int) or threads < 1):
        raise InputError(f"threads: expected a whole number of at least 1, or None, got {threads!r}")
    wanted = _WEIGHTS["onnx" if backend in ("onnx", "openvino") else "torch"]
    folder = find_folder(model, revision=revision, local_files_only=local_files_only, files=_COMMON_FILES + wanted)
    info = read_info(folder, name=model, revision=revision, backend=backend, dtype=dtype, device=device, labels=labels)
    loaded = start(info, threads=threads)
    if not info.sha256:  # a model with checksums was probed when it was released
        from stancecheck.models.probe import check_label_order

        check_label_order(loaded)
    return loaded
