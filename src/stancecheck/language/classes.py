"""Closed classes of English words, from words.toml."""

from __future__ import annotations

import functools

from stancecheck.data.lists import read_toml

__all__ = ["word_class"]


@functools.cache
def word_class(group: str, name: str) -> frozenset[str]:
    """One of the closed classes in words.toml."""
    return frozenset(read_toml("stancecheck.language", "words.toml")[group][name].split())
