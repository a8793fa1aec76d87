"""What a reader needs to run an evaluation again: versions, machine, model."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

__all__ = ["environment", "system_facts"]

_PACKAGES = ("stancecheck", "numpy", "scikit-learn", "scipy", "torch", "transformers", "onnxruntime", "tokenizers")
_MODEL_FACTS = ("name", "revision", "backend", "dtype", "device", "columns", "max_tokens", "licence")


def environment() -> dict[str, Any]:
    """Versions of the packages that matter, the machine, the time. Plain values, ready for JSON."""
    return {
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "packages": {name: version for name in _PACKAGES if (version := _version(name)) is not None},
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "cpu": _cpu(),
        "cores": _cores(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
    }


def system_facts(system: Any) -> dict[str, Any]:
    """Name of a system and, where it has an ``info`` as StanceChecker has, what its model is. Plain values, ready for JSON."""
    info = getattr(system, "info", None)
    facts: dict[str, Any] = {"name": system_name(system), "class": type(system).__name__}
    for key in _MODEL_FACTS:
        value = getattr(info, key, None)
        if value is not None:
            facts[key] = list(value) if isinstance(value, tuple) else value
    folder = getattr(info, "folder", None)
    if isinstance(folder, Path) and folder.parent.name == "snapshots":  # the hub's cache: a folder for each commit
        facts["commit"] = folder.name
    fallback = getattr(system, "escalates_to", None)
    if fallback is not None:
        facts["escalates_to"] = fallback.name
    rule = getattr(info, "rule", None)
    if info is not None:
        facts["rule"] = getattr(rule, "source", None) or "default"
        facts["sha256"] = dict(getattr(info, "sha256", None) or {})
    return facts


def system_name(system: Any) -> str:
    """What a system is called: its model's name, its own name, or its class."""
    for value in (getattr(getattr(system, "info", None), "name", None), getattr(system, "name", None)):
        if isinstance(value, str) and value:
            return value
    return type(system).__name__


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux
        pass
    return platform.processor() or platform.machine()
