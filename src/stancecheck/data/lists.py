"""The word lists that lie beside the modules of a room."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["read_toml"]


@cache
def read_toml(package: str, path: str) -> Mapping[str, Any]:
    """The tables of a TOML file in a package, read once.

    Args:
        package: The package's name, such as 'stancecheck.language'.
        path: From the package's folder.
    """
    with resources.files(package).joinpath(path).open("rb") as file:
        return tomllib.load(file)
