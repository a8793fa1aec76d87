"""README: its Python runs and prints what it says."""

from __future__ import annotations

import contextlib
import io
import re

from tests.source_tree import source_path

README = source_path("README.md")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_example_prints_what_the_readme_says():
    (example,), (said,) = blocks("python"), blocks("text")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(example, "README.md", "exec"), {})
    assert out.getvalue() == said


def test_the_line_for_hub_models_is_a_call_that_load_takes():
    import inspect

    from stancecheck import StanceChecker

    (line,) = blocks("python no-run")
    arguments = dict(re.findall(r'(\w+)="([^"]*)"', line))
    inspect.signature(StanceChecker.load).bind("cross-encoder/nli-deberta-v3-base", **arguments)


def test_the_commands_of_the_readme_exist():
    from typer.main import get_command

    from stancecheck.cli import app

    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"^stancecheck (\w+)", text, re.MULTILINE))
    assert named == set(get_command(app).commands)
