"""Tables and plots from the records in results/.

    python benchmarks/report.py                 # write the tables of README.md anew
    python benchmarks/report.py --check         # exit 1 if they are not those of the records
    python benchmarks/report.py --plots DIR     # draw the newest quality records

A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`; of each model, the newest record counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tables import TABLES, Record, stance_first

HERE = Path(__file__).resolve().parent
_BLOCK = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end of table -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plots", type=Path)
    parser.add_argument("--readme", type=Path, nargs="*", default=[HERE / "README.md"])
    args = parser.parse_args()
    records = read_records(HERE / "results")
    stale = [path for path in args.readme if refreshed(text := path.read_text(encoding="utf-8"), records) != text]
    if args.check:
        sys.exit(f"stale tables: {', '.join(map(str, stale))}; run python benchmarks/report.py" if stale else 0)
    for path in stale:
        path.write_text(refreshed(path.read_text(encoding="utf-8"), records), encoding="utf-8")
        print(f"tables written anew: {path}")
    if args.plots is not None:
        draw(records, args.plots)


def read_records(folder: Path) -> list[Record]:
    """All records, the oldest first."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return sorted((r for r in records if "created" in r), key=lambda r: str(r["created"]))


def refreshed(text: str, records: Sequence[Record]) -> str:
    """The text with every table made anew from the records.

    Raises:
        KeyError: If the text asks for a table that there is not.
    """
    return _BLOCK.sub(lambda m: m.group(1) + TABLES[m.group("name")](records) + m.group(4), text)


def draw(records: Sequence[Record], folder: Path) -> None:
    """Macro-F1 by set of every quality record's model, with intervals."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    for record in (r for r in records if str(r.get("name", "")).startswith("quality-")):
        names = sorted(record["sets"], key=stance_first)
        figure = Figure(figsize=(8, 1 + 0.3 * len(names)), layout="constrained")
        ax = figure.subplots()
        for place, name in enumerate(names):
            found = record["sets"][name]["figures"]["macro_f1"]
            ends = found["interval"]
            if ends:
                ax.plot([ends["low"], ends["high"]], [place, place], color="#1f5f8b")
            ax.plot(found["value"], place, "o", color="#1f5f8b")
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="macro-F1 with 95% interval", title=str(record["model"]))
        figure.savefig(folder / f"{record['name']}.svg")


if __name__ == "__main__":
    main()
