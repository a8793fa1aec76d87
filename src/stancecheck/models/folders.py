"""A model's name -> the folder that holds its files.

A model is the name of a shipped one, a folder in the layout of the Hugging Face hub, or a hub id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from stancecheck.errors import ModelNotFoundError

__all__ = [
    "BASE_MODEL",
    "DEFAULT_MODEL",
    "find_folder",
    "installed_folder",
    "is_installed",
]

DEFAULT_MODEL = "stancecheck-mini"
BASE_MODEL = "stancecheck-base"
_SHIPPED = {
    DEFAULT_MODEL: "comes with the package",
    BASE_MODEL: "is a package of its own: pip install stancecheck-base, or `make wheel-base` in the repository and pip install "
    "the wheel that it writes to dist/",
}
_ENTRY_POINTS = "stancecheck.models"  # a package of weights names its folder here
_HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")


def find_folder(model: str, *, revision: str | None, local_files_only: bool, files: Sequence[str]) -> Path:
    """The folder with the model's files; hub models are fetched into the hub's own cache.

    Args:
        model: A shipped name, a folder, or a hub id.
        revision: Branch, tag or commit of a hub model.
        local_files_only: Use only what the hub's cache already holds.
        files: File patterns to fetch from the hub.

    Raises:
        ModelNotFoundError: If there is no such model, or the hub is out of reach.
    """
    if model in _SHIPPED:
        return _shipped_folder(model)
    if (folder := _existing(model)) is not None:
        if not (folder / "config.json").is_file():
            raise ModelNotFoundError(f"folder {model!r}: expected a model in the hub's layout, but there is no config.json")
        return folder
    if not _HUB_ID.fullmatch(model):
        raise ModelNotFoundError(
            f"no model {model!r}: expected a shipped name ({', '.join(_SHIPPED)}), a folder that exists, or a hub id such as "
            "'cross-encoder/nli-deberta-v3-base'"
        )
    return _from_hub(model, revision, local_files_only, files)


def _existing(model: str) -> Path | None:
    """The folder of that name, if there is one."""
    try:
        folder = Path(model).expanduser()
        return folder if model and folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # too long, no such user's home, a zero byte
        return None


def is_installed(model: str) -> bool:
    """Whether a shipped model's files are here."""
    return installed_folder(model) is not None


def _shipped_folder(model: str) -> Path:
    folder = installed_folder(model)
    if folder is None:
        raise ModelNotFoundError(f"model {model!r} is not installed here; it {_SHIPPED[model]}")
    return folder


def installed_folder(model: str) -> Path | None:
    """In the package, in the repository that it is in, or in a package of its own."""
    package = Path(__file__).resolve().parents[1]
    places = [package / "_models" / model, package.parents[1] / "models" / model]
    places += [point.load()() for point in entry_points(group=_ENTRY_POINTS, name=model)]
    return next((folder for folder in places if (folder / "config.json").is_file()), None)


def _from_hub(model: str, revision: str | None, local_files_only: bool, files: Sequence[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(files), local_files_only=local_files_only))
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelNotFoundError(
            f"no model {model!r}: not a shipped name ({', '.join(_SHIPPED)}), no such folder, and not on the hub ({error})"
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise ModelNotFoundError(
            f"no model {model!r}: not a shipped name ({', '.join(_SHIPPED)}), no such folder, and as a hub id it is neither in "
            f"the local cache nor to be fetched now ({type(error).__name__}). Check the spelling and the connection, or "
            "download it elsewhere and pass its folder."
        ) from error
