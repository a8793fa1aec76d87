"""Tokenizers in a process that forks: no deadlock, and no warning about one."""

from __future__ import annotations

import functools
import os

__all__ = ["quiet_tokenizers_in_children"]

_PARALLELISM = "TOKENIZERS_PARALLELISM"
_set_here: list[int] = []  # forks under way for which the variable was set; more than one if threads fork at once


@functools.cache
def quiet_tokenizers_in_children() -> None:
    """Make forked children tokenise in one thread, as the library's own threads do not live on in them.

    The library would do so itself, but with a warning on stderr that tells the user to set this very variable. It reads the
    variable inside the fork, so it is set just before; a value of the user's own is left alone.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before, after_in_parent=_after)


def _before() -> None:
    if _set_here or _PARALLELISM not in os.environ:
        _set_here.append(1)
        os.environ[_PARALLELISM] = "false"


def _after() -> None:
    if _set_here:
        _set_here.pop()
        if not _set_here:
            os.environ.pop(_PARALLELISM, None)
