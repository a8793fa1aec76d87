"""The licence of every package that stancecheck needs, with extras if asked: `python benchmarks/licences.py [extra …]`.

Exits with 1 if a package states none, or one that is not permissive (weak copyleft is shown and allowed).
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import sys

from packaging.requirements import Requirement

_PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|Zlib|HPND|CNRI|0BSD|CC0|Public Domain|Boost|BSL)\b",
    re.I,
)
_WEAK = re.compile(r"\b(MPL|Mozilla|LGPL)\b", re.I)


def needed(name: str, extras: set[str]) -> dict[str, metadata.Distribution]:
    """The installed packages that a package needs, itself left out."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [(name, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        current, wanted = waiting.pop()
        if (current, frozenset(wanted)) in seen:
            continue
        seen.add((current, frozenset(wanted)))
        try:
            distribution = metadata.distribution(current)
        except metadata.PackageNotFoundError:
            continue  # for another system or Python
        found[re.sub(r"[-_.]+", "-", current).lower()] = distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            asked = [{"extra": extra} for extra in wanted] or [{"extra": ""}]
            if requirement.marker is None or any(requirement.marker.evaluate(environment) for environment in asked):
                waiting.append((requirement.name, set(requirement.extras)))
    found.pop(name, None)
    return found


def licence(distribution: metadata.Distribution) -> str:
    """As the package states it: its expression, its classifiers, or the first line of its licence field."""
    about = distribution.metadata
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classified = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    stated = (about.get("License") or "").strip().splitlines()
    return "; ".join(c for c in classified if c != "OSI Approved") or (stated[0][:60] if stated else "not stated")


def main() -> int:
    """Print the table; the exit code."""
    doubtful = []
    for name, distribution in sorted(needed("stancecheck", set(sys.argv[1:])).items()):
        stated = licence(distribution)
        kind = "permissive" if _PERMISSIVE.search(stated) else "weak copyleft" if _WEAK.search(stated) else "LOOK AT IT"
        if kind == "LOOK AT IT":
            doubtful.append(name)
        print(f"{name:28} {distribution.version:14} {kind:14} {stated}")
    if doubtful:
        print(f"to be looked at: {', '.join(doubtful)}", file=sys.stderr)
    return 1 if doubtful else 0


if __name__ == "__main__":
    sys.exit(main())
