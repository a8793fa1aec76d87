"""The files around the code name only what exists: paths, make targets, extras, Python versions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.source_tree import ROOT, source_path

WORKFLOWS = sorted(str(path.relative_to(ROOT)) for path in source_path(".github/workflows").glob("*.yml"))
FORMS = [path for path in source_path(".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]
TARGETS = set(re.findall(r"^([\w-]+):", source_path("Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PROJECT = tomllib.loads(source_path("pyproject.toml").read_text(encoding="utf-8"))["project"]


def parsed(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs(name: str) -> dict:
    return parsed(source_path(".github/workflows") / name)["jobs"]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "README.md", ".ci/run", *WORKFLOWS])
def test_named_make_targets_exist(name):
    named = re.findall(r"(?:`|run: |^)make ([a-z-]+)", source_path(name).read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "README.md"])
def test_linked_files_exist(name):
    text = source_path(name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"`((?:src|tests|benchmarks|tools|docs|models|notebooks|examples)/[\w./-]+)`", text)
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


def test_promised_pythons_are_tested():
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert jobs("tests.yml")["python"]["strategy"]["matrix"]["python"] == promised


def test_every_extra_is_tested():
    extras = {row["extra"] for row in jobs("tests.yml")["extra"]["strategy"]["matrix"]["include"]}
    assert extras == set(PROJECT["optional-dependencies"]) - {"dev", "docs", "test"}  # docs has a workflow of its own


def test_extras_are_documented():
    named = set(
        re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| `.*", source_path("docs/install.md").read_text(), re.MULTILINE)))
    )
    assert set(PROJECT["optional-dependencies"]) - {"dev", "test"} <= named


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_are_limited(name):
    workflow = parsed(ROOT / name)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for name, job in workflow["jobs"].items() if name != "publish")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_for_something(path):
    form = parsed(path)
    assert {"name", "description", "body"} <= set(form)
    assert any(field.get("validations", {}).get("required") for field in form["body"])


def test_the_version_stands_in_one_place():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in parsed(source_path("CITATION.cff"))


def test_every_extra_is_pinned():
    text = source_path("constraints.txt").read_text(encoding="utf-8")
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    asked = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    names = {re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", line)[0]).lower() for lines in asked for line in lines}
    assert names - pinned == {"stancecheck"}  # the extra dev asks for the extra test


def test_test_names_are_short():
    files = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    assert {path.name: long for path, text in files.items() if (long := re.findall(r"def (test_\w{35,})\(", text))} == {}


def test_data_files_lie_beside_the_modules():
    package = ROOT / "src" / "stancecheck"
    folders = {path.parent for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert [folder.name for folder in folders if not (folder / "__init__.py").exists()] == []
