"""The command `stancecheck`."""

from __future__ import annotations

from stancecheck.cli.commands import app, main

__all__ = ["app", "main"]
