"""The lowest versions that pyproject.toml states, as constraints: `python tools/lowest.py [EXTRA …]`.

The packages that those need are left to pip, which takes the newest that fit: what a user has who holds one of ours back.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FROM_CONSTRAINTS = "torch"  # of older versions, the package index has builds for Linux with gigabytes of CUDA alone
_STATED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?>=(?P<version>[\w.]+)(;.*)?")
_OURS = re.compile(r"stancecheck\[(?P<extras>[\w,-]+)\]")


def lowest(project: dict[str, object], extras: Sequence[str]) -> list[str]:
    """`name==version` of every dependency that states its lowest version, those of the extras too.

    Args:
        project: The table `project` of pyproject.toml.
        extras: Names of extras.

    Raises:
        ValueError: If a dependency states none: then nobody knows which version is the lowest.
    """
    optional: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    lines: list[str] = [*project["dependencies"]]  # type: ignore[misc]
    for extra in extras:
        lines += optional[extra]
    pins = []
    for line in lines:
        found = _STATED.fullmatch(line)
        if found and found["name"] != FROM_CONSTRAINTS:
            pins.append(f"{found['name']}=={found['version']}")
        elif not found and not _OURS.fullmatch(line):
            raise ValueError(f"pyproject.toml: expected NAME>=VERSION, got {line!r}")
    return pins


def constraints(extras: Sequence[str]) -> dict[str, str]:
    """The version to take of each package that pyproject.toml names.

    Args:
        extras: Names of extras.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    pins = dict(line.split("==") for line in lowest(project, extras))
    return {FROM_CONSTRAINTS: newest()[FROM_CONSTRAINTS]} | pins


def newest() -> dict[str, str]:
    """The version of each package in constraints.txt: what the other tests are run with."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def main() -> None:
    """Print the constraints."""
    print("\n".join(f"{name}=={version}" for name, version in constraints(sys.argv[1:]).items()))


if __name__ == "__main__":
    main()
