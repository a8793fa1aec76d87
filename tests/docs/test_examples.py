"""The examples of README and docs run, and print what the pages say that they print."""

from __future__ import annotations

import importlib

import pytest

from tests.source_tree import ROOT, source_path

source_path("docs")
examples = importlib.import_module("tools.doc_examples")
PAGES = [page for page in examples.pages() if examples.blocks(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_examples_print_what_is_shown(page, tmp_path, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    for block, now in examples.outputs(page, tmp_path):
        assert examples.same(block.code, now), (
            f"{page.relative_to(ROOT)}:{block.line} says\n{block.code}\nbut now prints\n{now}"
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_unrun_examples_parse(page):
    from typer.main import get_command

    from stancecheck.cli import app

    known = get_command(app).commands
    for block in examples.blocks(page.read_text(encoding="utf-8")):
        if block.language == "python":
            compile(block.code, str(page), "exec")
        elif block.language == "shell":
            assert [words[0] for words in examples.commands(block) if words[0] not in {*known, "--version", "--help"}] == []


def written(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_failing_example_names_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "ROOT", tmp_path)
    page = written(tmp_path, "# T\n\n```python\nx = 1\n1 / 0\n```\n")
    with pytest.raises(examples.ExampleError, match=r"page\.md:4: ZeroDivisionError"):
        examples.outputs(page, tmp_path)


def test_a_command_that_fails_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "ROOT", tmp_path)
    page = written(tmp_path, "```shell\nstancecheck compare nowhere.jsonl\n```\n")
    with pytest.raises(examples.ExampleError, match="nowhere"):
        examples.outputs(page, tmp_path)


def test_examples_share_files_and_names(tmp_path):
    code = 'from pathlib import Path\nprint(n, Path("a.csv").read_text())\n'
    text = f'```csv title="a.csv"\nx\n```\n```python\nn = 2\n```\n```python\n{code}```\n\n```text\n3 x\n```\n'
    page = written(tmp_path, text)
    assert examples.refreshed(page) == text.replace("3 x\n", "2 x\n\n")


def test_a_block_that_is_marked_is_not_run(tmp_path):
    page = written(tmp_path, "<!-- not run -->\n```python\n1 / 0\n```\n")
    assert examples.outputs(page, tmp_path) == []


@pytest.mark.parametrize(
    ("now", "is_same"), [("0.84 agree", True), ("0.90 agree", False), ("0.85 contradict", False), ("86%", False), ("", False)]
)
def test_words_match_and_numbers_nearly(now, is_same):
    assert examples.same("0.85 agree", now) is is_same
