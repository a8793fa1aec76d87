"""The tables of the pages: found by name in the benchmarks, made from the records in results/.

A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`. NAME is a benchmark with hyphens for underscores, or
`versions`.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks._markdown import Record, markdown, stance_first
from benchmarks._record import RESULTS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_BLOCK = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end of table -->)", re.DOTALL)


def names() -> list[str]:
    """The benchmarks, in alphabetical order."""
    return [module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_")]


def summary(name: str) -> str:
    """The first line of a benchmark's docstring; nothing is imported."""
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def pages() -> list[Path]:
    """README.md, this folder's, and the pages of docs/."""
    return [ROOT / "README.md", HERE / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if not p.is_symlink())]


def read_records(folder: Path = RESULTS) -> list[Record]:
    """All records, the oldest first."""
    records = [json.loads(path.read_text(encoding="utf-8"), object_hook=_renamed) for path in sorted(folder.glob("*.json"))]
    return sorted((r for r in records if "created" in r), key=lambda r: str(r["created"]))


def _renamed(record: Record) -> Record:
    """A part of a record under today's names; records made before 0.1.0 hold older ones, and records are never edited."""
    if "figures" in record:
        record["metrics"] = record.pop("figures")
    if record.get("name") == "second statement alone":
        record["name"] = "hypothesis-only baseline"
    return record


def refreshed(text: str, records: Sequence[Record]) -> str:
    """The text with every table made again from the records.

    Raises:
        KeyError: If the text asks for a table that there is not.
    """
    return _BLOCK.sub(lambda m: m.group(1) + made(m.group("name"), records) + m.group(4), text)


def made(name: str, records: Sequence[Record]) -> str:
    """One table.

    Raises:
        KeyError: If there is no such table.
    """
    if name == "versions":
        return versions()
    module = name.replace("-", "_")
    if module not in names():
        raise KeyError(f"no benchmark makes a table {name!r}; there are {', '.join(names())}")
    table: str = importlib.import_module(f"benchmarks.{module}").table(records)
    return table


def versions() -> str:
    """The lowest and the newest versions that the tests are run with, from pyproject.toml and constraints.txt."""
    from tools.lowest import constraints, newest

    last = newest()
    rows = [[name, version, last[name]] for name, version in sorted(constraints([]).items())]
    return markdown(["package", "lowest tried", "newest tried"], rows)


def draw(records: Sequence[Record], folder: Path) -> None:
    """Macro-F1 by set of every quality record's model, with intervals."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    for record in (r for r in records if str(r.get("name", "")).startswith("quality-")):
        names = sorted(record["sets"], key=stance_first)
        figure = Figure(figsize=(8, 1 + 0.3 * len(names)), layout="constrained")
        ax = figure.subplots()
        for place, name in enumerate(names):
            found = record["sets"][name]["metrics"]["macro_f1"]
            ends = found["interval"]
            if ends:
                ax.plot([ends["low"], ends["high"]], [place, place], color="#1f5f8b")
            ax.plot(found["value"], place, "o", color="#1f5f8b")
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="macro-F1 with 95% interval", title=str(record["model"]))
        figure.savefig(folder / f"{record['name']}.svg")
