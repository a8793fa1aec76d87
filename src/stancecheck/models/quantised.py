"""Weights stored in 8 bits, back in 32.

The names and the meaning are those of the compressed-tensors format: ``X.weight`` in int8 and ``X.weight_scale`` of shape
(rows, 1); a weight is their product, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError
from stancecheck.models.files import read_json

__all__ = ["SCALE", "dequantize", "read_weights", "stored_in_8_bits", "weight_files"]

SCALE = "_scale"
"""What follows a weight's name in the name of its scale."""


def weight_files(folder: Path) -> list[str]:
    """Names of the safetensors files that hold a shipped model's weights, from its config; none for other models.

    Raises:
        ModelDamagedError: If the config says something else than a list of names.
    """
    files = _ours(folder).get("onnx_weights", [])
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        raise ModelDamagedError(
            f"{folder}: its config's stancecheck.onnx_weights must be a list of file names, got {files!r:.50}"
        )
    return files


def stored_in_8_bits(folder: Path) -> bool:
    """Whether the config says that stancecheck stored the weights in 8 bits."""
    return _ours(folder).get("weight_bits") == 8


def _ours(folder: Path) -> dict[str, Any]:
    ours = read_json(folder / "config.json").get("stancecheck") or {}
    return ours if isinstance(ours, dict) else {}


def read_weights(folder: Path) -> dict[str, NDArray[Any]]:
    """A shipped model's tensors by name, as they are stored; none of a model whose config names no files.

    Args:
        folder: The model's folder; of the names in its config only the last part is used, so no file is outside.

    Raises:
        ModelDamagedError: If a file is missing or cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    tensors: dict[str, NDArray[Any]] = {}
    for file in weight_files(folder):
        path = folder / Path(file).name
        try:
            tensors |= load_file(path)
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelDamagedError(f"{path}: cannot be read as safetensors ({str(error)[:200]})") from error
    return tensors


def dequantize(tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """The weights in 32 bits, without the scales.

    Args:
        tensors: As stored: int8 with a scale, or any float. Shape of a scale: (rows, 1).

    Raises:
        ModelDamagedError: If a weight in int8 has no scale, or one of another shape.
    """
    wide: dict[str, NDArray[np.float32]] = {}
    for name, tensor in tensors.items():
        if name.endswith(SCALE) and name.removesuffix(SCALE) in tensors:
            continue
        wide[name] = tensor.astype(np.float32)
        if tensor.dtype == np.int8:
            scale = tensors.get(name + SCALE)
            if scale is None or scale.shape != (len(tensor), 1):
                found = "none" if scale is None else f"shape {scale.shape}"
                raise ModelDamagedError(
                    f"weight {name!r} is stored in int8: expected a scale of shape {(len(tensor), 1)}, got {found}"
                )
            wide[name] *= scale.astype(np.float32)
    return wide
