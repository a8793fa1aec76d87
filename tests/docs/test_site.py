"""The site: files from elsewhere come with links that lead somewhere, and a link that does not is found."""

from __future__ import annotations

import importlib

import pytest
import yaml

from tests.source_tree import ROOT, source_path

source_path("docs")
hooks = importlib.import_module("tools.docs_hooks")
check_links = importlib.import_module("tools.check_links")


def test_included_links_are_rewritten():
    text = hooks.included("SECURITY.md", level=0)
    assert "](benchmarks.md#hostile-input-faults-determinism)" in text
    assert f"]({hooks.REPOSITORY}CODE_OF_CONDUCT.md)" in hooks.included("CONTRIBUTING.md", level=0)


def test_included_file_loses_front_matter():
    card = hooks.on_page_markdown("# Models\n\n<!-- include: models/stancecheck-mini/README.md -->\n")
    assert card.startswith("# Models\n\n## stancecheck-mini\n")
    assert "license: apache-2.0" not in card


def test_command_reference_is_complete():
    from typer.main import get_command

    from stancecheck.cli import app

    reference = hooks.on_page_markdown(hooks.COMMANDS)
    assert [name for name in get_command(app).commands if f"## `stancecheck {name}`" not in reference] == []
    assert "--fail-on" in reference


def test_every_page_is_in_the_navigation():
    named = set()

    def walk(entries):
        for entry in entries:
            for value in entry.values():
                walk(value) if isinstance(value, list) else named.add(value)

    walk(yaml.safe_load(source_path("mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    docs = ROOT / "docs"
    assert named == {str(p.relative_to(docs)) for p in docs.rglob("*.md")} | {
        f"notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")
    }


@pytest.mark.parametrize(
    ("link", "leads_nowhere"),
    [
        ("b.html", False),
        ("b.html#there", False),
        ("b.html#gone", True),
        ("gone.html", True),
        ("#top", True),
        ("folder/", False),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path, link, leads_nowhere):
    (tmp_path / "a.html").write_text(f'<a href="{link}">x</a><a href="https://elsewhere.example/">y</a>')
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "index.html").write_text("")
    assert check_links.broken(tmp_path) == ([f"a.html: {link}"] if leads_nowhere else [])
