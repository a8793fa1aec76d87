"""Closed classes of English words, from words.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

__all__ = ["read_toml", "word_class"]


@functools.cache
def read_toml(name: str) -> Mapping[str, Any]:
    """A word list beside this module."""
    with resources.files(__package__).joinpath(name).open("rb") as file:
        return tomllib.load(file)


@functools.cache
def word_class(group: str, name: str) -> frozenset[str]:
    """One of the closed classes in words.toml."""
    return frozenset(read_toml("words.toml")[group][name].split())
