"""The files of a model's folder are other people's: read none that is outside it, and none that its checksum disowns."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancecheck.errors import ModelDamagedError, ModelError

__all__ = ["check_links", "check_shards", "check_sums", "read_json"]

_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a model's file.

    Raises:
        ModelDamagedError: If the file is missing or is not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelDamagedError(f"{path}: the model's file is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamagedError(f"{path}: cannot be read ({error})") from error
    if not isinstance(value, dict):
        raise ModelDamagedError(f"{path}: expected a JSON object, got {type(value).__name__}")
    return value


def check_links(folder: Path) -> None:
    """Refuse a folder with a link that leads out of it: what is read as the model must be the model.

    The hub's own cache keeps its files beside the snapshots and links to them, so there the model's whole cache is inside.

    Raises:
        ModelDamagedError: If there is such a link; the message names it.
    """
    here = folder.resolve()
    inside = here.parents[1] if here.parent.name == "snapshots" and here.parents[1].name.startswith("models--") else here
    for path in _read(folder):
        if not path.resolve().is_relative_to(inside):
            raise ModelDamagedError(
                f"{path}: a link that leads out of the model's folder, which is not followed. Copy the file there, or load the "
                "folder that it is in."
            )


def check_shards(folder: Path) -> None:
    """Refuse weights that would be read from elsewhere: an index that names files outside, or an adapter's other model.

    Raises:
        ModelDamagedError: If the index of sharded weights names a file outside the folder, or cannot be read.
        ModelError: If the folder holds an adapter.
    """
    if (folder / "adapter_config.json").is_file():
        raise ModelError(
            f"{folder}: holds an adapter (adapter_config.json), which is loaded on top of another model. Merge the two and "
            "save the whole model first."
        )
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return
    shards = read_json(index).get("weight_map")
    if not isinstance(shards, dict) or not all(isinstance(name, str) for name in shards.values()):
        raise ModelDamagedError(f"{index}: expected a weight_map of weights and file names")
    for name in sorted(set(shards.values())):
        if Path(name).name != name or not name.endswith(".safetensors"):
            raise ModelDamagedError(f"{index}: expected the name of a safetensors file in the model's folder, got {name!r}")


def check_sums(folder: Path) -> dict[str, str]:
    """SHA-256 by file, of the files that the folder's SHA256SUMS lists; each was computed and is as listed.

    Raises:
        ModelDamagedError: If the list cannot be read, or a file is missing, outside the folder, or not as listed.
    """
    listing = folder / "SHA256SUMS"
    if not listing.is_file():
        return {}
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelDamagedError(f"{listing}: cannot be read ({error})") from error
    sums: dict[str, str] = {}
    for line in lines:
        expected, _, file = line.partition("  ")
        if not _DIGEST.fullmatch(expected) or not file or "\x00" in file:
            raise ModelDamagedError(f"{listing}: expected lines such as '<sha-256>  config.json', got {line[:100]!r}")
        path = (folder / file).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ModelDamagedError(f"{listing}: names a file outside the model's folder: {file!r}")
        if not path.is_file():
            raise ModelDamagedError(f"{path}: the model's file is missing; install or download the model again")
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
        if actual != expected:
            raise ModelDamagedError(
                f"{path}: expected SHA-256 {expected[:12]}…, got {actual[:12]}…: the file is damaged or was changed; "
                "install or download the model again"
            )
        sums[file] = actual
    return sums


def _read(folder: Path) -> Iterator[Path]:
    """The files of a model's folder that may be read: those at its top and in onnx/."""
    yield folder / "onnx"
    yield from folder.glob("*")
    yield from folder.glob("onnx/*")
