"""The weights of stancecheck-base; ``StanceChecker.load("stancecheck-base")`` finds them."""

from pathlib import Path

__all__ = ["folder"]


def folder() -> Path:
    """Where the model's files lie."""
    return Path(__file__).parent / "model"
