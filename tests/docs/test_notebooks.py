"""The notebooks: run in order, without errors, with public names only; and the script that runs them."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.source_tree import ROOT, source_path

NOTEBOOKS = sorted(source_path("notebooks").glob("*.ipynb"))
PUBLIC = {"stancecheck", "stancecheck.errors", "stancecheck.evaluation", "stancecheck.scale", "stancecheck.attribution"}
NAMES = ["01_first_check", "02_two_governments", "03_from_an_article", "04_evaluate_your_pairs", "05_at_scale"]

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    """The cell's Python, without lines of IPython's own."""
    return "".join(line for line in "".join(cell["source"]).splitlines(keepends=True) if not line.startswith("%"))


def outputs(path: Path) -> list[dict[str, Any]]:
    return [output for cell in cells(path) for output in cell["outputs"]]


def test_these_notebooks_are_there():
    assert [path.stem for path in NOTEBOOKS] == NAMES


@each_notebook
def test_cells_were_run_in_order(path):
    assert [cell["execution_count"] for cell in cells(path)] == list(range(1, len(cells(path)) + 1))


@each_notebook
def test_no_cell_failed_or_wrote_to_stderr(path):
    assert outputs(path)
    assert [o for o in outputs(path) if o["output_type"] == "error" or o.get("name") == "stderr"] == []


@each_notebook
def test_no_path_of_a_machine_is_in_it(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"/(?:home|root|tmp|Users|usr|opt|var)/\w+|site-packages|[A-Z]:\\\\\w+", text) == []
    assert str(ROOT) not in text


@each_notebook
def test_it_uses_public_names_only(path):
    for cell in cells(path):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Import):
                assert all(n.name in PUBLIC for n in node.names if n.name.split(".")[0] == "stancecheck")
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stancecheck":
                assert node.module in PUBLIC
                exported = importlib.import_module(node.module).__all__
                assert [n.name for n in node.names if n.name not in exported] == []
            elif isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_")


@each_notebook
def test_it_is_short_and_explains_itself(path):
    assert 5 <= len(cells(path)) <= 12
    assert len(cells(path, "markdown")) >= 4
    assert "".join(cells(path, "markdown")[0]["source"]).startswith("# ")


@each_notebook
def test_only_what_stays_the_same_is_stored(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert [c["id"] for c in notebook["cells"]] == [f"cell-{n:02d}" for n in range(1, len(notebook["cells"]) + 1)]
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])
    assert path.stat().st_size < 400_000


@pytest.fixture
def run() -> Any:
    """The script as a module."""
    pytest.importorskip("nbclient")
    return importlib.import_module("notebooks.run")


def notebook(*sources: str, printed: str = "", tags: tuple[str, ...] = ()) -> Any:
    import nbformat

    made = [nbformat.v4.new_code_cell(text) for text in sources]
    for cell in made:
        cell.execution_count = 1
        cell.metadata = nbformat.NotebookNode(tags=list(tags))
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
    return nbformat.v4.new_notebook(cells=made)


@pytest.mark.parametrize(("now", "stale"), [("0.84 agree", False), ("0.90 agree", True), ("0.85 contradict", True), ("", True)])
def test_changed_output_is_stale(run, now, stale):
    stored, made = notebook("x", printed="0.85 agree"), notebook("x", printed=now)
    if stale:
        with pytest.raises(run.StaleError, match="make notebooks"):
            run.check(stored, made, "n.ipynb")
    else:
        run.check(stored, made, "n.ipynb")


def test_output_tagged_varies_is_ignored(run):
    run.check(notebook("x", printed="one", tags=("varies",)), notebook("x", printed="other", tags=("varies",)), "n.ipynb")


def test_output_with_another_time_is_kept(run):
    stored, made = notebook("x", printed="60 pairs in 1.2 s"), notebook("x", printed="60 pairs in 3.4 s")
    made.cells[0].id = stored.cells[0].id
    run.keep_unchanged(stored, made)
    assert made.cells[0].outputs == stored.cells[0].outputs
    other = notebook("x", printed="61 pairs in 3.4 s")
    other.cells[0].id = stored.cells[0].id
    run.keep_unchanged(stored, other)
    assert other.cells[0].outputs != stored.cells[0].outputs


def test_progress_bars_and_warnings(run):
    import nbformat

    cell = nbformat.v4.new_code_cell("x")

    def settled(text: str) -> Any:
        output = nbformat.v4.new_output("stream", name="stderr", text=text)
        return run._settled(output, Path("n.ipynb"), cell)

    assert settled("  0%|          | 0/4 [00:00<?, ?pair/s]\r100%|██████████| 4/4 [00:00<00:00, 56.29pair/s]\n") is None
    with pytest.raises(RuntimeError, match=r"n\.ipynb.*stderr"):
        settled("FutureWarning: this goes away\n")


@pytest.mark.slow
def test_notebooks_are_up_to_date():
    done = subprocess.run([sys.executable, "-m", "notebooks.run", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
