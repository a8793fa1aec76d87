"""Command lines of the benchmarks."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

__all__ = ["add_data_arguments", "make_parser"]


def make_parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """A parser that is called what a user types.

    Args:
        name: The benchmark.
        about: Its docstring.
    """
    return argparse.ArgumentParser(
        prog=f"python -m benchmarks run {name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """--data-dir, --hub and --sets."""
    default = os.environ.get("STANCECHECK_DATA")
    parser.add_argument("--data-dir", type=Path, default=default, help="folder of local copies; STANCECHECK_DATA by default")
    parser.add_argument("--hub", action="store_true", help="fetch sets that have no local copy from the hub")
    parser.add_argument("--sets", nargs="*", help="names in data.toml, or their beginnings; all by default")
