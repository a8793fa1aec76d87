"""The benchmarks' command.

python -m benchmarks list                       # what there is
python -m benchmarks run quality --help         # one benchmark's options
python -m benchmarks run quality --data-dir DIR # run it; writes a record into benchmarks/results/
python -m benchmarks tables                     # write the tables of all pages again, from the records
python -m benchmarks tables --check             # exit with 1 if one is out of date
python -m benchmarks plots DIR                  # draw the newest quality records
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks._tables import ROOT, draw, names, pages, read_records, refreshed, summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="name the benchmarks")
    run = commands.add_parser("run", help="run one", add_help=False)
    run.add_argument("name", choices=names())
    tables = commands.add_parser("tables", help="write the tables again")
    tables.add_argument("--check", action="store_true", help="write nothing; exit with 1 if one is out of date")
    plots = commands.add_parser("plots", help="draw the newest quality records")
    plots.add_argument("folder", type=Path)
    given, rest = parser.parse_known_args(arguments)
    if given.command == "run":
        return importlib.import_module(f"benchmarks.{given.name}").run(rest) or 0
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if given.command == "list":
        print("".join(f"{name:16} {summary(name)}\n" for name in names()), end="")
    elif given.command == "tables":
        return write_tables(check=given.check)
    else:
        draw(read_records(), given.folder)
    return 0


def write_tables(*, check: bool) -> int:
    """Write every page whose tables are out of date, or only name them."""
    records = read_records()
    stale = [page for page in pages() if refreshed(text := page.read_text(encoding="utf-8"), records) != text]
    for page in stale:
        if not check:
            page.write_text(refreshed(page.read_text(encoding="utf-8"), records), encoding="utf-8")
        print(f"{'out of date' if check else 'updated'}: {page.relative_to(ROOT)}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
