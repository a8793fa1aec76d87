"""Runs the notebooks top to bottom, offline, and writes their outputs back in a form that does not change from run to run.

    python -m notebooks.run                   run all, write outputs
    python -m notebooks.run --check           run all, write nothing; fails on an error and on outputs that are out of date
    python -m notebooks.run 02                those whose name begins so

Not stored: progress bars, times, the kernel's version. Outputs that differ from the stored ones only in a duration or a
time of day are left as they are; ``--check`` lets numbers differ by 0.02, as another CPU's rounding may. A cell with the tag
``varies`` (its output depends on what is installed) is run, and not compared.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tools.doc_examples import same

FOLDER = Path(__file__).resolve().parent
SECONDS_A_CELL = 600
MOST_PLAIN = 500  # characters of a text/plain that is kept beside its HTML

# Nothing is fetched while they run, and Ray reports to nobody.
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "RAY_USAGE_STATS_ENABLED": "0"}
WIDGET = "application/vnd.jupyter.widget-view+json"
# Lines of a bar, and tqdm's warning that it draws in text because ipywidgets is missing.
_BAR = re.compile(r"\d+%\||\d+(?:\.\d+)?(?:pair|it|s/pair|s/it|pair/s|it/s| examples)|\A\s*\Z|IProgress|autonotebook")
_TIMES = re.compile(
    r"pairs per second\D{0,60}[\d,.]+|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|[\d,.]+ (?:pairs/s|pairs a second|seconds?|s)\b"
)


class StaleError(Exception):
    """The stored outputs are not those of this run."""


def execute(path: Path) -> NotebookNode:
    """The notebook, run from its first cell to its last in a folder of its own that holds the data files.

    Raises:
        CellExecutionError: If a cell raises.
        RuntimeError: If a cell warns, or prints to stderr anything but a progress bar.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        for data in FOLDER.glob("*.csv"):
            shutil.copy(data, folder)
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--log-level=ERROR"],  # the kernel talks over the loopback, and warns that it does
        )
        client.execute(env={**os.environ, **OFFLINE})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _settled(output, path, cell)) is not None]
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"}, language_info={"name": "python"}
    )
    return notebook


def _settled(output: NotebookNode, path: Path, cell: NotebookNode) -> NotebookNode | None:
    """The output as it is stored; None if it is a progress bar."""
    output.get("metadata", {}).clear()
    if output.output_type == "stream" and output.name == "stderr":
        lines = [line for line in re.split(r"[\r\n]", output.text.replace("\x1b[A", "")) if not _BAR.search(line)]
        if lines and "varies" not in cell.metadata.get("tags", []):  # Ray's processes write there as they please
            raise RuntimeError(f"{path.name}: this cell wrote to stderr:\n{cell.source}\n---\n" + "\n".join(lines))
        return None
    data = output.get("data", {})
    if WIDGET in data:
        return None
    if "text/html" in data and len(data.get("text/plain", "")) > MOST_PLAIN:
        del data["text/plain"]  # a repr of everything, which the page says better
    return output


def _text(cell: NotebookNode) -> str:
    """What a cell printed and returned, without pictures and HTML."""
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return _TIMES.sub("TIME", "".join(parts))


def _whole(cell: NotebookNode) -> str:
    """All that is stored of a cell's outputs, but for times."""
    return _TIMES.sub("TIME", nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))


def check(stored: NotebookNode, made: NotebookNode, name: str) -> None:
    """Compare what was stored with what was made now.

    Raises:
        StaleError: If a cell's text differs.
    """
    for old, new in zip(stored.cells, made.cells, strict=True):
        if "varies" in old.metadata.get("tags", []) or old.cell_type != "code":
            continue
        if not same(_text(old), _text(new)):
            raise StaleError(
                f"{name}: the stored output is out of date: run 'make notebooks'.\nCell:\n{old.source}\n"
                f"Stored:\n{_text(old)}\nNow:\n{_text(new)}"
            )


def keep_unchanged(stored: NotebookNode, made: NotebookNode) -> None:
    """Put the stored outputs back where the new ones differ from them in times alone."""
    for old, new in zip(stored.cells, made.cells, strict=True):
        if old.cell_type == "code" and old.execution_count == new.execution_count and _whole(old) == _whole(new):
            new.outputs = old.outputs


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="what the notebooks' names begin with; all if none is given")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on errors and stale outputs")
    options = parser.parse_args(arguments)
    paths = [path for path in sorted(FOLDER.glob("*.ipynb")) if path.stem.startswith(tuple(options.names) or "")]
    if not paths:
        parser.error(f"no notebook's name begins with {options.names}")
    failed = 0
    for path in paths:
        started = time.perf_counter()
        try:
            _run(path, write=not options.check)
        except (CellExecutionError, RuntimeError, StaleError) as error:
            failed += 1
            print(f"{path.name}: FAILED\n{error}", file=sys.stderr)
        else:
            print(f"{path.name}: ran in {time.perf_counter() - started:.0f} s")
    return 1 if failed else 0


def _run(path: Path, *, write: bool) -> None:
    stored: Any = nbformat.read(path, as_version=4)
    made = execute(path)
    if not write:
        check(stored, made, path.name)
        return
    keep_unchanged(stored, made)
    nbformat.validate(made)
    text = nbformat.writes(made)
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
