"""Markdown tables of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["NO_RECORDS", "Record", "baseline_score", "estimate", "markdown", "newest", "newest_of_each", "stance_first"]

Record = Mapping[str, Any]

NO_RECORDS = "No records yet.\n"


def newest(records: Sequence[Record], name: str, **least: int) -> Record | None:
    """The newest record of a name that was made with at least so many of each, or None: trials on a few do not count."""
    fit = (r for r in records if r.get("name") == name and all(r.get(key, 0) >= count for key, count in least.items()))
    return max(fit, key=lambda r: str(r["created"]), default=None)


def newest_of_each(records: Sequence[Record], prefix: str, key: Callable[[Record], tuple[str, ...]]) -> list[Record]:
    """Of the records whose name begins so, the last of each key, in the order of the keys."""
    found = {key(r): r for r in records if str(r.get("name", "")).startswith(prefix)}
    return [found[k] for k in sorted(found)]


def estimate(metric: Record) -> str:
    """A value with its 95% interval, as in 0.712 [0.690, 0.733]."""
    if metric["value"] is None:
        return "-"
    ends = metric["interval"]
    return f"{metric['value']:.3f}" + (f" [{ends['low']:.3f}, {ends['high']:.3f}]" if ends else "")


def baseline_score(record: Record, name: str) -> str:
    """Macro-F1 of a baseline, or a dash."""
    return next((f"{b['macro_f1']:.3f}" for b in record["baselines"] if b["name"] == name), "-")


def stance_first(name: str) -> tuple[int, str]:
    """A key that sorts stance sets before NLI sets, and these before other languages."""
    kinds = ("stance", "nli", "xnli")
    kind = name.split(".")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), name


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
