"""The licence of every package that stancecheck needs, with extras if asked: `python tools/licences.py [extra …]`.

Exits with 1 if a package states none, or one that is not permissive (weak copyleft is shown and allowed). Packages that are not
installed are named: for another system, or of an extra that was not asked for when this was installed.
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
_WEAK = re.compile(r"\b(MPL|Mozilla|LGPL|Lesser)\b", re.I)
_STRONG = re.compile(r"\b(A?GPL|SSPL|BUSL)(v?\d[\w.+-]*)?\b|\b(?<!Lesser )(General|Affero) Public\b|-NC\b|proprietary", re.I)


def needed(name: str, extras: set[str]) -> tuple[dict[str, metadata.Distribution], set[str]]:
    """The packages that a package needs, itself left out: those that are installed, and the names of those that are not."""
    found: dict[str, metadata.Distribution] = {}
    missing: set[str] = set()
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
            missing.add(current)
            continue
        found[re.sub(r"[-_.]+", "-", current).lower()] = distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            asked = [{"extra": extra} for extra in wanted] or [{"extra": ""}]
            if requirement.marker is None or any(requirement.marker.evaluate(environment) for environment in asked):
                waiting.append((requirement.name, set(requirement.extras)))
    found.pop(name, None)
    return found, missing


def licence(distribution: metadata.Distribution) -> str:
    """As the package states it: its expression, its classifiers, or the first line of its licence field."""
    about = distribution.metadata
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classified = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    stated = (about.get("License") or "").strip().splitlines()
    return "; ".join(c for c in classified if c != "OSI Approved") or (stated[0][:60] if stated else "not stated")


def kind_of(stated: str) -> str:
    """What a licence asks: of alternatives ('OR') the freest counts, of parts ('AND') the strictest."""
    order = ("permissive", "weak copyleft", "LOOK AT IT")
    kinds = []
    for choice in re.split(r"\s+OR\s+", stated):
        weak, free = _WEAK.search(choice), _PERMISSIVE.search(choice)
        kinds.append(order[2] if _STRONG.search(choice) or not (weak or free) else order[1] if weak else order[0])
    return min(kinds, key=order.index)


def main() -> int:
    """Print the table; the exit code."""
    doubtful = []
    found, missing = needed("stancecheck", set(sys.argv[1:]))
    for name, distribution in sorted(found.items()):
        stated = licence(distribution)
        kind = kind_of(stated)
        if kind == "LOOK AT IT":
            doubtful.append(name)
        print(f"{name:28} {distribution.version:14} {kind:14} {stated}")
    if missing:
        print(f"not installed: {', '.join(sorted(missing))}", file=sys.stderr)
    if doubtful:
        print(f"to be looked at: {', '.join(doubtful)}", file=sys.stderr)
    return 1 if doubtful else 0


if __name__ == "__main__":
    sys.exit(main())
